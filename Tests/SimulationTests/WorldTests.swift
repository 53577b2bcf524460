import Simulation
import Testing
import Vocabulary

@Suite("kernel: events")
struct EventTests {
    @Test("messages arrive when they are due, and the clock stands there")
    func times() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        for second in [3, 1, 2] { world.tell(clerk, .note(second), at: .seconds(Int64(second))) }
        #expect(world.run(until: .at(.seconds(3))) == .reachedEnd)
        #expect(world.notes(of: clerk) == [1, 2])  // what happens at the end happens after it
        #expect(world.now == .at(.seconds(3)))
        #expect(world.run(until: .at(.seconds(4))) == .reachedEnd)
        #expect(world.notes(of: clerk) == [1, 2, 3])
        #expect(world.inspect(clerk) { $0.times } == [1, 2, 3].map { .at(.seconds($0)) })
        #expect(world.eventNumber == 3)
    }

    /// Two clerks in lanes 1 and 2 send to a third for one instant; whoever sent first, lane 1 comes first,
    /// and each lane's own messages in the order they were sent.
    @Test("equal times go by lane of origin, then by its counter")
    func ties() {
        let world = World(seed: 1, lanes: 3)
        let low = world.add(in: Lane(1)) { Clerk(home: $0) }
        let high = world.add(in: Lane(2)) { Clerk(home: $0) }
        let target = world.add(in: Lane(3)) { Clerk(home: $0) }
        let noon = Span.seconds(12)
        for number in [20, 21] {
            world.tell(high, .forward(number, to: target, after: noon - .seconds(1)), at: .seconds(1))
        }
        for number in [10, 11] {
            world.tell(low, .forward(number, to: target, after: noon - .seconds(2)), at: .seconds(2))
        }
        _ = world.run(until: .at(.seconds(20)))
        #expect(world.notes(of: target) == [10, 11, 20, 21])
        #expect(world.inspect(target) { $0.times } == Array(repeating: .at(noon), count: 4))
    }

    /// Both clerks write down the same, and nobody else sees who did: only the trace digest tells the worlds apart.
    @Test("two worlds that differ in a receiver only differ in the trace digest")
    func receiver() {
        func digests(to receiver: Int) -> (trace: Digest, behaviour: Digest) {
            let world = World(seed: 1)
            let clerks = (0..<2).map { _ in world.add(in: Lane(1)) { Clerk(home: $0) } }
            let sender = world.add(in: Lane(1)) { Clerk(home: $0) }
            world.turn(of: sender).send(.note(7), to: clerks[receiver], after: .seconds(1))
            _ = world.run(until: .at(.seconds(2)))
            return (world.traceDigest, world.behaviourDigest)
        }
        let (first, second) = (digests(to: 0), digests(to: 1))
        #expect(first.trace != second.trace)
        #expect(first.behaviour == second.behaviour)
        #expect(first.trace == digests(to: 0).trace)
    }

    @Test("a message sent without delay arrives at the same instant, after what was sent for it before")
    func withoutDelay() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .forward(2, to: clerk, after: .zero), at: .seconds(1))
        world.tell(clerk, .note(1), at: .seconds(1))
        _ = world.run(until: .at(.seconds(2)))
        #expect(world.notes(of: clerk) == [1, 2])
        #expect(world.inspect(clerk) { $0.times } == [.at(.seconds(1)), .at(.seconds(1))])
    }

    @Test("mail to an actor that was removed vanishes, its index is not given out again, and it is freed")
    func removal() {
        let world = World(seed: 1)
        let first = world.add(in: Lane(1)) { Clerk(home: $0) }
        let second = world.add(in: Lane(1)) { Clerk(home: $0) }
        weak var doomed: Clerk?
        doomed = world.inspect(second) { $0 as Clerk }
        world.tell(first, .forward(1, to: second, after: .seconds(1)), at: .zero)
        world.tell(first, .forward(2, to: second, after: .seconds(5)), at: .zero)
        world.tell(first, .remove(second), at: .seconds(3))
        world.tell(second, .remove(second), at: .seconds(4))
        let traces = [2, 6].map { (second: Int64) -> Digest in
            #expect(world.run(until: .at(.seconds(second))) == .reachedEnd)
            return world.traceDigest
        }
        #expect(traces[0] != traces[1])
        #expect(doomed == nil)
        #expect(world.notes(of: second) == nil)
        #expect(world.pendingEvents == 0)
        #expect(world.add(in: Lane(1)) { Clerk(home: $0) }.index == 2)
    }

    @Test("an actor may remove itself, and lives until its turn is over")
    func selfRemoval() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .remove(clerk), at: .seconds(1))
        world.tell(clerk, .note(1), at: .seconds(1))
        #expect(world.run(until: .at(.seconds(2))) == .reachedEnd)
        #expect(world.notes(of: clerk) == nil)
    }

    @Test("an actor that nobody removes goes with its world, and so do the messages on their way")
    func end() {
        weak var clerk: Clerk?
        weak var load: Freight.Load?
        do {
            let world = World(seed: 1)
            let address = world.add(in: Lane(1)) { Clerk(home: $0) }
            clerk = world.inspect(address) { $0 as Clerk }
            let freight = world.add(in: Lane(1)) { Freight(home: $0) }
            let cargo = Freight.Load()
            load = cargo
            world.turn(of: freight).send(.carry(cargo), to: freight, after: .seconds(1))
            #expect(clerk != nil)
        }
        #expect(clerk == nil)
        #expect(load == nil)
    }

    @Test(
        "a message that will not be delivered is freed when its timer is cancelled, or its receiver is gone")
    func undelivered() {
        let world = World(seed: 1)
        let freight = world.add(in: Lane(1)) { Freight(home: $0) }
        let turn = world.turn(of: freight)
        weak var cancelled: Freight.Load?
        weak var late: Freight.Load?
        do {
            let cargo = [Freight.Load(), Freight.Load()]
            (cancelled, late) = (cargo[0], cargo[1])
            let timer = turn.arm(.carry(cargo[0]), after: .seconds(5))
            turn.send(.carry(cargo[1]), to: freight, after: .seconds(5))
            turn.cancel(timer)
        }
        #expect(cancelled == nil)
        turn.remove(freight)
        #expect(late != nil)
        _ = world.run(until: .at(.seconds(6)))
        #expect(late == nil)
    }
}

