import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// What parts that write and read have seen, in all of their incarnations: for looking on, they cannot read it.
final class Journal: @unchecked Sendable {
    struct Stored: Equatable {
        let number: Int
        let place: LogPlace
        let time: Instant
    }

    struct Read: Equatable {
        let reader: Int
        let number: Int
        let place: LogPlace
        let time: Instant
    }

    struct Assigned: Equatable {
        let reader: Int
        /// Nil when it was taken away.
        let partitions: Range<Int>?
        let time: Instant
    }

    var stored: [Stored] = []
    var failed: [Int: LogError] = [:]
    /// By what they were not taken for.
    var refused: [Int: String] = [:]
    var read: [Read] = []
    /// With which readers are done. Looked up only, never iterated.
    var done: Set<Int> = []
    var assigned: [Assigned] = []

    func numbers(readBy reader: Int? = nil) -> [Int] {
        read.filter { reader == nil || $0.reader == reader }.map(\.number)
    }
}

/// Sends records with a producer.
actor Feeder: Part {
    enum Inbox: Marked {
        case send(Int, key: UInt64)
        case news(ProducerNews)

        var mark: UInt64 {
            switch self {
            case .send(let number, let key): Vocabulary.mark(1, UInt64(number), key)
            case .news(let news): Vocabulary.mark(2, news.mark)
            }
        }
    }

    enum Wiring: ProducerWiring {
        typealias Owner = Feeder
        typealias Payload = Note
        typealias LogStep = Int
        static func news(_ news: ProducerNews) -> Feeder.Inbox { .news(news) }
    }

    nonisolated let seat: Seat
    private(set) var producer: LogProducer<Wiring>
    private let journal: Journal

    init(seat: Seat, log: PartitionedLog<Note>, settings: ProducerSettings, journal: Journal) {
        self.seat = seat
        self.journal = journal
        producer = log.producer(settings, on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) { producer.begin(in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .send(let number, let key):
            let taken = producer.send(Note(number: number), key: key, then: number, in: shift)
            if taken != .taken { journal.refused[number] = "\(taken)" }
        case .news(let news):
            for outcome in producer.hear(news, in: shift) {
                switch outcome {
                case .stored(let number, let place):
                    journal.stored.append(.init(number: number, place: place, time: shift.now))
                case .failed(let number, let error): journal.failed[number] = error
                }
            }
        }
    }
}

/// Reads records with a consumer: so many at a time, each for a while.
actor Reader: Part {
    enum Inbox: Marked {
        case news(ConsumerNews)
        case worked(Int, LogPlace)
        case leave

        var mark: UInt64 {
            switch self {
            case .news(let news): Vocabulary.mark(1, news.mark)
            case .worked(_, let place): Vocabulary.mark(2, UInt64(place.partition), UInt64(place.offset))
            case .leave: Vocabulary.mark(3)
            }
        }

        static var isCounted: Bool { true }
        func noteCopied() { if case .news(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .news(let news) = self { news.noteDiscarded() } }
    }

    enum Wiring: ConsumerWiring {
        typealias Owner = Reader
        typealias Payload = Note
        static func news(_ news: ConsumerNews) -> Reader.Inbox { .news(news) }
    }

    struct Habits {
        var group = "readers"
        /// How many it has in hand at most, and how long it works on each.
        var capacity = Int.max
        var work = Span.zero
        /// How long its core works on each that comes.
        var cost = Span.zero
        var settings = ConsumerSettings()
        var rules = ConsumerRules()
    }

    nonisolated let seat: Seat
    private(set) var consumer: LogConsumer<Wiring>
    private let habits: Habits
    private let journal: Journal
    private(set) var inHand = 0

    init(seat: Seat, log: PartitionedLog<Note>, habits: Habits, journal: Journal) {
        self.seat = seat
        self.habits = habits
        self.journal = journal
        consumer = log.consumer(of: habits.group, habits.settings, rules: habits.rules, on: seat)
    }

    func cost(of message: Inbox) -> Span {
        if case .news(let news) = message { habits.cost * Int64(news.recordCount) } else { .zero }
    }

    func begin(in shift: Shift) { consumer.begin(in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .news(let news):
            for outcome in consumer.hear(news, in: shift) {
                switch outcome {
                case .assigned(let partitions): note(partitions, in: shift)
                case .revoked: note(nil, in: shift)
                case .ready: break
                }
            }
        case .worked(let number, let place):
            inHand -= 1
            finish(number, place, in: shift)
        case .leave: consumer.leave(in: shift)
        }
        while inHand < habits.capacity, let record = consumer.next(in: shift) {
            journal.read.append(
                .init(
                    reader: seat.number, number: record.payload.number, place: record.place, time: shift.now))
            if habits.work == .zero {
                finish(record.payload.number, record.place, in: shift)
            } else {
                inHand += 1
                _ = shift.arm(.worked(record.payload.number, record.place), after: habits.work)
            }
        }
    }

    private func finish(_ number: Int, _ place: LogPlace, in shift: Shift) {
        journal.done.insert(number)
        consumer.finish(place, in: shift)
    }

    private func note(_ partitions: Range<Int>?, in shift: Shift) {
        journal.assigned.append(.init(reader: seat.number, partitions: partitions, time: shift.now))
    }
}

extension LogSite {
    var log: PartitionedLog<Note> {
        PartitionedLog(brokers: brokers, controllers: controllers, settings: settings)
    }

    func addFeeders(
        _ count: Int = 1, journal: Journal, _ change: (inout ProducerSettings) -> Void = { _ in }
    ) -> Endpoints<Feeder> {
        var settings = ProducerSettings()
        change(&settings)
        let log = log
        return cluster.add("feeder", count: count, on: Self.hardware, in: Self.office) {
            [settings] seat, _ in
            Feeder(seat: seat, log: log, settings: settings, journal: journal)
        }
    }

    func addReaders(
        _ count: Int = 1, name: String = "reader", journal: Journal,
        _ change: (inout Reader.Habits) -> Void = { _ in }
    ) -> Endpoints<Reader> {
        var habits = Reader.Habits()
        change(&habits)
        let log = log
        return cluster.add(name, count: count, on: Self.hardware, in: Self.office) { [habits] seat, _ in
            Reader(seat: seat, log: log, habits: habits, journal: journal)
        }
    }

    /// Sends these numbers, one every `span` from `start` on, each with a key.
    func send(
        _ numbers: Range<Int>, by feeder: Endpoint<Feeder>, from start: Span,
        every span: Span = .milliseconds(10), key: (Int) -> UInt64 = { UInt64($0) }
    ) {
        for (place, number) in numbers.enumerated() {
            cluster.deliver(
                .send(number, key: key(number)), to: feeder, at: .at(start + span * Int64(place)))
        }
    }
}

extension LogSite {
    /// How far a group is, as the broker that coordinates it has it.
    func committedOffsets(of group: String = "readers") -> [Int?] {
        for broker in brokers {
            if let entry = cluster.inspect(broker, { $0.look(at: GroupID(group)) }) ?? nil {
                return entry.offsets.map { $0?.offset }
            }
        }
        return []
    }

    /// Records of what brokers know of groups, in all partitions for that.
    func groupRecordCount() -> Int {
        (settings.partitions..<settings.partitions + brokers.count).reduce(0) { count, partition in
            count + (replica(of: 0, partition: partition).map { $0.end - $0.start } ?? 0)
        }
    }
}
