import Cluster
import Simulation
import Vocabulary

/// What it costs to let out what has waited behind a partition: 100,000 questions of 100 bytes from one machine
/// to another, asked in 10 s of which none gets through.
enum Drain {
    static let messages = 100_000
    private static let healed = Instant.at(.seconds(10))

    static let benchmark = Benchmark(
        suite: "echo", name: "partition-drain",
        title: "100,000 questions that waited behind a partition, from its end until all are answered",
        unit: "question"
    ) { _ in
        let cluster = Cluster.lab(seed: 1, link: .sameZone)
        let halls = cluster.add("hall", count: 1, on: .outside, in: .lab) { seat, _ in Hall(seat: seat) }
        let crowd = cluster.add("crowd", count: 1, on: .outside, in: .lab) { seat, _ in
            Crowd(seat: seat, hall: halls[0])
        }
        cluster.plan(
            Partition(between: cluster.machines(of: [crowd[0]]), and: cluster.machines(of: [halls[0]])),
            at: .start, for: healed - .start)
        cluster.deliver(.ask, to: crowd[0], at: .at(.milliseconds(1)))
        cluster.run(until: healed)
        let events = cluster.world.eventNumber
        let elapsed = ContinuousClock().measure { cluster.runDry() }
        let heard = cluster.inspect(crowd[0]) { $0.heard }!
        precondition(heard == messages, "\(heard) of \(messages) questions were answered")
        return Benchmark.Round(
            count: UInt64(messages), elapsed: elapsed, digest: cluster.world.traceDigest.value,
            figures: [
                .init("events a question", Double(cluster.world.eventNumber - events) / Double(messages), "")
            ])
    }
}

/// Asks all of its questions within some seconds, a hundred at a time.
actor Crowd: Part {
    enum Inbox: Marked {
        case ask
        case heard

        var mark: UInt64 {
            switch self {
            case .ask: Vocabulary.mark(1)
            case .heard: Vocabulary.mark(2)
            }
        }
    }

    struct EchoRequest: Call {
        typealias Caller = Crowd
        typealias Callee = Hall
        var size: ByteCount { .bytes(100) }

        func request(_ ticket: Ticket<Echoed>) -> Hall.Inbox { .asked(1, ticket) }
        func outcome(_ result: Result<Echoed, CallError>) -> Crowd.Inbox { .heard }
    }

    private static let plan = CallPlan(
        deadline: .minutes(10),
        retry: RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: .passing))

    nonisolated let seat: Seat
    private let hall: Endpoint<Hall>
    private let question: Caller<EchoRequest>
    private var asked = 0
    private(set) var heard = 0

    init(seat: Seat, hall: Endpoint<Hall>) {
        self.seat = seat
        self.hall = hall
        question = seat.caller(by: Self.plan)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask:
            for _ in 0..<100 { shift.call(EchoRequest(), at: hall, by: question) }
            asked += 100
            if asked < Drain.messages { _ = shift.arm(.ask, after: .milliseconds(9)) }
        case .heard: heard += 1
        }
    }
}
