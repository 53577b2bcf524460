import Chat
import Cluster
import Simulation
import Vocabulary

/// Takes letters and hands them on, and keeps pieces of files in memory: what an app needs that has files.
actor FileHost: Host {
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

    nonisolated let seat: Seat
    private let files: Files
    private var lines: [User: Line<ToDevice>] = [:]
    private var pieces: [LetterID: Int] = [:]
    private var waiting: [(question: Question, line: Line<ToDevice>)] = []
    /// As `up 0`, `down 1`.
    private(set) var asked: [String] = []
    private(set) var closings: [Instant] = []

    init(seat: Seat, files: Files) {
        self.seat = seat
        self.files = files
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break
        case .closed: closings.append(shift.now)
        case .said(.hello(let device, _), let line): lines[device.user] = line
        case .said(.send(let letter), let line):
            shift.say(ToDevice.accepted(letter.id), on: line, size: .zero)
            if case .direct(let user) = letter.destination, let other = lines[user] {
                shift.say(ToDevice.letter(letter), on: other, size: .zero)
            }
        case .said(.ask(let question), let line): take(question, on: line, in: shift)
        case .said: break
        }
    }

    private func take(_ question: Question, on line: Line<ToDevice>, in shift: Shift) {
        asked.append("\(question.kind == .upload ? "up" : "down") \(question.key)")
        let count = pieces[question.letter, default: 0]
        guard question.kind == .upload else {
            guard Int(question.key) < count else { return waiting.append((question, line)) }
            return answer(question, on: line, in: shift)
        }
        if Int(question.key) == count { pieces[question.letter] = count + 1 }
        answer(question, on: line, in: shift)
        let open = waiting
        waiting = []
        for (question, line) in open {
            if Int(question.key) < pieces[question.letter, default: 0] {
                answer(question, on: line, in: shift)
            } else {
                waiting.append((question, line))
            }
        }
    }

    private func answer(_ question: Question, on line: Line<ToDevice>, in shift: Shift) {
        let isUpload = question.kind == .upload
        let size = isUpload ? .zero : files.size(ofPiece: Int(question.key), of: question.letter)
        let value = isUpload ? UInt32(pieces[question.letter, default: 0]) : UInt32(size.bytes)
        shift.say(
            ToDevice.answer(Answer(to: question, value)), on: line, size: size + .bytes(250))
    }
}

/// Two people with a phone each, and two hosts: by way of the first they write, and where a file lies is the second.
/// It is 1 ms each way, at a byte a microsecond: acknowledgements are back before a window is used up, so what is said
/// leaves without a pause. Every word has 250 B around it, and 52 B of headers a segment of 1,448 B; hosts take in and
/// send out a byte a nanosecond.
final class FileHostRun {
    /// A piece has been answered, at the device of that user.
    struct Piece: Equatable {
        var user: UInt32
        var isUpload: Bool
        var number: UInt16
        var time: Instant
    }

    private final class Box { var pieces: [Piece] = [] }

    let cluster: Cluster
    let ledger: Ledger
    private let hosts: Endpoints<FileHost>
    private let town: Town
    private let box = Box()

    init(
        bytes: Double, script: [ScriptedAct] = [StubHostRun.letter(at: .seconds(1))],
        lingers: Span = .seconds(5)
    ) {
        var plan = PopulationPlan()
        plan.users = 2
        plan.script = script
        plan.end = .minutes(10)
        plan.phases = [
            .init(perSecond: 1e-12, size: .constant(1_024), media: (share: 1, size: .constant(bytes)))
        ]
        let way = LinkProfile(
            delay: .delay(.milliseconds(1)), bandwidth: Bandwidth(.megabitsPerSecond(8)))
        cluster = Cluster(seed: 1, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : way }
        var settings = LedgerSettings()
        settings.stages = Stage.names
        let assembly = Assembly(
            StubHostRun.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]], setups: [:],
            ledger: settings
        ) { _ in }
        ledger = assembly.ledger
        nonisolated(unsafe) let files = assembly.site.files
        hosts = cluster.add(
            "host", count: 2,
            on: Hardware(
                processor: nil, uplink: Bandwidth(.gigabitsPerSecond(8)),
                downlink: Bandwidth(.gigabitsPerSecond(8))), in: Zone(number: 0)
        ) { seat, _ in FileHost(seat: seat, files: files) }
        let doors = FrontDoor.doors(to: hosts) { .said($0, $1) }
        assembly.site.doors.offer(1, doors) { _ in 1 }
        var appPlan = AppPlan(channels: [
            .init("letters"), .init("files", staysOpen: false, leadsToFiles: true, lingers: lingers),
        ])
        appPlan.routes.files = 1
        town = assembly.settle(app: AppSettings(), appPlan, in: [Zone(number: 1)]) { _ in doors[0] }.town
        let box = box
        town.answered = { question, _, device, time in
            guard question.kind == .upload || question.kind == .download else { return }
            box.pieces.append(
                Piece(
                    user: device.user.number, isUpload: question.kind == .upload, number: question.key,
                    time: time))
        }
    }

    func play(until time: Instant = .at(.minutes(2))) -> Self {
        _ = cluster.run(until: time)
        return self
    }

    var pieces: [Piece] { box.pieces }
    var uploads: [Piece] { pieces.filter(\.isUpload) }
    var downloads: [Piece] { pieces.filter { !$0.isUpload } }
    /// What was asked where files lie, in its order.
    var asked: [String] { cluster.inspect(hosts[1]) { $0.asked } ?? [] }
    /// When lines for files ended there.
    var closings: [Instant] { cluster.inspect(hosts[1]) { $0.closings } ?? [] }
}
