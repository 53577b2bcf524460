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
        case revoke(User)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .tell(let word, let device): Vocabulary.mark(4, word.mark, device.mark)
            case .revoke(let user): Vocabulary.mark(5, UInt64(user.number))
            }
        }
    }

    nonisolated let seat: Seat
    private let site: Site
    private let directory: Directory
    private let store: Endpoint<LetterStore>
    private var sessions = Sessions()
    private var credentials = Credentials()

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
        case .said(.hello(let device, let credential), let line):
            let number = directory.number(of: device)
            guard credentials.accepts(credential, of: number) else {
                return shift.say(ToDevice.loginNeeded, on: line, size: .bytes(250))
            }
            sessions.enter(device, number: number, on: line)
            for word in sessions.take(for: number) { shift.say(word, on: line, size: site.size(of: word)) }
            for word in sessions.takeEarly(on: line) { pass(word, from: device, in: shift) }
        case .said(.login(let device), let line):
            let credential = credentials.login(directory.number(of: device))
            shift.say(ToDevice.loggedIn(credential), on: line, size: .bytes(250))
        case .said(let word, let line):
            guard let device = sessions.device(on: line) else { return sessions.keep(word, until: line) }
            pass(word, from: device, in: shift)
        case .revoke(let user):
            for device in directory.devices(of: user) {
                let number = directory.number(of: DeviceID(of: user, device))
                credentials.revoke(number)
                guard let line = sessions.line(of: number) else { continue }
                sessions.leave(line)
                shift.say(ToDevice.loginNeeded, on: line, size: .bytes(250))
            }
        case .tell(let word, let device):
            let number = directory.number(of: device)
            guard let line = sessions.line(of: number) else { return sessions.keep(word, for: number) }
            shift.say(word, on: line, size: site.size(of: word))
        }
    }

    private func pass(_ word: FromDevice, from device: DeviceID, in shift: Shift) {
        if case .piece(let letter, let number) = word {
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            return shift.say(ToDevice.pieceTaken(letter.id, UInt32(number)), on: line, size: .bytes(250))
        }
        shift.send(.said(word, device), to: store, size: .bytes(250))
    }
}
