import Chaos
import Experiments
import Results
import Simulation
import Testing
import Vocabulary

/// What is enough is known, and who asks is told by a rule instead of a run.
@Suite("chaos: shrinking")
struct ShrinkingTests {
    /// 30 schedules of 11 to 24 faults, of which one to four are needed.
    @Test("of 10 to 20 faults too many none is left, within 150 runs", arguments: 0..<30)
    func distractors(number: Int) throws {
        let needed = (0..<(1 + number % 4)).map { "fault-\($0 * 3 + number % 3)" }
        let (scenario, earliest) = try Schedules.drawn(needed.count + 10 + number % 11, seed: UInt64(number))
        let bench = TestBench(limit: 150) { $0.has(needed) }
        var shrinker = Shrinker(scenario, earliest: earliest, bench: bench)
        shrinker.shrink()
        #expect(Set(shrinker.scenario.faults.map(\.name)) == Set(needed))
        #expect(bench.tests <= 150)
        #expect(!bench.isExhausted)
    }

    /// Either one fault does it, or three others do.
    @Test("of two ways to fail the one with fewer faults is taken")
    func twoWays() throws {
        let (scenario, earliest) = try Schedules.drawn(14, seed: 7)
        let bench = TestBench(limit: 150) {
            $0.has(["fault-9"]) || $0.has(["fault-1", "fault-2", "fault-3"])
        }
        var shrinker = Shrinker(scenario, earliest: earliest, bench: bench)
        shrinker.shrink()
        #expect(shrinker.scenario.faults.map(\.name) == ["fault-9"])
    }

    /// One trouble of the server from 35 s to 45 s and another from 45 s to 55 s do what one does that lasts for
    /// 20 s, while people are away; none of the three can be left out.
    @Test("two faults one after the other that one can be are one")
    func joined() throws {
        let arena = try SmallWorld().arena()
        func plan(_ kind: String, at: Span, for length: Span) throws -> FaultPlan {
            try #require(arena.palette.choices.first { $0.kind == kind })
                .plan(named: "\(kind)-1", at: at, for: length)
        }
        var scenario = arena.scenario
        scenario.faults = [
            try plan("slow", at: .seconds(35), for: .seconds(10)),
            try plan("disconnect", at: .seconds(38), for: .seconds(12)),
            try plan("pause", at: .seconds(45), for: .seconds(10)),
        ]
        let bench = TestBench(limit: 150) { scenario in
            let troubles = scenario.faults.filter { $0.role == "server" }
            return troubles.reduce(.zero) { $0 + ($1.duration ?? .zero) } >= .seconds(20)
                && scenario.has(["disconnect-1"])
        }
        func shrunk(_ admits: @escaping ([FaultPlan]) -> Bool) -> [FaultPlan] {
            var shrinker = Shrinker(scenario, earliest: arena.from, bench: bench, admits: admits)
            shrinker.shrink()
            return shrinker.scenario.faults
        }
        #expect(shrunk { _ in true }.map(\.name) == ["slow-1", "disconnect-1"])
        // Not where no fault may last for 20 s.
        #expect(shrunk { $0.allSatisfy { $0.duration ?? .zero < .seconds(20) } }.count == 3)
    }

    /// Either of two that undo each other is missed by the other one.
    @Test("two faults that can be spared together only are left out")
    func undoing() throws {
        let (scenario, earliest) = try Schedules.drawn(4, seed: 3)
        let bench = TestBench(limit: 150) { scenario in
            scenario.has(["fault-0", "fault-2"]) && scenario.has(["fault-1"]) == scenario.has(["fault-3"])
        }
        var shrinker = Shrinker(scenario, earliest: earliest, bench: bench)
        shrinker.shrink()
        #expect(shrinker.scenario.faults.map(\.name) == ["fault-0", "fault-2"])
    }

    /// Two faults are needed among 60 people, and one of them among fewer than 30.
    @Test("what fails among few people by fewer faults than among all is taken back")
    func takenBack() throws {
        let (scenario, earliest) = try Schedules.drawn(6, seed: 4)
        let bench = TestBench(limit: 150) { scenario in
            scenario.has(["fault-1"]) && (scenario.users.count < 30 || scenario.has(["fault-4"]))
        }
        var shrinker = Shrinker(scenario, earliest: earliest, bench: bench)
        shrinker.shrink()
        #expect(Set(shrinker.scenario.faults.map(\.name)) == ["fault-1", "fault-4"])
        #expect(shrinker.scenario.users == scenario.users)
        #expect(shrinker.scenario.load == scenario.load)
        #expect(shrinker.scenario.duration == scenario.duration)
    }

