import Results
import Vocabulary

// What is looked up rather than read: promises, cost, the scenario, the meaning of words, the machine.
extension Page {
    var invariants: Markup {
        guard !result.invariants.isEmpty else { return "<p>None were checked.</p>" }
        let rows = result.invariants.map { invariant in
            let outcome: Outcome =
                invariant.broken > 0 ? .failed : invariant.isJudged ? .held : .inconclusive
            return """
                <tr class="\(outcome.rawValue)"><td class="mark"><span aria-hidden="true">\(Wording.mark(outcome))\
                </span><span class="spoken">\(invariant.state.rawValue)</span></td>\
                <th scope="row">\(invariant.promise)</th><td>\(invariant.name)</td><td>\(invariant.requirement)</td>\
                <td class="nowrap">\(Wording.state(invariant))</td></tr>

                """ as Markup
        }
        let violations = result.invariants.filter { $0.broken > 0 }.map(violations)
        let order = result.figures.enumerated().map { number, figure in
            "<div class=\"tile\" id=\"figure-\(number)\"><dt>\(breakable(figure.metric))</dt><dd>\(figure.value?.description ?? "—")</dd></div>"
                as Markup
        }
        let ids: Markup =
            RuleIDs.occur(in: result.invariants.map(\.requirement))
            ? "<p class=\"lead\">\(RuleIDs.words)</p>" : ""
        let states = [
            (
                InvariantOutcome.PromiseState.notTested,
                "Not tested: nothing happened that could have broken it."
            ),
            (.notPromised, "Not promised: this design does not promise it."),
            (.notKnown, "Cannot be told: the run ended too early."),
        ].filter { state, _ in result.invariants.contains { $0.state == state && $0.broken == 0 } }
        let open: Markup =
            states.isEmpty ? "" : "<p class=\"lead\">\(states.map(\.1).joined(separator: " "))</p>"
        return """
            \(violations)\(open)<div class="scroll"><table class="wide"><thead><tr><th scope="col"><span class="spoken">outcome\
            </span></th><th scope="col">promise</th><th scope="col">its name</th><th scope="col">rules</th>\
            <th scope="col">in this run</th></tr></thead><tbody>
            \(rows)</tbody></table></div>\(ids)<dl class="tiles">\(order)</dl>
            """
    }

    private func violations(of invariant: InvariantOutcome) -> Markup {
        let all = invariant.violations.prefix(20).enumerated().map { index, violation in
            let lines = violation.history.map { line in
                """
                <tr><td class="number">\(line.time.description)</td><td>\(line.place)</td><td>\(line.what)</td></tr>
                """ as Markup
            }
            let history: Markup =
                lines.isEmpty
                ? ""
                : """
                <div class="scroll"><table><thead><tr><th scope="col" class="number">time</th>\
                <th scope="col">place</th><th scope="col">history of \(violation.letter)</th></tr></thead>\
                <tbody>\(lines)</tbody></table></div>
                """
            return """
                <details class="letter"\(index == 0 ? " open=\"open\"" : "" as Markup)><summary>\
                <b>\(clockText(violation.time))</b> \(violation.evidence)</summary>\(history)</details>

                """ as Markup
        }
        return """
            <div class="violations"><h3>\(invariant.promise): broken \(grouped(invariant.broken)) \
            \(invariant.broken == 1 ? "time" : "times")</h3>\(all)</div>
            """
    }

    var cost: Markup {
        let cost = result.cost
        func each(_ total: UInt64) -> String {
            cost.deliveries == 0 ? "—" : decimal(Double(total) / Double(cost.deliveries), places: 1)
        }
        let rows: [(String, String, String)] =
            [
                ("messages", grouped(cost.messages), each(cost.messages)),
                ("on the wire", bytesText(cost.bytes), perDelivery(cost.bytes)),
            ] + talks + [
                ("stored, with replicas", bytesText(cost.storedBytes), perDelivery(cost.storedBytes)),
                (
                    "time of \(grouped(cost.machines)) \(cost.machines == 1 ? "machine" : "machines")",
                    clockText(cost.machineTime), timePerDelivery(cost.machineTime)
                ),
                ("of it, cores at work", clockText(cost.coreTime), timePerDelivery(cost.coreTime)),
            ]
        let body = rows.map { name, total, each in
            """
            <tr><th scope="row">\(name)</th><td class="number">\(total)</td><td class="number">\(each)</td></tr>
            """ as Markup
        }
        let notes = cost.extrapolation.map { "<li>\($0)</li>" as Markup }
        let listed: Markup =
            notes.isEmpty ? "" : "<h3>At the scale the design was made for</h3>\(averages)<ul>\(notes)</ul>"
        return """
            <p class="lead">\(counted)</p><div class="scroll"><table class="wide"><thead><tr><th scope="col">what</th>\
            <th scope="col" class="number">in this run</th><th scope="col" class="number">for each of \
            \(grouped(cost.deliveries)) deliveries</th></tr></thead><tbody>\(body)</tbody></table></div>\(listed)
            """
    }

