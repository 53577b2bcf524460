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
    /// So many runs in which it met work are enough for a cell; and what never met any in so many may never do.
    static let enough = (met: 10, hit: 200)

    static func isGap(_ cell: Coverage.Cell) -> Bool {
        cell.excuse == nil && cell.met < enough.met && (cell.met > 0 || cell.hit < enough.hit)
    }

    /// - Parameter cells: gaps, those with the fewest meetings first.
    func gaps(_ cells: [Coverage.Cell], _ stream: inout RandomStream) -> [FaultPlan] {
        var faults: [FaultPlan] = []
        // Not always the same ones, for some cannot be filled.
        var open = Array(cells.prefix(4 * Self.most))
        while faults.count < Self.most, !open.isEmpty {
            let cell = open.remove(at: stream.below(open.count))
            let choices = arena.palette.choices.filter { $0.kind == cell.kind && $0.group == cell.group }
            guard !choices.isEmpty else { continue }
            let choice = choices[stream.below(choices.count)]
            let moments = arena.moments.filter { moment in
                moment.role == cell.group && choice.target.machines?.contains(moment.number) == true
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
                    choice, at: at, pace: pace, isFull: true, name: Self.freeName(cell.kind, faults), &stream),
                arena.admits(faults + [fault])
            else { continue }
            faults.append(fault)
            // What met nothing so often meets those who come back: some lose their connections meanwhile.
            if choice.work == nil, cell.met * 10 <= cell.hit, cell.hit > 0 {
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