/// Receives messages that own something.
private actor Freight: Component {
    final class Load: Sendable {}

    enum Inbox: Marked {
        case carry(Load)
        var mark: UInt64 { 1 }
    }

    nonisolated let home: Home

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {}
}

@Suite("kernel: timers")
struct TimerTests {
    @Test("a timer fires once; a cancelled one never does, and cancelling again changes nothing")
    func cancelling() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .arm(1, after: .seconds(10)), at: .seconds(1))
        world.tell(clerk, .cancelTimer, at: .seconds(5))
        world.tell(clerk, .cancelTimer, at: .seconds(6))
        world.tell(clerk, .arm(2, after: .seconds(10)), at: .seconds(7))
        world.tell(clerk, .cancelTimer, at: .seconds(18))  // it has fired at 17 s
        _ = world.run(until: .at(.minutes(1)))
        #expect(world.notes(of: clerk) == [2])
        #expect(world.inspect(clerk) { $0.cancellations } == [true, false, false])
    }

    /// The node of a timer that fired carries another message soon after; the old timer must not cancel that.
    @Test("a timer that fired does not cancel what came to use its memory")
    func reuse() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .arm(1, after: .seconds(1)), at: .zero)
        _ = world.run(until: .at(.seconds(2)))
        for number in 2...40 { world.tell(clerk, .note(number), at: .seconds(10)) }
        world.tell(clerk, .cancelTimer, at: .seconds(3))
        _ = world.run(until: .at(.seconds(11)))
        #expect(world.notes(of: clerk) == Array(1...40))
        #expect(world.inspect(clerk) { $0.cancellations } == [false])
    }

    @Test("a timer can be cancelled by an event of the instant in which it would fire")
    func sameInstant() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .cancelTimer, at: .seconds(3))  // has the smaller tie
        world.tell(clerk, .arm(1, after: .seconds(2)), at: .seconds(1))
        _ = world.run(until: .at(.seconds(4)))
        #expect(world.notes(of: clerk) == [])
        #expect(world.inspect(clerk) { $0.cancellations } == [true])
    }

    /// A hundred deadlines are set for the same instant and each is cancelled a microsecond before it: in the
    /// bucket that is being emptied, where no sweep comes. Their nodes are used again all the same, a hundred
    /// times.
    @Test("a timer that is cancelled shortly before it is due gives its memory back")
    func cancelledLate() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        func slab(after rounds: Int) -> Int {
            for _ in 0..<rounds {
                let turn = world.turn(of: clerk)
                let timers = (0..<100).map { turn.arm(.note($0), after: .milliseconds(1)) }
                _ = world.run(until: world.now + .milliseconds(1) - .microseconds(1))
                for timer in timers { #expect(turn.cancel(timer)) }
                _ = world.run(until: world.now + .microseconds(2))
            }
            return world.eventBytes
        }
        let first = slab(after: 3)
        #expect(slab(after: 100) == first)
    }

    /// 100,000 deadlines of 30 s are set each simulated second, and each is cancelled 1 ms later, for ten
    /// minutes: 60 million in all. At any time 100 are live. Kept until due, three million would lie in the
    /// queue.
    @Test("cancelled deadlines give their memory back long before they are due")
    func memory() {
        let world = World(seed: 1)
        let setter = world.add(in: Lane(1)) { DeadlineSetter(home: $0) }
        world.turn(of: setter).send(.next, to: setter)
        #expect(world.run(until: .at(.minutes(10))) == .reachedEnd)
        let (set, fired, most) = world.inspect(setter) { ($0.set, $0.fired, $0.mostInQueue) } ?? (0, 0, 0)
        #expect(set == 60_000_000)
        #expect(fired == 0)
        // Live are 100 deadlines and the setter's own next message.
        #expect(most <= 2 * 101 + 4_096)
        #expect(most > 4_000, "cancelled deadlines stay until there are enough of them to be worth a sweep")
    }
}

