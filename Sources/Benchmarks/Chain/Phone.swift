import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// A person with a phone: taps once a minute, shows what comes, and reads it after a while. Its app has a line to a gateway
    /// and one to a chat host.
    final actor Phone: Device {
        typealias Heard = ToDevice

        nonisolated let socket: Socket
        private let book: PhoneBook
        private let user: User
        @exclusivity(unchecked) private var letters: UInt32 = 0
        @exclusivity(unchecked) private var toGateway: Line<ToDevice>?
        @exclusivity(unchecked) private var toHost: Line<ToDevice>?
        @exclusivity(unchecked) private var taps: RandomStream

        static let tap = Note(1)
        private static let read: UInt8 = 2
        private static let gap = Exponential(mean: 60e9)
        private static let readAfter = Exponential(mean: 5e9)

        init(socket: Socket, book: PhoneBook, user: User) {
            self.socket = socket
            self.book = book
            self.user = user
            taps = book.taps.stream(of: UInt64(user.number))
        }

        func nextTap() -> Span { Self.gap.time(&taps) }

        static let looksAhead = true

        func expect(_ event: DeviceEvent<ToDevice>) {
            book.ledger.prefetch(user)
            switch event {
            case .said(_, let word):
                if let toHost { socket.prefetch(toHost) }
                if let letter = word.letter { book.ledger.prefetch(letter) }
            case .due(let note):
                if let line = note == Self.tap ? toGateway : toHost { socket.prefetch(line) }
                if note != Self.tap { book.ledger.prefetch(LetterID(word: note.value)) }
            case .opened, .closed: break
            }
        }

        func receive(_ event: DeviceEvent<ToDevice>, in shift: Shift) {
            switch event {
            case .opened(let line): if toGateway == nil { toGateway = line } else { toHost = line }
            case .said(_, let word): hear(word, in: shift)
            case .due(let note):
                note == Self.tap ? tap(in: shift) : read(LetterID(word: note.value), in: shift)
            case .closed: preconditionFailure("a line of the chain has ended")
            }
        }

        private func tap(in shift: Shift) {
            guard let line = toGateway else { return }
            let letter = Letter(
                id: LetterID(of: user, letters), to: .direct(book.someone(but: user, &taps)),
                bytes: Chain.letterBytes)
            letters += 1
            shift.tell(
                .tapped(letter.id, on: DeviceID(of: user, 0), to: letter.destination), to: book.ledger)
            book.ledger.stamp(
                letter.id, for: nil, stage: Stage.wayIn, place: Place.phone(of: user), at: shift.now)
            shift.say(
                .sent(letter, line), to: book.peers.gateways.serving(user), on: line,
                size: letter.size + Chain.envelope)
            let gap = nextTap()
            if shift.now + gap < book.end { _ = shift.arm(Self.tap, after: gap) }
        }

        private func hear(_ word: ToDevice, in shift: Shift) {
            switch word {
            case .accepted(let letter): shift.tell(.accepted(letter), to: book.ledger)
            case .letter(let letter):
                shift.tell(.shown(letter.id, on: DeviceID(of: user, 0)), to: book.ledger)
                confirm(.shown, letter.id, in: shift)
                var draws = book.reads.stream(of: letter.id.word)
                _ = shift.arm(Note(Self.read, letter.id.word), after: Self.readAfter.time(&draws))
            case .receipt(let letter, let user):
                shift.tell(.receiptKnown(letter, from: user), to: book.ledger)
            case .readReceipt(let letter, let user):
                shift.tell(.readKnown(letter, from: user), to: book.ledger)
            default: preconditionFailure("no part of the chain says \(word)")
            }
        }

        private func read(_ letter: LetterID, in shift: Shift) {
            shift.tell(.read(letter, by: user), to: book.ledger)
            confirm(.read, letter, in: shift)
        }

        private func confirm(_ kind: Confirmation.Kind, _ letter: LetterID, in shift: Shift) {
            guard let line = toHost else { return }
            shift.say(
                .confirmed(Confirmation(letter: letter, reader: user, kind: kind)),
                to: book.peers.hosts.serving(user), on: line, size: Chain.envelope)
        }

        nonisolated func name(number: Int) -> ActorName { ActorName(group: "phone", number: number) }

        static func kind(of event: DeviceEvent<ToDevice>) -> String {
            switch event {
            case .opened: "line opening"
            case .said: "line message"
            case .closed: "line ending"
            case .due(let note): note == tap ? "tap" : "read"
            }
        }
    }

    /// What all phones share.
    final class PhoneBook: Sendable {
        /// Of the last taps.
        let end: Instant
        let peers: Peers
        let taps, reads: Streams
        private let people: Int

        var ledger: Ledger { peers.ledger }

        init(people: Int, until end: Instant, _ peers: Peers, seed: UInt64) {
            self.people = people
            self.end = end
            self.peers = peers
            taps = Streams(seed: seed, purpose: Purpose("taps"))
            reads = Streams(seed: seed, purpose: Purpose("reading"))
        }

        /// Anybody else, all alike.
        func someone(but user: User, _ stream: inout RandomStream) -> User {
            User((user.number + 1 + UInt32(stream.below(people - 1))) % UInt32(people))
        }
    }
}
