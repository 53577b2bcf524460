import Chaos
import Experiments
import Simulation
import Testing
import Vocabulary

/// Faults that are made up, for searches whose answer is known without playing anything.
enum Schedules {
    /// So many faults of a server, drawn from a seed, each 1 to 30 s long and between 30 s and 60 s.
    static func drawn(_ count: Int, seed: UInt64) throws -> (scenario: Scenario, earliest: Span) {
        let arena = try SmallWorld(extra: "").arena(beyond: true)
        var stream = Streams(seed: seed, purpose: Purpose("made up")).stream(of: 0)
        let choices = arena.palette.choices
        var faults: [FaultPlan] = []
        for number in 0..<count {
            let choice = choices[stream.below(choices.count)]
            let at = Span.milliseconds(30_000 + Int64(stream.below(30_000)))
            let length = Span.milliseconds(1_000 + Int64(stream.below(29_000)))
            let plan = choice.plan(named: "fault-\(number)", at: at, for: length)
            faults.append(plan)
        }
        var scenario = arena.scenario
        scenario.faults = faults
        return (scenario, arena.from)
    }
}

extension TestBench {
    /// One that can always tell.
    convenience init(limit: Int, fails: @escaping (Scenario) -> Bool) {
        self.init(limit: limit, play: { fails($0) ? .fails : .passes })
    }
}

extension Scenario {
    func has(_ names: [String]) -> Bool { names.allSatisfy { name in faults.contains { $0.name == name } } }

    func length(of name: String) -> Span? { faults.first { $0.name == name }?.duration }
}