private actor DeadlineSetter: Component {
    enum Inbox: Marked {
        case next
        case overdue
        var mark: UInt64 { self == .next ? 1 : 2 }
    }

    nonisolated let home: Home
    private(set) var set = 0
    private(set) var fired = 0
    private(set) var mostInQueue = 0
    private var deadlines: [Timer] = []

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .next:
            if deadlines.count < 100 {
                deadlines.append(turn.arm(.overdue, after: .seconds(30)))
            } else {
                turn.cancel(deadlines[set % 100])
                deadlines[set % 100] = turn.arm(.overdue, after: .seconds(30))
            }
            set += 1
            if set % 1_000 == 0 { mostInQueue = max(mostInQueue, turn.world.core.pointee.queue.count) }
            turn.send(.next, to: turn.address, after: .microseconds(10))
        case .overdue: fired += 1
        }
    }
}

@Suite("kernel: endings")
struct EndingTests {
    @Test("a run over its event limit says so, and can go on")
    func limit() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        for number in 1...5 { world.tell(clerk, .note(number), at: .seconds(Int64(number))) }
        #expect(world.run(until: .at(.seconds(10)), eventLimit: 3) == .exceeded(eventLimit: 3))
        #expect(world.now == .at(.seconds(3)))
        #expect(world.run(until: .at(.seconds(10)), eventLimit: 5) == .reachedEnd)
        #expect(world.notes(of: clerk) == [1, 2, 3, 4, 5])
    }

    @Test("whoever stops a run gives the reason, and nothing happens after that event")
    func stop() {
        let world = World(seed: 1)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        world.tell(clerk, .note(1), at: .seconds(1))
        world.tell(clerk, .stop, at: .seconds(2))
        world.tell(clerk, .note(2), at: .seconds(2))
        let ending = world.run(until: .at(.seconds(10)))
        #expect(ending == .stopped(because: "the clerk was told to"))
        #expect(ending.description == "stopped: the clerk was told to")
        #expect(world.notes(of: clerk) == [1])
    }

    @Test("a run that dries up while an actor waits names the actor and what it waits for")
    func ranDry() {
        let world = World(seed: 1)
        let clerks = world.add(count: 3, in: Lane(1)) { home, _ in Clerk(home: home) }
        world.inspect(clerks[1]) { $0.expect("a reply of the store") }
        world.tell(clerks[0], .note(1), at: .seconds(4))
        let ending = world.run(until: .at(.seconds(10)))
        #expect(ending == .ranDry(at: .at(.seconds(4)), waiting: ["Clerk[1] waits for a reply of the store"]))
        #expect(
            ending.description
                == "ran dry at 4s while somebody waits: Clerk[1] waits for a reply of the store")
    }

    @Test("a run with nothing left to do, and nobody waiting, has reached its end")
    func nothingLeft() {
        let world = World(seed: 1)
        _ = world.add(in: Lane(1)) { Clerk(home: $0) }
        #expect(world.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(world.now == .at(.seconds(10)))
    }
}

