internal import Cluster
public import Experiments
public import Simulation
internal import Vocabulary

/// Draws the faults of a run. Each run has its own mind about which kinds may come, whom they hit, how long
/// they last and how closely they follow each other: a run with few kinds gets deeper than one with all of
/// them (Groce and others, *Swarm testing*, 2012).
public struct Swarm: Sendable {
    public let arena: Arena

    public init(_ arena: Arena) { self.arena = arena }

    /// No run has more, so that what is found is not buried.
    static let most = 12

    /// Those of a run: by themselves, or in volleys.
    public func faults(_ stream: inout RandomStream) -> [FaultPlan] {
        guard stream.below(4) > 0 else { return scattered(&stream) }
        let faults = volley(&stream)
        return faults.isEmpty ? [least(&stream)] : faults
    }

    /// Each by itself, whatever the others are.
    public func scattered(_ stream: inout RandomStream) -> [FaultPlan] {
        let choices = someChoices(&stream)
        let count = 1 + stream.below(Self.most)
        let room = arena.healedBy - arena.from
        // All over the time that there is, or close together.
        let width = room / Int64([1, 1, 2, 4, 16, 64][stream.below(6)])
        let begin =
            arena.from + Span(nanoseconds: Int64(stream.unit() * Double((room - width).nanoseconds)))
        let pace = Self.ratio(0.1, 4, &stream)
        var faults: [FaultPlan] = []
        for _ in 0..<count {
            let choice = choices[stream.below(choices.count)]
            let at =
                aimed(choice.target, from: begin, to: begin + width, &stream)
                ?? begin + Span(nanoseconds: Int64(stream.unit() * Double(width.nanoseconds)))
            guard
                let fault = fault(
                    choice, at: at, pace: pace, name: Self.freeName(choice.kind, faults), &stream)
            else { continue }
            if arena.admits(faults + [fault]) { faults.append(fault) }
        }
        return faults.isEmpty ? [least(&stream)] : faults
    }

    /// The kinds and targets of one run.
    private func someChoices(_ stream: inout RandomStream) -> [Palette.PossibleFault] {
        let all = arena.palette.choices
        let share = [0.15, 0.4, 1][stream.below(3)]
        let kinds = arena.palette.kinds.filter { _ in stream.unit() < share }
        let some = all.filter { kinds.contains($0.kind) }
        return some.isEmpty ? [all[stream.below(all.count)]] : some
    }

    /// Every second time a moment at which the machine had work, of a kind of work that is drawn first: rare
    /// kinds come as often as common ones. Nil the other times, and where no such moment is known.
    func aimed(_ target: Experiments.Target, from: Span, to: Span, _ stream: inout RandomStream) -> Span? {
        guard !arena.moments.isEmpty, stream.below(2) == 0 else { return nil }
        let known = arena.moments.filter {
            $0.role == target.written.roleName && target.machines?.contains($0.number) == true
                && $0.time >= .at(from) && $0.time < .at(to)
        }
        var kinds: [Interrupted] = []
        for moment in known where !kinds.contains(moment.work) { kinds.append(moment.work) }
        guard !kinds.isEmpty else { return nil }
        let kind = kinds[stream.below(kinds.count)]
        let moments = known.filter { $0.work == kind }
        return moments[stream.below(moments.count)].time - .start
    }

    /// A run without any fault would be the control run again.
    func least(_ stream: inout RandomStream) -> FaultPlan {
        let choice = arena.palette.choices[stream.below(arena.palette.choices.count)]
        return FaultPlan(
            named: Self.freeName(choice.kind, []), at: arena.from,
            for: min(.seconds(1), arena.healedBy - arena.from), choice.effect)
    }

    /// A fault of this kind; nil when there is no time left for it.
    func fault(
        _ choice: Palette.PossibleFault, at: Span, pace: Double, isFull: Bool = false, name: String,
        _ stream: inout RandomStream
    ) -> FaultPlan? {
        // In whole microseconds: finer nothing here is, and a person can read it.
        let start = Span.microseconds(at.nanoseconds / 1_000)
        let drawn = arena.random.duration.spread.sample(&stream) * pace
        let length = Span.microseconds(Int64(min(max(drawn, 1e6), 1e15)) / 1_000)
        let left = arena.healedBy - start
        guard left > .zero else { return nil }
        let plan = FaultPlan(named: name, at: start, for: min(length, left), choice.effect)
        return varied(plan, isFull: isFull, &stream)
    }

    /// Other words where there are some, and another strength unless it is to have its full one.
    func varied(_ plan: FaultPlan, isFull: Bool = false, _ stream: inout RandomStream) -> FaultPlan {
        var plan = narrowed(plan, &stream)
        for parameter in plan.parameters where parameter.path.contains(".") {
            if !parameter.form.words.isEmpty {
                let words = parameter.form.words.filter {
                    arena.isBeyond || !Self.beyond.contains("\(parameter.path) \($0)")
                }
                let word = words[stream.below(words.count)]
                plan = plan.with(parameter.path, word) ?? plan
            } else if !isFull, let dial = Dial(parameter) {
                // Inside the envelope nothing is stronger than its random form, which a design is to survive.
                let weaker = Self.ratio(0.1, arena.isBeyond ? 10 : 1, &stream)
                let value = dial.scaled(by: dial.isStrongerWhenLarger ? weaker : 1 / weaker)
                plan = plan.turned(dial, to: value) ?? plan
            }
        }
        return plan
    }

    /// What cuts one way or both, cuts off from everybody, or half the time from one of the roles that this one talks with.
    private func narrowed(_ plan: FaultPlan, _ stream: inout RandomStream) -> FaultPlan {
        guard plan.parameters.contains(where: { $0.path == "\(plan.kind).direction" }),
            let peers = arena.palette.peers[plan.role]
        else { return plan }
        let other = stream.below(2) == 0 ? "*" : peers[stream.below(peers.count)]
        return plan.with("\(plan.kind).and", other) ?? plan
    }

    /// What no design survives that keeps one copy. Looked up only, never iterated.
    private static let beyond: Set<String> = ["crash.lose disk", "disk.mode corrupt"]

    /// Evenly between two factors in the number of times that one doubles: no logarithm is needed for ten
    /// steps.
    static func ratio(_ low: Double, _ high: Double, _ stream: inout RandomStream) -> Double {
        var steps: [Double] = []
        var step = high
        while step > low {
            steps.append(step)
            step /= 2
        }
        steps.append(low)
        return steps[stream.below(steps.count)]
    }

    /// `crash-2`, when there is a `crash-1`. Names decide what a fault draws, so none changes once it is given.
    static func freeName(_ kind: String, _ faults: [FaultPlan]) -> String {
        var number = 1
        while faults.contains(where: { $0.name == "\(kind)-\(number)" }) { number += 1 }
        return "\(kind)-\(number)"
    }
}
