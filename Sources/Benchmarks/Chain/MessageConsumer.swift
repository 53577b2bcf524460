import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-16: asks whether a message is blocked and which host its recipient is with, posts it there, and has the message
    /// service log it in parallel.
    final actor MessageConsumer: Reader, Hop {
        enum Inbox: Marked {
            case fetched(Fetched)
            case checked(Posted)
            case located(Posted, host: UInt32)
            case stored

            var mark: UInt64 {
                switch self {
                case .fetched(let fetched): Vocabulary.mark(1, fetched.mark)
                case .checked(let posted): Vocabulary.mark(2, posted.mark)
                case .located(let posted, let host): Vocabulary.mark(3, posted.mark, UInt64(host))
                case .stored: Vocabulary.mark(4)
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() { if case .fetched(let fetched) = self { fetched.noteCopied() } }
            func noteDiscarded() { if case .fetched(let fetched) = self { fetched.noteDiscarded() } }
        }

        nonisolated let seat: Seat
        private let ledger: Ledger
        private let peers: Peers
        private let check: Caller<CheckBlock>
        private let locate: Caller<LocateRecipient>
        private let store: Caller<StoreLetter>
        private let time = Exponential(mean: 200_000)  // service.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private var messages: LogReading<MessageConsumer>
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, peers: Peers) {
            self.seat = seat
            ledger = peers.ledger
            self.peers = peers
            check = seat.caller(by: Chain.plan)
            locate = seat.caller(by: Chain.plan)
            store = seat.caller(by: Chain.plan)
            costs = seat.stream("message consumer")
            messages = LogReading(
                of: LogDoor(brokers: peers.recipientLog, partitions: peers.consumers.count), on: seat)
        }

        static func fetched(_ records: Fetched) -> Inbox { .fetched(records) }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .fetched(let fetched):
                (0..<fetched.records.count).reduce(.zero) { sum, _ in sum + time.time(&costs) }
            case .checked, .located, .stored: .zero
            }
        }

        func begin(in shift: Shift) { messages.ask(in: shift) }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .fetched(let fetched):
                messages.take(fetched, in: shift)
                for number in 0..<fetched.records.count { take(fetched.records[number], in: shift) }
                fetched.records.letGo()
            case .checked(let posted): send(posted, in: shift)
            case .located(let posted, let host):
                shift.post(
                    .deliver(posted), to: peers.hosts[Int(host)], size: Chain.frame + posted.size)
            case .stored: messages.finish(in: shift)
            }
        }

        private func take(_ posted: Posted, in shift: Shift) {
            handled += 1
            ledger.stamp(
                posted.letter.id, for: posted.recipient, stage: Chain.consumerStage,
                place: Place.machine(shift.machineNumber), at: shift.service.arrived)
            shift.call(
                CheckBlock(posted: posted), at: peers.connectionServices.serving(posted.recipient), by: check)
        }

        private func send(_ posted: Posted, in shift: Shift) {
            let recipient = posted.recipient
            shift.call(LocateRecipient(posted: posted), at: peers.assigners.serving(recipient), by: locate)
            shift.call(StoreLetter(posted: posted), at: peers.messageServices.serving(recipient), by: store)
        }
    }

    /// Does the recipient of a message block its sender?
    struct CheckBlock: Call {
        typealias Caller = MessageConsumer
        typealias Callee = Answerer

        let posted: Posted

        var size: ByteCount { Chain.frame }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<OneWord>) -> Answerer.Inbox { .asked(about: posted.recipient, ticket) }
        func outcome(_ result: Result<OneWord, CallError>) -> MessageConsumer.Inbox {
            _ = result.reply
            return .checked(posted)
        }
    }

    /// Where is the recipient of a message?
    struct LocateRecipient: Call {
        typealias Caller = MessageConsumer
        typealias Callee = Answerer

        let posted: Posted

        var size: ByteCount { Chain.frame }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<OneWord>) -> Answerer.Inbox { .asked(about: posted.recipient, ticket) }
        func outcome(_ result: Result<OneWord, CallError>) -> MessageConsumer.Inbox {
            .located(posted, host: result.reply.word)
        }
    }

    /// A message is to be logged.
    struct StoreLetter: Call {
        typealias Caller = MessageConsumer
        typealias Callee = MessageService

        let posted: Posted

        var size: ByteCount { Chain.frame + posted.size }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Done>) -> MessageService.Inbox { .store(posted, ticket) }
        func outcome(_ result: Result<Done, CallError>) -> MessageConsumer.Inbox {
            _ = result.reply
            return .stored
        }
    }
}
