public import Vocabulary

/// How many replicas must have answered before a write or a read counts.
@frozen
public enum Consistency: String, Choice {
    case one
    /// Most of those in the coordinator's region.
    case localQuorum = "local-quorum"
    case quorum
    case all

    var mark: UInt64 {
        switch self {
        case .one: 1
        case .localQuorum: 2
        case .quorum: 3
        case .all: 4
        }
    }
}
