import Chat
import Cluster
import Designs
import Experiments
import Simulation
import Testing
import Vocabulary

/// Four people with a phone each, 10 ms away from their one server, and the faults of a file. User 0 writes to user 1,
/// and user 2 to user 3, half a second after each second, for 30 s. A letter takes about 21 ms: two ways, the work and a
/// sync.
final class FaultRun {
    /// Takes orders, and notes when they come.
    actor Clerk: Part {

        enum Inbox: Marked {
            case order(String)

            var mark: UInt64 {
                switch self {
                case .order(let text): Purpose(text).number
                }
            }
        }

        nonisolated let seat: Seat
        private(set) var orders: [String] = []

        init(seat: Seat) { self.seat = seat }

        func cost(of message: Inbox) -> Span { .zero }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .order(let text): orders.append("\(text) at \(shift.now - .start)")
            }
        }
    }

    static let sheet = DesignSheet(
        "single-server", "A server, and a clerk who takes orders",
        roles: SingleServer.sheet.roles + [clerk], checksCredentials: true)
    static let clerk = RoleSheet(
        "clerk", "Takes orders", partsKnob: "parts", faults: partFaults, settings: Parts.self)

    static let partFaults = [
        "leader-loss", "rebalance", "flush", "evict", "stale", "configuration",
    ]

    struct Parts: Settings {
        var parts = 3
        static let knobs: [Knob<Parts>] = [Knob("parts", \.parts, "parts of a clerk", in: 1...9)]
    }

    let cluster: Cluster
    let town: Town
    private let ledger: Ledger
    private let clerks: Endpoints<Clerk>
    private let samples = Samples()

    private final class Samples {
        var all: [Sample] = []
    }

    /// - Parameter faults: as lines of a file, `pause: { target: server }`; each from 10 s on, for 5 s unless
    /// it says otherwise.
    convenience init(_ faults: String...) throws { try self.init(faults) }

    init(clerks count: Int = 1, _ faults: [String]) throws {
        let list = faults.enumerated().map { number, fault in
            "  - { name: fault-\(number), \(fault.contains("at:") ? "" : "at: 10s, for: 5s, ")\(fault) }"
        }
        let text = """
            hubbub: 1
            name: faults
            design: single-server
            seed: 1
            duration: 30s
            users: { count: 4 }
            topology: { clerk: { count: \(count) } }
            faults:\(list.isEmpty ? " []" : "\n" + list.joined(separator: "\n"))

            """
        let loaded = ScenarioLoader(designs: [Self.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "faults.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        var plan = PopulationPlan()
        plan.users = 4
        plan.regions = [("home", 1)]
        plan.script = (0..<30).flatMap { second in
            [0, 2].map {
                ScriptedAct(
                    at: .milliseconds(1_000 * Int64(second) + 500), user: User($0),
                    .send(.direct(User($0 + 1))))
            }
        }
        let way = LinkProfile(delay: .delay(.milliseconds(10)))
        cluster = Cluster(seed: 1, zones: ["home", "home wifi"], regions: ["home", "home"]) { from, to in
            from == to ? LinkProfile() : way
        }
        var settings = LedgerSettings()
        settings.stages = SingleServer.stageNames
        let assembly = Assembly(
            Self.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]],
            setups: ["server": Site.Setup()], ledger: settings
        ) { [samples] in samples.all += $0 }
        let site = assembly.site
        ledger = assembly.ledger
        let door = SingleServer.build(on: site)
        clerks = cluster.add(
            "clerk", count: count,
            on: Hardware(
                processor: nil, uplink: Bandwidth(.gigabitsPerSecond(1)),
                downlink: Bandwidth(.gigabitsPerSecond(1))), in: Zone(number: 0)
        ) { seat, _ in Clerk(seat: seat) }
        for kind in Self.partFaults {
            site.partFaults.offer(kind, of: Self.clerk) { [clerks] fault in
                PartOrder(
                    "order", to: clerks,
                    .order("\(fault.kind) \(fault.partition) \(fault.share) \(fault.age)"),
                    healedBy: .order("end of \(kind)"))
            }
        }
        let phones: Addresses<Phone>
        (town, phones) = assembly.settle(app: AppSettings(), in: [Zone(number: 1)], door: door)
        FaultSchedule(scenario).plan(in: cluster, town: town, phones: phones, site: site)
        #expect(cluster.run(until: .at(.minutes(3))) == .reachedEnd)
        ledger.finish(at: .at(.minutes(3)))
    }

    /// Letters that took longer than 50 ms, from either sender: by the second in which they were tapped.
    var late: [Int] {
        Set(
            samples.all.filter { $0.metric == .delivery && $0.latency.map { $0 > .milliseconds(50) } ?? true }
                .map {
                    Int($0.intended.nanoseconds / 1_000_000_000)
                }
        ).sorted()
    }

    /// How many deliveries were late, of both senders.
    var lateCount: Int {
        samples.all.count { $0.metric == .delivery && $0.latency.map { $0 > .milliseconds(50) } ?? true }
    }

    /// The moments of all taps.
    var taps: [Instant] { samples.all.filter { $0.metric == .accept }.map(\.intended).sorted() }

    var counts: LedgerCounts { ledger.counts }

    var orders: [String] { cluster.inspect(clerks[0]) { $0.orders } ?? [] }

    var digests: [Digest] { [cluster.world.traceDigest, cluster.world.behaviourDigest] }
}
