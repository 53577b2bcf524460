import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// A broker of a log: leads some of its partitions, and follows in the others. A record is stored when the leader and
    /// both followers have it in their page caches; nobody waits for a disk. Records are kept.
    final actor Broker: Hop {
        enum Inbox: Marked {
            case produce(Posted, to: UInt16, Ticket<Done>)
            case follow(Contents<Posted>, in: UInt16, Ticket<LogEnd>)
            case followed(partition: UInt16, follower: UInt16, LogEnd)
            /// It is answered when there is something.
            case fetch(from: UInt16, behind: UInt32, Ticket<Fetched>)

            var mark: UInt64 {
                switch self {
                case .produce(let record, let partition, let ticket):
                    Vocabulary.mark(1 &+ UInt64(partition) << 8, record.mark, ticket.mark)
                case .follow(let record, let partition, let ticket):
                    Vocabulary.mark(2 &+ UInt64(partition) << 8, record[0].mark, ticket.mark)
                case .followed(let partition, let follower, let end):
                    Vocabulary.mark(3 &+ UInt64(partition) << 8, UInt64(follower), end.mark)
                case .fetch(let partition, let position, let ticket):
                    Vocabulary.mark(4 &+ UInt64(partition) << 8, UInt64(position), ticket.mark)
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() { if case .follow(let record, _, _) = self { _ = record.held() } }
            func noteDiscarded() { if case .follow(let record, _, _) = self { record.letGo() } }
        }

        private struct StoredPartition {
            let file: File<Posted>
            /// Who waits for a record to be stored: the one behind the `stored` first ones, and those that follow it.
            var producers = Ring<Ticket<Done>>()
            var stored = 0
            /// How far each broker is; the leader's own entry stands still.
            var ends = InlineArray<3, Int>(repeating: 0)
            var reader: (ticket: Ticket<Fetched>, position: Int)?
        }

        nonisolated let seat: Seat
        private let brokers: Endpoints<Broker>
        private let follow: Caller<Follow>
        private let pool: Pool<Posted>
        private let requestTime = Span.microseconds(20)  // log.recordsPerBroker
        private let recordTime = Span.microseconds(5)
        @exclusivity(unchecked) private var partitions: [StoredPartition]
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, brokers: Endpoints<Broker>, partitions: Int) {
            self.seat = seat
            self.brokers = brokers
            follow = seat.caller(by: Chain.plan)
            pool = seat.pool(of: Posted.self)
            self.partitions = (0..<partitions).map {
                StoredPartition(file: seat.file(FileName("partition-\($0)")))
            }
        }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .produce, .follow: requestTime + recordTime
            case .fetch: requestTime
            case .followed: .zero
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .produce(let record, let partition, let ticket):
                take(record, for: partition, ticket, in: shift)
            case .follow(let record, let partition, let ticket):
                let file = partitions[Int(partition)].file
                append(record, to: file, in: shift)
                shift.reply(LogEnd(file.numbers.upperBound), to: ticket, size: Chain.frame)
            case .followed(let partition, let follower, let end):
                partitions[Int(partition)].ends[Int(follower)] = end.count
                settle(Int(partition), in: shift)
            case .fetch(let partition, let position, let ticket):
                partitions[Int(partition)].reader = (ticket, Int(position))
                serve(Int(partition), in: shift)
            }
        }

        private func take(
            _ record: Posted, for partition: UInt16, _ ticket: Ticket<Done>, in shift: Shift
        ) {
            let contents = pool.write(record)
            for follower in brokers where follower.number != seat.number {
                shift.call(
                    Follow(record: contents.held(), partition: partition, follower: UInt16(follower.number)),
                    at: follower, by: follow)
            }
            append(contents, to: partitions[Int(partition)].file, in: shift)
            partitions[Int(partition)].producers.append(ticket)
        }

        private func append(_ record: Contents<Posted>, to file: File<Posted>, in shift: Shift) {
            handled += 1
            guard shift.append(record, to: file) != nil else { preconditionFailure("a disk is full") }
        }

        /// Records that all brokers have are stored, and readers may have them.
        private func settle(_ partition: Int, in shift: Shift) {
            var end = Int.max
            for broker in brokers.indices where broker != seat.number {
                end = min(end, partitions[partition].ends[broker])
            }
            guard end > partitions[partition].stored else { return }
            while partitions[partition].stored < end {
                partitions[partition].stored += 1
                shift.reply(Done(), to: partitions[partition].producers.removeFirst(), size: Chain.frame)
            }
            serve(partition, in: shift)
        }

        private func serve(_ partition: Int, in shift: Shift) {
            guard let reader = partitions[partition].reader,
                reader.position < partitions[partition].stored
            else { return }
            partitions[partition].reader = nil
            let file = partitions[partition].file
            let numbers =
                reader.position..<min(partitions[partition].stored, reader.position + Fetched.limit)
            let fetched = Fetched(records: pool.write(numbers.lazy.map { file[$0] }))
            shift.reply(fetched, to: reader.ticket, size: fetched.size)
        }
    }
}
