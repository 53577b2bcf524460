public import Cluster
internal import Simulation
public import Vocabulary

/// A sentinel of a cache: one of a few that watch its nodes, agree that a primary is down, and have one of them make
/// a replica the primary. Clients ask it who that is.
///
/// It looks after everything by a timer of its own, ten to nineteen times a second. A node that does not answer pings
/// for long enough is down for it; when enough sentinels say so, it asks for their votes, and with most of them it
/// chooses a replica, gives the order, and sees by that one's own word that it has become the primary. Every vote is
/// on the disk before it is given.
public actor CacheSentinel: Part {
    public enum Inbox: Marked {
        case locate(shard: UInt16, Ticket<PrimaryAnswer>)
        case pong(node: UInt16)
        case state(node: UInt16, NodeState)
        case linkEnded(node: UInt16)
        case question(SentinelQuestion)
        case opinion(SentinelOpinion)
        /// The vote that is to be told is on the disk.
        case voteSaved(SentinelOpinion, to: UInt16)
        case hello(SentinelHello)
        case tick
        case saved

        public var mark: UInt64 {
            switch self {
            case .locate(let shard, let ticket): Vocabulary.mark(1, UInt64(shard), ticket.mark)
            case .pong(let node): Vocabulary.mark(2, UInt64(node))
            case .state(let node, let state): Vocabulary.mark(3, UInt64(node), state.mark)
            case .linkEnded(let node): Vocabulary.mark(4, UInt64(node))
            case .question(let question): Vocabulary.mark(5, question.mark)
            case .opinion(let opinion): Vocabulary.mark(6, opinion.mark)
            case .voteSaved(let opinion, let sentinel): Vocabulary.mark(7, opinion.mark, UInt64(sentinel))
            case .hello(let hello): Vocabulary.mark(8, hello.mark)
            case .tick: Vocabulary.mark(9)
            case .saved: Vocabulary.mark(10)
            }
        }
    }

    /// What has happened at a sentinel, for looking on.
    public enum SentinelEvent: Hashable, Sendable {
        case down(node: Int)
        case downForMost(shard: Int)
        case promoted(node: Int)
        case switched(shard: Int, to: Int)
        case demoted(node: Int)
        case gaveUp(shard: Int)
    }

    public nonisolated let seat: Seat
    let settings: SentinelSettings
    let rule: PromotionRule
    let nodes: Endpoints<CacheNode>
    let sentinels: Endpoints<CacheSentinel>
    let layout: CacheLayout
    let file: File<SentinelRecord>
    @exclusivity(unchecked) var shards: [WatchedShard] = []
    /// The highest epoch that it has heard of.
    @exclusivity(unchecked) var epoch = 0
    @exclusivity(unchecked) private var lastTick: Instant?
    /// Since when it trusts nothing that it believes, because its own timer was late.
    @exclusivity(unchecked) var distrustsSince: Instant?
    @exclusivity(unchecked) var random: RandomStream
    @exclusivity(unchecked) public private(set) var events: [(time: Instant, event: SentinelEvent)] = []

    public init(
        seat: Seat, nodes: Endpoints<CacheNode>, sentinels: Endpoints<CacheSentinel>, replicas: Int,
        settings: SentinelSettings, rule: PromotionRule = .mostComplete
    ) {
        self.seat = seat
        self.nodes = nodes
        self.sentinels = sentinels
        self.settings = settings
        self.rule = rule
        layout = CacheLayout(nodes: nodes.count, replicas: replicas)
        file = seat.file(FileName("sentinel config"))
        random = seat.stream("sentinel")
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .tick, .saved, .voteSaved: .zero
        default: settings.requestTime.drawn(from: &random)
        }
    }

    public func begin(in shift: Shift) {
        shards = (0..<layout.shards).map {
            WatchedShard(
                shard: $0, nodes: layout.nodes(of: $0), primary: layout.firstPrimary(of: $0),
                sentinels: sentinels.count, at: shift.now)
        }
        for record in file.numbers.map({ file[$0] }) {
            shards[record.shard].switchTo(record.primary, at: shift.now)
            shards[record.shard].configEpoch = record.configEpoch
            shards[record.shard].vote = record.vote
            epoch = max(epoch, record.epoch)
        }
        tickLater(in: shift)
    }

    /// At 10 to 19 Hz, drawn each time, so that sentinels do not stay in step.
    private func tickLater(in shift: Shift) {
        let hertz = Int64(10 + random.below(10))
        _ = shift.arm(.tick, after: .nanoseconds(1_000_000_000 / hertz))
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .locate(let shard, let ticket):
            let node = UInt16(shards[Int(shard)].address)
            shift.reply(PrimaryAnswer(node: node), to: ticket, size: CacheNode.frame)
        case .pong(let node):
            let shard = layout.shard(ofNode: Int(node))
            shards[shard][Int(node)].answeredAt = shift.now
            shards[shard][Int(node)].pingedSince = nil
        case .state(let node, let state): take(state, of: Int(node), in: shift)
        case .linkEnded(let node):
            shards[layout.shard(ofNode: Int(node))][Int(node)].isConnected = false
        case .question(let question): answer(question, in: shift)
        case .opinion(let opinion): take(opinion, in: shift)
        case .voteSaved(let opinion, let sentinel):
            shift.post(.opinion(opinion), to: sentinels[Int(sentinel)], size: CacheNode.frame)
        case .hello(let hello): take(hello, in: shift)
        case .tick: tick(in: shift)
        case .saved: break
        }
    }

    private func tick(in shift: Shift) {
        // Whoever was stopped for so long has old news.
        if let lastTick, shift.now - lastTick > .seconds(2) { distrustsSince = shift.now }
        lastTick = shift.now
        if let since = distrustsSince, shift.now - since > .seconds(30) { distrustsSince = nil }
        for shard in shards.indices {
            watch(shards[shard].primary, of: shard, in: shift)
            if distrustsSince == nil { lead(shard, in: shift) }
            for node in shards[shard].replicas { watch(node, of: shard, in: shift) }
            sayHello(shard, in: shift)
            if shards[shard].failover?.step == .updates { finish(shard, in: shift) }
        }
        tickLater(in: shift)
    }

    func note(_ event: SentinelEvent, in shift: Shift) { events.append((shift.now, event)) }

    /// What it must not forget of a shard.
    func save(_ shard: Int, then done: Inbox = .saved, in shift: Shift) {
        let watched = shards[shard]
        shift.append(
            SentinelRecord(
                shard: shard, primary: watched.address, configEpoch: watched.configEpoch, epoch: epoch,
                vote: watched.vote), to: file)
        // Whoever cannot save says nothing.
        shift.sync(file, then: done, orElse: .saved)
    }
}
