import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// What an asker asks for.
enum AskerKind: Sendable { case write, read }

/// Asks a cache for numbers, and sets them, in turn.
actor CacheAsker: CacheUser {
    enum Inbox: Marked {
        case due
        case cache(CacheNews)

        var mark: UInt64 {
            switch self {
            case .due: Vocabulary.mark(1)
            case .cache(let news): Vocabulary.mark(2, news.mark)
            }
        }
        static var isCounted: Bool { true }
        func noteCopied() { if case .cache(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .cache(let news) = self { news.noteDiscarded() } }
    }

    static func cache(_ news: CacheNews) -> Inbox { .cache(news) }
    typealias CacheStep = Instant

    nonisolated let seat: Seat
    @exclusivity(unchecked) private var cache: CacheClient<CacheAsker>
    private let gap: Span
    @exclusivity(unchecked) private var count = 0
    /// How long each answer took, in ns.
    @exclusivity(unchecked) private(set) var times: [UInt64] = []

    init(seat: Seat, place: CachePlace, gap: Span) {
        self.seat = seat
        self.gap = gap
        cache = CacheClient(of: place, settings: CacheClientSettings(), on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) {
        _ = shift.arm(.due, after: .seconds(3) + gap * Int64(seat.number) / 8)
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .due:
            count += 1
            let key = CacheKey(UInt8(seat.number + 1), count / 2 % 10_000)
            cache.ask(
                key, count % 2 == 0 ? .set(CacheValue(UInt64(count))) : .get, then: shift.now, in: shift)
            _ = shift.arm(.due, after: gap)
        case .cache(let news):
            guard let (asked, result) = cache.hear(news, in: shift) else { return }
            times.append((shift.now - asked).nanoseconds.magnitude)
            if case .success(let answer) = result { answer.noteDiscarded() }
        }
    }
}

/// Has a session at a registry, and an entry that it sets or reads.
actor RegistryAsker: RegistryUser {
    enum Inbox: Marked {
        case begins
        case due
        case registry(RegistryNews)

        var mark: UInt64 {
            switch self {
            case .due: Vocabulary.mark(1)
            case .registry(let news): Vocabulary.mark(2, news.mark)
            case .begins: Vocabulary.mark(3)
            }
        }
        static var isCounted: Bool { true }
        func noteCopied() { if case .registry(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .registry(let news) = self { news.noteDiscarded() } }
    }

    static func registry(_ news: RegistryNews) -> Inbox { .registry(news) }
    typealias RegistryStep = Instant

    nonisolated let seat: Seat
    @exclusivity(unchecked) private var registry: RegistryClient<RegistryAsker>
    private let kind: AskerKind
    private let gap: Span
    /// How long each answer took, in ns.
    @exclusivity(unchecked) private(set) var times: [UInt64] = []

    init(seat: Seat, servers: Endpoints<RegistryServer>, kind: AskerKind, gap: Span) {
        self.seat = seat
        self.kind = kind
        self.gap = gap
        registry = RegistryClient(of: servers, settings: RegistryClientSettings(), on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    /// When all servers serve: it is attached to the first that it asks.
    func begin(in shift: Shift) { _ = shift.arm(.begins, after: .seconds(3)) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .begins:
            registry.open(in: shift)
            let entry = RegistryWrite.create(RegistryName(1, 0), RegistryValue(0), isEphemeral: false)
            registry.ask(entry, then: shift.now, in: shift)
            _ = shift.arm(.due, after: .seconds(2) + gap * Int64(seat.number) / 10)
        case .due:
            let name = RegistryName(1, 0)
            switch kind {
            case .write:
                registry.ask(.set(name, RegistryValue(1), version: nil), then: shift.now, in: shift)
            case .read: registry.ask(.get(name, watches: false), then: shift.now, in: shift)
            }
            _ = shift.arm(.due, after: gap)
        case .registry(let news):
            for outcome in registry.hear(news, in: shift) {
                if case .answered(let asked, _) = outcome {
                    times.append((shift.now - asked).nanoseconds.magnitude)
                }
            }
        }
    }
}

/// Writes rows into partitions of a wide-column store, or reads the last ten of each.
actor WideColumnAsker: WideColumnUser {
    enum Inbox: Marked {
        case due
        case news(WideNews<WideColumnAsker>)

        var mark: UInt64 {
            switch self {
            case .due: Vocabulary.mark(1)
            case .news(let news): Vocabulary.mark(2, news.mark)
            }
        }
        static var isCounted: Bool { true }
        func noteCopied() { if case .news(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .news(let news) = self { news.noteDiscarded() } }
    }

    static func wideColumn(_ news: WideNews<WideColumnAsker>) -> Inbox { .news(news) }
    typealias WideStep = Instant

    private static let partitions: UInt64 = 1_000

    nonisolated let seat: Seat
    @exclusivity(unchecked) private var store: WideColumnClient<WideColumnAsker>
    private let kind: AskerKind
    private let gap: Span
    @exclusivity(unchecked) private var count: UInt64 = 0
    /// How long each answer took, in ns.
    @exclusivity(unchecked) private(set) var times: [UInt64] = []

    init(seat: Seat, ring: WideColumnRing, settings: WideColumnSettings, kind: AskerKind, gap: Span) {
        self.seat = seat
        self.kind = kind
        self.gap = gap
        store = WideColumnClient(of: ring, settings: settings, on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) { _ = shift.arm(.due, after: .seconds(1) + gap * Int64(seat.number) / 4) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .due:
            count += 1
            let partition = UInt64(seat.number) << 32 | count % Self.partitions
            // What is read was written in the first five seconds.
            if kind == .write || shift.now < .at(.seconds(5)) {
                let row = WideRow(
                    in: partition, at: count, value: count, weight: .kilobytes(1), lifetime: nil)
                store.write(row, at: .quorum, then: shift.now, in: shift)
            } else {
                let read = WideRead(of: partition, limit: 10, descends: true)
                store.read(read, at: .quorum, then: shift.now, in: shift)
            }
            _ = shift.arm(.due, after: gap)
        case .news(let news):
            switch store.hear(news, in: shift) {
            case .written(let asked): times.append((shift.now - asked).nanoseconds.magnitude)
            case .page(let page, _, let asked):
                page.letGo()
                times.append((shift.now - asked).nanoseconds.magnitude)
            case .failed(let error, _): preconditionFailure("a quorum of healthy nodes fails: \(error)")
            case nil: break
            }
        }
    }
}
