internal import Cluster
public import Simulation
public import Vocabulary

/// What can be set of the sentinels of a cache.
public struct SentinelSettings: Settings {
    public var downAfter = Span.seconds(30)
    public var failoverTimeout = Span.minutes(3)
    public var quorum = 2
    public var parallelSyncs = 1
    public var requestTime = Varied<Span>("20us")

    /// How many there may be: each talks to each other one.
    public static let members = 1...100

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "down-after", \.downAfter, "how long a node may be silent before a sentinel takes it for down",
            source: "cache.failover.sentinel"),
        Knob(
            "failover-timeout", \.failoverTimeout,
            "how long a failover may take; a failed one is tried again after twice as long",
            source: "cache.failover.sentinel"),
        Knob(
            "quorum", \.quorum, "sentinels that must take a primary for down; to act takes most of them",
            in: 1...64, source: "sentinel monitor"),
        Knob(
            "parallel-syncs", \.parallelSyncs,
            "replicas that are told at a time to follow the new primary", in: 1...16,
            source: "sentinel parallel-syncs"),
        Knob("request-time", \.requestTime, "CPU time of a message", source: "cache.cpuPerOp"),
    ]
}

/// What a sentinel says to a node.
public enum SentinelWord: Marked, BitwiseCopyable {
    case ping(by: UInt16)
    case tellState(to: UInt16)
    case promote
    case follow(UInt16)

    public var mark: UInt64 {
        switch self {
        case .ping(let sentinel): Vocabulary.mark(1, UInt64(sentinel))
        case .tellState(let sentinel): Vocabulary.mark(2, UInt64(sentinel))
        case .promote: Vocabulary.mark(3)
        case .follow(let node): Vocabulary.mark(4, UInt64(node))
        }
    }
}

/// What a node says of itself.
public struct NodeState: Marked, BitwiseCopyable {
    /// Whom it follows; nil for a primary.
    let primary: UInt16?
    /// How long it has not been fed; nil while it is.
    let unfedFor: Span?
    let end: Int64

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(primary.map { $0 + 1 } ?? 0), UInt64(bitPattern: unfedFor?.nanoseconds ?? -1),
            UInt64(bitPattern: end))
    }
}

/// A sentinel asks another one whether it takes a primary for down, and for its vote if it stands for election.
public struct SentinelQuestion: Marked, BitwiseCopyable {
    let shard: UInt16
    let primary: UInt16
    let epoch: Int
    let sentinel: UInt16
    let standsForElection: Bool

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(shard) << 32 | UInt64(primary), UInt64(epoch),
            UInt64(sentinel) << 1 | (standsForElection ? 1 : 0))
    }
}

/// The answer, with the vote that it has cast latest.
public struct SentinelOpinion: Marked, BitwiseCopyable {
    let shard: UInt16
    let sentinel: UInt16
    let isDown: Bool
    let vote: SentinelVote?

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(shard) << 32 | UInt64(sentinel), isDown ? 1 : 0,
            vote.map { Vocabulary.mark(UInt64($0.epoch), UInt64($0.leader)) } ?? 0)
    }
}

/// For whom a sentinel has voted, and when.
struct SentinelVote: Hashable, Sendable, BitwiseCopyable {
    let epoch: Int
    let leader: UInt16
}

/// What a sentinel tells the others from time to time.
public struct SentinelHello: Marked, BitwiseCopyable {
    let shard: UInt16
    let primary: UInt16
    let configEpoch: Int
    let epoch: Int

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(shard) << 32 | UInt64(primary), UInt64(configEpoch), UInt64(epoch))
    }
}

/// Which node is the primary of a shard, as a sentinel knows.
public struct PrimaryAnswer: Marked, BitwiseCopyable {
    public let node: UInt16
    public var mark: UInt64 { UInt64(node) }
}

/// The last one of each shard in the file of a sentinel holds.
struct SentinelRecord: FileRecord {
    let shard: Int
    let primary: Int
    let configEpoch: Int
    let epoch: Int
    let vote: SentinelVote?
    /// The configuration is written as a whole.
    var size: ByteCount { .bytes(500) }
}
