import Chat
import Cluster
import Simulation
import Vocabulary

/// Takes what apps say, and says nothing. Or it accepts letters from a given attempt on, and perhaps turns them away
/// after that, as one that is asked twice may.
actor StubHost: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            }
        }
    }

    struct Arrival: Equatable {
        var letter: LetterID
        var time: Instant
    }

    nonisolated let seat: Seat
    private let acceptsFrom: Int
    private let takesBack: Bool
    private(set) var arrivals: [Arrival] = []

    init(seat: Seat, acceptsFrom: Int, takesBack: Bool) {
        self.seat = seat
        self.acceptsFrom = acceptsFrom
        self.takesBack = takesBack
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        guard case .said(.send(let letter), let line) = message else { return }
        arrivals.append(Arrival(letter: letter.id, time: shift.now))
        guard arrivals.count >= acceptsFrom else { return }
        shift.say(ToDevice.accepted(letter.id), on: line, size: .zero)
        if takesBack { shift.say(ToDevice.refused(letter.id, .overloaded), on: line, size: .zero) }
    }
}

/// Two people with a phone each before a host, 10 ms away from it. What they write is in a script; a letter
/// has 1,024 B, and every word 250 B around it and 52 B of headers, at a byte a nanosecond.
final class StubHostRun {
    static let sheet = DesignSheet("stub", "One host, which stands in for a design", roles: [])
    /// From a phone to the host.
    static let way = Span.milliseconds(10) + .nanoseconds(1_326)

    private final class Box { var samples: [Sample] = [] }

    let cluster: Cluster
    let ledger: Ledger
    let town: Town
    let phones: Addresses<Phone>
    private let hosts: Endpoints<StubHost>
    private let box: Box

    init(
        users: Int = 2, script: [ScriptedAct] = [StubHostRun.letter(at: .seconds(1))],
        delay: Span = .milliseconds(10), acceptsFrom: Int = .max, takesBack: Bool = false,
        app change: (inout AppSettings) -> Void = { _ in }
    ) {
        var plan = PopulationPlan()
        plan.users = users
        plan.script = script
        plan.end = .minutes(10)
        let way = LinkProfile(delay: .delay(delay))
        cluster = Cluster(seed: 1, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : way }
        let box = Box()
        self.box = box
        var settings = LedgerSettings()
        settings.stages = Stage.names
        let assembly = Assembly(
            Self.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]], setups: [:], ledger: settings
        ) { box.samples += $0 }
        ledger = assembly.ledger
        hosts = cluster.add(
            "host", count: 1,
            on: Hardware(
                processor: nil, uplink: Bandwidth(.gigabitsPerSecond(8)),
                downlink: Bandwidth(.gigabitsPerSecond(8))), in: Zone(number: 0)
        ) { seat, _ in StubHost(seat: seat, acceptsFrom: acceptsFrom, takesBack: takesBack) }
        let door = FrontDoor.doors(to: hosts) { .said($0, $1) }[0]
        var app = AppSettings()
        change(&app)
        (town, phones) = assembly.settle(app: app, in: [Zone(number: 1)]) { _ in door }
    }

    /// User 0 writes to user 1.
    static func letter(at time: Span) -> ScriptedAct {
        ScriptedAct(at: time, user: User(0), .send(.direct(User(1))))
    }

    @discardableResult
    func play(until time: Instant = .at(.minutes(9))) -> Self {
        _ = cluster.run(until: time)
        return self
    }

    /// Nobody gets through any more, and whoever tries is told at once.
    func closeUp(at time: Span, for duration: Span? = nil) {
        cluster.plan(LineReset(DeviceSet()), at: .at(time), for: nil)
        cluster.plan(DeviceCut(between: DeviceSet(), packets: .reject), at: .at(time), for: duration)
    }

    /// When attempts to send the letter of this number reached the host.
    func arrivals(of number: UInt32 = 0) -> [Instant] {
        (cluster.inspect(hosts[0]) { $0.arrivals } ?? []).filter { $0.letter.number == number }.map(\.time)
    }

    /// How many lines user 0 has begun to open. A phone counts the one that it had from the start.
    var attempts: Int { (cluster.world.inspect(phones[0]) { Int($0.linesOpened) } ?? 0) - 1 }

    /// As `@1s never`.
    var accepts: [String] {
        box.samples.filter { $0.metric == .accept }.map {
            "@\($0.intended) \($0.latency?.description ?? "never")"
        }
    }
}
