import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-14: makes a message for the recipient of each letter, has the recipient log take it, and keeps in the cache how far it
    /// is.
    final actor MessageGenerator: Producer, Reader, Hop {
        enum Inbox: Marked {
            case fetched(Fetched)
            case stored(LetterID)
            case saved

            var mark: UInt64 {
                switch self {
                case .fetched(let fetched): Vocabulary.mark(1, fetched.mark)
                case .stored(let letter): Vocabulary.mark(2, letter.word)
                case .saved: Vocabulary.mark(3)
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() { if case .fetched(let fetched) = self { fetched.noteCopied() } }
            func noteDiscarded() { if case .fetched(let fetched) = self { fetched.noteDiscarded() } }
        }

        nonisolated let seat: Seat
        private let ledger: Ledger
        private let cache: Endpoint<Answerer>
        private let recipientLog: LogDoor
        private let produce: Caller<Produce<MessageGenerator>>
        private let save: Caller<SaveCheckpoint>
        private let time = Exponential(mean: 200_000)  // service.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private var letters: LogReading<MessageGenerator>
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, peers: Peers) {
            self.seat = seat
            ledger = peers.ledger
            cache = peers.cache[0]
            recipientLog = LogDoor(brokers: peers.recipientLog, partitions: peers.consumers.count)
            produce = seat.caller(by: Chain.plan)
            save = seat.caller(by: Chain.plan)
            costs = seat.stream("message generator")
            letters = LogReading(
                of: LogDoor(brokers: peers.messageLog, partitions: peers.generators.count), on: seat)
        }

        static func fetched(_ records: Fetched) -> Inbox { .fetched(records) }
        static func stored(_ step: LetterID) -> Inbox { .stored(step) }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .fetched(let fetched):
                (0..<fetched.records.count).reduce(.zero) { sum, _ in sum + time.time(&costs) }
            case .stored, .saved: .zero
            }
        }

        func begin(in shift: Shift) { letters.ask(in: shift) }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .fetched(let fetched):
                letters.take(fetched, in: shift)
                for number in 0..<fetched.records.count { pass(fetched.records[number], in: shift) }
                fetched.records.letGo()
            // A crash between the two repeats a message; the other way round it would skip one.
            case .stored(let letter): shift.call(SaveCheckpoint(letter: letter), at: cache, by: save)
            case .saved: letters.finish(in: shift)
            }
        }

        private func pass(_ posted: Posted, in shift: Shift) {
            handled += 1
            let (letter, place) = (posted.letter.id, Place.machine(shift.machineNumber))
            let recipient = posted.recipient
            ledger.stamp(
                letter, for: nil, stage: Chain.generatorStage, place: place, at: shift.service.arrived)
            ledger.stamp(
                letter, for: recipient, stage: Chain.recipientLogStage, place: place, at: shift.now)
            let partition = recipientLog.partition(of: recipient)
            shift.call(
                Produce(posted, to: partition, then: letter), at: recipientLog.leader(of: partition),
                by: produce)
        }
    }

    /// How far a generator is with a letter.
    struct SaveCheckpoint: Call {
        typealias Caller = MessageGenerator
        typealias Callee = Answerer

        let letter: LetterID

        var size: ByteCount { Chain.frame }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<OneWord>) -> Answerer.Inbox { .asked(about: letter.sender, ticket) }
        func outcome(_ result: Result<OneWord, CallError>) -> MessageGenerator.Inbox {
            _ = result.reply
            return .saved
        }
    }
}
