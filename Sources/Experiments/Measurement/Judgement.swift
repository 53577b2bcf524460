internal import Results

/// What became of one threshold, with all that a table says about it.
public struct Judgement: Hashable, Sendable {
    public var threshold: Threshold
    public var measured: Measured
    public var outcome: Outcome
    /// `all, warm-up excluded`, `usual except split`, `after split where region == eu`.
    public var window: String

    /// As tables show the value: `4.12s`, `99.994%`, `∞ (1.3 % undelivered)`, `—`.
    public var value: String { ValueText.text(of: measured, for: threshold) }

    /// How far the value is from the limit, `14 % over` or `0.09 points under`; nil where no number says it.
    public var margin: String? { ValueText.margin(of: measured, for: threshold) }

    /// Why nobody can tell, if nobody can.
    public var reason: String? {
        guard case .none(let reason) = measured else { return nil }
        return reason
    }
}
