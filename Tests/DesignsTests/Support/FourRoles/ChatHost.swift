import Chat
import Cluster
import Vocabulary

/// Hands letters out to the phones that are there, and tells the store who is there and what they were shown.
actor ChatHost: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        /// From the store, for a device that said hello here.
        case tell(ToDevice, DeviceID)
        case areYouWell(Endpoint<Discovery>)
        /// Its phones are to go elsewhere.
        case drain

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .tell(let word, let device): Vocabulary.mark(4, word.mark, device.mark)
            case .areYouWell: Vocabulary.mark(5)
            case .drain: Vocabulary.mark(6)
            }
        }
    }

    nonisolated let seat: Seat
    private let directory: Directory
    private let site: Site
    private let choice: FourRoles.Choice
    private let store: Endpoint<LetterStore>
    private var sessions: Sessions
    private var isDraining = false

    init(seat: Seat, site: Site, store: Endpoint<LetterStore>, choice: FourRoles.Choice) {
        self.seat = seat
        self.store = store
        directory = Directory(site.census.roster)
        self.site = site
        self.choice = choice
        sessions = Sessions(rules: choice.kit)
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break
        case .closed(let line):
            guard let device = sessions.leave(line) else { return }
            // What it was not shown goes back to the store with it.
            let waiting = sessions.take(for: directory.number(of: device))
            for case .letter(let letter) in waiting {
                _ = sessions.drop(letter.id, for: directory.number(of: device))
                if choice.handsOver {
                    shift.send(.back(letter, device), to: store, size: site.envelopes.copySize(of: letter))
                }
            }
            shift.send(.gone(device, from: seat.number), to: store, size: .bytes(50))
        case .said(.hello(let device, _), let line):
            sessions.enter(device, number: directory.number(of: device), on: line)
            shift.send(.here(device, at: seat.number), to: store, size: .bytes(50))
            if isDraining { shift.say(ToDevice.moved, on: line, size: .bytes(50)) }
        case .said(let word, let line):
            guard let device = sessions.device(on: line) else { return shift.hangUp(line) }
            switch word {
            case .shown(let letter), .stopped(let letter):
                _ = sessions.drop(letter, for: directory.number(of: device))
            default: break
            }
            shift.send(.said(word, device), to: store, size: .bytes(250))
        case .tell(let word, let device): hand(word, to: device, in: shift)
        case .areYouWell(let discovery):
            if !isDraining { shift.send(.isWell(host: seat.number), to: discovery, size: .bytes(50)) }
        case .drain:
            isDraining = true
            for user in 0..<directory.userCount {
                for number in directory.devices(of: User(UInt32(user))) {
                    let device = DeviceID(of: User(UInt32(user)), number)
                    guard let line = sessions.line(of: directory.number(of: device)) else { continue }
                    shift.say(ToDevice.moved, on: line, size: .bytes(50))
                }
            }
        }
    }

    private func hand(_ word: ToDevice, to device: DeviceID, in shift: Shift) {
        guard let line = sessions.line(of: directory.number(of: device)) else { return }
        if case .letter(let letter) = word {
            sessions.keep(word, for: directory.number(of: device))
            site.ledger.stamp(
                letter.id, for: device.user, stage: Stage.wayOut,
                place: Place.machine(shift.machineNumber), at: shift.now)
        }
        shift.say(word, on: line, size: site.size(of: word))
    }
}
