internal import Results
internal import Simulation
internal import Vocabulary

/// One threshold over several seeds: what is typical, how far it goes, and how sure that is.
///
/// Seeds are independent, so their spread is an honest standard error, which that of letters would not be.
public struct AcrossSeeds: Hashable, Sendable {
    public var threshold: Threshold
    /// How many seeds were played, in how many the threshold held, and in how many that cannot be told.
    public var count, held, untold: Int
    /// Of the seeds that have a value, in the unit of the limit; nil when none has. Infinite where so many
    /// are.
    public var median, least, most: Double?
    /// Where the mean of all possible seeds is with 95 % confidence (Student); nil for fewer than two values,
    /// and when one is infinite.
    public var interval: ClosedRange<Double>?

    public init(_ judgements: [Judgement]) {
        guard let first = judgements.first else { preconditionFailure("a summary of no seeds") }
        precondition(judgements.allSatisfy { $0.threshold == first.threshold })
        self.init(
            first.threshold, values: judgements.map(\.measured.approximation),
            held: judgements.count { $0.outcome == .held },
            untold: judgements.count { $0.outcome == .inconclusive })
    }

    /// From what is stored of each seed: its value, infinite for what never came, nil where there is none.
    public init(_ threshold: Threshold, values all: [Double?], held: Int, untold: Int) {
        precondition(!all.isEmpty, "a summary of no seeds")
        (self.threshold, self.held, self.untold) = (threshold, held, untold)
        count = all.count
        let values = all.compactMap(\.self).sorted()
        (least, most) = (values.first, values.last)
        if !values.isEmpty {
            let (low, high) = (values[(values.count - 1) / 2], values[values.count / 2])
            median = low == high ? low : low + (high - low) / 2
        }
        if values.allSatisfy(\.isFinite), let estimate = Replications(values).estimate {
            let half = estimate.halfWidth(.percent95)
            // Nothing that is measured is less than nothing, and no share more than all.
            let most = threshold.limit.unit == .share ? 1 : Double.infinity
            interval = max(0, estimate.mean - half)...min(most, estimate.mean + half)
        }
    }

    /// What the columns of a table are called.
    public static let titles = ["held", "median", "least to most", "mean, 95 % sure"]

    /// `4 of 5`, `4.12s`, `3.90s to 4.40s`, `3.87s to 4.37s`: a dash where there is no value, and
    /// nothing for an interval that nobody knows.
    public var columns: [String] {
        let seeds = "\(held) of \(count)" + (untold > 0 ? ", \(untold) cannot be told" : "")
        guard let median, let least, let most else { return [seeds, "—", "—", ""] }
        let sure = interval.map { range($0.lowerBound, $0.upperBound) } ?? ""
        return [seeds, text(median), range(least, most), sure]
    }

    private func range(_ from: Double, _ to: Double) -> String {
        text(from) == text(to) ? text(from) : "\(text(from)) to \(text(to))"
    }

    private func text(_ value: Double) -> String {
        guard value.isFinite else { return "∞" }
        // Shares need more than whole numbers; a millionth of a nanosecond hurts nobody.
        let parts = UInt128((max(0, value) * 1_000_000).rounded())
        return ValueText.text(
            Quotient(parts, over: 1_000_000), threshold.limit.unit, apartFrom: threshold.limit.value)
    }
}
