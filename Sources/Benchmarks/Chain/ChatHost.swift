import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-18, S0-3: hands letters to phones, and takes their confirmations: each goes to the host of the letter's sender at
    /// once, and to the message service with others.
    final actor ChatHost: Host, Hop {
        typealias Heard = ToDevice

        enum Inbox: Marked {
            case opened(Line<ToDevice>)
            case closed(Line<ToDevice>)
            case hello(User, Line<ToDevice>)
            case deliver(Posted)
            case confirmed(Confirmation)
            case located(Confirmation, host: UInt32)
            case hand(Confirmation)
            case flush
            case stored

            var mark: UInt64 {
                switch self {
                case .opened(let line): Vocabulary.mark(1, line.mark)
                case .closed(let line): Vocabulary.mark(2, line.mark)
                case .hello(let user, let line): Vocabulary.mark(3, UInt64(user.number), line.mark)
                case .deliver(let posted): Vocabulary.mark(4, posted.mark)
                case .confirmed(let confirmation): Vocabulary.mark(5, confirmation.mark)
                case .located(let confirmation, let host):
                    Vocabulary.mark(6, confirmation.mark, UInt64(host))
                case .hand(let confirmation): Vocabulary.mark(7, confirmation.mark)
                case .flush: Vocabulary.mark(8)
                case .stored: Vocabulary.mark(9)
                }
            }
        }

        nonisolated let seat: Seat
        private let ledger: Ledger
        private let peers: Peers
        private let pool: Pool<Confirmation>
        private let locate: Caller<LocateSender>
        private let store: Caller<StoreConfirmations>
        private let messageTime = Span.microseconds(20)  // host.cpuPerMessage
        private static let batchSize = 100
        private static let flushAfter = Span.seconds(1)
        @exclusivity(unchecked) private var sessions = Sessions()
        @exclusivity(unchecked) private var batch: [Confirmation] = []
        @exclusivity(unchecked) private var isFlushArmed = false
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, peers: Peers) {
            self.seat = seat
            ledger = peers.ledger
            self.peers = peers
            pool = seat.pool(of: Confirmation.self)
            locate = seat.caller(by: Chain.plan)
            store = seat.caller(by: Chain.plan)
            batch.reserveCapacity(Self.batchSize)
        }

        static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
        static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .deliver, .confirmed, .located, .hand: messageTime
            case .opened, .closed, .hello, .flush, .stored: .zero
            }
        }

        static let looksAhead = true

        func expect(_ message: Inbox) {
            if case .confirmed(let confirmation) = message {
                sessions.prefetch(Int(confirmation.reader.number))
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .opened: break  // a line has a name when its phone has said hello
            case .closed: preconditionFailure("a line of the chain has ended")
            case .hello(let user, let line):
                sessions.enter(DeviceID(of: user, 0), number: Int(user.number), on: line)
            case .deliver(let posted): deliver(posted, in: shift)
            case .confirmed(let confirmation):
                keep(confirmation, in: shift)
                let sender = confirmation.letter.sender
                shift.call(
                    LocateSender(confirmation: confirmation), at: peers.assigners.serving(sender), by: locate)
            case .located(let confirmation, let host):
                if Int(host) == seat.number { return hand(confirmation, in: shift) }
                shift.post(.hand(confirmation), to: peers.hosts[Int(host)], size: Chain.frame)
            case .hand(let confirmation): hand(confirmation, in: shift)
            case .flush:
                isFlushArmed = false
                flush(in: shift)
            case .stored: break
            }
        }

        private func deliver(_ posted: Posted, in shift: Shift) {
            let recipient = posted.recipient
            guard let line = sessions.line(of: Int(recipient.number)) else { return }
            handled += 1
            let place = Place.machine(shift.machineNumber)
            ledger.stamp(
                posted.letter.id, for: recipient, stage: Chain.hostStage, place: place,
                at: shift.service.arrived)
            ledger.stamp(
                posted.letter.id, for: recipient, stage: Stage.wayOut, place: place, at: shift.now)
            shift.say(ToDevice.letter(posted.letter), on: line, size: posted.size)
        }

        private func hand(_ confirmation: Confirmation, in shift: Shift) {
            guard let line = sessions.line(of: Int(confirmation.letter.sender.number)) else { return }
            handled += 1
            shift.say(confirmation.word, on: line, size: Chain.envelope)
        }

        private func keep(_ confirmation: Confirmation, in shift: Shift) {
            batch.append(confirmation)
            if batch.count == Self.batchSize { return flush(in: shift) }
            guard !isFlushArmed else { return }
            isFlushArmed = true
            _ = shift.arm(.flush, after: Self.flushAfter)
        }

        private func flush(in shift: Shift) {
            guard !batch.isEmpty else { return }
            let service = peers.messageServices[seat.number % peers.messageServices.count]
            shift.call(StoreConfirmations(batch: pool.write(batch)), at: service, by: store)
            batch.removeAll(keepingCapacity: true)
        }
    }
}