    /// Metrics leave out what cost does not.
    private var counted: String {
        let all =
            "Of all of the run, warm-up and drain included: \(grouped(result.cost.deliveries)) deliveries."
        guard result.run.warmup > .zero, let first = result.summaries.first else { return all }
        return all
            + " What is judged leaves the warm-up out: \(first.metric) counts \(grouped(first.count)) that were due."
    }

    private var averages: Markup {
        let full = fullRoles
        let peak: Markup =
            full.isEmpty
            ? "" : " They do not show its peak, at which no core of \(full.joined(separator: ", ")) was free."
        return "<p class=\"lead\">Machines are counted by the average over the run.\(peak)</p>"
    }

    /// What goes between zones, and the pairs of roles that have most on the wire: what people pay for.
    private var talks: [(String, String, String)] {
        let edges = result.topology.edges
        let across = result.topology.zones.count > 1 ? edges.reduce(0) { $0 + $1.bytesAcross } : 0
        let most = edges.sorted { $0.bytes > $1.bytes }.prefix(edges.count > 3 ? Self.talkCount : 0)
        let named = most.map { ("of it, \($0.from) → \($0.to)", $0.bytes) }
        return (named + (across > 0 ? [("of it, between zones", across)] : [])).map {
            ($0, bytesText($1), perDelivery($1))
        }
    }

    private static let talkCount = 6

    private func timePerDelivery(_ time: Span) -> String {
        let deliveries = Int64(clamping: result.cost.deliveries)
        return deliveries == 0 ? "—" : shortText(Span(nanoseconds: time.nanoseconds / deliveries))
    }

    private func perDelivery(_ bytes: UInt64) -> String {
        result.cost.deliveries == 0 ? "—" : bytesText(bytes / result.cost.deliveries)
    }

    var scenario: Markup {
        let changed = Set(result.scenario.changedLines)  // looked up only, never iterated
        let lines = result.scenario.text.split(separator: "\n", omittingEmptySubsequences: false)
        let listing = lines.enumerated().map { index, line -> Markup in
            changed.contains(UInt64(index + 1))
                ? "<mark>\(String(line))</mark>\n" : "<span>\(String(line))</span>\n"
        }
        let shown = shownMetrics
        let words = result.metrics.filter { shown.contains($0.name) }.map { metric in
            """
            <tr><th scope="row">\(breakable(metric.name))</th><td>\(metric.sentence)</td><td>\(metric.unit)</td>\
            <td>\(direction(of: metric))</td></tr>

            """ as Markup
        }
        let dictionary: Markup =
            words.isEmpty
            ? ""
            : """
            <h3>What the metrics mean</h3><div class="scroll"><table class="wide"><thead><tr><th scope="col">metric</th>\
            <th scope="col">from → to, or what</th><th scope="col">unit</th><th scope="col">better is</th></tr></thead>\
            <tbody>\(words)</tbody></table></div>
            """
        return """
            <details class="numbers"><summary>The resolved scenario; marked: what is not a default\
            </summary><pre class="listing">\(listing)</pre></details>\(dictionary)\(environment)
            """
    }

    /// Looked up only: whatever has a number on this page.
    private var shownMetrics: Set<String> {
        var names = result.summaries.map(\.metric) + result.figures.map(\.metric)
        names += result.thresholds.map(\.metric) + result.gauges.flatMap { [$0.name, $0.metric] }
        names += result.faults.flatMap(\.changes).compactMap {
            $0.metric.split(separator: " ").first.map(String.init)
        }
        if !result.faults.isEmpty { names.append(Metric.recovery.name) }
        return Set(names)
    }

    private func direction(of metric: MetricDefinition) -> Markup {
        let arrow: Markup
        switch metric.direction.split(separator: " ").first {
        case "smaller": arrow = "↓"
        case "larger": arrow = "↑"
        default: return "<span class=\"spoken\">\(metric.direction)</span>"
        }
        return "<span aria-hidden=\"true\">\(arrow)</span><span class=\"spoken\">\(metric.direction)</span>"
    }

    private var environment: Markup {
        guard let machine else { return "" }
        let speed =
            machine.wall > .zero
            ? " · \(shortText(UInt64(Double(machine.events) / machine.wall.seconds))) events/s" : ""
        return """
            <h3>The machine that ran it</h3><p>Hubbub \(machine.version), \(machine.build), on \(machine.platform) · \
            \(shortText(machine.wall)) · \(bytesText(machine.peakBytes)) of memory · \(grouped(machine.events)) \
            events\(speed). None of this is part of the result.</p>
            """
    }
}
