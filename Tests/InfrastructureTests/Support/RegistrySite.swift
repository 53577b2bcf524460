import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// A part that uses a registry: it does what it is told, and writes down what came of it.
actor Tenant: RegistryUser {
    enum Inbox: Marked {
        case read(RegistryRead, id: Int)
        case write(RegistryWrite, id: Int)
        /// Under its leadership in a folder.
        case lead(RegistryWrite, folder: UInt32, id: Int)
        case stand(UInt32)
        case follow(UInt32)
        /// Makes entries of one folder, one after the other, each as often as it takes.
        case make(folder: UInt32, every: Span = .zero)
        case makeAgain
        /// Sets an entry under each leadership that it has had last, also when it has lost it, to the epoch of that.
        case rule(RegistryName, every: Span)
        case registry(RegistryNews)
        /// One core is at it for so long.
        case work(Span)

        var mark: UInt64 {
            switch self {
            case .read(_, let id): Vocabulary.mark(1, UInt64(id))
            case .write(_, let id): Vocabulary.mark(2, UInt64(id))
            case .lead(_, let folder, let id): Vocabulary.mark(3, UInt64(folder), UInt64(id))
            case .stand(let folder): Vocabulary.mark(4, UInt64(folder))
            case .make(let folder, _): Vocabulary.mark(5, UInt64(folder))
            case .makeAgain: Vocabulary.mark(6)
            case .registry(let news): Vocabulary.mark(7, news.mark)
            case .follow(let folder): Vocabulary.mark(8, UInt64(folder))
            case .work(let span): Vocabulary.mark(10, UInt64(span.nanoseconds))
            case .rule(let name, _): Vocabulary.mark(9, UInt64(name.folder), UInt64(name.number))
            }
        }

        static var isCounted: Bool { true }
        func noteCopied() { if case .registry(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .registry(let news) = self { news.noteDiscarded() } }
    }

    static func registry(_ news: RegistryNews) -> Inbox { .registry(news) }
    typealias RegistryStep = Int

    nonisolated let seat: Seat
    private var registry: RegistryClient<Tenant>
    private(set) var heard: [String] = []
    private(set) var times: [Instant] = []
    /// When each entry was made, as far as it was told.
    private(set) var made: [(number: UInt32, time: Instant)] = []
    private var making: UInt32?
    private var pause = Span.zero
    /// Which were there already when they were made again.
    private(set) var met: [UInt32] = []
    private(set) var fence: RegistryFence?
    /// What it has set under its leaderships, as far as it was told.
    private(set) var ruled: [(version: UInt64, epoch: UInt64)] = []

    init(seat: Seat, servers: Endpoints<RegistryServer>, settings: RegistryClientSettings) {
        self.seat = seat
        registry = RegistryClient(of: servers, settings: settings, on: seat)
    }

    func cost(of message: Inbox) -> Span { if case .work(let span) = message { span } else { .zero } }

    func begin(in shift: Shift) { registry.open(in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .read(let read, let id): registry.ask(read, then: id, in: shift)
        case .write(let write, let id): registry.ask(write, then: id, in: shift)
        case .lead(let write, _, let id): registry.ask(write, under: fence, then: id, in: shift)
        case .stand(let folder):
            registry.stand(for: folder, with: RegistryValue(UInt64(seat.number)), in: shift)
        case .follow(let folder): registry.follow(folder, in: shift)
        case .make(let folder, let span):
            (making, pause) = (folder, span)
            makeNext(in: shift)
        case .makeAgain: makeNext(in: shift)
        case .rule(let name, let pause):
            if let fence {
                registry.ask(
                    .set(name, RegistryValue(fence.epoch), version: nil), under: fence, then: -2, in: shift)
            }
            _ = shift.arm(message, after: pause)
        case .work: break
        case .registry(let news):
            for outcome in registry.hear(news, in: shift) { take(outcome, in: shift) }
        }
    }

    private func makeNext(in shift: Shift) {
        let number = made.last.map { $0.number + 1 } ?? 0
        registry.ask(
            .create(RegistryName(making!, number), RegistryValue(UInt64(number)), isEphemeral: false),
            then: -1, in: shift)
    }

    private func take(_ outcome: RegistryOutcome<Int>, in shift: Shift) {
        switch outcome {
        case .answered(-1, let result):
            let number = made.last.map { $0.number + 1 } ?? 0
            switch result {
            case .failure(.exists):
                met.append(number)
                made.append((number, shift.now))
            case .success: made.append((number, shift.now))
            case .failure:
                _ = shift.arm(.makeAgain, after: .milliseconds(20))
                return
            }
            if pause == .zero { makeNext(in: shift) } else { _ = shift.arm(.makeAgain, after: pause) }
        case .answered(-2, let result):
            if case .success(.entry(let entry)) = result {
                ruled.append((UInt64(entry.version), entry.value.word))
            }
        case .answered(let id, .success(.entry(let entry))):
            note("\(id): \(entry.value.word) v\(entry.version)", in: shift)
        case .answered(let id, .success(.entries(let entries))):
            note("\(id): \((0..<entries.count).map { Int(entries[$0].name.number) })", in: shift)
            entries.letGo()
        case .answered(let id, .success(let answer)): note("\(id): \(answer)", in: shift)
        case .answered(let id, .failure(let error)): note("\(id): \(error)", in: shift)
        case .changed(.entry(let name)): note("changed \(name.folder)/\(name.number)", in: shift)
        case .changed(.folder(let folder)): note("changed \(folder)", in: shift)
        case .members(_, let values): note("members \(values.map(\.word))", in: shift)
        case .elected(let fence):
            self.fence = fence
            note("elected", in: shift)
        case .deposed: note("deposed", in: shift)
        case .suspended: note("suspended", in: shift)
        case .resumed: note("resumed", in: shift)
        case .expired: note("expired", in: shift)
        }
    }

    private func note(_ text: String, in shift: Shift) {
        heard.append(text)
        times.append(shift.now)
    }
}

/// Three servers of a registry and some tenants, 100 us apart. A sync takes 100 us.
struct RegistrySite {
    let cluster: Cluster
    let servers: Endpoints<RegistryServer>
    let tenants: Endpoints<Tenant>

    init(
        seed: UInt64 = 1, servers count: Int = 3, tenants tenantCount: Int = 3,
        session: Span = .seconds(10), rules: RegistryRules = RegistryRules(),
        _ change: (inout RegistrySettings) -> Void = { _ in }
    ) {
        var settings = RegistrySettings()
        change(&settings)
        cluster = Cluster(seed: seed, zones: ["rack"]) { _, _ in
            LinkProfile(delay: .delay(.microseconds(100)))
        }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let hardware = Hardware(
            processor: .init(cores: 2),
            disk: .init(
                DiskProfile(
                    sync: .delay(.microseconds(100)), read: .delay(.microseconds(100)),
                    bytesPerSecond: 1_000_000_000), capacity: .megabytes(10_000)),
            uplink: wire, downlink: wire)
        let rack = Zone(number: 0)
        let servers = cluster.reserve(
            "registry", of: RegistryServer.self, on: hardware, in: Array(repeating: rack, count: count))
        self.servers = servers
        cluster.start(servers) { [settings] seat, _ in
            RegistryServer(seat: seat, servers: servers, settings: settings, rules: rules)
        }
        var client = RegistryClientSettings()
        client.session = session
        tenants = cluster.add("tenant", count: tenantCount, on: hardware, in: rack) {
            [client] seat, _ in Tenant(seat: seat, servers: servers, settings: client)
        }
    }

    func tell(_ message: Tenant.Inbox, _ tenant: Int = 0, at time: Span) {
        cluster.deliver(message, to: tenants[tenant], at: .at(time))
    }

    func run(until end: Span) { #expect(cluster.run(until: .at(end)) == .reachedEnd) }

    func machines(_ numbers: Int...) -> MachineSet { cluster.machines(of: numbers.map { servers[$0] }) }
    func tenantMachines(_ numbers: Int...) -> MachineSet {
        cluster.machines(of: numbers.map { tenants[$0] })
    }

    func heard(_ tenant: Int = 0) -> [String] { cluster.inspect(tenants[tenant]) { $0.heard } ?? [] }
    func times(_ tenant: Int = 0) -> [Instant] { cluster.inspect(tenants[tenant]) { $0.times } ?? [] }
    func made(_ tenant: Int = 0) -> [(number: UInt32, time: Instant)] {
        cluster.inspect(tenants[tenant]) { $0.made } ?? []
    }

    var leader: Int? {
        servers.indices.first { number in
            (cluster.inspect(servers[number]) { $0.standing == .leads && $0.isServing }) ?? false
        }
    }
    func isServing(_ server: Int) -> Bool { cluster.inspect(servers[server]) { $0.isServing } ?? false }

    func ruled(_ tenant: Int) -> [(version: UInt64, epoch: UInt64)] {
        cluster.inspect(tenants[tenant]) { $0.ruled } ?? []
    }

    func entries(of folder: UInt32, at server: Int) -> [RegistryEntry] {
        cluster.inspect(servers[server]) { $0.entries(of: folder) } ?? []
    }

    func entry(_ name: RegistryName, at server: Int) -> RegistryEntry? {
        (cluster.inspect(servers[server]) { $0[name] }) ?? nil
    }
}
