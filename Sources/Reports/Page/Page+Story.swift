import Results
import Vocabulary

// The answer, before any chart: the figures that matter, what did not hold, what was broken, what to try.
extension Page {
    var story: Markup {
        let found = "\(failures)\(broken)" as Markup
        let why = reasonsWhy
        return why.text.isEmpty
            ? "\(tiles)\n<div class=\"columns\">\(found)</div>"
            : "\(tiles)\n<div class=\"columns\"><div class=\"stacked\">\(found)</div>\(why)</div>"
    }

    private var tiles: Markup {
        var tiles: [(label: String, value: String, note: String)] = []
        if let all = result.summaries.first {
            let undelivered = all.undelivered == 0 ? "" : "\(grouped(all.undelivered)) never came"
            tiles = [
                ("\(all.metric) p50", Wording.percentile(all.p50, of: all), "\(grouped(all.count)) due"),
                ("\(all.metric) p99", Wording.percentile(all.p99, of: all), ""),
                ("\(all.metric) p99.9", Wording.percentile(all.p99_9, of: all), ""),
                ("slowest", Wording.percentile(all.max, of: all), undelivered),
            ]
        }
        tiles += result.figures.prefix(4).map { ($0.metric, $0.value?.description ?? "—", "") }
        let markup = tiles.map { tile in
            """
            <div class="tile"><dt>\(breakable(tile.label))</dt><dd>\(tile.value)<small>\(tile.note)</small></dd></div>
            """ as Markup
        }
        return "<dl class=\"tiles\">\(markup)</dl>"
    }

    private var failures: Markup {
        let judged = result.thresholds.filter { $0.outcome != .held }
        let broken = result.invariants.filter { $0.broken > 0 }
        guard !judged.isEmpty || !broken.isEmpty else {
            let all =
                result.thresholds.count + result.invariants.count { $0.state == .held && $0.broken == 0 }
            let open = result.invariants.filter { !$0.isJudged }
                .map { "\($0.name) was \($0.state.rawValue)" }
            let said: String =
                (all == 0 ? "Nothing was asked for." : "All \(all) thresholds and invariants held.")
                + (open.isEmpty ? "" : " \(open.joined(separator: ", ")).")
            return "<div class=\"card\"><h3>What did not hold</h3><p>\(said)</p></div>"
        }
        let invariants = broken.map { invariant in
            """
            <li class="failed"><b>\(invariant.promise)</b>, broken \(grouped(invariant.broken)) \
            \(invariant.broken == 1 ? "time" : "times")</li>
            """ as Markup
        }
        let thresholds = judged.map { judgement in
            """
            <li class="\(judgement.outcome.rawValue)"><b>\(Wording.subject(judgement)) \
            \(judgement.value == nil ? "has no value" : "is \(Wording.measured(judgement))")</b>, \
            asked for \(Wording.limit(judgement)) · \(judgement.window)\
            \(judgement.margin.isEmpty ? "" : " · \(judgement.margin)")</li>
            """ as Markup
        }
        return """
            <div class="card"><h3>What did not hold</h3><ul class="marked">\(invariants)\(thresholds)</ul></div>
            """
    }

    private var broken: Markup {
        guard !result.faults.isEmpty else {
            return
                "<div class=\"card\"><h3>What was broken</h3><p>Nothing: a run without faults.\(loadChanges)</p></div>"
        }
        let faults = result.faults.prefix(8).map { fault in
            // Of many there is room for what they were; what they did is in the table below.
            let recovery =
                fault.recovery.map { recovery in
                    recovery.magnitude == nil
                        ? " · never healthy again"
                        : " · healthy again at most \(recovery) after its end"
                } ?? ""
            let effect =
                result.faults.count > 3
                ? ""
                : " · \(grouped(fault.lettersTouched)) letters under way\(later(fault))\(recovery)"
            return """
                <li><b>\(fault.name)</b> \(Wording.window(fault)): \(fault.kind) of \(fault.target)\(effect)</li>
                """ as Markup
        }
        let rest = result.faults.count - faults.count
        let more: Markup = rest > 0 ? "<li>and \(rest) more, below</li>" : ""
        return "<div class=\"card\"><h3>What was broken</h3><ul>\(faults)\(more)</ul></div>"
    }

    /// What the fault alone did, where a control run says so.
    private func later(_ fault: FaultEffect) -> String {
        fault.excess.map { ", later by \(shortText($0)) in the mean than without it" } ?? ""
    }

    /// Where nothing was broken, the load may say when it was.
    private var loadChanges: String {
        guard result.phases.count > 1 else { return "" }
        let phases = result.phases.map { "\($0.name) \(clockText($0.from))–\(clockText($0.to))" }
        return " The load: " + phases.joined(separator: ", ") + "."
    }

    /// Long names of metrics may be broken at their points, and nowhere else.
    private func breakable(_ name: String) -> Markup {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map {
            "\(String($0))" as Markup
        }
        return parts.dropFirst().reduce(parts.first ?? "") { $0 + ".<wbr/>" + $1 }
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

    private var reasonsWhy: Markup {
        let causes = result.verdict.causes.map { "<li>\($0)</li>" as Markup }
        let hints = result.verdict.hints.map { "<li>\(withOptions($0))</li>" as Markup }
        let cause: Markup = causes.isEmpty ? "" : "<h3>Why</h3><ul>\(causes)</ul>"
        let hint: Markup =
            hints.isEmpty
            ? "" : "<h3>\(result.verdict.word == .passed ? "Nearest" : "What to try")</h3><ul>\(hints)</ul>"
        return causes.isEmpty && hints.isEmpty ? "" : "<div class=\"card\">\(cause)\(hint)</div>"
    }

    var thresholds: Markup {
        guard !result.thresholds.isEmpty else { return "<p>The scenario has none.</p>" }
        let rows = result.thresholds.map { judgement in
            let chart = judgement.metric == result.latencies.first?.metric ? "#latency" : "#load"
            return """
                <tr class="\(judgement.outcome.rawValue)"><td class="mark"><span aria-hidden="true">\
                \(Wording.mark(judgement.outcome))</span><span class="spoken">\(Wording.spoken(judgement.outcome))\
                </span></td><th scope="row"><a href="\(chart)" title="\(judgement.words)">\
                \(Wording.subject(judgement))</a></th><td class="number">\(Wording.measured(judgement))</td>\
                <td class="number">\(Wording.limit(judgement))</td><td class="gauge">\(distance(judgement))</td>\
                <td>\(judgement.window)</td><td>\(judgement.margin)</td></tr>

                """ as Markup
        }
        return """
            <div class="scroll"><table class="wide"><thead><tr><th scope="col"><span class="spoken">outcome</span></th>\
            <th scope="col">threshold</th><th scope="col" class="number">value</th>\
            <th scope="col" class="number">limit</th><th scope="col">against the limit</th>\
            <th scope="col">window</th><th scope="col">margin</th></tr></thead><tbody>
            \(rows)</tbody></table></div>
            """
    }

    /// A bar as long as the value, with the limit as a line at two thirds of the width.
    private func distance(_ judgement: Judgement) -> Markup {
        guard let limit = judgement.limit.magnitude, limit > 0, let value = judgement.value else { return "" }
        let share = value.magnitude.map { min(1, $0 / limit / 1.5) } ?? 1
        return """
            <span class="bar" aria-hidden="true"><span style="width:\(at: share * 100)%"></span>\
            <i style="left:66.7%"></i></span>
            """
    }
}
