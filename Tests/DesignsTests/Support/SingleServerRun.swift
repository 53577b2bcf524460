import Chat
import Cluster
import Designs
import Simulation
import Vocabulary

/// A few people and one server, 10 ms away from each of them, both ways, on which everything takes a time
/// that can be worked out.
///
/// The wires carry a byte a nanosecond, and so does the disk; a letter takes the CPU 200 us, any other word
/// 20 us, a sync 50 us. A letter of a script has 1,024 B; every word has 250 B around it, and 52 B of
/// headers. Apps send again after 10 to 11 s, ping every 10 s, and their owners have read a letter 1 s
/// after they saw it.
final class SingleServerRun {
    private final class Box {
        var samples: [Sample] = []
        var taps: [String] = []
    }

    let cluster: Cluster
    let ledger: Ledger
    private let box: Box
    private let phones: Addresses<Phone>
    private let town: Town
    private let site: Site

    /// - Parameters:
    ///   - devices: of each user.
    ///   - room: whether there is room 0, with everybody in it.
    ///   - server: knobs that are turned.
    init(
        users: Int = 2, devices: Int = 1, room: Bool = false, seed: UInt64 = 1,
        server: [String: String] = [:], script: [ScriptedAct] = [], link: LinkProfile? = nil,
        rules: ServerRules = ServerRules(), app appRules: AppRules = AppRules(),
        plan change: (inout PopulationPlan) -> Void = { _ in },
        ledger changeLedger: (inout LedgerSettings) -> Void = { _ in }
    ) {
        var plan = PopulationPlan()
        plan.users = users
        plan.devices = (1...devices).map { $0 == devices ? 1 : 0 }
        plan.deviceLimit = devices
        plan.rooms = room ? [(size: users, share: 1)] : []
        plan.script = script
        plan.end = .minutes(10)
        change(&plan)
        let way = link ?? LinkProfile(delay: .delay(.milliseconds(10)))
        cluster = Cluster(seed: seed, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : way }
        cluster.lineSettings = LineSettings(pingEvery: .seconds(10))

        var settings = LedgerSettings()
        settings.stages = SingleServer.stageNames
        settings.sendsReceipts = true
        settings.sendsReads = true
        settings.placeName = { place in
            Place.phone(at: place).map { "the phone of \($0)" } ?? "machine \(place)"
        }
        changeLedger(&settings)
        let box = Box()
        self.box = box
        var knobs = [
            "cores": "1", "bandwidth": "8Gbit/s", "disk-rate": "1GB/s", "sync": "50us",
            "service-time": "200us",
            "receipt-time": "20us", "connect-time": "500us",
        ]
        knobs.merge(server) { $1 }
        let assembly = Assembly(
            SingleServer.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]],
            setups: [
                "server": Site.Setup(
                    settings: ServerSettings(
                        knobs.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }))
            ], ledger: settings
        ) { box.samples += $0 }
        ledger = assembly.ledger
        site = assembly.site
        let door = SingleServer.build(on: site, rules: rules)
        var app = AppSettings()
        app.readAfter = .delay(.seconds(1))
        var appPlan = AppPlan()
        appPlan.rules = appRules
        (town, phones) = assembly.settle(app: app, appPlan, in: [Zone(number: 1)], door: door)
        town.tapped = { letter, device, time in
            box.taps.append(
                "\(letter.id) on \(device) to \(letter.destination), \(letter.bytes) B, "
                    + "at \(time.nanoseconds) ns")
        }
    }

    /// The server goes down, and is back after a second.
    func crash(at time: Span, for duration: Span = .seconds(1), losing kind: CrashKind = .unsynced) {
        cluster.plan(Crash(cluster.allMachines, losing: kind), at: .at(time), for: duration)
    }

    func revoke(_ user: UInt32, at time: Span) {
        cluster.plan(Joint("revoke", [site.revocations.fault(of: User(user))]), at: .at(time), for: nil)
    }

    /// How often apps logged in again.
    var logins: UInt64 { town.logins }

    /// These people are without access for a while.
    func disconnect(_ people: [User], at time: Span, for duration: Span) {
        cluster.plan(
            Disconnection(of: town.phones(of: people, among: phones), town: town), at: .at(time),
            for: duration)
    }

    /// Plays all of it, and closes the books.
    func play(until end: Span = .minutes(5)) -> Self {
        _ = cluster.run(until: .at(end))
        ledger.finish(at: .at(end))
        return self
    }

    /// The samples of one metric, as `@1s 20ms`: the intended moment, the latency.
    func samples(_ metric: Sample.Metric) -> [String] {
        box.samples.filter { $0.metric == metric }.map {
            "@\($0.intended) \($0.latency?.description ?? "never")"
        }
    }

    func evidence(_ promise: String) -> [String] {
        let findings = ledger.invariants.findings.first { $0.promise.name == promise }
        return findings?.violations.map(\.evidence) ?? ["there is no invariant '\(promise)'"]
    }

    /// Who has tapped what when, in the order of time: `letter 0.0 on device 0.0 to direct(user 1), 1024 B, at
    /// 1000000000 ns`.
    var taps: [String] { box.taps }
}

extension ScriptedAct {
    static func user(_ user: UInt32, _ act: Act, at time: Span) -> ScriptedAct {
        ScriptedAct(at: time, user: User(user), act)
    }

    /// A letter to another user.
    static func user(_ user: UInt32, writesTo other: UInt32, at time: Span) -> ScriptedAct {
        .user(user, .send(.direct(User(other))), at: time)
    }

    /// A letter to room 0.
    static func user(_ user: UInt32, writesToRoomAt time: Span) -> ScriptedAct {
        .user(user, .send(.room(Room(0))), at: time)
    }
}
