public import Cluster
public import Simulation
public import Vocabulary

/// A node of a cache: a primary that takes the commands for its slots one after the other, on one core, or a replica
/// that follows a primary.
///
/// An answer waits for no replica: what a primary has carried out and not yet sent is lost with it. Commands are in
/// `CacheNode+Commands`, what goes from a primary to its replicas in `CacheNode+Replication`, and what survives a crash
/// in `CacheNode+File`. Who makes a replica the primary, sentinels decide (`CacheSentinel`), or the nodes among each
/// other (`CacheNode+Cluster`).
///
/// Its machine needs one core, however many it has: commands are single-threaded. It needs a disk too, on which stands
/// whom it follows.
public actor CacheNode: Part {
    public enum Inbox: Marked {
        case ask(CacheRequest, Ticket<CacheAnswer>)

        // Replication.
        case attach(Attachment)
        /// The primary goes on from where the replica is.
        case goOn(node: UInt16, history: UInt64)
        case snapshot(Contents<CacheSnapshotBox>)
        case feed(CacheRequest, history: UInt64, end: Int64)
        /// The primary is there, if nothing else is to be said.
        case primaryIsThere(node: UInt16)
        case confirm(node: UInt16, end: Int64)
        case linkEnded(node: UInt16)
        case flush
        case fork
        /// A share of what is there goes before its time; replicas are told.
        case forget(share: Double)

        // What it is told to be.
        case sentinel(SentinelWord)
        case cluster(ClusterWord)

        case tick
        case fileWasRead
        case fileUnreadable
        case synced
        case written
        case rewrite(RewriteStep)
        /// Nobody has to do anything about it.
        case saved

        public var mark: UInt64 {
            switch self {
            case .ask(let request, let ticket): Vocabulary.mark(1, request.mark, ticket.mark)
            case .attach(let attachment): Vocabulary.mark(2, attachment.mark)
            case .goOn(let node, let history): Vocabulary.mark(3, UInt64(node), history)
            case .snapshot(let snapshot):
                Vocabulary.mark(
                    4, snapshot[0].snapshot.history, UInt64(bitPattern: snapshot[0].snapshot.end))
            case .feed(let request, let history, let end):
                Vocabulary.mark(5, request.mark, history, UInt64(bitPattern: end))
            case .primaryIsThere(let node): Vocabulary.mark(6, UInt64(node))
            case .confirm(let node, let end):
                Vocabulary.mark(7, UInt64(node), UInt64(bitPattern: end))
            case .linkEnded(let node): Vocabulary.mark(8, UInt64(node))
            case .flush: Vocabulary.mark(9)
            case .fork: Vocabulary.mark(10)
            case .sentinel(let word): Vocabulary.mark(11, word.mark)
            case .tick: Vocabulary.mark(12)
            case .fileWasRead: Vocabulary.mark(13)
            case .fileUnreadable: Vocabulary.mark(14)
            case .synced: Vocabulary.mark(15)
            case .written: Vocabulary.mark(16)
            case .rewrite(let step): Vocabulary.mark(17, UInt64(step.rawValue))
            case .saved: Vocabulary.mark(18)
            case .cluster(let word): Vocabulary.mark(19, word.mark)
            case .forget(let share): Vocabulary.mark(20, share.bitPattern)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .snapshot(let snapshot) = self { _ = snapshot.held() } }
        public func noteDiscarded() { if case .snapshot(let snapshot) = self { snapshot.letGo() } }
    }

    /// A replica says how far it is.
    public struct Attachment: Marked, BitwiseCopyable {
        let node: UInt16
        let history: UInt64
        let end: Int64

        public var mark: UInt64 { Vocabulary.mark(UInt64(node), history, UInt64(bitPattern: end)) }
    }

    public nonisolated let seat: Seat
    let settings: CacheSettings
    let nodes: Endpoints<CacheNode>
    let sentinels: Endpoints<CacheSentinel>?
    let layout: CacheLayout
    let shard: Int
    let pairs: Pool<CachePair>
    @exclusivity(unchecked) var store = CacheStore()
    @exclusivity(unchecked) var log: ReplicationLog
    /// Whom it follows; nil for a primary.
    @exclusivity(unchecked) var primary: Int?
    @exclusivity(unchecked) var isLoading = false
    @exclusivity(unchecked) var random: RandomStream
    @exclusivity(unchecked) private var costs: RandomStream
    @exclusivity(unchecked) var ticks = 0

    // As a primary.
    @exclusivity(unchecked) var links: [ReplicaLink]  // by copy
    @exclusivity(unchecked) var isForkDue = false
    /// How much of the log has gone to the replicas, and whether the rest goes soon.
    @exclusivity(unchecked) var sent: Int64 = 0
    @exclusivity(unchecked) var isFlushDue = false

    // As a replica.
    @exclusivity(unchecked) var link = PrimaryLink.none
    /// When the primary was last heard of.
    @exclusivity(unchecked) var heard = Instant.start
    @exclusivity(unchecked) var linkLostAt = Instant.start

    /// What it knows of the other nodes; nil unless they make replicas primaries themselves.
    @exclusivity(unchecked) var view: ClusterView?

    // Its disk.
    let config: File<CacheConfig>
    let file: AppendOnlyFile?
    /// What waits while the node is stopped by a write to its disk.
    @exclusivity(unchecked) var held: [(request: CacheRequest, ticket: Ticket<CacheAnswer>)] = []
    /// What is said when the next sync is done.
    @exclusivity(unchecked) var answers: [(answer: CacheAnswer, ticket: Ticket<CacheAnswer>)] = []

    /// - Parameters:
    ///   - sentinels: who watches it; nil where nobody does, or the nodes do among each other.
    public init(
        seat: Seat, nodes: Endpoints<CacheNode>, sentinels: Endpoints<CacheSentinel>?,
        settings: CacheSettings
    ) {
        self.seat = seat
        self.nodes = nodes
        self.sentinels = sentinels
        self.settings = settings
        layout = CacheLayout(nodes: nodes.count, replicas: settings.replicas)
        shard = layout.shard(ofNode: seat.number)
        pairs = seat.pool(of: CachePair.self)
        random = seat.stream("cache")
        costs = seat.stream("cache costs")
        log = ReplicationLog(limit: settings.backlog)
        links = Array(repeating: ReplicaLink(), count: layout.copies)
        config = seat.file(FileName("cache config"))
        let first = layout.firstPrimary(of: shard)
        primary =
            config.numbers.last.map { [config] in config[$0].primary } ?? (first == seat.number ? nil : first)
        file = settings.appendOnly == .no ? nil : AppendOnlyFile(on: seat)
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .ask: settings.commandTime.drawn(from: &costs)
        case .feed: settings.feedTime.drawn(from: &costs)
        case .fork, .rewrite(.begins): forkPause
        case .snapshot(let snapshot): loadTime(of: snapshot[0].snapshot.store.used)
        case .fileWasRead: loadTime(of: file?.size ?? .zero)
        default: .zero
        }
    }

    private var forkPause: Span {
        Span(roundingNanoseconds: Double(settings.forkPause.nanoseconds) * Double(store.used.bytes) / 1e9)
    }

    private func loadTime(of size: ByteCount) -> Span {
        Span(roundingNanoseconds: 1e9 * Double(size.bytes) / Double(settings.loadRate.bytes))
    }

    public var memory: ByteCount { store.used }

    public func begin(in shift: Shift) {
        lookLater(in: shift)
        if settings.failover == .cluster {
            view = ClusterView(layout, at: shift.now)
            if let known = config.numbers.last.map({ config[$0] }) {
                (view!.epoch, view!.voteEpoch) = (known.epoch, known.voteEpoch)
                view!.owners[shard] = (primary ?? seat.number, known.configEpoch)
            }
        }
        guard file?.isEmpty == false else { return serve(in: shift) }
        isLoading = true
        readFile(in: shift)
    }

    /// What it has on its disk is in its memory.
    func serve(in shift: Shift) {
        isLoading = false
        if primary == nil { log.begin(random.next() | 1) } else { attach(in: shift) }
    }

    private func lookLater(in shift: Shift) { _ = shift.arm(.tick, after: Self.period) }

    /// Ten times a second, as `hz` says.
    static let period = Span.milliseconds(100)

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let request, let ticket): take(request, ticket, in: shift)
        case .attach(let attachment): take(attachment, in: shift)
        case .goOn(let node, let history): goOn(node, history, in: shift)
        case .snapshot(let snapshot): load(snapshot, in: shift)
        case .feed(let request, let history, let end): follow(request, history, end, in: shift)
        case .primaryIsThere(let node): if primary == Int(node) { heard = shift.now }
        case .confirm(let node, let end): confirm(node, end, in: shift)
        case .linkEnded(let node): linkEnded(Int(node), in: shift)
        case .flush: flush(in: shift)
        case .fork: sendEverything(in: shift)
        case .forget(let share): forget(share, in: shift)
        case .sentinel(let word): take(word, in: shift)
        case .cluster(let word): take(word, in: shift)
        case .tick:
            ticks += 1
            dropOverdue(in: shift)
            lookAtFile(in: shift)
            if ticks % 10 == 0 { lookAtReplication(in: shift) }
            lookAtCluster(in: shift)
            lookLater(in: shift)
        case .fileWasRead: loadFile(in: shift)
        case .fileUnreadable: shift.end()  // a node whose file cannot be read does not start
        case .synced: synced(in: shift)
        case .written: written(in: shift)
        case .rewrite(let step): take(step, in: shift)
        case .saved: break
        }
    }

    // MARK: Looking on

    public var isPrimary: Bool { primary == nil }
    /// Whether it follows a primary, and has all that this one had a moment ago.
    public var isInStep: Bool { link == .isFed }

    enum Following: Hashable {
        case nobody
        case fed(by: Int)
        /// It does not have what its primary has.
        case behind
    }

    var followed: Following {
        guard !isLoading else { return .behind }
        return primary.map { link == .isFed ? .fed(by: $0) : .behind } ?? .nobody
    }

    public var entryCount: Int { store.count }
    public var logEnd: Int64 { log.end }
    public var keys: [CacheKey] { store.keys }

    /// What is there under a key.
    public func look(at key: CacheKey) -> CacheValue? {
        var copy = store
        let effect = copy.carryOut(.get, on: key, at: LocalTime(nanoseconds: 0), writing: pairs)
        if case .value(let value) = effect.answer { return value }
        return nil
    }
}
