internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// What the faults of a run did, and where the cause of a bad verdict lies as far as the run can tell.
extension Run {
    func faults(_ verdict: Verdict, endedAt: Instant) -> [FaultEffect] {
        schedule.occasions.map { occasion in
            var effect = FaultEffect()
            effect.name = occasion.name
            effect.kind = occasion.kind
            effect.target = occasion.target
            effect.from = occasion.from
            effect.to = occasion.to
            if let end = occasion.to, let health = measurement.health {
                switch health.recovery(from: end) {
                case .after(let span): effect.recovery = .time(span)
                case .never: effect.recovery = .never(undelivered: 0, of: 0)
                case .unknown: break
                }
            }
            let windows = measurement.summaries.filter { $0.metric == .delivery }
            func summary(_ part: Window.Part) -> Summary? { windows.first { $0.window == Window(part) } }
            let period = Window.Period(fault: occasion.name)
            let parts = [summary(.before(period)), summary(.during(period)), summary(.after(period))]
            effect.lettersTouched = parts[1].map { $0.count + $0.undelivered } ?? 0
            effect.metWork = UInt64(
                cluster.encounters.filter { $0.kind == occasion.kind }.reduce(0) { $0 + $1.met })
            effect.changes = [("delivery p50", \Summary.p50), ("delivery p99", \Summary.p99)].map {
                name, path in
                var change = FaultEffect.Change()
                change.metric = name
                func amount(_ summary: Summary?) -> Amount? {
                    summary.map { summary in
                        summary[keyPath: path].map { .time($0) }
                            ?? .never(
                                undelivered: summary.undelivered, of: summary.count + summary.undelivered)
                    }
                }
                (change.before, change.during, change.after) = (
                    amount(parts[0]), amount(parts[1]), amount(parts[2])
                )
                return change
            }
            return effect
        }
    }

    /// What ended the run or all that goes on in it, where the slowest deliveries spent their time, and what
    /// to look at.
    func causes(_ result: RunResult, _ cut: Cut?) -> (causes: [String], hints: [String]) {
        guard result.verdict.word != .passed, let slowest = result.slowest.first else { return ([], []) }
        let total = result.stages.reduce(0) { $0 + $1.sumAmongSlowest.nanoseconds }
        guard total > 0, let worst = result.stages.max(by: { $0.sumAmongSlowest < $1.sumAmongSlowest }) else {
            return ([], [])
        }
        let share = worst.sumAmongSlowest.nanoseconds * 100 / total
        let ends = [cut?.abort?.abortText, hang.map { "the system hangs: \($0)" }].compactMap(\.self)
        var causes = ends + ["the slowest deliveries spent \(share) % of their time in \(worst.name)"]
        var hints: [String] = []
        let during = result.faults.filter { $0.from <= slowest.sent && slowest.sent < $0.to ?? scenario.end }
        if let fault = during.first {
            causes.append("the slowest of all, \(slowest.letter), was sent while \(fault.name) was on")
        }
        for gauge in result.gauges where gauge.metric == "utilisation" {
            let busy = gauge.values.indices.filter { (gauge.values[$0] ?? 0) > 950_000 }
            guard let first = busy.first, let last = busy.last else { continue }
            let from = Instant.start + gauge.slice * Int64(first)
            let to = Instant.start + gauge.slice * Int64(last + 1)
            causes.append("\(gauge.role) had no core free between \(from) and \(to)")
            hints.append("more cores or a shorter service time: --set \(gauge.role).cores=16")
        }
        return (causes, hints)
    }
}
