import Simulation
import Vocabulary

/// Timers set and cancelled: 100,000 deadlines of 30 s in a simulated second, each cancelled a millisecond
/// after it was set, as those of calls that are answered are.
enum Deadlines {
    static let pairs: UInt64 = 10_000_000

    static let benchmark = Benchmark(
        suite: "kernel", name: "timers",
        title: "deadlines of 30 s set, 100,000 a simulated second, and cancelled a millisecond later",
        unit: "pair"
    ) { _ in
        let world = World(seed: 1)
        let caller = world.add(in: Lane(1)) { Waiter(home: $0) }
        world.turn(of: caller).send(.nextMillisecond, to: caller)
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure { ending = world.run(until: .at(.hours(1))) }
        let fired = world.inspect(caller) { $0.fired }
        precondition(ending == .reachedEnd && fired == 0, "deadlines \(ending), \(fired ?? 0) fired")
        return Benchmark.Round(count: pairs, elapsed: elapsed, digest: world.traceDigest.value)
    }
}

actor Waiter: Component {
    enum Inbox: Marked {
        case nextMillisecond
        case overdue

        var mark: UInt64 {
            switch self {
            case .nextMillisecond: Vocabulary.mark(1)
            case .overdue: Vocabulary.mark(2)
            }
        }
    }

    nonisolated let home: Home
    private var deadlines: [Timer] = []
    private var set: UInt64 = 0
    private(set) var fired = 0

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .nextMillisecond:
            for deadline in deadlines { turn.cancel(deadline) }
            deadlines.removeAll(keepingCapacity: true)
            guard set < Deadlines.pairs else { return }
            for _ in 0..<100 { deadlines.append(turn.arm(.overdue, after: .seconds(30))) }
            set += 100
            turn.send(.nextMillisecond, to: turn.address, after: .milliseconds(1))
        case .overdue:
            fired += 1
        }
    }
}
