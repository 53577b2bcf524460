import Simulation
import Testing
import Vocabulary

@Suite("kernel: events counted")
struct EventTallyTests {
    /// In nine seconds there are two orders to arm and one to cancel, a note at 1 s, one by the timer that is left, and
    /// two for a porter: seven. The timer that was cancelled and the note of the tenth second are none. The run is taken
    /// up again in the middle of all that, and between two events that are at the same moment.
    @Test("each is counted once, by who receives it and of what kind it is")
    func counted() {
        let world = World(seed: 1, recording: .tally(EventTally()))
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        let porter = world.add(in: Lane(1)) { Porter(home: $0) }
        world.tell(clerk, .note(1), at: .seconds(1))
        world.tell(clerk, .arm(2, after: .seconds(3)), at: .seconds(2))
        world.tell(clerk, .cancelTimer, at: .seconds(3))
        world.tell(clerk, .arm(3, after: .seconds(3)), at: .seconds(4))
        world.tell(clerk, .note(4), at: .seconds(10))
        for second in [4, 8] as [Int64] {
            world.turn(of: porter).send(.carry, to: porter, after: .seconds(second))
        }
        for second in [2, 4, 6, 9] as [Int64] {
            #expect(world.run(until: .at(.seconds(second))) == .reachedEnd)
        }
        #expect(world.eventNumber == 7)
        guard case .tally(let tally) = world.recording else { return }
        let rows = tally.rows.map { "\($0.kind.group) \($0.kind.kind) \($0.count)" }
        #expect(rows == ["Clerk arm 2", "Clerk cancelTimer 1", "Clerk note 2", "porter errand 2"])
        #expect(world.name(of: porter) == ActorName(group: "porter", number: 7))
        #expect(world.name(of: clerk).description == "Clerk[0]")
    }

    /// A run that is stopped by its fourth event has had four: the fifth was looked at by nobody.
    @Test("what a run that was stopped did not come to is not counted")
    func stopped() {
        let world = World(seed: 1, recording: .tally(EventTally()))
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        for second in 0..<3 as Range<Int64> { world.tell(clerk, .note(0), at: .seconds(second)) }
        world.tell(clerk, .stop, at: .seconds(3))
        world.tell(clerk, .note(0), at: .seconds(4))
        _ = world.run(until: .at(.seconds(9)))
        guard case .tally(let tally) = world.recording else { return }
        #expect(tally.rows.reduce(0) { $0 + $1.count } == 4)
        #expect(world.eventNumber == 4)
    }
}

/// Has a name of its own, and a word for what it does.
private actor Porter: Component {
    enum Inbox: Marked {
        case carry
        var mark: UInt64 { 1 }
    }

    nonisolated let home: Home

    init(home: Home) { self.home = home }

    nonisolated func name(number: Int) -> ActorName { ActorName(group: "porter", number: number + 7) }

    static func kind(of message: Inbox) -> String { "errand" }

    func receive(_ message: Inbox, in turn: Turn) {}
}
