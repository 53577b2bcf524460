import Chat
import Cluster
import Simulation
import Vocabulary

// What logs are told, and by whom.

extension Chain {
    /// A letter on its way to its recipient, as logs and stores keep it.
    struct Posted: FileRecord, Marked, BitwiseCopyable {
        let letter: Letter

        var size: ByteCount { letter.size + Chain.envelope }
        var mark: UInt64 { letter.mark }

        var recipient: User {
            switch letter.destination {
            case .direct(let user): return user
            case .room: preconditionFailure("nobody writes to rooms here")
            }
        }
    }

    /// Where the records of a user are (S0-15).
    struct LogDoor: Sendable {
        let brokers: Endpoints<Broker>
        let partitions: Int

        func partition(of user: User) -> UInt16 { UInt16(Int(user.number) % partitions) }
        func leader(of partition: UInt16) -> Endpoint<Broker> { brokers[Int(partition) % brokers.count] }
    }

    /// How many records there are in a partition.
    struct LogEnd: Marked {
        private let word: UInt32

        init(_ count: Int) { word = UInt32(count) }

        var count: Int { Int(word) }
        var mark: UInt64 { UInt64(word) }
    }

    /// Records behind each other.
    struct Fetched: Marked {
        let records: Contents<Posted>

        static let limit = 500  // log.consumer.maxPoll

        var size: ByteCount {
            (0..<records.count).reduce(Chain.frame) { sum, number in sum + records[number].size }
        }

        var mark: UInt64 { Vocabulary.mark(UInt64(records.count), records[0].mark) }

        static var isCounted: Bool { true }
        func noteCopied() { _ = records.held() }
        func noteDiscarded() { records.letGo() }
    }

    /// What a leader has, a follower is to have too.
    struct Follow: Call {
        typealias Caller = Broker
        typealias Callee = Broker

        let record: Contents<Posted>
        let partition: UInt16
        let follower: UInt16

        var size: ByteCount { Chain.frame + record[0].size }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<LogEnd>) -> Broker.Inbox { .follow(record, in: partition, ticket) }
        func outcome(_ result: Result<LogEnd, CallError>) -> Broker.Inbox {
            .followed(partition: partition, follower: follower, result.reply)
        }
    }

    /// A part that has logs take records, and goes on when they are stored.
    protocol Producer: Part {
        associatedtype Step: Sendable
        static func stored(_ step: Step) -> Inbox
    }

    struct Produce<P: Producer>: Call {
        typealias Caller = P
        typealias Callee = Broker

        private let record: Posted
        private let partition: UInt16
        private let step: P.Step

        init(_ record: Posted, to partition: UInt16, then step: P.Step) {
            self.record = record
            self.partition = partition
            self.step = step
        }

        var size: ByteCount { Chain.frame + record.size }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Done>) -> Broker.Inbox { .produce(record, to: partition, ticket) }
        func outcome(_ result: Result<Done, CallError>) -> P.Inbox {
            _ = result.reply
            return P.stored(step)
        }
    }

    /// A part that reads a partition of a log: the one that has its own number.
    protocol Reader: Part {
        static func fetched(_ records: Fetched) -> Inbox
    }

    struct Fetch<P: Reader>: Call {
        typealias Caller = P
        typealias Callee = Broker

        let partition: UInt16
        let position: UInt32

        var size: ByteCount { Chain.frame }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Fetched>) -> Broker.Inbox {
            .fetch(from: partition, behind: position, ticket)
        }
        func outcome(_ result: Result<Fetched, CallError>) -> P.Inbox { P.fetched(result.reply) }
    }

    /// How far a reader is, and whether it has room for more (S0-39): it asks for that only then.
    struct LogReading<P: Reader> {
        private let log: LogDoor
        private let partition: UInt16
        private let fetch: Caller<Fetch<P>>
        private var position: UInt32 = 0
        private var inHand = 0
        private var hasAsked = false

        private static var capacity: Int { 1_000 }

        init(of log: LogDoor, on seat: Seat) {
            self.log = log
            partition = UInt16(seat.number)
            // It waits for as long as there is nothing.
            fetch = seat.caller(by: CallPlan(deadline: .hours(1), retry: .never))
        }

        mutating func ask(in shift: ShiftOf<P>) {
            guard !hasAsked, inHand < Self.capacity else { return }
            hasAsked = true
            shift.call(
                Fetch(partition: partition, position: position), at: log.leader(of: partition), by: fetch)
        }

        mutating func take(_ fetched: Fetched, in shift: ShiftOf<P>) {
            hasAsked = false
            position += UInt32(fetched.records.count)
            inHand += fetched.records.count
            ask(in: shift)
        }

        mutating func finish(in shift: ShiftOf<P>) {
            inHand -= 1
            ask(in: shift)
        }
    }
}
