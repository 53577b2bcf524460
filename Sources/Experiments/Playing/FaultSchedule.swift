public import Cluster
internal import Simulation
public import Vocabulary

/// All faults of a run as explicit occasions: what, to whom, from when to when. A pure value: the same
/// scenario has the same schedule.
///
/// What comes again is written out, turn by turn, until its `until` or sends end; in what share of its turns a fault acts is
/// drawn from the seed, and so are random faults, inside of their envelope. `FaultSchedule+Playing` has them
/// happen.
public struct FaultSchedule: Hashable, Sendable {
    /// One time that a fault is on.
    public struct Occasion: Hashable, Sendable {
        public var name: String
        /// Counts the turns of this name from 1, those in which it does not act too: what one turn draws
        /// moves nothing of the next.
        public var turn: Int
        public var effect: FaultPlan.Effect
        public var from: Instant
        /// The same as `from` for what is over at once; nil for what is not healed.
        public var to: Instant?
        /// Of what was drawn inside of an envelope that lets each set recover first: where it waits until that is in
        /// sync. Nil where it begins at its time.
        public var set: FaultEnvelope.ReplicaSet?

        public var kind: String { effect.kind }

        /// Whom it hits, in words: `1 of chat-host`, `@eu and @us`.
        public var target: String { effect.text }

        /// By which its draws are known. No name in a file has a space in it.
        var drawName: String { turn == 1 ? name : "\(name) \(turn)" }
    }

    /// In the order in which they begin, or were drawn to begin.
    public private(set) var occasions: [Occasion]
    /// By when random faults are healed.
    let healedBy: Instant
    /// Also of faults that never act, because no turn of theirs was drawn.
    private let names: [String]

    public init(_ scenario: Scenario) {
        let planned = scenario.faults.flatMap { Self.turns(of: $0, in: scenario) }
        let random = Self.random(in: scenario)
        let all = (planned + random).enumerated().sorted {
            ($0.element.from, $0.offset) < ($1.element.from, $1.offset)
        }
        occasions = all.map(\.element)
        healedBy = .at(scenario.random?.healedBy ?? scenario.duration)
        names = scenario.faults.map(\.name) + random.map(\.name)
    }

    /// It has become known when an occasion is.
    mutating func move(_ place: Int, from: Instant, to: Instant?) {
        (occasions[place].from, occasions[place].to) = (from, to)
    }

    /// As windows of thresholds and the measurement of health need them.
    public var timeline: [Timeline.Fault] {
        let byName = Dictionary(grouping: occasions, by: \.name)  // looked up only, never iterated
        return names.map { name in
            Timeline.Fault(name, (byName[name] ?? []).map { Timeline.Occasion(from: $0.from, to: $0.to) })
        }
    }

    /// Without an `at`, what comes every minute comes first after one.
    private static func turns(of plan: FaultPlan, in scenario: Scenario) -> [Occasion] {
        guard let effect = plan.effect, let first = plan.at ?? plan.every else { return [] }
        let draws = Streams(seed: UInt64(scenario.seed), purpose: Purpose("turns of \(plan.name)"))
        var occasions: [Occasion] = []
        var turn = 1
        var at = first
        let end = scenario.endOfTurns(of: plan)
        repeat {
            var stream = draws.stream(of: UInt64(turn))
            if stream.unit() < plan.ratio.fraction {
                let from = Instant.at(at)
                occasions.append(
                    Occasion(
                        name: plan.name, turn: turn, effect: effect, from: from,
                        to: plan.length(in: scenario).map { from + $0 }))
            }
            turn += 1
            at += plan.every ?? .zero
        } while plan.every != nil && at < end
        return occasions
    }
}
