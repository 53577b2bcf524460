import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-13: has the message log take a letter, and says so then.
    final actor NewMessageService: Producer, Hop {
        enum Inbox: Marked {
            case submit(Letter, Ticket<Done>)
            case stored(Ticket<Done>)

            var mark: UInt64 {
                switch self {
                case .submit(let letter, let ticket): Vocabulary.mark(1, letter.mark, ticket.mark)
                case .stored(let ticket): Vocabulary.mark(2, ticket.mark)
                }
            }
        }

        nonisolated let seat: Seat
        private let ledger: Ledger
        private let log: LogDoor
        private let produce: Caller<Produce<NewMessageService>>
        private let time = Exponential(mean: 200_000)  // service.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, peers: Peers) {
            self.seat = seat
            ledger = peers.ledger
            log = LogDoor(brokers: peers.messageLog, partitions: peers.generators.count)
            produce = seat.caller(by: Chain.plan)
            costs = seat.stream("new-message service")
        }

        static func stored(_ step: Ticket<Done>) -> Inbox { .stored(step) }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .submit: time.time(&costs)
            case .stored: .zero
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .submit(let letter, let ticket):
                handled += 1
                let place = Place.machine(shift.machineNumber)
                ledger.stamp(
                    letter.id, for: nil, stage: Chain.newMessageStage, place: place, at: shift.service.arrived
                )
                ledger.stamp(
                    letter.id, for: nil, stage: Chain.messageLogStage, place: place, at: shift.now)
                let partition = log.partition(of: letter.id.sender)
                shift.call(
                    Produce(Posted(letter: letter), to: partition, then: ticket),
                    at: log.leader(of: partition), by: produce)
            case .stored(let ticket): shift.reply(Done(), to: ticket, size: Chain.frame)
            }
        }
    }
}
