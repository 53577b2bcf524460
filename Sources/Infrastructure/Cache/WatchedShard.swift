internal import Vocabulary

/// What a sentinel knows of one shard: a value, without clock or network.
struct WatchedShard: Sendable {
    /// A node, over the connection that the sentinel has to it.
    struct Instance: Sendable {
        var isConnected = false
        var connectedAt = Instant.start
        var triedAt: Instant?
        /// When the oldest ping was sent that is not answered.
        var pingedSince: Instant?
        var pingedAt: Instant
        var answeredAt: Instant
        var downSince: Instant?

        var state: NodeState?
        var toldAt: Instant?
        var askedAt: Instant?
        /// Since when it says that it is what it says: a primary, or the replica of that one.
        var isPrimary: Bool
        var isPrimarySince: Instant
        var followsSince: Instant
        var reconfiguration = Reconfiguration.none
        var reconfiguredAt = Instant.start

        init(isPrimary: Bool, at now: Instant) {
            (pingedAt, answeredAt, isPrimarySince, followsSince) = (now, now, now, now)
            self.isPrimary = isPrimary
        }
    }

    enum Reconfiguration: Sendable { case none, sent, inProgress, done }

    /// Another sentinel.
    struct Peer: Sendable {
        var isDown = false
        var vote: SentinelVote?
        var repliedAt: Instant?
    }

    struct Failover: Sendable {
        enum FailoverStep: Int, Comparable, Sendable {
            case waitsForVotes, selects, sendsOrder, waitsForPromotion, reconfigures, updates
            static func < (a: FailoverStep, b: FailoverStep) -> Bool { a.rawValue < b.rawValue }
        }
        var step = FailoverStep.waitsForVotes
        let epoch: Int
        var changedAt: Instant
        var promoted: Int?
    }

    let shard: Int
    /// Numbers of the nodes.
    let nodes: Range<Int>
    var primary: Int
    var configEpoch = 0
    /// By copy.
    var instances: [Instance]
    /// By sentinel.
    var peers: [Peer]
    var vote: SentinelVote?
    var isDownForMost = false
    var failover: Failover?
    /// When a failover was begun, or another sentinel was voted for, plus up to a second: the next one has to wait.
    var failoverStarted: Instant?
    var saidHello: Instant?

    init(shard: Int, nodes: Range<Int>, primary: Int, sentinels: Int, at now: Instant) {
        self.shard = shard
        self.nodes = nodes
        self.primary = primary
        instances = nodes.map { Instance(isPrimary: $0 == primary, at: now) }
        peers = Array(repeating: Peer(), count: sentinels)
    }

    subscript(node: Int) -> Instance {
        get { instances[node - nodes.lowerBound] }
        set { instances[node - nodes.lowerBound] = newValue }
    }

    var replicas: [Int] { nodes.filter { $0 != primary } }

    /// As clients are told: the promoted one, as soon as it says that it is a primary.
    var address: Int {
        if let failover, failover.step >= .reconfigures, let promoted = failover.promoted { return promoted }
        return primary
    }

    /// Another node is the primary: what was known of all of them counts no more. What other sentinels think stays.
    mutating func switchTo(_ node: Int, at now: Instant) {
        primary = node
        instances = nodes.map { Instance(isPrimary: $0 == node, at: now) }
        isDownForMost = false
        failover = nil
        failoverStarted = nil
    }

    // MARK: Down?

    /// Whether a node has been silent for too long.
    func isSilent(_ node: Int, for limit: Span, at now: Instant) -> Bool {
        let instance = self[node]
        let silence: Span =
            if let since = instance.pingedSince {
                now - since
            } else if !instance.isConnected {
                now - instance.answeredAt
            } else {
                .zero
            }
        if silence > limit { return true }
        // It should be a primary, and says all the time that it is none.
        return node == primary && !instance.isPrimary
            && now - instance.isPrimarySince > limit + Self.statePeriod * 2
    }

    /// Whether the connection to a node should be made anew, since nothing comes over it.
    func isStuck(_ node: Int, for limit: Span, at now: Instant) -> Bool {
        let instance = self[node]
        guard instance.isConnected, let since = instance.pingedSince else { return false }
        return now - instance.connectedAt > .seconds(15) && now - since > limit / 2
            && now - instance.answeredAt > limit / 2
    }

    static let statePeriod = Span.seconds(10)

    /// How often a node is asked for its state: each second while something is wrong with its primary.
    func period(ofStateOf node: Int) -> Span {
        guard node != primary else { return Self.statePeriod }
        let isUnfed = self[node].state?.unfedFor != nil
        return isDownForMost || failover != nil || isUnfed ? .seconds(1) : Self.statePeriod
    }

    /// Whether enough sentinels take the primary for down.
    func isDown(forQuorum quorum: Int) -> Bool {
        self[primary].downSince != nil && 1 + peers.count { $0.isDown } >= quorum
    }

    // MARK: Failover

    /// Who has most votes in the epoch, this sentinel's own among them if it has cast it; nil as long as these are
    /// not most of all, and a quorum.
    func winner(in epoch: Int, quorum: Int) -> UInt16? {
        var votes = Array(repeating: 0, count: peers.count)
        for case let vote? in peers.map(\.vote) + [vote] where vote.epoch == epoch {
            votes[Int(vote.leader)] += 1
        }
        let most = votes.max() ?? 0
        guard most >= max(peers.count / 2 + 1, quorum) else { return nil }
        return UInt16(votes.firstIndex(of: most)!)
    }

    /// For whom others have voted most, for which a sentinel votes too.
    func favourite(in epoch: Int) -> UInt16? {
        var votes = Array(repeating: 0, count: peers.count)
        for case let vote? in peers.map(\.vote) where vote.epoch == epoch { votes[Int(vote.leader)] += 1 }
        guard let most = votes.max(), most > 0 else { return nil }
        return UInt16(votes.firstIndex(of: most)!)
    }

    /// The replicas that may be promoted: they are there, have told their state lately, and were fed not too long
    /// before the primary went down.
    func candidates(downAfter: Span, at now: Instant) -> [(node: Int, end: Int64)] {
        let downSince = self[primary].downSince
        let unfedLimit = downAfter * 10 + (downSince.map { now - $0 } ?? .zero)
        let fresh = downSince == nil ? Self.statePeriod * 3 : Span.seconds(5)
        return replicas.compactMap { node in
            let instance = self[node]
            guard instance.downSince == nil, instance.isConnected, now - instance.answeredAt <= .seconds(5),
                let state = instance.state, state.primary != nil, let toldAt = instance.toldAt,
                now - toldAt <= fresh, state.unfedFor ?? .zero <= unfedLimit
            else { return nil }
            return (node, state.end)
        }
    }
}

/// Which replica becomes the primary: the one that has most of what the former one had.
public struct PromotionRule: Sendable {
    var choose: @Sendable ([(node: Int, end: Int64)]) -> Int?

    public init(_ choose: @escaping @Sendable ([(node: Int, end: Int64)]) -> Int?) { self.choose = choose }

    public static let mostComplete = PromotionRule { candidates in
        var best: (node: Int, end: Int64)?
        for candidate in candidates where best.map({ candidate.end > $0.end }) ?? true { best = candidate }
        return best?.node
    }
}
