internal import Experiments
internal import Simulation
internal import Vocabulary

/// Faults that have to do with each other.
///
///     client   |---------------- disconnect ----------------|
///     server       |crash||disk|  |crash| |crash||slow|
///
/// What one leaves half done, the next one meets: they hit one group, of few kinds, one behind the other as
/// soon as the envelope allows it. Every third is of its power, which takes back what is not safe, and shows
/// what the others have done. Meanwhile other groups have a trouble that outlasts them, so that much is promised
/// and little is done.
extension Swarm {
    func volley(_ stream: inout RandomStream) -> [FaultPlan] {
        let all = arena.palette.choices
        let group = all[stream.below(all.count)].group
        let hand = someKinds(of: all.filter { $0.group == group }, &stream)
        let room = arena.healedBy - arena.from
        let width = room / Int64([1, 1, 2, 4, 16][stream.below(5)])
        let begin = arena.from + part(of: room - width, &stream)
        var faults = covers(from: begin, to: begin + width, beside: group, &stream)
        let pace = Self.ratio(0.01, 1, &stream)
        let gap = Span(nanoseconds: Int64(Double(width.nanoseconds) * Self.ratio(0.000_1, 0.5, &stream)))
        let isFull = stream.below(2) == 0
        var at = begin
        let power = power(of: group)
        // A few as often as many: what the second one breaks the third one may mend.
        let count = min([1, 2, 3, 4, 6, 8, 12][stream.below(7)], Self.most - faults.count)
        for _ in 0..<count {
            let choices = stream.below(3) == 0 && !power.isEmpty ? power : hand
            let choice = choices[stream.below(choices.count)]
            at = next(choice, from: at, within: gap, &stream)
            guard
                let fault = fault(
                    choice, at: at, pace: pace, isFull: isFull, name: Self.freeName(choice.kind, faults),
                    &stream),
                arena.admits(faults + [fault])
            else { continue }
            faults.append(fault)
            at = (fault.end ?? at) + arena.recovery
        }
        return faults
    }

    /// The moment itself every second time, at which the machine has just come back; else one soon after it, or
    /// one soon after it at which there is work.
    private func next(
        _ choice: Palette.PossibleFault, from: Span, within gap: Span, _ stream: inout RandomStream
    ) -> Span {
        guard stream.below(2) > 0 else { return from }
        return aimed(choice.target, from: from, to: from + gap, &stream) ?? from + part(of: gap, &stream)
    }

    /// What takes machines of a group down; nothing for people and regions.
    func power(of group: String) -> [Palette.PossibleFault] {
        arena.palette.choices.filter { $0.group == group && $0.effect.layer == .power }
    }

    /// One to four kinds, each on one target.
    private func someKinds(of choices: [Palette.PossibleFault], _ stream: inout RandomStream) -> [Palette
        .PossibleFault]
    {
        (0..<1 + stream.below(4)).map { _ in choice(of: choices, &stream) }
    }

    /// What it hits of a system is drawn first, and then the kind: that there are many kinds of trouble with a
    /// network makes none of them likelier.
    func choice(of choices: [Palette.PossibleFault], _ stream: inout RandomStream) -> Palette.PossibleFault {
        func drawn<Value: Hashable>(
            _ value: (Palette.PossibleFault) -> Value, of choices: [Palette.PossibleFault],
            _ stream: inout RandomStream
        ) -> [Palette.PossibleFault] {
            var values: [Value] = []
            for choice in choices where !values.contains(value(choice)) { values.append(value(choice)) }
            let one = values[stream.below(values.count)]
            return choices.filter { value($0) == one }
        }
        let kinds = drawn(\.effect.layer, of: choices, &stream)
        let targets = drawn(\.kind, of: kinds, &stream)
        return targets[stream.below(targets.count)]
    }

    /// Long faults of up to three other groups, seven times out of eight.
    private func covers(
        from: Span, to: Span, beside group: String, _ stream: inout RandomStream
    ) -> [FaultPlan] {
        var faults: [FaultPlan] = []
        guard stream.below(8) > 0 else { return [] }
        for _ in 0..<1 + stream.below(3) {
            guard
                let fault = cover(from: from, to: to, beside: [group] + faults.map(\.role), faults, &stream)
            else { break }
            faults.append(fault)
        }
        return faults
    }

    /// A fault of another group that begins before a moment and is over after another one; nil where nothing
    /// can last that long.
    func cover(
        from: Span, to: Span, beside groups: [String], _ faults: [FaultPlan], _ stream: inout RandomStream
    ) -> FaultPlan? {
        let choices = arena.palette.choices.filter { !groups.contains($0.group) && $0.lasts }
        guard !choices.isEmpty, to - from >= .milliseconds(1) else { return nil }
        let choice = choice(of: choices, &stream)
        let begin = from - part(of: min(from - arena.from, (to - from) / 4), &stream)
        let end = to + part(of: min(arena.healedBy - to, (to - from) / 4), &stream)
        let whole = choice.plan(
            named: Self.freeName(choice.kind, faults), at: .microseconds(begin.nanoseconds / 1_000),
            for: .microseconds((end - begin).nanoseconds / 1_000))
        let plan = varied(whole, isFull: stream.below(4) > 0, &stream)
        return arena.admits(faults + [plan]) ? plan : nil
    }

    func part(of span: Span, _ stream: inout RandomStream) -> Span {
        Span(nanoseconds: Int64(stream.unit() * Double(span.nanoseconds)))
    }
}
