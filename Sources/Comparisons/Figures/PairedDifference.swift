import Results
import Simulation
import Vocabulary

/// How one figure differs between two programs, designs or scenarios that were played with the same seeds.
///
/// Seed by seed the same people tap the same letters, so what both have in common cancels, and the spread of
/// the differences is an honest error. Each is a share of what its own seed came to before, since what costs a
/// tenth more does so in every seed, however many letters that has; where some seed came to nothing, of the mean.
package struct PairedDifference: Hashable, Sendable {
    /// Of the seeds where both are finite.
    package let shares: [Double]
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
        // From nothing there is no share: one piece more is as much as can be said.
        let isFromNothing = finite.contains { $0.0 <= 0 }
        self.isFromNothing = isFromNothing
        most = pairs.contains { if case .share = $0.0 { true } else { false } } ? 1 : .infinity
        shares = finite.map { pair in
            let unit = isFromNothing ? base.magnitude : pair.0
            return unit == 0 ? pair.1 - pair.0 : (pair.1 - pair.0) / unit
        }
        let differences = Replications(shares)
        mean = differences.mean ?? 0
        standardError = differences.estimate?.standardError
    }

    package var isNone: Bool {
        infiniteBefore == infiniteAfter && shares.allSatisfy { $0 == 0 }
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
    package func count(up: Bool) -> Int { shares.count { up ? $0 > 0 : $0 < 0 } }
}

extension Amount {
    package var isInfinite: Bool { if case .never = self { true } else { false } }
}
