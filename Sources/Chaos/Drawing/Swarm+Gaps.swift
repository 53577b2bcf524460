internal import Cluster
internal import Experiments
internal import Simulation
internal import Vocabulary

/// What has met little so far, aimed at work.
///
/// Half of what is drawn meets nothing, and what is drawn of many roles meets each of them seldom. So as long as there
/// are gaps in the table some runs go after them: short faults at moments at which there is work without faults, each of
/// a role of its own, so that what one disturbs the next one still meets.
extension Swarm {
    /// A kind of fault that has met little work in a group.
    struct Gap: Hashable {
        var kind: String
        var group: String
        /// At most one in ten of the runs in which it hit met any.
        var meetsSeldom: Bool
    }

    /// - Parameter gaps: those with the fewest meetings first.
    func faults(for gaps: [Gap], _ stream: inout RandomStream) -> [FaultPlan] {
        var faults: [FaultPlan] = []
        // Not always the same ones, for some cannot be filled.
        var open = Array(gaps.prefix(4 * Self.most))
        while faults.count < Self.most, !open.isEmpty {
            let gap = open.remove(at: stream.below(open.count))
            let choices = arena.palette.choices.filter { $0.kind == gap.kind && $0.group == gap.group }
            guard !choices.isEmpty else { continue }
            let choice = choices[stream.below(choices.count)]
            let moments = arena.moments.filter { moment in
                moment.role == gap.group && choice.target.machines?.contains(moment.number) == true
                    && choice.work.map { !moment.work.isDisjoint(with: $0) } ?? true
            }
            var at =
                moments.isEmpty
                ? arena.from + part(of: arena.healedBy - arena.from, &stream)
                : moments[stream.below(moments.count)].time - .start
            // What the network does to a machine has to be on when that which it works on comes, or until something else does.
            if choice.work == nil { at = max(arena.from, at - part(of: .milliseconds(20), &stream)) }
            let pace = choice.work == nil ? Self.ratio(0.2, 2, &stream) : Self.ratio(0.01, 0.2, &stream)
            guard
                let fault = fault(
                    choice, at: at, pace: pace, isFull: true, name: Self.freeName(gap.kind, faults), &stream),
                arena.admits(faults + [fault])
            else { continue }
            faults.append(fault)
            // What met nothing so often meets those who come back: some lose their connections meanwhile.
            if choice.work == nil, gap.meetsSeldom {
                faults += losses(during: fault, faults, &stream)
            }
        }
        return faults.isEmpty ? [least(&stream)] : faults
    }

    /// Short faults of the power of those who talk to a group while one lasts.
    private func losses(
        during fault: FaultPlan, _ faults: [FaultPlan], _ stream: inout RandomStream
    ) -> [FaultPlan] {
        guard let at = fault.at, let end = fault.end else { return [] }
        var losses: [FaultPlan] = []
        let talkers = arena.palette.talkers[fault.role] ?? []
        let all = arena.palette.choices.filter { choice in
            choice.group != fault.role && talkers.contains(choice.group) && choice.effect.layer == .power
        }
        for _ in 0..<3 where !all.isEmpty && faults.count + losses.count < Self.most {
            let choice = all[stream.below(all.count)]
            let loss = self.fault(
                choice, at: at + part(of: (end - at) / 2, &stream), pace: Self.ratio(0.01, 0.2, &stream),
                isFull: true, name: Self.freeName(choice.kind, faults + losses), &stream)
            if let loss, arena.admits(faults + losses + [loss]) { losses.append(loss) }
        }
        return losses
    }
}
