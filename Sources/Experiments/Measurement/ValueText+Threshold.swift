internal import Results
internal import Vocabulary

// What a value is to the limit of its threshold.

extension ValueText {
    static func text(of measured: Measured, for threshold: Threshold) -> String {
        switch measured {
        case .value(let value):
            // It was healthy again somewhere in the window that ended then, or all the time.
            (threshold.subject == .recovery && value.numerator > 0 ? "≤ " : "")
                + text(value, threshold.limit.unit, apartFrom: threshold.limit.value)
        case .infinite(let missing): "∞ (\(text(missing, .share)) undelivered)"
        case .never: "∞"
        case .none: "—"
        }
    }

    /// Nil where no number says it: what has to be exactly so much, and is, is no nearer to its limit
    /// than that.
    static func margin(of measured: Measured, for threshold: Threshold) -> String? {
        guard case .value(let value) = measured else { return nil }
        let limit = threshold.limit.value
        guard !value.equals(limit) else { return threshold.comparison == .equal ? nil : "at the limit" }
        let direction = limit < value ? "over" : "under"
        let distance = value.distance(to: limit)
        if threshold.limit.unit == .share {
            return
                "\(twoDigits(Quotient(distance.numerator * 100, over: distance.denominator))) points \(direction)"
        }
        guard limit.numerator > 0 else { return nil }
        return "\(percent(distance / limit)) \(direction)"
    }
}
