import Results
import Vocabulary

// The answer, before any chart: the figures that matter, each with its verdict, what was broken and whom it hit.
extension Page {
    var story: Markup { "\(cards)\n\(outcome)<div class=\"columns\">\(promises)\(broken)</div>" }

    private var promises: Markup {
        let broken = result.invariants.filter { $0.broken > 0 }
        guard !broken.isEmpty else { return "" }
        let items = broken.map { invariant in
            """
            <li class="failed"><b>\(invariant.promise)</b> Broken \(grouped(invariant.broken)) \
            \(invariant.broken == 1 ? "time" : "times")\(first(of: invariant))</li>
            """ as Markup
        }
        return """
            <div class="card"><h3>What the design promises, and did not keep</h3><ul class="marked">\(items)</ul></div>
            """
    }

    private func first(of invariant: InvariantOutcome) -> String {
        invariant.violations.first.map { ", first at \(clockText($0.time)): \($0.evidence)" } ?? ""
    }

    private var broken: Markup {
        guard !result.faults.isEmpty else {
            return """
                <div class="card"><h3>Faults and load</h3><p>No fault was injected.\(hasLoadChanges ? " What changed was the load." : "")\
                \(troubles)</p>\(loadChanges)</div>
                """
        }
        let groups = alikeFaults
        let faults = groups.prefix(8).map { group in
            let first = result.faults[group[0]]
            let targets = group.map { Wording.target(result.faults[$0].target) }.joined(separator: "; of ")
            // Of many there is room for what they were; what they did is in the table below.
            let effect: Markup = groups.count > 3 ? "" : hit(by: group[0])
            return """
                <li><b>\(names(of: group))</b> \(Wording.window(first)): \(first.kind) of \(targets)\(effect)</li>
                """ as Markup
        }
        let rest = groups.count - faults.count
        let more: Markup = rest > 0 ? "<li>and \(rest) more, below</li>" : ""
        return """
            <div class="card"><h3>What was broken, and whom it hit</h3><ul>\(faults)\(more)</ul>\(loadChanges)</div>
            """
    }

    /// Without a fault it may go wrong all the same: what did, and where that is explained.
    private var troubles: Markup {
        var said: [String] = []
        if let all = result.summaries.first, all.count > 0, all.undelivered == all.count {
            said.append("Nothing was delivered.")
        }
        let full = fullRoles
        if !full.isEmpty {
            said.append("No core of \(full.joined(separator: ", ")) was free at the busiest.")
        }
        guard !said.isEmpty || [.failed, .violated].contains(result.verdict.word) else { return "" }
        let way: Markup =
            result.verdict.causes.isEmpty ? "" : " <a href=\"#why\">Why</a> says where the cause lies."
        return said.reduce("") { $0 + " \($1)" } + way
    }

    /// Those that had a slice of time in which they had nothing left.
    var fullRoles: [String] {
        gaugedRoles.filter { role in
            result.gauges.contains {
                $0.role == role && $0.metric == "utilisation"
                    && $0.values.contains { $0 ?? 0 >= Self.fullShare }
            }
        }
    }

    /// From which busy share of a slice on a role has nothing left, in millionths.
    private static let fullShare: UInt64 = 950_000

    /// How many letters, and what became of them.
    private func hit(by place: Int) -> Markup {
        let fault = result.faults[place]
        var said: [String] = []
        let due = result.summaries.first?.count ?? 0
        // What the warm-up sent may be under way, and is not among those that are due.
        let share =
            fault.from < .start + result.run.warmup
            ? " (warm-up included)"
            : fault.lettersTouched <= due && due > 0
                ? " of \(grouped(due)) (\(shareText(fault.lettersTouched, of: due)))" : ""
        said.append(Wording.met(fault, share: share))
        for change in fault.changes.prefix(2) {
            let values = [("before", change.before), ("during", change.during), ("after", change.after)]
            let told = values.compactMap { name, value in value.map { "\($0) \(name)" } }
            if told.count > 1 { said.append("\(change.metric) \(told.joined(separator: ", "))") }
        }
        if let excess = fault.excess {
            // The control run has none of several, so that what each of them did is not told apart.
            let without = result.faults.count > 1 ? "any of the faults" : "it"
            said.append("later by \(shortText(excess)) in the mean than without \(without)")
        }
        if let excess = result.control?.excess, place < excess.count, excess[place].outlastedIt {
            said.append("after it ended: \(Wording.after(excess[place]))")
        }
        if let recovery = fault.recovery {
            said.append(
                recovery.magnitude == nil
                    ? "never healthy again"
                    : recovery == .time(.zero)
                        ? "healthy from its end on" : "healthy again at most \(recovery) after its end")
        }
        let items = said.map { "<li>\($0)</li>" as Markup }
        return "<ul>\(items)</ul>"
    }

    private var hasLoadChanges: Bool { result.phases.count > 1 }

    /// Where nothing was broken, the load may say when it was: what people sent, and what came of it.
    private var loadChanges: Markup {
        guard hasLoadChanges else { return "" }
        let items = result.phases.prefix(6).map { phase in
            var said = "\(clockText(phase.from))–\(clockText(phase.to))"
            if let summary = result.summaries.first(where: { $0.window == phase.name }), summary.count > 0 {
                // What is not counted is due all the same, and is left out here.
                let from = max(phase.from, .start + result.run.warmup)
                let seconds = phase.to > from ? (phase.to - from).seconds : 0
                let each = seconds > 0 ? "\(shortText(UInt64(Double(summary.count) / seconds)))/s" : "—"
                said +=
                    ": \(each) due, half within \(Wording.percentile(summary.p50, of: summary)), "
                    + "99% within \(Wording.percentile(summary.p99, of: summary))"
            }
            return "<li><b>\(phase.name)</b> \(said)</li>" as Markup
        }
        return "<ul>\(items)</ul>"
    }

    /// What is to be typed stands out: `--set` and the word behind it.
    private func withOptions(_ hint: String) -> Markup {
        guard let option = hint.firstRange(of: "--set ") else { return "\(hint)" }
        let value = hint[option.upperBound...].prefix { $0 != " " && $0 != "," }
        return """
            \(String(hint[..<option.lowerBound]))<code>--set \(String(value))</code>\
            \(String(hint[value.endIndex...]))
            """
    }

    /// Where the cause lies, and what to try.
    var reasonsWhy: Markup {
        let causes = result.verdict.causes.map { "<li>\($0)</li>" as Markup }
        let hints = result.verdict.hints.map { "<li>\(withOptions($0))</li>" as Markup }
        let cause: Markup =
            causes.isEmpty ? "" : "<div class=\"card\"><h3>Why</h3><ul>\(causes)</ul></div>"
        let hint: Markup =
            hints.isEmpty
            ? ""
            : """
            <div class="card"><h3>\(result.verdict.word == .passed ? "What is nearest" : "What to try")</h3>\
            <ul>\(hints)</ul></div>
            """
        return causes.isEmpty && hints.isEmpty
            ? "<p>The run says nothing of it.</p>" : "<div class=\"columns\">\(cause)\(hint)</div>"
    }
}
