public import Results

/// The value of a threshold's measure, as exact as it is known.
public enum Measured: Hashable, Sendable {
    /// In the unit of the threshold's limit: nanoseconds, pieces, bytes, parts of one; of rates, a second.
    case value(Quotient)
    /// What it asks for never came; `missing` of all that should have.
    case infinite(missing: Quotient)
    /// The system was not healthy again before the run ended.
    case never
    /// There is no value, because of that.
    case none(String)

    /// In order, with those without an end last; nil when there is no value.
    public var approximation: Double? {
        switch self {
        case .value(let value): value.approximation
        case .infinite, .never: .infinity
        case .none: nil
        }
    }
}
