import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// A node of the message store: it has written a row when that is in its commit log, which nobody waits for.
    final actor StoreNode: Hop {
        enum Inbox: Marked {
            case writeLetters(Contents<Posted>, Ticket<Done>)
            case writeConfirmations(Contents<Confirmation>, Ticket<Done>)

            var mark: UInt64 {
                switch self {
                case .writeLetters(let rows, let ticket): Vocabulary.mark(1, rows[0].mark, ticket.mark)
                case .writeConfirmations(let rows, let ticket):
                    Vocabulary.mark(2, UInt64(rows.count) &+ rows[0].mark, ticket.mark)
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() {
                switch self {
                case .writeLetters(let rows, _): _ = rows.held()
                case .writeConfirmations(let rows, _): _ = rows.held()
                }
            }
            func noteDiscarded() {
                switch self {
                case .writeLetters(let rows, _): rows.letGo()
                case .writeConfirmations(let rows, _): rows.letGo()
                }
            }
        }

        nonisolated let seat: Seat
        private let letters: File<Posted>
        private let confirmations: File<Confirmation>
        private let rowTime = Span.microseconds(100)  // wide.opsPerNode, its share of a request included
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat) {
            self.seat = seat
            letters = seat.file(FileName("letters"))
            confirmations = seat.file(FileName("confirmations"))
        }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .writeLetters(let rows, _): rowTime * Int64(rows.count)
            case .writeConfirmations(let rows, _): rowTime * Int64(rows.count)
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .writeLetters(let rows, let ticket): write(rows, to: letters, ticket, in: shift)
            case .writeConfirmations(let rows, let ticket): write(rows, to: confirmations, ticket, in: shift)
            }
        }

        private func write<Row: StoredRow>(
            _ rows: Contents<Row>, to file: File<Row>, _ ticket: Ticket<Done>, in shift: Shift
        ) {
            handled += UInt64(rows.count)
            for number in 0..<rows.count {
                guard shift.append(rows.element(number).held(), to: file) != nil else {
                    preconditionFailure("a disk is full")
                }
            }
            rows.letGo()
            shift.reply(Done(), to: ticket, size: Chain.frame)
        }
    }

    /// What the store keeps.
    protocol StoredRow: FileRecord {
        static func write(_ rows: Contents<Self>, _ ticket: Ticket<Done>) -> StoreNode.Inbox
    }

    /// A node is to write rows. It takes over the reference to them.
    struct WriteRow<Row: StoredRow>: Call {
        typealias Caller = MessageService
        typealias Callee = StoreNode

        let rows: Contents<Row>
        let slot: UInt32

        var size: ByteCount {
            (0..<rows.count).reduce(Chain.frame) { sum, number in sum + rows[number].size }
        }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Done>) -> StoreNode.Inbox { Row.write(rows, ticket) }
        func outcome(_ result: Result<Done, CallError>) -> MessageService.Inbox {
            _ = result.reply
            return .written(slot)
        }
    }
}

extension Chain.Posted: Chain.StoredRow {
    static func write(_ rows: Contents<Self>, _ ticket: Ticket<Done>) -> Chain.StoreNode.Inbox {
        .writeLetters(rows, ticket)
    }
}

extension Chain.Confirmation: Chain.StoredRow {
    static func write(_ rows: Contents<Self>, _ ticket: Ticket<Done>) -> Chain.StoreNode.Inbox {
        .writeConfirmations(rows, ticket)
    }
}
