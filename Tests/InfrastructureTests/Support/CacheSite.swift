import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// A part that uses a cache: it does what it is told, and writes down what came of it.
actor Customer: CacheUser {
    enum Inbox: Marked {
        case ask(CacheKey, CacheCommand, id: Int)
        /// Writes `count` numbers, each under a key of its own, one every so often.
        case write(from: Int, count: Int, every: Span)
        case cache(CacheNews)

        var mark: UInt64 {
            switch self {
            case .ask(let key, _, let id): Vocabulary.mark(1, key.word, UInt64(id))
            case .write(let first, let count, _): Vocabulary.mark(2, UInt64(first), UInt64(count))
            case .cache(let news): Vocabulary.mark(3, news.mark)
            }
        }

        static var isCounted: Bool { true }
        func noteCopied() { if case .cache(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .cache(let news) = self { news.noteDiscarded() } }
    }

    static func cache(_ news: CacheNews) -> Inbox { .cache(news) }
    typealias CacheStep = Int

    struct Outcome {
        let id: Int
        let time: Instant
        let result: Result<CacheAnswer, CacheError>
        var text: String
    }

    nonisolated let seat: Seat
    private var cache: CacheClient<Customer>
    private(set) var outcomes: [Outcome] = []
    /// When each write was acknowledged, in that order.
    private(set) var acknowledged: [(id: Int, time: Instant)] = []

    init(seat: Seat, place: CachePlace, settings: CacheClientSettings) {
        self.seat = seat
        cache = CacheClient(of: place, settings: settings, on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let key, let command, let id): cache.ask(key, command, then: id, in: shift)
        case .write(let first, let count, let span):
            cache.ask(CacheKey(1, first), .set(CacheValue(UInt64(first))), then: first, in: shift)
            if count > 1 {
                _ = shift.arm(.write(from: first + 1, count: count - 1, every: span), after: span)
            }
        case .cache(let news):
            guard let (id, result) = cache.hear(news, in: shift) else { return }
            if case .success(.done) = result { acknowledged.append((id, shift.now)) }
            outcomes.append(Outcome(id: id, time: shift.now, result: result, text: Self.text(result)))
            if case .success(let answer) = result { answer.noteDiscarded() }
        }
    }

    private static func text(_ result: Result<CacheAnswer, CacheError>) -> String {
        switch result {
        case .success(.done): "done"
        case .success(.nothing): "nothing"
        case .success(.value(let value)): "\(value.word)"
        case .success(.number(let number)): "(\(number))"
        case .success(.pairs(let pairs)):
            (0..<pairs.count).map { "\(pairs[$0].field):\(pairs[$0].value.word)" }.joined(separator: " ")
        case .success(.refused(let error)), .failure(let error): "\(error)"
        }
    }
}

/// A cache of some shards, three sentinels and customers, on one rack, 100 us apart. A customer that is pinned asks the
/// first primary, whoever that is by now.
struct CacheSite {
    let cluster: Cluster
    let nodes: Endpoints<CacheNode>
    let sentinels: Endpoints<CacheSentinel>
    let customers: Endpoints<Customer>
    let place: CachePlace

    init(
        seed: UInt64 = 1, shards: Int = 1, customers customerCount: Int = 1,
        rule: PromotionRule = .mostComplete,
        sync: Span = .milliseconds(1), depth: Int = 1,
        client: CacheClientSettings = CacheClientSettings(), pinned: Int? = nil,
        _ change: (inout CacheSettings, inout SentinelSettings) -> Void = { _, _ in }
    ) {
        var (settings, watching) = (CacheSettings(), SentinelSettings())
        settings.appendOnly = .no
        change(&settings, &watching)
        cluster = Cluster(seed: seed, zones: ["rack"]) { _, _ in
            LinkProfile(delay: .delay(.microseconds(100)))
        }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let hardware = Hardware(
            processor: .init(cores: 1),
            disk: .init(
                DiskProfile(
                    sync: .delay(sync), read: .delay(.microseconds(100)), bytesPerSecond: 1_000_000_000),
                capacity: .megabytes(10_000), depth: depth),
            uplink: wire, downlink: wire)
        func zones(_ count: Int) -> [Zone] { Array(repeating: Zone(number: 0), count: count) }
        let nodes = cluster.reserve(
            "cache", of: CacheNode.self, on: hardware, in: zones(shards * (settings.replicas + 1)))
        let sentinels = cluster.reserve(
            "cache-sentinel", of: CacheSentinel.self, on: hardware, in: zones(3))
        (self.nodes, self.sentinels) = (nodes, sentinels)
        let place = CachePlace(nodes: nodes, sentinels: sentinels, settings: settings)
        self.place = place
        cluster.start(nodes) { [settings] seat, _ in
            CacheNode(seat: seat, nodes: nodes, sentinels: sentinels, settings: settings)
        }
        cluster.start(sentinels) { [settings, watching] seat, _ in
            CacheSentinel(
                seat: seat, nodes: nodes, sentinels: sentinels, replicas: settings.replicas,
                settings: watching, rule: rule)
        }
        customers = cluster.add("customer", count: customerCount, on: hardware, in: Zone(number: 0)) {
            [settings] seat, number in
            var settings = settings
            if number == pinned { settings.failover = .none }
            return Customer(
                seat: seat, place: CachePlace(nodes: nodes, sentinels: sentinels, settings: settings),
                settings: client)
        }
    }

    func ask(_ command: CacheCommand, _ key: CacheKey = CacheKey(7), id: Int = 0, at time: Span) {
        cluster.deliver(.ask(key, command, id: id), to: customers[0], at: .at(time))
    }

    func write(_ count: Int, from first: Int = 0, at start: Span, every span: Span, by customer: Int = 0) {
        cluster.deliver(
            .write(from: first, count: count, every: span), to: customers[customer], at: .at(start))
    }

    func run(until end: Span) { #expect(cluster.run(until: .at(end)) == .reachedEnd) }

    func machines(_ numbers: Int...) -> MachineSet { cluster.machines(of: numbers.map { nodes[$0] }) }

    var outcomes: [String] { cluster.inspect(customers[0]) { $0.outcomes.map(\.text) } ?? [] }
    func acknowledged(by customer: Int = 0) -> [(id: Int, time: Instant)] {
        cluster.inspect(customers[customer]) { $0.acknowledged } ?? []
    }

    /// What is stored under a key at a node.
    func value(_ key: CacheKey, at node: Int) -> UInt64? {
        (cluster.inspect(nodes[node]) { $0.look(at: key)?.word }) ?? nil
    }

    /// Which of some writes a node does not have.
    func missing(_ ids: [Int], at node: Int) -> [Int] {
        let keys = Set((cluster.inspect(nodes[node]) { $0.keys } ?? []).map(\.word))
        return ids.filter { !keys.contains(CacheKey(1, $0).word) }
    }

    func isPrimary(_ node: Int) -> Bool { cluster.inspect(nodes[node]) { $0.isPrimary } ?? false }

    func events(of sentinel: Int) -> [(time: Instant, event: CacheSentinel.SentinelEvent)] {
        cluster.inspect(sentinels[sentinel]) { $0.events } ?? []
    }
}
