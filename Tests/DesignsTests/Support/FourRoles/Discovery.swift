import Chat
import Cluster
import Vocabulary

/// Knows which hosts are well, because they answer it each second, and sends each phone to its own, or to the
/// next one that is well.
actor Discovery: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        case look
        case isWell(host: Int)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .look: Vocabulary.mark(4)
            case .isWell(let host): Vocabulary.mark(5, UInt64(host))
            }
        }
    }

    nonisolated let seat: Seat
    private let hosts: Endpoints<ChatHost>
    private let itself: Endpoint<Discovery>
    private var sessions: [Line<ToDevice>: DeviceID] = [:]  // looked up only, never iterated
    private var heardAt: [Instant]

    init(seat: Seat, hosts: Endpoints<ChatHost>, itself: Endpoint<Discovery>) {
        self.seat = seat
        self.itself = itself
        self.hosts = hosts
        heardAt = hosts.map { _ in .start }
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) { receive(.look, in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break
        case .closed(let line): sessions[line] = nil
        case .said(.hello(let device, _), let line): sessions[line] = device
        case .said(.ask(let question), let line):
            guard let device = sessions[line] else { return }
            let first = FourRoles.first(of: device.user, among: hosts.count)
            let host = (first..<first + hosts.count).map { $0 % hosts.count }.first {
                heardAt[$0] + .seconds(2) >= shift.now
            }
            let answer = Answer(to: question, host.map { UInt32($0) } ?? .max)
            shift.say(ToDevice.answer(answer), on: line, size: .bytes(250))
        case .said: break
        case .look:
            for host in hosts { shift.send(.areYouWell(itself), to: host, size: .bytes(50)) }
            _ = shift.arm(.look, after: .seconds(1))
        case .isWell(let host): heardAt[host] = shift.now
        }
    }
}
