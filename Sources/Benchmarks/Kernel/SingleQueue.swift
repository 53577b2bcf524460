import Simulation
import Vocabulary

/// M/M/1: customers come at random, wait in line, and are served one at a time. How long they wait on average
/// is known, so that a kernel that is fast and wrong is noticed.
enum SingleQueue {
    static let customers: UInt64 = 10_000_000
    static let utilisation = 0.9
    static let meanService = 1e6  // ns

    static let benchmark = Benchmark(
        suite: "kernel", name: "mm1",
        title: "M/M/1 at utilisation 0.9: the mean wait of 10,000,000 customers against its closed form",
        unit: "customer"
    ) { _ in play() }

    /// Mean wait = ρ ÷ (1 − ρ) mean services: 9 ms here.
    static var meanWait: Double { utilisation / (1 - utilisation) * meanService }

    private static func play() -> Benchmark.Round {
        let world = World(seed: 1)
        let counter = world.add(in: Lane(1)) {
            Counter(home: $0, stream: Streams(seed: 1, purpose: Purpose("mm1 service")).stream(of: 0))
        }
        let door = world.add(in: Lane(1)) {
            Door(
                home: $0, counter: counter,
                stream: Streams(seed: 1, purpose: Purpose("mm1 arrival")).stream(of: 0))
        }
        world.turn(of: door).send(.next, to: door)
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure { ending = world.run(until: .at(.hours(100))) }
        guard ending == .reachedEnd, let wait = world.inspect(counter, { $0.waits.estimate }) ?? nil else {
            preconditionFailure("M/M/1 \(ending)")
        }
        let off = (wait.mean - meanWait).magnitude / wait.standardError
        return Benchmark.Round(
            count: customers, elapsed: elapsed, digest: world.behaviourDigest.value,
            figures: [
                .init("mean wait", wait.mean / 1e6, "ms"),
                .init("closed form", meanWait / 1e6, "ms"),
                .init("standard error", wait.standardError / 1e6, "ms"),
            ],
            verdict: off <= 3
                ? .held : .outOfBand("the mean wait is \(off) standard errors away from its closed form"))
    }
}

/// Lets customers in, as a Poisson process does.
actor Door: Component {
    enum Inbox: Marked {
        case next
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    nonisolated let home: Home
    private let counter: Address<Counter>
    private var stream: RandomStream
    private var admitted: UInt64 = 0
    private let gap = Exponential(mean: SingleQueue.meanService / SingleQueue.utilisation)

    init(home: Home, counter: Address<Counter>, stream: RandomStream) {
        self.home = home
        self.counter = counter
        self.stream = stream
    }

    func receive(_ message: Inbox, in turn: Turn) {
        turn.send(.customer(arrived: turn.now), to: counter)
        admitted += 1
        guard admitted < SingleQueue.customers else { return }
        turn.send(.next, to: turn.address, after: Span(roundingNanoseconds: gap.sample(&stream)))
    }
}

/// Serves them in the order in which they came.
actor Counter: Component {
    enum Inbox: Marked {
        case customer(arrived: Instant)
        case served

        var mark: UInt64 {
            switch self {
            case .customer(let arrived): Vocabulary.mark(1, arrived.nanoseconds)
            case .served: Vocabulary.mark(2)
            }
        }
    }

    struct Waited: Fact {
        let span: Span
        var mark: UInt64 { Vocabulary.mark(1, UInt64(span.nanoseconds)) }
    }

    nonisolated let home: Home
    private var stream: RandomStream
    private let service = Exponential(mean: SingleQueue.meanService)
    private var line: [Instant] = []
    private var first = 0
    private var isBusy = false
    private(set) var waits = BatchMeans()

    init(home: Home, stream: RandomStream) {
        self.home = home
        self.stream = stream
    }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .customer(let arrived):
            line.append(arrived)
            if !isBusy { serveNext(in: turn) }
        case .served:
            isBusy = false
            if first < line.count { serveNext(in: turn) }
        }
    }

    private func serveNext(in turn: Turn) {
        let wait = turn.now - line[first]
        first += 1
        if first == line.count || first == 1_024 {
            line.removeFirst(first)
            first = 0
        }
        isBusy = true
        waits.record(Double(wait.nanoseconds))
        turn.tell(Waited(span: wait))
        turn.send(.served, to: turn.address, after: Span(roundingNanoseconds: service.sample(&stream)))
    }
}
