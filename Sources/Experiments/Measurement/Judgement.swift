internal import Results

/// What became of one threshold, with all that a table says about it.
public struct Judgement: Hashable, Sendable {
    public var threshold: Threshold
    public var measured: Measured
    public var outcome: Outcome
    /// Why nobody can tell, if nobody can.
    public var reason: String?
    /// `all, warm-up excluded`, `usual except split`, `after split where region == eu`.
    public var window: String

    /// As tables show the value: `4.12s`, `99.994%`, `∞ (1.3 % undelivered)`, `—`.
    public var value: String { ValueText.text(of: measured, for: threshold) }

    /// How far the value is from the limit, `14 % over` or `0.09 points under`; nil where no number says it.
    public var margin: String? { ValueText.margin(of: measured, for: threshold) }
}

extension [Judgement] {
    /// Of those that held, the one whose value is nearest to its limit, in parts of the limit; nil where no
    /// number says it.
    var nearestToFailing: String? {
        let distances = compactMap { judgement -> (judgement: Judgement, distance: Double)? in
            guard judgement.outcome == .held, case .value(let value) = judgement.measured,
                judgement.threshold.comparison != .equal, judgement.threshold.comparison != .different,
                let margin = judgement.margin, !margin.isEmpty
            else { return nil }
            let limit = judgement.threshold.limit.value
            // What is left of a share is what may be missing: 99.95 % is half way from 99.9 % to all.
            let isShare = judgement.threshold.limit.unit == .share
            let whole =
                isShare ? Swift.max(1 - limit.approximation, 1e-9) : Swift.max(limit.approximation, 1e-9)
            return (judgement, abs(value.approximation - limit.approximation) / whole)
        }
        return distances.min { $0.distance < $1.distance }.map { nearest, _ in
            "nearest to failing: \(nearest.threshold) is \(nearest.value), \(nearest.margin ?? "")"
        }
    }
}
