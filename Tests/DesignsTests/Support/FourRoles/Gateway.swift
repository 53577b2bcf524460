import Chat
import Cluster
import Vocabulary

/// Takes letters, changes and questions of phones to the store, and its answers back.
actor Gateway: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        /// From the store.
        case tell(ToDevice, DeviceID)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .tell(let word, let device): Vocabulary.mark(4, word.mark, device.mark)
            }
        }
    }

    nonisolated let seat: Seat
    private let site: Site
    private let directory: Directory
    private let store: Endpoint<LetterStore>
    private var sessions = Sessions()

    init(seat: Seat, site: Site, store: Endpoint<LetterStore>) {
        self.seat = seat
        self.site = site
        self.store = store
        directory = Directory(site.census.roster)
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break
        case .closed(let line): sessions.leave(line)
        case .said(.hello(let device), let line):
            let number = directory.number(of: device)
            sessions.enter(device, number: number, on: line)
            for word in sessions.take(for: number) { shift.say(word, on: line, size: site.size(of: word)) }
        case .said(let word, let line):
            guard let device = sessions.device(on: line) else { return shift.hangUp(line) }
            shift.send(.said(word, device), to: store, size: .bytes(250))
        case .tell(let word, let device):
            let number = directory.number(of: device)
            guard let line = sessions.line(of: number) else { return sessions.keep(word, for: number) }
            shift.say(word, on: line, size: site.size(of: word))
        }
    }
}
