public import Vocabulary

// What producers and consumers say to brokers, and hear of them, beside records.

/// Who leads each partition, as far as a broker knows.
public struct LogMetadata: Marked {
    public struct Leader: Hashable, Sendable {
        public let epoch: Int
        public let broker: Int?
    }

    /// By partition; those in which brokers keep what they know of groups come last.
    public let leaders: [Leader]
    /// A number that no other producer of the log has.
    public let producer: UInt32

    public var mark: UInt64 {
        leaders.reduce(UInt64(producer)) {
            Vocabulary.mark($0, UInt64($1.epoch), UInt64($1.broker.map { $0 + 1 } ?? 0))
        }
    }

    var size: ByteCount { LogController.frame + .bytes(Int64(26 * leaders.count)) }
}

/// A consumer asks a leader for what is committed behind these positions.
public struct ConsumerFetch: Marked {
    public let positions: [FetchPosition]
    /// How much may come of each partition, and in all.
    public let partitionLimit: ByteCount
    public let limit: ByteCount
    /// How many records may come of each partition.
    public let recordLimit: Int
    /// How long it waits when there is nothing.
    public let patience: Span

    public var mark: UInt64 {
        positions.reduce(Vocabulary.mark(UInt64(limit.bytes), UInt64(partitionLimit.bytes))) {
            Vocabulary.mark($0, $1.mark)
        }
    }
}

/// A consumer wants to share the partitions of a log with the others of its group.
public struct JoinRequest: Marked {
    public let group: GroupID
    /// As the coordinator has called it; 0 of one that was not called anything yet.
    public let member: Int
    public let session: Span
    public let rebalanceTimeout: Span

    public var mark: UInt64 {
        Vocabulary.mark(
            group.number, UInt64(member), UInt64(session.nanoseconds), UInt64(rebalanceTimeout.nanoseconds))
    }
}

public enum JoinAnswer: Marked {
    /// By this number it is to ask again: so a request that is repeated makes no second member.
    case called(Int)
    /// What it has, and from where on it goes; nil where nothing was ever committed.
    case member(generation: Int, partitions: Range<Int>, offsets: [GroupPosition?])
    case notCoordinator

    public var mark: UInt64 {
        switch self {
        case .called(let member): Vocabulary.mark(1, UInt64(member))
        case .member(let generation, let partitions, let offsets):
            offsets.reduce(Vocabulary.mark(2, UInt64(generation), UInt64(partitions.lowerBound))) {
                Vocabulary.mark($0, UInt64($1.map { $0.offset + 1 } ?? 0))
            }
        case .notCoordinator: Vocabulary.mark(3)
        }
    }
}

/// A member says that it is there, or that it leaves.
public struct Heartbeat: Marked {
    public let group: GroupID
    public let member: Int
    public let generation: Int
    public let leaves: Bool

    public var mark: UInt64 {
        Vocabulary.mark(group.number, UInt64(member), UInt64(generation), leaves ? 1 : 0)
    }
}

public enum HeartbeatAnswer: UInt64, Marked {
    case heard = 1
    /// It is to join once more.
    case rebalancing
    case unknownMember
    case notCoordinator

    public var mark: UInt64 { rawValue }
}

/// What a member has done of its partitions.
public struct OffsetCommit: Marked {
    public struct Done: Hashable, Sendable {
        public let partition: Int
        public let position: GroupPosition
    }

    public let group: GroupID
    public let member: Int
    public let generation: Int
    public let done: [Done]

    public var mark: UInt64 {
        done.reduce(Vocabulary.mark(group.number, UInt64(member), UInt64(generation))) {
            Vocabulary.mark($0, UInt64($1.partition), UInt64($1.position.offset))
        }
    }

    @usableFromInline var size: ByteCount { LogController.frame + .bytes(Int64(40 + 16 * done.count)) }
}

public enum CommitAnswer: UInt64, Marked {
    case stored = 1
    /// Who is no member of this generation commits nothing.
    case notMember
    case notCoordinator
    case notEnoughReplicas
    /// The disk of the coordinator has refused it.
    case notStored

    public var mark: UInt64 { rawValue }
}
