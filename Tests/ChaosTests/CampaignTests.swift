import Chaos
import Experiments
import Testing
import Vocabulary

@Suite("chaos: campaign")
struct CampaignTests {
    /// What a run draws follows from the seed, its number, and whole generations before it.
    @Test("a longer campaign begins as the shorter one, and in whatever pieces it is played")
    func pieces() throws {
        var whole = Campaign(try SmallWorld().arena())
        whole.play(20)
        var pieces = Campaign(try SmallWorld().arena())
        for count in [3, 16, 17, 20] { pieces.play(count) }
        #expect(whole.runs.map(\.faults) == pieces.runs.map(\.faults))
        #expect(whole.runs.map(\.outcome) == pieces.runs.map(\.outcome))
        #expect(whole.coverage == pieces.coverage)
    }

    @Test("all faults keep inside the envelope, drawn or grown, and another seed draws others")
    func envelope() throws {
        let arena = try SmallWorld().arena()
        var campaign = Campaign(arena)
        campaign.play(20)
        for run in campaign.runs {
            #expect(!run.faults.isEmpty)
            #expect(arena.admits(run.faults))
        }
        #expect(Set(campaign.runs.map(\.faults)).count > 15)
        var world = SmallWorld()
        world.seed = 4
        let other = Campaign(try world.arena())
        #expect(other.next(atMost: 1).faults != Campaign(arena).next(atMost: 1).faults)
    }

    /// Of a generation one run has met something new, and it has many faults. At most three of them are changed
    /// when it is grown.
    @Test("what has met something new is grown in the next generation")
    func fresh() throws {
        var campaign = Campaign(try SmallWorld().arena())
        func take(_ features: (Int) -> [String], of faults: [[FaultPlan]]) {
            let outcomes = faults.indices.map { place in
                var outcome = TrialOutcome()
                outcome.features = features(place)
                return outcome
            }
            campaign.take(outcomes, of: faults)
        }
        take({ ["\($0)"] }, of: campaign.next(atMost: 16).faults)
        let second = campaign.next(atMost: 16).faults
        let parent = try #require(second.indices.max { second[$0].count < second[$1].count })
        take({ $0 == parent ? ["new"] : [] }, of: second)
        let child = campaign.next(atMost: 16).faults[1]
        #expect(second[parent].count > 6)
        #expect(second[parent].count { child.contains($0) } >= second[parent].count - 3)
    }

    /// Two faults of the server at a time; the next one a second too early; the last healed too late.
    @Test("two of a replica set at a time leave the envelope, and so does what ends too late")
    func admits() throws {
        let arena = try SmallWorld().arena()
        let crash = try #require(arena.palette.choices.first { $0.kind == "crash" })
        let slow = try #require(arena.palette.choices.first { $0.kind == "slow" })
        let first = crash.plan(named: "crash-1", at: arena.from, for: .seconds(5))
        func second(at: Span) -> FaultPlan { slow.plan(named: "slow-1", at: at, for: .seconds(5)) }
        #expect(arena.admits([first, second(at: arena.from + .seconds(5))]))
        #expect(!arena.admits([first, second(at: arena.from + .seconds(4))]))
        #expect(!arena.admits([second(at: arena.healedBy - .seconds(4))]))
        #expect(!arena.admits([second(at: arena.from - .seconds(1))]))
        let beyond = try SmallWorld().arena(beyond: true)
        #expect(beyond.admits([first, second(at: arena.from + .seconds(4))]))
    }

    @Test("what cannot come says why")
    func impossible() throws {
        let palette = try SmallWorld().arena().palette
        func reason(_ kind: String, _ group: String) -> String? {
            palette.impossible.first { $0.kind == kind && $0.group == group }?.reason
        }
        #expect(reason("crash", "server") == nil)
        #expect(reason("swizzle", "server") == "never comes at random")
        #expect(reason("crash", "client") == "befalls machines; the people's side is hit through them")
        #expect(reason("disconnect", "server") == "befalls people, not machines")
        #expect(reason("flush", "server") == "left out by the scenario's 'random'")
    }

    /// Of 60 people on a server that is at work half of the time, every kind meets work. Without the runs that go after
    /// gaps some had met none after these.
    @Test("some runs go after what has met little, until it has met enough")
    func gaps() throws {
        var arena = try SmallWorld().arena()
        arena.learn(from: arena.control.run())
        var campaign = Campaign(arena)
        campaign.play(96)
        #expect(campaign.coverage.holes.isEmpty, "\(campaign.coverage.holes)")
        let few = campaign.coverage.rows.filter { $0.impossible == nil && $0.met < 3 }
        #expect(few.isEmpty, "\(few)")
    }
}
