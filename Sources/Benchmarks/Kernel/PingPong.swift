import Simulation
import Vocabulary

/// Two flows that play table tennis: each waits on a continuation that the other one resumes. It shows what a
/// suspension costs against a message, and why messages are not made of them.
enum PingPong {
    static let strokes: UInt64 = 1_000_000

    static let benchmark = Benchmark(
        suite: "kernel", name: "async-ping-pong",
        title: "two flows that suspend and resume each other in turn, in 1,000 rallies a simulated second",
        unit: "stroke"
    ) { _ in
        let world = World(seed: 1)
        let table = world.add(in: Lane(1)) { Table(home: $0) }
        let turn = world.turn(of: table)
        world.start("server") {
            for stroke in 0..<strokes / 2 {
                if stroke % 500 == 0 { try await world.clock.sleep(for: .milliseconds(1)) }
                turn.tell(Table.Stroke(number: stroke))
                await play(to: 1, on: table, in: world)
            }
        }
        world.start("receiver") {
            await withUnsafeContinuation { continuation in
                world.inspect(table) { $0.wait(continuation, on: 1) }
            }
            for _ in 1..<strokes / 2 { await play(to: 0, on: table, in: world) }
            world.inspect(table) { $0.resume(0) }
        }
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure { ending = world.run(until: .at(.hours(1))) }
        precondition(ending == .reachedEnd, "ping-pong \(ending)")
        return Benchmark.Round(count: strokes, elapsed: elapsed, digest: world.behaviourDigest.value)
    }

    /// Plays the ball to the other side and waits until it comes back.
    private static func play(to side: Int, on table: Address<Table>, in world: World) async {
        await withUnsafeContinuation { continuation in
            world.inspect(table) {
                $0.resume(side)
                $0.wait(continuation, on: 1 - side)
            }
        }
    }
}

/// Where the two sides wait.
actor Table: Component {
    enum Inbox: Marked {
        case nothing
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    struct Stroke: Fact {
        let number: UInt64
        var mark: UInt64 { Vocabulary.mark(1, number) }
    }

    nonisolated let home: Home
    private var waiting: [UnsafeContinuation<Void, Never>?] = [nil, nil]

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {}

    func wait(_ continuation: UnsafeContinuation<Void, Never>, on side: Int) { waiting[side] = continuation }

    func resume(_ side: Int) {
        let player = waiting[side]
        waiting[side] = nil
        player?.resume()
    }
}
