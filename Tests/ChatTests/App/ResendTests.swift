import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// Takes letters, in pieces where apps say them so. Of the first letter of all it says at once that two devices could not
/// open it, and only a second later, twice, that it has it. The first that is sealed anew may be too much for it.
actor WishingHost: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        case accept(LetterID, Line<ToDevice>)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .accept(let letter, let line): Vocabulary.mark(4, line.mark, letter.word)
            }
        }
    }

    nonisolated let seat: Seat
    private let envelopes: Envelopes
    private let wishes: [DeviceID]
    private var limits: Bool
    /// As `letter 0.0`, and `letter 0.0 for device 1.0` of one that was sealed anew.
    private(set) var heard: [String] = []

    init(seat: Seat, envelopes: Envelopes, wishes: [DeviceID], limits: Bool) {
        (self.seat, self.envelopes, self.wishes, self.limits) = (seat, envelopes, wishes, limits)
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .said(.piece(let letter, let number), let line):
            shift.say(ToDevice.pieceTaken(letter.id, UInt32(number)), on: line, size: .zero)
        case .said(.send(let letter), let line): take(letter, on: line, in: shift)
        case .accept(let letter, let line):
            for _ in 0..<2 { shift.say(ToDevice.accepted(letter), on: line, size: .zero) }
        case .opened, .closed, .said: break
        }
    }

    private func take(_ letter: Letter, on line: Line<ToDevice>, in shift: Shift) {
        let isFirst = heard.isEmpty
        let addressee = envelopes.addressee(of: letter)
        heard.append("\(letter.id)" + (addressee.map { " for \($0)" } ?? ""))
        if limits, addressee != nil {
            limits = false
            return shift.say(ToDevice.refused(letter.id, .rateLimited), on: line, size: .zero)
        }
        guard isFirst else { return shift.say(ToDevice.accepted(letter.id), on: line, size: .zero) }
        for device in wishes {
            shift.say(
                ToDevice.resendWanted(letter.id, by: device, key: PublicKey.firstVersion), on: line,
                size: .zero)
        }
        _ = shift.arm(.accept(letter.id, line), after: .seconds(1))
    }
}

/// 40 people with two devices each, in one room, 10 ms from a host. A letter of 1,024 B to all of them is 79 ciphertexts
/// of 1,124 B, two pieces; sealed anew for one device it is less than one.
@Suite("app: letters that are asked for again")
struct ResendTests {
    /// User 0 writes at 1 s and at 5 s.
    private func run(_ wishes: [DeviceID], limits: Bool = false) -> (
        heard: [String], counts: LedgerCounts, sentAgain: UInt64
    ) {
        var plan = PopulationPlan()
        plan.users = 40
        plan.devices = [0, 1]
        plan.deviceLimit = 2
        plan.rooms = [(size: 40, share: 1)]
        plan.script = [Span.seconds(1), .seconds(5)].map {
            ScriptedAct(at: $0, user: User(0), .send(.room(Room(0))))
        }
        plan.end = .minutes(10)
        let way = LinkProfile(delay: .delay(.milliseconds(10)))
        let cluster = Cluster(seed: 1, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : way }
        var settings = LedgerSettings()
        settings.stages = Stage.names
        settings.sealsBodies = true
        let assembly = Assembly(
            StubHostRun.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]], setups: [:],
            ledger: settings
        ) { _ in }
        nonisolated(unsafe) let envelopes = assembly.site.envelopes
        let hosts: Endpoints<WishingHost> = cluster.add(
            "host", count: 1,
            on: Hardware(
                processor: nil, uplink: Bandwidth(.gigabitsPerSecond(8)),
                downlink: Bandwidth(.gigabitsPerSecond(8))), in: Zone(number: 0)
        ) { seat, _ in
            WishingHost(seat: seat, envelopes: envelopes, wishes: wishes, limits: limits)
        }
        let door = FrontDoor.doors(to: hosts) { .said($0, $1) }[0]
        var app = AppPlan()
        app.sealing = .perDevice
        let town = assembly.settle(app: AppSettings(), app, in: [Zone(number: 1)]) { _ in door }.town
        _ = cluster.run(until: .at(.minutes(2)))
        let heard = cluster.inspect(hosts[0]) { $0.heard } ?? []
        return (heard, assembly.ledger.counts, town.sentAgain)
    }

    /// The letter is in the app's hands until it is accepted, in two pieces, one of which has been taken. What is sealed anew
    /// of it goes out behind that, as what it is, and once, though the host says twice that it has the letter.
    @Test(
        "S0-24 a resend that is asked for before the letter is accepted goes out after that, and holds nothing up"
    )
    func early() {
        let run = run([DeviceID(of: User(1), 0)])
        #expect(run.heard == ["letter 0.0", "letter 0.0 for device 1.0", "letter 0.1"])
        #expect(run.sentAgain == 0)
        #expect(run.counts.accepted == 2)
    }

    @Test("S0-24 several devices that ask for one letter get it one after the other, each once")
    func several() {
        let run = run([
            DeviceID(of: User(1), 0), DeviceID(of: User(2), 1), DeviceID(of: User(1), 0),
            DeviceID(of: User(3), 0),
        ])
        #expect(
            run.heard == [
                "letter 0.0", "letter 0.0 for device 1.0", "letter 0.0 for device 2.1",
                "letter 0.0 for device 3.0", "letter 0.1",
            ])
        #expect(run.sentAgain == 0)
        #expect(run.counts.accepted == 2)
    }

    /// Behind the timeout of 10 s, and so behind the next letter.
    @Test("S0-24, S0-30 a resend that was one too many goes out later")
    func limited() {
        let run = run([DeviceID(of: User(1), 0)], limits: true)
        #expect(
            run.heard == [
                "letter 0.0", "letter 0.0 for device 1.0", "letter 0.1", "letter 0.0 for device 1.0",
            ])
        #expect(run.sentAgain == 1)
        #expect(run.counts.accepted == 2)
        #expect(run.counts.refusedByRule == 0)
    }
}