    /// A partition for 25 of 90 s keeps more than a tenth of all letters for longer than 8 s. With a load that is
    /// halved often enough so few letters are left that the one or two that it meets are that tenth.
    @Test("what fails by many samples is not made small until it fails by few")
    func ofMany() throws {
        let arena = try SmallWorld(extra: "thresholds: [delivery p90 < 8s]").arena()
        let partition = try #require(arena.palette.choices.first { $0.kind == "partition" })
        let fault = partition.plan(named: "partition-1", at: .seconds(40), for: .seconds(25))
        let investigation = Investigation(arena) { $0.run() }
        let found = try #require(
            investigation.look(into: [fault], for: .threshold("delivery p90 < 8s")))
        let judgement = try #require(found.result.thresholds.first)
        #expect(judgement.outcome == .failed)
        let deliveries = try #require(
            found.result.summaries.first { $0.metric == "delivery" && $0.window == "all" })
        // A p90 takes ten values beyond it.
        #expect(deliveries.count >= 100)
        // With the load and the time of the file it fails as well.
        var whole = arena.scenario
        whole.faults = found.trial.scenario.faults
        let trial = try #require(Trial(checking: whole, design: arena.design))
        #expect(TrialOutcome(trial.play().run(), of: trial).broken.contains(found.oracle))
        for edge in found.edges {
            guard case .atLeast(_, let passes) = edge.form else { continue }
            var passing = found.trial.scenario
            passing.faults[0] = try #require(passing.faults[0].turned(edge.dial, to: passes))
            let trial = try #require(Trial(checking: passing, design: arena.design))
            let outcome = TrialOutcome(trial.play().run(), of: trial)
            #expect(outcome.tested.contains(found.oracle) && !outcome.broken.contains(found.oracle))
        }
    }

    /// A crash of 20 s that is needed for 7.3 s; 100 people of whom 13 are needed; a load that may be a
    /// quarter.
    @Test("length, people and load go down to what is needed")
    func sizes() throws {
        let arena = try SmallWorld().arena()
        var scenario = arena.scenario
        let crash = try #require(arena.palette.choices.first { $0.kind == "crash" })
        scenario.faults = [crash.plan(named: "crash-1", at: .seconds(50), for: .seconds(20))]
        let usual = scenario.load[0].send
        let bench = TestBench(limit: 150) { scenario in
            let rate = Int64(usual.count) * scenario.load[0].send.interval.nanoseconds
            return scenario.users.count >= 13 && rate <= 4 * usual.interval.nanoseconds * Int64(usual.count)
                && (scenario.length(of: "crash-1") ?? .zero) >= .milliseconds(7_300)
        }
        var shrinker = Shrinker(scenario, earliest: arena.from, bench: bench)
        shrinker.shrink()
        let small = shrinker.scenario
        let length = try #require(small.length(of: "crash-1"))
        #expect(length >= .milliseconds(7_300))
        #expect(length <= .milliseconds(7_373))  // one percent
        #expect((13...16).contains(small.users.count))  // a quarter
        #expect(small.load[0].send.interval == usual.interval * 4)
        #expect(small.faults[0].at == arena.from)
        // 30 s until it may come, 7.3 s, and sends end with the next whole second.
        #expect(small.duration == .seconds(38))
        #expect(shrinker.steps.reduce(0) { $0 + $1.tests } == bench.tests)
    }

    /// From a 37th of a second to 37 s.
    @Test("an edge is found within one percent or a millisecond", arguments: 0..<20)
    func edges(number: Int) throws {
        let edge = Span.milliseconds(27 + Int64(number * number) * 93)
        let (scenario, name, dial) = try oneCrash(of: edge + .seconds(2))
        let bench = TestBench(limit: 100) { ($0.length(of: name) ?? .zero) >= edge }
        let found = Edge.find(
            dial, ofFault: 0, in: scenario, upTo: Span.seconds(60).nanoseconds, bench: bench)
        guard case .atLeast(let fails, let passes) = found.form else {
            Issue.record("\(found.words)")
            return
        }
        #expect(fails >= edge.nanoseconds)
        #expect(passes < edge.nanoseconds)
        #expect(fails - passes <= max(1_000_000, edge.nanoseconds / 99))
        // 100 points on either side: what is said of them is so, and of one in a hundred nothing is said.
        var stream = Streams(seed: 5, purpose: Purpose("points")).stream(of: UInt64(number))
        var agreeing = 0
        for _ in 0..<100 {
            let value = Int64(stream.unit() * Double(2 * edge.nanoseconds))
            if found.fails(at: value) == (value >= edge.nanoseconds) { agreeing += 1 }
        }
        #expect(agreeing >= 97)
    }

    /// It fails from 10 to 15 s, and from 40 s on.
    @Test("what fails and passes by turns has no edge, and nothing is bisected")
    func irregular() throws {
        let (scenario, name, dial) = try oneCrash(of: .seconds(12))
        let bench = TestBench(limit: 100) {
            let length = $0.length(of: name) ?? .zero
            return length >= .seconds(10) && length < .seconds(15) || length >= .seconds(40)
        }
        let found = Edge.find(
            dial, ofFault: 0, in: scenario, upTo: Span.seconds(60).nanoseconds, bench: bench)
        guard case .irregular(let points) = found.form else {
            Issue.record("\(found.words)")
            return
        }
        #expect(points.contains { $0.value == Span.seconds(12).nanoseconds && $0.fails })
        #expect(bench.tests == points.count - 1)
        #expect(found.words.hasPrefix("crash-1: for: no single edge; 1ns passes, "))
    }

    /// It fails from 9 s on and passes below 6 s.
    @Test("an edge with too few samples beside it says so, and how far it passes", arguments: [true, false])
    func doubt(doesPass: Bool) throws {
        let (scenario, name, dial) = try oneCrash(of: .seconds(12))
        let bench = TestBench(
            limit: 100,
            play: { scenario in
                let length = scenario.length(of: name) ?? .zero
                return length >= .seconds(9) ? .fails : length < .seconds(6) && doesPass ? .passes : .unknown
            })
        let found = Edge.find(
            dial, ofFault: 0, in: scenario, upTo: Span.seconds(60).nanoseconds, bench: bench)
        guard case .beyondDoubt(let fails, let passes, true) = found.form else {
            Issue.record("\(found.words)")
            return
        }
        let second = Span.seconds(1).nanoseconds
        #expect((9 * second...9 * second + second / 10).contains(fails))
        #expect(found.fails(at: 8 * second) == nil)
        #expect(found.words.hasPrefix("crash-1: for ≥ 9"), "\(found.words)")
        if doesPass {
            let passes = try #require(passes)
            #expect((6 * second - second / 10..<6 * second).contains(passes))
            #expect(found.fails(at: 5 * second) == false)
            #expect(found.words.contains(" (passes up to 5.9"), "\(found.words)")
            #expect(found.words.hasSuffix("; between them there are too few samples)"), "\(found.words)")
        } else {
            #expect(passes == nil)
            #expect(found.words.hasSuffix(" (below it there are too few samples)"), "\(found.words)")
        }
    }

    @Test("a number that does not matter is said not to")
    func any() throws {
        let (scenario, _, dial) = try oneCrash(of: .seconds(12))
        let bench = TestBench(limit: 100) { _ in true }
        let found = Edge.find(
            dial, ofFault: 0, in: scenario, upTo: Span.seconds(60).nanoseconds, bench: bench)
        #expect(found.words == "crash-1: for: any")
    }

    private func oneCrash(of length: Span) throws -> (scenario: Scenario, name: String, dial: Dial) {
        let arena = try SmallWorld().arena()
        var scenario = arena.scenario
        let crash = try #require(arena.palette.choices.first { $0.kind == "crash" })
        let fault = crash.plan(named: "crash-1", at: .seconds(30), for: length)
        scenario.faults = [fault]
        let parameter = try #require(fault.parameters.first { $0.path == "for" })
        return (scenario, fault.name, try #require(Dial(parameter)))
    }

    /// 14,245,913,866 ns.
    @Test("an edge is told in milliseconds, each side of it on its own")
    func rounded() throws {
        let (scenario, name, dial) = try oneCrash(of: .seconds(12))
        let edge = Span(nanoseconds: 14_245_913_866)
        let bench = TestBench(limit: 100) { ($0.length(of: name) ?? .zero) <= edge }
        let found = Edge.find(
            dial, ofFault: 0, in: scenario, upTo: Span.seconds(60).nanoseconds, bench: bench)
        #expect(found.words.hasPrefix("crash-1: for ≤ 14."), "\(found.words)")
        #expect(!found.words.contains("us") && !found.words.contains("ns"), "\(found.words)")
    }
}
