import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-19: has three nodes of the store write what it is given, and says so when two of them have.
    final actor MessageService: Hop {
        enum Inbox: Marked {
            case store(Posted, Ticket<Done>)
            case storeConfirmations(Contents<Confirmation>, Ticket<Done>)
            case written(UInt32)

            var mark: UInt64 {
                switch self {
                case .store(let posted, let ticket): Vocabulary.mark(1, posted.mark, ticket.mark)
                case .storeConfirmations(let batch, let ticket):
                    Vocabulary.mark(2, UInt64(batch.count) &+ batch[0].mark, ticket.mark)
                case .written(let slot): Vocabulary.mark(3, UInt64(slot))
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() { if case .storeConfirmations(let batch, _) = self { _ = batch.held() } }
            func noteDiscarded() { if case .storeConfirmations(let batch, _) = self { batch.letGo() } }
        }

        nonisolated let seat: Seat
        private let store: Endpoints<StoreNode>
        private let pool: Pool<Posted>
        private let writeLetter: Caller<WriteRow<Posted>>
        private let writeConfirmations: Caller<WriteRow<Confirmation>>
        private let time = Exponential(mean: 200_000)  // service.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private var writes = OpenWrites()
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, store: Endpoints<StoreNode>) {
            self.seat = seat
            self.store = store
            pool = seat.pool(of: Posted.self)
            writeLetter = seat.caller(by: Chain.plan)
            writeConfirmations = seat.caller(by: Chain.plan)
            costs = seat.stream("message service")
        }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .store, .storeConfirmations: time.time(&costs)
            case .written: .zero
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .store(let posted, let ticket):
                handled += 1
                write(pool.write(posted), then: ticket, by: writeLetter, in: shift)
            case .storeConfirmations(let batch, let ticket):
                handled += UInt64(batch.count)
                write(batch, then: ticket, by: writeConfirmations, in: shift)
            case .written(let slot):
                if let ticket = writes.note(slot) { shift.reply(Done(), to: ticket, size: Chain.frame) }
            }
        }

        private func write<Row: StoredRow>(
            _ rows: Contents<Row>, then ticket: Ticket<Done>, by caller: Caller<WriteRow<Row>>,
            in shift: Shift
        ) {
            let slot = writes.open(ticket)
            for node in store { shift.call(WriteRow(rows: rows.held(), slot: slot), at: node, by: caller) }
            rows.letGo()
        }
    }

    /// Writes that not all of three nodes have done yet.
    struct OpenWrites {
        private var rows: [(ticket: Ticket<Done>, done: UInt8)] = []
        private var free: [UInt32] = []

        mutating func open(_ ticket: Ticket<Done>) -> UInt32 {
            if let slot = free.popLast() {
                rows[Int(slot)] = (ticket, 0)
                return slot
            }
            rows.append((ticket, 0))
            return UInt32(rows.count - 1)
        }

        /// One more node has written it. Whom to answer, when that makes two of three.
        mutating func note(_ slot: UInt32) -> Ticket<Done>? {
            rows[Int(slot)].done += 1
            switch rows[Int(slot)].done {
            case 2: return rows[Int(slot)].ticket
            case 3: free.append(slot)
            default: break
            }
            return nil
        }
    }
}
