public import Chat
public import Cluster
internal import Simulation
public import Vocabulary

/// S0-29: watches how busy the chat hosts are, and has spare ones boot when they are too busy on average. One that it
/// has booted and that is not needed any more it stops, when its users have moved on.
public final actor Autoscaler: Part {
    public enum Inbox: Marked {
        case load(host: Int, perMille: Int, lines: Int)
        case look

        public var mark: UInt64 {
            switch self {
            case .load(let host, let load, let lines):
                Vocabulary.mark(1, UInt64(host), UInt64(load), UInt64(lines))
            case .look: Vocabulary.mark(2)
            }
        }
    }

    /// Of each host: its latest word, and when it came.
    private struct Load {
        var perMille = 0
        var heardAt: Instant?
    }

    public nonisolated let seat: Seat
    let settings: AutoscalerSettings
    let hosts: Endpoints<ChatHost>
    let meter: LevelMeter
    private let firstCount: Int
    private var loads: [Load]
    /// How many there are, those that boot included.
    private var count: Int { didSet { meter.value = count } }
    /// Until when what was decided last shows.
    private var quietUntil = Instant.start
    /// Its users are moving on: when they have, it is switched off.
    private var retiring: Int?

    init(seat: Seat, settings: AutoscalerSettings, site: Site, peers: SenderPeers) {
        self.seat = seat
        self.settings = settings
        hosts = peers.hosts
        firstCount = peers.hostCount
        count = peers.hostCount
        loads = Array(repeating: Load(), count: hosts.count)
        meter = site.meters.level(SenderService.hosts, at: seat)
        meter.value = count
    }

    public func cost(of message: Inbox) -> Span { .zero }

    public func begin(in shift: Shift) { _ = shift.arm(.look, after: settings.lookEvery) }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .load(let host, let load, _):
            loads[host] = Load(perMille: load, heardAt: shift.now)
            // After a crash it learns from them which hosts there are.
            count = max(count, host + 1)
        case .look:
            _ = shift.arm(.look, after: settings.lookEvery)
            look(in: shift)
        }
    }

    private func look(in shift: Shift) {
        let heard = loads.filter { $0.heardAt.map { shift.now - $0 < settings.lookEvery * 3 } ?? false }
        guard !heard.isEmpty, shift.now >= quietUntil else { return }
        if let host = retiring { shift.stop(hosts[host]) }
        retiring = nil
        let mean = heard.reduce(0) { $0 + $1.perMille } / heard.count
        if Double(mean) > settings.upperLimit.fraction * 1_000, count < hosts.count {
            // As many as bring the load down to the middle between the limits.
            let middle = (settings.upperLimit.fraction + settings.lowerLimit.fraction) * 500
            let wanted = min(hosts.count, Int((Double(mean) * Double(count) / middle).rounded(.up)))
            for host in count..<max(wanted, count + 1) { shift.boot(hosts[host]) }
            count = max(wanted, count + 1)
            quietUntil = shift.now + settings.settle
        } else if Double(mean) < settings.lowerLimit.fraction * 1_000, count > firstCount {
            count -= 1
            retiring = count
            shift.post(.retire, to: hosts[count], size: SenderService.frame)
            loads[count] = Load()
            quietUntil = shift.now + settings.settle
        }
    }
}

public struct AutoscalerSettings: RoleSettings {
    public var machine = MachineSettings()
    public var upperLimit = Share.percent(60)
    public var lowerLimit = Share.percent(20)
    public var lookEvery = Span.seconds(5)
    public var settle = Span.seconds(60)

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "upper-limit", \.upperLimit, "how busy chat hosts are on average before more of them boot",
                source: "host.utilisationLimit"),
            Knob("lower-limit", \.lowerLimit, "how idle they are before one that was booted stops"),
            Knob(
                "look-every", \.lookEvery, "how often it looks",
                in: .milliseconds(100)...Span.bounds.upperBound),
            Knob(
                "settle", \.settle, "how long it decides nothing after it has decided something",
                in: .zero...Span.bounds.upperBound),
        ]

    public var conflict: Conflict? {
        lowerLimit.fraction < upperLimit.fraction
            ? nil
            : Conflict(
                "lower-limit",
                "it has to be below upper-limit, \(upperLimit.written): hosts would come and go without end")
    }
}
