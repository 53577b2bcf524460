internal import Simulation
public import Vocabulary

/// What nodes of a cluster say to each other.
public enum ClusterWord: Marked, BitwiseCopyable {
    case ping(ClusterGossip)
    case pong(ClusterGossip)
    /// Most primaries have lost sight of a node.
    case failed(UInt16)
    /// A replica asks primaries for their votes.
    case voteForMe(UInt16, epoch: Int)
    case voted(by: UInt16, epoch: Int)

    public var mark: UInt64 {
        switch self {
        case .ping(let gossip): Vocabulary.mark(1, gossip.mark)
        case .pong(let gossip): Vocabulary.mark(2, gossip.mark)
        case .failed(let node): Vocabulary.mark(3, UInt64(node))
        case .voteForMe(let node, let epoch): Vocabulary.mark(4, UInt64(node), UInt64(epoch))
        case .voted(let node, let epoch): Vocabulary.mark(5, UInt64(node), UInt64(epoch))
        }
    }
}

/// What a node says of itself and of the others.
public struct ClusterGossip: Marked, BitwiseCopyable {
    let node: UInt16
    /// Whether it has the slots of its shard, and since which election.
    let isPrimary: Bool
    let configEpoch: Int
    let epoch: Int
    let end: Int64
    /// Whom it has lost sight of, a bit each.
    let suspects: UInt64

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(node) << 1 | (isPrimary ? 1 : 0), UInt64(configEpoch) << 32 | UInt64(epoch), suspects)
    }
}

/// What a node of a cluster knows of the others: a value, without clock or network.
struct ClusterView: Sendable {
    struct Peer: Sendable {
        /// When a ping was sent that is not answered.
        var pingedSince: Instant?
        var answeredAt: Instant
        var hasFailed = false
        /// How far it was.
        var end: Int64 = 0
        /// Whom it suspects, and when it has said so.
        var suspects: UInt64 = 0
        var saidAt: Instant
    }

    /// By node.
    var peers: [Peer]
    /// By shard: who has its slots, and since which election.
    var owners: [(node: Int, epoch: Int)]
    var epoch = 0
    /// The latest election in which it has voted, and when it has voted for a replica of each shard.
    var voteEpoch = 0
    var votedAt: [Instant?]
    /// When it stands for election, in which, and who has voted for it.
    var standsAt: Instant?
    var standsIn = 0
    var votes: UInt64 = 0
    /// Since when it sees most primaries again; nil while it does not.
    var isDown = false
    var seesMostSince: Instant?

    init(_ layout: CacheLayout, at now: Instant) {
        precondition(layout.nodes <= 64, "a cluster has 64 nodes at most, not \(layout.nodes)")
        peers = (0..<layout.nodes).map { _ in Peer(answeredAt: now, saidAt: now) }
        owners = (0..<layout.shards).map { (layout.firstPrimary(of: $0), 0) }
        votedAt = owners.map { _ in nil }
    }

    var majority: Int { owners.count / 2 + 1 }

    func isSuspect(_ node: Int, timeout: Span, at now: Instant) -> Bool {
        peers[node].pingedSince.map { now - $0 > timeout } ?? false
    }

    func suspects(timeout: Span, at now: Instant) -> UInt64 {
        peers.indices.reduce(0) { isSuspect($1, timeout: timeout, at: now) ? $0 | 1 << UInt64($1) : $0 }
    }

    /// Whether most primaries, this node among them if it is one, have lost sight of a node lately.
    func isLostToMost(_ node: Int, me: Int, timeout: Span, at now: Instant) -> Bool {
        guard isSuspect(node, timeout: timeout, at: now) else { return false }
        let reports = owners.count {
            $0.node == me
                || peers[$0.node].suspects >> UInt64(node) & 1 == 1
                    && now - peers[$0.node].saidAt <= timeout * 2
        }
        return reports >= majority
    }

    /// How many primaries it sees, itself among them.
    func primariesSeen(me: Int, timeout: Span, at now: Instant) -> Int {
        owners.count {
            $0.node == me
                || !peers[$0.node].hasFailed && !isSuspect($0.node, timeout: timeout, at: now)
        }
    }
}
