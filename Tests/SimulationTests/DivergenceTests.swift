import Simulation
import Testing
import Vocabulary

@Suite("kernel: where two runs part")
struct DivergenceTests {
    /// A clerk that gets a note each millisecond for 5 s; the note with the number `changed` is another one.
    private func play(_ recording: Recording, changed: Int? = nil, notes: Int = 5_000) -> World {
        let world = World(seed: 3, recording: recording)
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        for number in 0..<notes {
            let content = number == changed ? 1_000_000 + number : number
            world.tell(clerk, .note(content), at: .milliseconds(Int64(number)))
        }
        #expect(world.run(until: .at(.seconds(100))) == .reachedEnd)
        return world
    }

    @Test("two runs that are alike do not part")
    func alike() {
        #expect(Divergence.find({ play($0) }, { play($0) }) == nil)
    }

    /// Events are counted from 1 and notes from 0. The trail has a point each 1,024 events: these are before
    /// the first, on either side of the second, and after the last one.
    @Test(
        "the first event that differs is named with its time, actor and message",
        arguments: [0, 2_047, 2_048, 4_999])
    func firstEvent(changed: Int) throws {
        let parting = try #require(Divergence.find({ play($0) }, { play($0, changed: changed) }))
        #expect(parting.first?.event == UInt64(changed + 1))
        #expect(parting.second?.event == UInt64(changed + 1))
        let start =
            "event \(changed + 1) at \(Span.milliseconds(Int64(changed))), from lane 1 (\(changed + 1)): Clerk[0] receives"
        #expect(
            parting.description
                == "first run: \(start) note(\(changed))\nsecond run: \(start) note(\(1_000_000 + changed))")
    }

    @Test("a run that ends where the other one goes on is told apart from it")
    func shorter() throws {
        let parting = try #require(Divergence.find({ play($0, notes: 3_000) }, { play($0, notes: 3_001) }))
        #expect(parting.first == nil)
        #expect(
            parting.description
                == "one run ended where the other went on: event 3001 at 3s, from lane 1 (3001): "
                + "Clerk[0] receives note(3000)")
    }

    /// The events are the same, but one actor tells a fact that it should not, at the given hop of a baton.
    @Test("facts that differ are found where they were told", arguments: [UInt64(0), 3, 90])
    func facts(defect: UInt64) throws {
        func play(_ recording: Recording, defect: UInt64?) -> World {
            let world = World(seed: 3, recording: recording)
            let teller = world.add(in: Lane(1)) { Teller(home: $0, defect: defect) }
            world.turn(of: teller).send(.count(0), to: teller)
            #expect(world.run(until: .at(.seconds(100))) == .reachedEnd)
            return world
        }
        let parting = try #require(Divergence.find({ play($0, defect: nil) }, { play($0, defect: defect) }))
        let next = defect < 90 ? "before event \(defect + 2)" : "at or after event 91"
        #expect(parting.description.hasPrefix("the facts told \(next) "))
    }

    /// A trail keeps 4,096 points at most, so its interval grows with the run: 1,024 events for the first
    /// four million.
    @Test("a trail stays within its memory, however long the run is")
    func bounded() {
        let world = World(seed: 1, recording: .trail(Trail(interval: 1)))
        let clerk = world.add(in: Lane(1)) { Clerk(home: $0) }
        for number in 0..<20_000 { world.tell(clerk, .note(number), at: .microseconds(Int64(number))) }
        _ = world.run(until: .at(.seconds(1)))
        guard case .trail(let trail) = world.recording else { return }
        #expect(trail.points.count <= 4_096)
        #expect(trail.points.count > 2_000)
        #expect(trail.points.allSatisfy { $0.event % 8 == 0 })
    }
}

/// Counts to 90 and tells each number as a fact; a defective one tells one of them twice.
private actor Teller: Component {
    enum Inbox: Marked {
        case count(UInt64)
        var mark: UInt64 {
            switch self {
            case .count(let n): Vocabulary.mark(1, n)
            }
        }
    }

    struct Counted: Fact {
        let number: UInt64
        var mark: UInt64 { Vocabulary.mark(1, number) }
    }

    nonisolated let home: Home
    private let defect: UInt64?

    init(home: Home, defect: UInt64?) {
        self.home = home
        self.defect = defect
    }

    func receive(_ message: Inbox, in turn: Turn) {
        guard case .count(let number) = message else { return }
        turn.tell(Counted(number: number))
        if number == defect { turn.tell(Counted(number: number)) }
        if number < 90 { turn.send(.count(number + 1), to: turn.address, after: .milliseconds(1)) }
    }
}
