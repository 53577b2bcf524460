import Results
import Vocabulary

extension Page {
    /// A row for each fault on the time of the run, with phases and health, and what each did to the metrics.
    var faults: Markup {
        let none: Markup =
            result.faults.isEmpty && !result.phases.isEmpty ? "<p>No fault was injected.</p>" : ""
        return "\(tracks)\n\(none)\(effects)"
    }

    var tracks: Markup {
        var rows: Markup = ""
        if !result.phases.isEmpty {
            let phases = result.phases.map { phase in
                bar("phase", from: phase.from, to: phase.to, text: phase.name, title: phase.name)
            }
            rows += track("load", "\(phases)")
        }
        for fault in result.faults {
            let title = "\(fault.kind) of \(fault.target), \(Wording.window(fault))"
            rows += track(
                fault.name,
                bar("fault", from: fault.from, to: fault.to ?? timeline.end, text: "", title: title))
        }
        if !result.health.windows.isEmpty {
            let width = result.health.window
            // Neighbours that came out alike are one bar.
            var bars: Markup = ""
            var first = 0
            for (index, outcome) in result.health.windows.enumerated()
            where index + 1 == result.health.windows.count || result.health.windows[index + 1] != outcome {
                let from = result.health.start + width * Int64(first)
                let to = result.health.start + width * Int64(index + 1)
                bars += bar(
                    "\(outcome.rawValue)", from: from, to: to,
                    text: outcome == .held ? "healthy" : outcome == .failed ? "not" : "?",
                    title: "\(Wording.spoken(outcome)), \(clockText(from))–\(clockText(to))")
                first = index + 1
            }
            rows += track("healthy", bars)
        }
        guard !result.faults.isEmpty || !result.phases.isEmpty else { return "<p>No fault was injected.</p>" }
        let expected: Markup =
            result.health.expected.isEmpty
            ? "" : "<p>Healthy: \(result.health.expected.joined(separator: "; ")).\(sides)</p>"
        return
            "<div class=\"tracks\">\(rows)<div class=\"axis\"><b></b>\(timeline.labels)</div></div>\(expected)"
    }

    private var sides: String {
        guard let before = result.health.before, let after = result.health.after else { return "" }
        return " Before the faults: \(Wording.spoken(before)); after them: \(Wording.spoken(after))."
    }

    private func track(_ name: String, _ bars: Markup) -> Markup {
        "<div class=\"track\"><b title=\"\(name)\">\(name)</b><div>\(bars)</div></div>\n"
    }

    private func bar(_ kind: Markup, from: Instant, to: Instant, text: String, title: String) -> Markup {
        let (left, right) = (timeline.place(of: from), timeline.place(of: to))
        return """
            <span class="\(kind)" style="left:\(at: left / 10)%;width:\(at: max(0.2, (right - left) / 10))%" \
            title="\(title)">\(text)</span>
            """
    }

