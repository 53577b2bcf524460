public import Experiments
public import Simulation
public import Vocabulary

/// Makes a run out of one that met something new: most of it stays as it was, and one to three things are
/// different.
public struct Growth: Sendable {
    /// What a run grows out of.
    public struct Parent: Hashable, Sendable {
        public var faults: [FaultPlan]
        /// When promises were given in it that were open for long.
        public var promises: [Instant]

        public init(_ faults: [FaultPlan], promises: [Instant] = []) {
            (self.faults, self.promises) = (faults, promises)
        }
    }

    private let swarm: Swarm
    private var arena: Arena { swarm.arena }

    public init(_ arena: Arena) { swarm = Swarm(arena) }

    /// The same, when nothing else would be inside the envelope.
    public func grown(
        _ parent: Parent, beside other: [FaultPlan], _ stream: inout RandomStream
    ) -> [FaultPlan] {
        var grown = parent.faults
        for _ in 0..<1 + stream.below(3) {
            for _ in 0..<8 {  // a change that would leave the envelope is drawn again
                let next = changed(grown, of: parent, beside: other, &stream)
                guard !next.isEmpty, next.count <= Swarm.most, next != grown, arena.admits(next) else {
                    continue
                }
                grown = next
                break
            }
        }
        return grown
    }

    private func changed(
        _ faults: [FaultPlan], of parent: Parent, beside other: [FaultPlan],
        _ stream: inout RandomStream
    ) -> [FaultPlan] {
        var faults = faults
        let place = stream.below(faults.count)
        let fault = faults[place]
        switch stream.below(20) {
        case 0, 1:  // one more, close to what is there
            let choice = swarm.choice(of: arena.palette.choices, &stream)
            let name = Swarm.freeName(choice.kind, faults)
            guard
                let new = swarm.fault(
                    choice, at: near(fault, &stream), pace: Swarm.ratio(0.02, 2, &stream), name: name,
                    &stream)
            else { return faults }
            faults.append(new)
        case 2:  // the same again, later or sooner
            faults.append(moved(fault, to: near(fault, &stream), Swarm.freeName(fault.kind, faults)))
        case 10, 11, 14, 15:  // another one right behind it, on the same group, half the time of its power
            var choices = swarm.power(of: fault.role)
            if choices.isEmpty || stream.below(2) > 0 {
                choices = arena.palette.choices.filter { $0.group == fault.role }
            }
            guard let end = fault.end, !choices.isEmpty else { return faults }
            let choice = swarm.choice(of: choices, &stream)
            let name = Swarm.freeName(choice.kind, faults)
            guard
                let new = swarm.fault(
                    choice, at: end + arena.recovery, pace: Swarm.ratio(0.02, 2, &stream), name: name,
                    &stream)
            else { return faults }
            faults.append(new)
        case 12:  // the same again and again
            let length = (fault.end ?? arena.from) - (fault.at ?? arena.from)
            let reach = Double((arena.healedBy - arena.from).nanoseconds)
            let gap = Span(nanoseconds: Int64(reach * Swarm.ratio(0.000_1, 0.2, &stream)))
            var at = fault.at ?? arena.from
            for _ in 0..<2 + stream.below(6) {
                at += length + arena.recovery + gap
                let next = faults + [moved(fault, to: at, Swarm.freeName(fault.kind, faults))]
                if arena.admits(next), next.count <= Swarm.most { faults = next }
            }
        case 13:  // while another group has a trouble that lasts longer
            guard let at = fault.at, let end = fault.end else { return faults }
            let last = faults.compactMap(\.end).max() ?? end
            if let cover = swarm.cover(
                from: at, to: stream.below(2) == 0 ? end : max(end, last), beside: [fault.role], faults,
                &stream)
            {
                faults.append(cover)
            }
        case 16...19:  // short ones right after promises that were open for long
            guard !parent.promises.isEmpty else { return faults }
            let group = arena.palette.choices[stream.below(arena.palette.choices.count)].group
            let power = swarm.power(of: group)
            let choices = power.isEmpty ? arena.palette.choices.filter { $0.group == group } : power
            for _ in 0..<1 + stream.below(6) {
                let choice = swarm.choice(of: choices, &stream)
                let promise = parent.promises[stream.below(parent.promises.count)] - .start
                let wait = stream.unit() * Swarm.ratio(1e5, 1e8, &stream)  // ns
                let new = swarm.fault(
                    choice, at: promise + Span(nanoseconds: Int64(wait)),
                    pace: Swarm.ratio(0.01, 0.2, &stream),
                    name: Swarm.freeName(choice.kind, faults), &stream)
                if let new, arena.admits(faults + [new]), faults.count < Swarm.most { faults.append(new) }
            }
        case 3:  // beside another one
            let anchor = faults[stream.below(faults.count)]
            faults[place] = moved(fault, to: near(anchor, &stream), fault.name)
        case 4:  // a little later or sooner
            let ratio = Swarm.ratio(0.000_1, 0.1, &stream)
            let step = Span(nanoseconds: Int64(Double((arena.healedBy - arena.from).nanoseconds) * ratio))
            let at = fault.at ?? arena.from
            faults[place] = moved(fault, to: stream.below(2) == 0 ? at + step : at - step, fault.name)
        case 5:  // longer or shorter, stronger or weaker
            let dials = fault.dials
            guard !dials.isEmpty else { return faults }
            let dial = dials[stream.below(dials.count)]
            let ratio = Swarm.ratio(0.25, dial.path == "for" || arena.isBeyond ? 4 : 1, &stream)
            faults[place] = fault.turned(dial, to: dial.scaled(by: ratio)) ?? fault
        case 8:  // when there is work
            let choice = arena.palette.choices.first {
                $0.kind == fault.kind && $0.target.written == fault.target
            }
            guard let choice,
                let at = swarm.aimed(choice.target, from: arena.from, to: arena.healedBy, &stream)
            else { return faults }
            faults[place] = moved(fault, to: at, fault.name)
        case 6: faults[place] = swarm.varied(fault, &stream)
        case 7:  // what another run met
            guard !other.isEmpty else { return faults }
            var new = other[stream.below(other.count)]
            new.name = Swarm.freeName(new.kind, faults)
            faults.append(new)
        default: faults.remove(at: place)
        }
        return faults
    }

    /// A moment about the beginning or the end of a fault: there most is under way.
    private func near(_ fault: FaultPlan, _ stream: inout RandomStream) -> Span {
        let edge = (stream.below(2) == 0 ? fault.at : fault.end) ?? fault.at ?? arena.from
        if stream.below(4) == 0 { return edge }
        let ratio = Swarm.ratio(0.000_01, 0.2, &stream)
        let reach = Double((arena.healedBy - arena.from).nanoseconds) * ratio
        let step = Span(nanoseconds: Int64(stream.unit() * reach))
        return stream.below(4) == 0 ? edge - step : edge + step
    }

    private func moved(_ fault: FaultPlan, to at: Span, _ name: String) -> FaultPlan {
        var moved = fault
        moved.name = name
        moved.at = Span.microseconds(max(at, arena.from).nanoseconds / 1_000)
        return moved
    }
}
