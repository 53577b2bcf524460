internal import Results
internal import Vocabulary

/// The operators of thresholds. `<` is strict.
public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="
    case equal = "=="
    case different = "!="

    func holds(_ value: Quotient, _ limit: Quotient) -> Bool {
        switch self {
        case .less: value < limit
        case .atMost: !(limit < value)
        case .more: limit < value
        case .atLeast: !(value < limit)
        case .equal: value.equals(limit)
        case .different: !value.equals(limit)
        }
    }

    /// Whether an infinite value keeps the limit.
    var holdsForInfinity: Bool {
        switch self {
        case .more, .atLeast, .different: true
        case .less, .atMost, .equal: false
        }
    }

    /// As in "less than 10 s".
    var words: String {
        switch self {
        case .less: "less than"
        case .atMost: "at most"
        case .more: "more than"
        case .atLeast: "at least"
        case .equal: "exactly"
        case .different: "not"
        }
    }
}

extension Comparison {
    /// The same for the value of that rank among many, when so many are below the limit, and so many up to
    /// it.
    func holds(rank: UInt64, below: UInt64, upTo: UInt64) -> Bool {
        let (isLess, isEqual) = (rank <= below, rank > below && rank <= upTo)
        return switch self {
        case .less: isLess
        case .atMost: isLess || isEqual
        case .more: !isLess && !isEqual
        case .atLeast: !isLess
        case .equal: isEqual
        case .different: !isEqual
        }
    }
}
