import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// A kilobyte that says when it was sent.
struct Slip: LogPayload {
    let sent: Instant
    var size: ByteCount { .bytes(1_000) }
    var mark: UInt64 { sent.nanoseconds }
}

/// Sends some records at a time, one such group after the other.
actor Source: Part {
    enum Inbox: Marked {
        case due
        case news(ProducerNews)

        var mark: UInt64 {
            switch self {
            case .due: Vocabulary.mark(1)
            case .news(let news): Vocabulary.mark(2, news.mark)
            }
        }
    }

    enum Wiring: ProducerWiring {
        typealias Owner = Source
        typealias Payload = Slip
        typealias LogStep = Instant
        static func news(_ news: ProducerNews) -> Source.Inbox { .news(news) }
    }

    nonisolated let seat: Seat
    private var producer: LogProducer<Wiring>
    private let gap: Span
    private let together: Int
    private var random: RandomStream
    /// How long it took until each was stored, in ns.
    private(set) var times: [UInt64] = []

    init(seat: Seat, log: PartitionedLog<Slip>, settings: ProducerSettings, gap: Span, together: Int) {
        self.seat = seat
        self.gap = gap
        self.together = together
        producer = log.producer(settings, on: seat)
        random = seat.stream("keys")
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) {
        producer.begin(in: shift)
        _ = shift.arm(.due, after: .seconds(5) + gap * Int64(seat.number) / 8)
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .due:
            let key = random.next()
            for _ in 0..<together {
                _ = producer.send(Slip(sent: shift.now), key: key, then: shift.now, in: shift)
            }
            _ = shift.arm(.due, after: gap)
        case .news(let news):
            for outcome in producer.hear(news, in: shift) {
                if case .stored(let sent, _) = outcome {
                    times.append((shift.now - sent).nanoseconds.magnitude)
                }
            }
        }
    }
}

/// Reads records, and is done with each at once.
actor Sink: Part {
    enum Inbox: Marked {
        case news(ConsumerNews)

        var mark: UInt64 { if case .news(let news) = self { news.mark } else { 0 } }
        static var isCounted: Bool { true }
        func noteCopied() { if case .news(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .news(let news) = self { news.noteDiscarded() } }
    }

    enum Wiring: ConsumerWiring {
        typealias Owner = Sink
        typealias Payload = Slip
        static func news(_ news: ConsumerNews) -> Sink.Inbox { .news(news) }
    }

    nonisolated let seat: Seat
    private var consumer: LogConsumer<Wiring>
    /// How long after each was sent it was here, in ns.
    private(set) var times: [UInt64] = []

    init(seat: Seat, log: PartitionedLog<Slip>) {
        self.seat = seat
        consumer = log.consumer(of: "sinks", ConsumerSettings(), on: seat)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) { consumer.begin(in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        if case .news(let news) = message { _ = consumer.hear(news, in: shift) }
        while let record = consumer.next(in: shift) {
            times.append((shift.now - record.payload.sent).nanoseconds.magnitude)
            consumer.finish(record.place, in: shift)
        }
    }
}
