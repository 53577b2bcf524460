import Results
import Simulation
import Vocabulary

/// How one figure differs between two programs, designs or scenarios that were played with the same seeds.
///
/// Seed by seed the same people tap the same letters, so what both have in common cancels, and the spread of
/// the differences is an honest error. The change is that of the mean. What costs a tenth more does so in every seed,
/// however many letters that has, so its error is what seeds are apart from a common ratio (a ratio estimator);
/// where some seed came to nothing, what their differences are apart from each other.
package struct PairedDifference: Hashable, Sendable {
    /// Of the seeds where both are finite: the change of the mean, and how far that seed is from it.
    package let shares: [Double]
    /// What they changed by, in the unit of the figure.
    private let changes: [Double]
    package let mean: Double
    /// Nil for fewer than two seeds: nobody can tell chance from change.
    package let standardError: Double?
    /// Seeds in which it is infinite, before and after.
    package let infiniteBefore: Int
    package let infiniteAfter: Int
    package let meanBefore: Double?
    package let meanAfter: Double?
    /// Whether some seed came to nothing before, so that differences are shares of the mean.
    package let isFromNothing: Bool
    /// What no value goes beyond: all, of shares.
    private let most: Double

    /// Nil when there is nothing to compare: no seed has the figure on both sides.
    package init?(before: [Amount?], after: [Amount?]) {
        precondition(before.count == after.count, "pairs are of one seed")
        let pairs = zip(before, after).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
        guard !pairs.isEmpty else { return nil }
        infiniteBefore = pairs.count { $0.0.isInfinite }
        infiniteAfter = pairs.count { $0.1.isInfinite }
        let finite = pairs.compactMap { a, b in a.magnitude.flatMap { a in b.magnitude.map { (a, $0) } } }
        let (old, new) = (Replications(finite.map(\.0)), Replications(finite.map(\.1)))
        (meanBefore, meanAfter) = (old.mean, new.mean)
        let base = old.mean ?? 0
        let ratio = base == 0 ? 1 : (new.mean ?? 0) / base
        // From nothing there is no share: one piece more is as much as can be said.
        let isFromNothing = finite.contains { $0.0 <= 0 }
        self.isFromNothing = isFromNothing
        most = pairs.contains { if case .share = $0.0 { true } else { false } } ? 1 : .infinity
        changes = finite.map { $0.1 - $0.0 }
        shares = finite.map { before, after in
            if base == 0 { return after - before }
            return isFromNothing ? (after - before) / base : ratio - 1 + (after - ratio * before) / base
        }
        let differences = Replications(shares)
        mean = differences.mean ?? 0
        standardError = differences.estimate?.standardError
    }

    package var isNone: Bool {
        infiniteBefore == infiniteAfter && changes.allSatisfy { $0 == 0 }
    }

    /// Half the width of the interval that covers the true difference but for one case in 1 / `level`; nil
    /// for a single seed.
    package func halfWidth(level: Double) -> Double? {
        standardError.map {
            $0 * Student.critical(level: level, degreesOfFreedom: shares.count - 1)
        }
    }

    /// The interval so wide about the mean, as far as figures go: none comes to less than nothing.
    package func interval(halfWidth: Double) -> ClosedRange<Double> {
        let room = meanBefore.map { $0 > 0 ? most / $0 - 1 : .infinity } ?? .infinity
        return max(mean - halfWidth, min(mean, -1))...min(mean + halfWidth, max(mean, room))
    }

    /// In how many seeds it went up, or down.
    package func count(up: Bool) -> Int { changes.count { up ? $0 > 0 : $0 < 0 } }
}

extension Amount {
    package var isInfinite: Bool { if case .never = self { true } else { false } }

    /// Of several seeds, each of which has its own share of letters that never came.
    static let infinite = never(undelivered: 0, of: 0)

    /// Of several seeds, with all letters of those in which it never came.
    static func infinite(of values: [Amount]) -> Amount {
        var (undelivered, due): (UInt64, UInt64) = (0, 0)
        for case .never(let missing, let all) in values {
            (undelivered, due) = (undelivered + missing, due + all)
        }
        return .never(undelivered: undelivered, of: due)
    }

    /// Over the seeds that have a value; infinite if one of them is.
    package static func mean(of values: [Amount?]) -> Amount? {
        let known = values.compactMap(\.self)
        guard known.count > 1 else { return known.first }
        if known.contains(where: \.isInfinite) { return infinite }
        let magnitudes = known.compactMap(\.magnitude)
        return magnitudes.isEmpty
            ? nil : known[0].with(magnitudes.reduce(0, +) / Double(magnitudes.count), of: magnitudes.count)
    }
}
