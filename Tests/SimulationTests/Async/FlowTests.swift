import Simulation
import Synchronization
import Testing
import Vocabulary

/// What the flows of a test did, in order. Flows run on the thread of their world, one at a time.
private final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    func write(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

@Suite("kernel: async flows")
struct FlowTests {
    @Test("a flow sleeps in virtual time, and sends and looks between")
    func sleeping() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        let diary = Diary()
        world.start("alice") {
            let turn = world.turn(of: clerk)
            try await world.clock.sleep(for: .seconds(3))
            turn.send(.note(7), to: clerk, after: .seconds(1))
            diary.write("sent at \(world.now)")
            try await world.clock.sleep(until: .at(.seconds(5)), tolerance: nil)
            diary.write("at \(world.now) the clerk has \(world.notes(of: clerk) ?? [])")
        }
        #expect(diary.all == [])
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(diary.all == ["sent at 3s", "at 5s the clerk has [7]"])
    }

    @Test("awaiting another actor of the world is a plain call: no time passes, nothing leaves")
    func actors() {
        let world = World(seed: 1)
        let diary = Diary()
        let shelf = world.add(in: Lane(1)) { Shelf(home: $0) }
        let reader = world.add(in: Lane(1)) { Reader(home: $0, diary: diary) }
        guard let theShelf = world.inspect(shelf, { $0 as Shelf }) else { return }
        world.inspect(reader) { $0.visit(theShelf) }
        world.turn(of: reader).send(.read, to: reader, after: .seconds(2))
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(diary.all == ["found book 1 at 2s", "found book 2 at 2s", "slept until 3s"])
    }

    @Test("the children of a group stay in the world and sleep side by side")
    func groups() {
        let world = World(seed: 1)
        let diary = Diary()
        world.start("parent") {
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for child in 1...3 {
                    group.addTask {
                        try await world.clock.sleep(for: .seconds(child))
                        diary.write("child \(child) at \(world.now)")
                        return child
                    }
                }
                return try await group.reduce(0, +)
            }
            async let late: Void = world.clock.sleep(for: .seconds(4))
            try await late
            diary.write("sum \(sum) at \(world.now)")
        }
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(diary.all == ["child 1 at 1s", "child 2 at 2s", "child 3 at 3s", "sum 6 at 7s"])
    }

    @Test("a continuation that an event resumes carries its flow on at that instant")
    func continuations() {
        let world = World(seed: 1)
        let diary = Diary()
        let bell = world.add(in: Lane(1)) { Bell(home: $0) }
        world.start("guest") {
            for _ in 1...2 {
                await withCheckedContinuation { continuation in world.inspect(bell) { $0.wait(continuation) }
                }
                diary.write("heard it at \(world.now)")
                await Task.yield()
            }
        }
        for second in [2, 5] {
            world.turn(of: bell).send(.ring, to: bell, after: .seconds(Int64(second)))
        }
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(diary.all == ["heard it at 2s", "heard it at 5s"])
    }

    @Test("a cancelled flow is woken at once; its sleep leaves nothing behind")
    func cancellation() {
        let world = World(seed: 1)
        let diary = Diary()
        let sleeper = world.start("sleeper") {
            do {
                try await world.clock.sleep(for: .seconds(3_600))
            } catch {
                diary.write("\(type(of: error)) at \(world.now)")
                throw error
            }
        }
        let late = world.start("cancelled before it began") {
            try await world.clock.sleep(for: .seconds(1))
            diary.write("must not be reached")
        }
        world.cancel(late)
        world.start("canceller") {
            try await world.clock.sleep(for: .seconds(2))
            world.cancel(sleeper)
        }
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(diary.all == ["CancellationError at 2s"])
        #expect(world.pendingEvents == 0)
    }

    @Test("an error that a flow throws stops the run, with its name")
    func failing() {
        struct Broken: Error {}
        let world = World(seed: 1)
        world.start("check") {
            try await world.clock.sleep(for: .seconds(2))
            throw Broken()
        }
        #expect(world.run(until: .at(.seconds(10))) == .stopped(because: "flow 'check' failed: Broken()"))
        #expect(world.now == .at(.seconds(2)))
    }

    /// Each waits for the other to end.
    @Test("a deadlock of flows is named")
    func deadlock() {
        let world = World(seed: 1)
        let first = world.add(in: Lane(1)) { Bell(home: $0) }
        let second = world.add(in: Lane(1)) { Bell(home: $0) }
        for (name, own, other) in [("alice", first, second), ("bob", second, first)] {
            world.start(name) {
                try await world.clock.sleep(for: .seconds(1))
                await withCheckedContinuation { continuation in world.inspect(own) { $0.wait(continuation) } }
                world.turn(of: other).send(.ring, to: other)
            }
        }
        let ending = world.run(until: .at(.seconds(10)))
        #expect(
            ending
                == .ranDry(
                    at: .at(.seconds(1)),
                    waiting: ["flow 'alice', started at 0s", "flow 'bob', started at 0s"]))
        // Rung from outside, both come free.
        for bell in [first, second] { world.turn(of: bell).send(.ring, to: bell) }
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
    }

    @Test("a world that is shut down ends its sleeping flows and can be freed")
    func shutDown() {
        weak var world: World?
        let diary = Diary()
        do {
            let mine = World(seed: 1)
            world = mine
            mine.start("sleeper") { [clock = mine.clock] in
                do { try await clock.sleep(for: .seconds(3_600)) } catch { diary.write("woken: \(error)") }
            }
            #expect(mine.run(until: .at(.seconds(1))) == .reachedEnd)
            mine.shutDown()
        }
        #expect(diary.all == ["woken: CancellationError()"])
        #expect(world == nil)
    }

    @Test("a flow that goes round without letting time pass is stopped")
    func spinning() {
        let world = World(seed: 1)
        world.start("spinner") { while !Task.isCancelled { await Task.yield() } }
        let ending = world.run(until: .at(.seconds(1)))
        #expect(ending == .stopped(because: "async work goes round at 0s without letting time pass"))
        world.shutDown()
    }

    @Test("an exchange without end within one instant does not grow, and the event limit stops it")
    func livelock() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.start("busy") {
            while true { try await world.clock.sleep(for: .zero) }
        }
        world.tell(clerk, .note(1), at: .seconds(1))
        #expect(world.run(until: .at(.seconds(2)), eventLimit: 100_000) == .exceeded(eventLimit: 100_000))
        #expect(world.now == .start)
        world.shutDown()
    }
}

