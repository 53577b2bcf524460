import Chat
import Cluster
import Simulation
import Vocabulary

/// People, and a system of four roles, 10 ms away from each of them, both ways, on which everything but that
/// takes no time worth mentioning: a byte takes a nanosecond.
///
/// A letter of a script has 1,024 B; a word has 250 B around it and 52 B of headers. Phones ping every 10 s and
/// wait 10 s for the answer; a handshake takes three round trips.
final class FourRolesRun {
    private final class Box {
        var samples: [Sample] = []
        var taps: [String] = []
        var answers: [String] = []
        var showings: [String] = []
        var durations: [(metric: Int, length: Span?)] = []
        var lists: [String] = []
    }

    let cluster: Cluster
    let ledger: Ledger
    let town: Town
    let phones: Addresses<Phone>
    private let site: Site
    private let box: Box

    init(
        users: Int = 3, devices: [Double] = [1], app appPlan: AppPlan = FourRoles.app(),
        _ choice: FourRoles.Choice = FourRoles.Choice(), script: [ScriptedAct] = [], seed: UInt64 = 1,
        settings changeSettings: (inout AppSettings) -> Void = { _ in },
        plan change: (inout PopulationPlan) -> Void = { _ in }
    ) {
        var plan = PopulationPlan()
        plan.users = users
        plan.script = script
        plan.devices = devices
        plan.deviceLimit = devices.count + (plan.devicesToCome.values.max() ?? 0)
        plan.end = .minutes(10)
        change(&plan)
        let way = LinkProfile(delay: .delay(.milliseconds(10)))
        cluster = Cluster(seed: seed, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : way }
        cluster.lineSettings = LineSettings(pingEvery: .seconds(10))
        var settings = LedgerSettings()
        settings.stages = Stage.names
        settings.sendsReceipts = true
        settings.sendsReads = true
        settings.sealsBodies = appPlan.sealing != .none
        settings.ownPromises = FourRoles.sheet.promises
        let box = Box()
        self.box = box
        let fast = MachineSettings([(name: "bandwidth", text: "8Gbit/s")])
        let assembly = Assembly(
            FourRoles.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]],
            setups: [
                "gateway": Site.Setup(settings: fast), "discovery": Site.Setup(settings: fast),
                "host": Site.Setup(count: 3, settings: fast), "store": Site.Setup(settings: fast),
            ], ledger: settings
        ) { box.samples += $0 }
        ledger = assembly.ledger
        site = assembly.site
        site.meters.takeDuration = { place, began, ended in
            box.durations.append((place, ended.map { $0 - began }))
        }
        let door = FourRoles.build(on: site, choice)
        var app = AppSettings()
        app.readAfter = .delay(.seconds(1))
        changeSettings(&app)
        (town, phones) = assembly.settle(app: app, appPlan, in: [Zone(number: 1)], door: door)
        town.tapped = { letter, device, time in
            box.taps.append(
                "\(letter.id) on \(device) to \(letter.destination), \(letter.bytes) B, "
                    + "at \(time.nanoseconds) ns")
        }
        town.answered = { question, answer, device, time in
            box.answers.append("\(device): \(question.kind.number) \(answer.value) at \(time)")
        }
        town.listed = { all, device, _ in
            box.lists.append("\(device): " + all.map { "\($0.with)" }.joined(separator: ", "))
        }
        town.shown = { letter, device, time in
            box.showings.append("\(letter) on \(device) at \(time)")
        }
    }

    /// A host loses its power, and does not come back unless it is said when.
    func crash(host: Int, at time: Span, for duration: Span? = nil) {
        crash("host", host, at: time, for: duration)
    }

    func crash(_ role: String, _ number: Int = 0, at time: Span, for duration: Span? = nil) {
        guard let machines = try? cluster.find(.parts(of: role, number...number)) else { return }
        cluster.plan(Crash(machines), at: .at(time), for: duration)
    }

    /// A host sends its phones elsewhere.
    func drain(host: Int, at time: Span) {
        guard let hosts: Endpoints<ChatHost> = cluster.endpoints(of: "host") else { return }
        cluster.plan(
            PartOrder("drain", to: [hosts[host]], .drain, healedBy: nil), at: .at(time), for: nil)
    }

    func revoke(_ user: UInt32, at time: Span) {
        cluster.plan(Joint("revoke", [site.revocations.fault(of: User(user))]), at: .at(time), for: nil)
    }

    func play(until end: Span = .minutes(5)) -> Self {
        _ = cluster.run(until: .at(end))
        ledger.finish(at: .at(end))
        site.meters.finish()
        return self
    }

    /// How long each delivery took, of letters in the order of their taps; nil for what never came.
    var deliveries: [Span?] {
        box.samples.filter { $0.metric == .delivery }.sorted { $0.intended < $1.intended }.map(\.latency)
    }

    func evidence(_ promise: String) -> [String] {
        let findings = ledger.invariants.findings.first { $0.promise.name == promise }
        return findings?.violations.map(\.evidence) ?? ["there is no invariant '\(promise)'"]
    }

    /// What has gone through a meter of the apps.
    func total(_ metric: MetricSheet) -> UInt64 {
        site.meters.sheets.firstIndex(of: metric).map { site.meters.total($0, isRunning: []) } ?? 0
    }

    /// How long what a metric of the apps times took; nil for what was not over at the end.
    func durations(_ metric: MetricSheet) -> [Span?] {
        box.durations.filter { site.meters.sheets[$0.metric] == metric }.map(\.length)
    }

    /// How long each difference between the devices of a person lasted.
    var inconsistencies: [Span?] { durations(.blockInconsistency) }

    /// The lists of conversations that came, newest letters first: `device 1.0: user 2, user 0`.
    var lists: [String] { box.lists }

    var taps: [String] { box.taps }

    /// What was shown on which device when: `letter 0.0 on device 1.0 at 2s`.
    var showings: [String] { box.showings }

    /// The questions that were answered, by whom, of which kind, with which value, when.
    var answers: [String] { box.answers }
}