@Suite("kernel: lanes")
struct LaneTests {
    /// Four places, one in each lane, pass notes around. Their worlds are set up in opposite orders.
    private func world(placesBackwards: Bool) -> World {
        let world = World(seed: 7, lanes: 4, recording: .steps(StepLog(range: 1..<1_000)))
        var clerks: [Int: Address<Clerk>] = [:]
        for lane in placesBackwards ? Array((1...4).reversed()) : Array(1...4) {
            clerks[lane] = world.add(in: Lane(UInt8(lane))) { Clerk(home: $0) }
        }
        for (from, to) in [(1, 2), (2, 3), (3, 4), (4, 1), (1, 3), (2, 4), (3, 1), (4, 2)] {
            guard let source = clerks[from], let target = clerks[to] else { continue }
            world.tell(
                source, .forward(from * 10 + to, to: target, after: .milliseconds(40)), at: .seconds(1))
            world.tell(source, .arm(from * 10 + to, after: .milliseconds(40)), at: .seconds(1))
        }
        return world
    }

    @Test("the same places in one lane order give the same ties, in whatever order they were made")
    func sameTies() throws {
        let worlds = [world(placesBackwards: false), world(placesBackwards: true)]
        let steps = try worlds.reversed().map { world in
            #expect(world.run(until: .at(.seconds(2))) == .reachedEnd)
            guard case .steps(let log) = world.recording else { throw Mistake() }
            #expect(log.steps.count == 32)
            // The kind of message without the receiver's index, which does count in order of creation.
            return log.steps.map { "\($0.time) \($0.origin.number) \($0.counter) \($0.message.prefix(4))" }
        }
        #expect(steps[0] == steps[1])
        #expect(Set(steps[0].map { $0.split(separator: " ")[1] }) == ["1", "2", "3", "4"])
    }

    @Test("the control lane acts before the others of its instant, and is in neither digest")
    func control() {
        func digests(_ interventions: Int) -> [Digest] {
            let world = World(seed: 1)
            let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
            let control = world.add(in: .control) { Clerk(home: $0) }
            world.tell(clerk, .note(1), at: .seconds(1))
            for number in 0..<interventions { world.tell(control, .note(number), at: .seconds(1)) }
            world.tell(clerk, .note(2), at: .seconds(1))
            _ = world.run(until: .at(.seconds(2)))
            #expect(world.notes(of: control)?.count == interventions)
            return [world.traceDigest, world.behaviourDigest]
        }
        #expect(digests(0) == digests(5))
    }
}

private struct Mistake: Error {}