private actor Shelf: Component {
    enum Inbox: Marked {
        case nothing
        var mark: UInt64 { 0 }
    }

    nonisolated let home: Home
    private var books = 0

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {}

    func take() -> Int {
        books += 1
        return books
    }
}

private actor Reader: Component {
    enum Inbox: Marked {
        case read
        var mark: UInt64 { 1 }
    }

    nonisolated let home: Home
    private let diary: Diary
    private var shelf: Shelf?

    init(home: Home, diary: Diary) {
        self.home = home
        self.diary = diary
    }

    func visit(_ shelf: Shelf) { self.shelf = shelf }

    func receive(_ message: Inbox, in turn: Turn) {
        turn.world.start("reading", in: turn.address.lane) { try await self.read() }
    }

    private func read() async throws {
        guard let shelf else { return }
        for _ in 1...2 { diary.write("found book \(await shelf.take()) at \(home.world.now)") }
        try await home.world.clock.sleep(for: .seconds(1))
        diary.write("slept until \(home.world.now)")
    }
}

private actor Bell: Component {
    enum Inbox: Marked {
        case ring
        var mark: UInt64 { 1 }
    }

    nonisolated let home: Home
    private var waiting: CheckedContinuation<Void, Never>?

    init(home: Home) { self.home = home }

    func wait(_ continuation: CheckedContinuation<Void, Never>) { waiting = continuation }

    func receive(_ message: Inbox, in turn: Turn) {
        waiting?.resume()
        waiting = nil
    }
}
