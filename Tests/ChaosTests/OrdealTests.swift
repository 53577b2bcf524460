import Chaos
import Experiments
import Testing
import Vocabulary

@Suite("chaos: near misses")
struct OrdealTests {
    /// Half of the people are away for 20 s. A crash of 1 s in the middle of it takes the memory of a server that
    /// has accepted letters for them, which it reads on its disk and sends when they are back.
    @Test(
        "a letter that was accepted before a crash and came after it is a near miss, and says of what it is one"
    )
    func outlived() throws {
        let arena = try SmallWorld().arena()
        func plan(_ kind: String, at: Span, for length: Span, _ turns: (String, String)...) throws
            -> FaultPlan
        {
            let choice = try #require(arena.palette.choices.first { $0.kind == kind })
            return try turns.reduce(choice.plan(named: kind, at: at, for: length)) { plan, turn in
                try #require(plan.with(turn.0, turn.1))
            }
        }
        let faults = [
            try plan("disconnect", at: .seconds(35), for: .seconds(20), ("disconnect.pick", "50%")),
            try plan("crash", at: .seconds(45), for: .seconds(1)),
        ]
        let trial = Trial(faults, in: arena)
        let outcome = trial.play().run()
        #expect(outcome.ordeals.contains { $0.during == [0] && $0.through == [1] && $0.letters > 10 })
        let features = TrialOutcome(outcome, of: trial).features
        #expect(features.contains { $0.hasPrefix("crash unsynced of server outlived by ") })
        #expect(features.contains("crash unsynced of server for a letter of disconnect of client"))
        #expect(features.contains("crash unsynced of server after 0 of its sort"))
        // The first of these letters was accepted 8 to 16 s before, and the last less than a second.
        #expect(features.contains("crash unsynced of server after 0 of its sort, seconds after a promise 4"))
        #expect(
            (1...20).contains {
                features.contains("crash unsynced of server, microseconds after a promise \($0)")
            })
        #expect(!features.contains { $0.hasPrefix("disconnect of client once") })
        // Some of the letters for those that were away, and a few that were held up at other times.
        #expect(outcome.promises.count <= 64)
        let forThoseAway = outcome.promises.count { $0 > .at(.seconds(34)) && $0 < .at(.seconds(55)) }
        #expect(forThoseAway * 2 > outcome.promises.count)

        // Who does not ask is not told.
        var play = trial.play()
        play.notesOrdeals = false
        let other = play.run()
        #expect(other.ordeals.isEmpty)
        #expect(other.promises.isEmpty)
        #expect(other.behaviourDigest == outcome.behaviourDigest)
    }
}