    private var effects: Markup {
        guard !result.faults.isEmpty else { return "" }
        let groups = alikeFaults
        let rows = groups.map { group -> Markup in
            let fault = result.faults[group[0]]
            return """
                <tr><th scope="row">\(names(of: group))</th><td>\(fault.kind) of \(targets(of: group))</td>\
                <td class="nowrap">\(Wording.window(fault))</td><td class="number">\(recovery(of: fault))</td>\
                <td class="number">\(grouped(fault.lettersTouched))</td>\(comparedCells(of: group[0]))\
                <td class="number">\(Wording.hits(of: fault))</td></tr>

                """
        }
        let changes = groups.flatMap { group in
            result.faults[group[0]].changes.map { change in
                """
                <tr><th scope="row">\(names(of: group))</th><td>\(change.metric)</td>\
                <td class="number">\(text(change.before))</td><td class="number during">\(text(change.during))</td>\
                <td class="number">\(text(change.after))</td></tr>

                """ as Markup
            }
        }
        let excess: Markup =
            result.control == nil
            ? ""
            : """
            <th scope="col" class="number">later by, mean</th><th scope="col" class="number">later by, p99</th>\
            <th scope="col" class="number">over 1s later</th><th scope="col" class="number">never came</th>\
            <th scope="col">after it ended</th>
            """
        let beforeAndAfter: Markup =
            changes.isEmpty
            ? ""
            : """
            <h3>Before, during, after</h3><div class="scroll"><table class="wide"><thead><tr><th scope="col">fault</th>\
            <th scope="col">metric</th><th scope="col" class="number">before</th>\
            <th scope="col" class="number">during</th><th scope="col" class="number">after</th></tr></thead><tbody>
            \(changes)</tbody></table></div>
            """
        return """
            <div class="scroll"><table class="wide"><thead><tr><th scope="col">fault</th><th scope="col">what</th>\
            <th scope="col">when</th><th scope="col" class="number">recovery</th>\
            <th scope="col" class="number">letters under way</th>\(excess)\
            <th scope="col" class="number">machines hit</th></tr></thead><tbody>
            \(rows)</tbody></table></div><p class="lead">Machines hit: how many, and how many of these had something under \
            way that it could disturb, as a job, a call or a packet that was kept away. Letters under way are those that \
            were tapped before its end and had not been shown when it began.\(recoveryNote) \(comparison)</p>\(beforeAndAfter)
            """
    }

    /// Those that came at once and did the same, by their places: told once.
    var alikeFaults: [[Int]] {
        result.faults.indices.reduce(into: []) { groups, index in
            if let last = groups.last?.last, isAlike(last, index) {
                groups[groups.count - 1].append(index)
            } else {
                groups.append([index])
            }
        }
    }

    private func isAlike(_ one: Int, _ other: Int) -> Bool {
        var (a, b) = (result.faults[one], result.faults[other])
        (a.name, a.target) = ("", "")
        (b.name, b.target) = ("", "")
        let excess = result.control?.excess ?? []
        guard one < excess.count, other < excess.count else { return a == b }
        var (c, d) = (excess[one], excess[other])
        (c.fault, d.fault) = ("", "")
        return a == b && c == d
    }

    func names(of group: [Int]) -> String { group.map { result.faults[$0].name }.joined(separator: ", ") }

    private func targets(of group: [Int]) -> String {
        group.map { result.faults[$0].target }.joined(separator: "; of ")
    }

    private func recovery(of fault: FaultEffect) -> String {
        if let known = Wording.recovery(fault) { return known }
        guard !result.health.expected.isEmpty else { return "not asked for" }
        return fault.to == nil ? "never healed" : "cannot be told"
    }

    private var recoveryNote: String {
        result.health.expected.isEmpty && result.faults.contains { $0.recovery == nil }
            ? " Recovery is measured where the scenario says what is healthy, and this one does not." : ""
    }

    private var comparison: Markup {
        result.control == nil
            ? "How much later they came than they would have without the faults is in a page of <code>run --control</code>."
            : """
            Later than in the control run, which is the same seed without \
            \(result.faults.count > 1 ? "any of the faults" : "the fault"): each letter that was \
            under way while the fault was on is compared with itself, and so is what was tapped after it ended, up to \
            the next fault.
            """
    }

    private func comparedCells(of fault: Int) -> Markup {
        guard let control = result.control else { return "" }
        guard fault < control.excess.count else { return "<td></td><td></td><td></td><td></td><td></td>" }
        let excess = control.excess[fault]
        let share =
            excess.compared == 0 ? "" : " (\(shareText(excess.laterThanASecond, of: excess.compared)))"
        return """
            <td class="number">\(excess.mean.map(shortText) ?? "—")</td>\
            <td class="number">\(excess.p99.map(shortText) ?? "—")</td>\
            <td class="number">\(grouped(excess.laterThanASecond))\(share)</td>\
            <td class="number">\(grouped(excess.neverCame))</td>\
            <td>\(excess.outlastedIt ? Wording.after(excess) : "—")</td>
            """
    }

    private func text(_ value: Amount?) -> String { value?.description ?? "—" }
}
