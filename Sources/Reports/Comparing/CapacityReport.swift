import Comparisons
import Results
import Vocabulary

/// Where a scenario passes no longer, for people and for programs.
package struct CapacityReport {
    package struct Probe {
        package let value: Int
        package let text: String
        /// Of the seeds that it was tried with.
        package let results: [RunResult]
        package let outcome: Outcome

        package init(value: Int, text: String, results: [RunResult], outcome: Outcome) {
            (self.value, self.text, self.results, self.outcome) = (value, text, results, outcome)
        }

        fileprivate func mean(_ name: String) -> Amount? {
            Amount.mean(
                of: results.map { result in RunFigure.all(of: result).first { $0.name == name }?.value })
        }

        /// The role with the machine that had most to do in any of the seeds, and how much that was.
        fileprivate var busiest: (role: String, share: String)? {
            let roles = results.flatMap(\.topology.roles).map { role in
                (role.name, role.machines.map(\.utilisation).max() ?? 0)
            }
            return roles.filter { $0.1 > 0 }.max { $0.1 < $1.1 }.map {
                ($0.0, shareText($0.1, of: 1_000_000))
            }
        }
    }

    let name: String
    let what: String
    let isLeast: Bool
    let outcome: CapacitySearch.Advice
    let isMonotonic: Bool
    /// Whether nobody can tell of what would pass, for want of samples.
    let isUnclear: Bool
    let thresholds: [String]
    let points: [Probe]
    /// Values that the scenario cannot have, and why not.
    let unplayable: [(value: Int, why: String)]
    let valueText: (Int) -> String
    let load: String?

    package init(
        name: String, what: String, isLeast: Bool, outcome: CapacitySearch.Advice, isMonotonic: Bool,
        isUnclear: Bool, thresholds: [String], points: [Probe], unplayable: [(value: Int, why: String)],
        valueText: @escaping (Int) -> String, load: String?
    ) {
        (self.name, self.what, self.isLeast, self.outcome) = (name, what, isLeast, outcome)
        (self.isMonotonic, self.isUnclear) = (isMonotonic, isUnclear)
        (self.thresholds, self.points) = (thresholds, points)
        (self.unplayable, self.valueText, self.load) = (unplayable, valueText, load)
    }

    package var headline: String {
        switch outcome {
        case .edge(let passing, let failing) where isUnclear:
            "\(name) is inconclusive with \(what) \(valueText(passing)), and fails with \(valueText(failing))"
        case .noBracket where isUnclear:
            "\(name) is inconclusive with \(what) \(unclear?.text ?? ""), as far as was tried: no edge was found"
        case .edge(let passing, let failing):
            "\(name) passes with \(what) \(valueText(passing)), and "
                + (unplayable.contains { $0.value == failing }
                    ? "cannot be played with \(valueText(failing))" : "fails with \(valueText(failing))")
        case .noBracket(true) where isLeast:
            "\(name) passes with the least \(what) there can be, \(points.first?.text ?? "")"
        case .noBracket(let allPass):
            allPass
                ? "\(name) passes with every \(what) that was tried\(unclear == nil ? "" : " and long enough"), up to \(points.last?.text ?? ""): no edge was found"
                : "\(name) fails with every \(what) that was tried: no edge was found"
        case .attempt: "\(name): the search did not end"
        }
    }

    /// The outermost value of which nobody can tell.
    private var unclear: Probe? {
        let ordered = isLeast ? points : points.reversed()
        return ordered.first { $0.outcome == .inconclusive }
    }

    /// Why nobody can tell, and what would decide; else why it fails just beyond the edge, the threshold and who had
    /// most to do, or why there is nothing beyond it.
    private var reasons: [String] {
        if isUnclear, let unclear {
            let runs = unclear.results.filter { $0.verdict.word != .passed }
            return Array(SeedReason.lines(of: runs).prefix(2))
                + [runs.flatMap(\.verdict.hints).first ?? "a longer duration has more samples"]
        }
        guard case .edge(_, let failing) = outcome else { return [] }
        if let impossible = unplayable.first(where: { $0.value == failing }) { return [impossible.why] }
        guard let point = points.first(where: { $0.value == failing }),
            let first = point.results.first(where: { $0.verdict.word != .passed })
        else { return [] }
        var reasons = Array(
            SeedReason.lines(of: point.results.filter { $0.verdict.word != .passed }).prefix(2))
        if let busiest = point.busiest {
            reasons.append("busiest there: \(busiest.role), \(busiest.share) of its cores")
        }
        return reasons + first.verdict.causes.prefix(2).map { "seed \(first.run.seed): \($0)" }
    }

    /// What the columns are of.
    private static let legend =
        "times and shares are means over the seeds that were played; the busiest machine is that of all of them"

    private static let columns = ["delivery p50", "delivery p99", "availability"]

    private var rows: [[String]] {
        points.map { point in
            let passed = point.results.count { $0.verdict.word == .passed }
            return ["\(Wording.mark(point.outcome)) \(point.text)"]
                + Self.columns.map { point.mean($0)?.description ?? "—" }
                + [
                    point.busiest?.share ?? "—",
                    // One word, which a narrow table cannot break.
                    "\(passed)/\(point.results.count)",
                ]
        }
    }

    private var headings: [String] { [what] + Self.columns + ["busiest machine", "passed"] }

    package var text: String {
        var text = "hubbub capacity \(visible(name))\n" + (load.map { "  \($0)\n" } ?? "") + "\n"
        text += table([headings] + rows) + "\(wrapped(Self.legend, indent: 0))\n\n\(headline)\n"
        for reason in reasons { text += "  " + wrapped(visible(reason), indent: 2) + "\n" }
        if !isMonotonic { text += wrapped(warning, indent: 0) + "\n" }
        return text
    }

    private var warning: String {
        "passing is not monotonic: some value beyond one that fails passes again, so that the edge above is the first "
            + "of several; more seeds or a longer run may say which are chance"
    }

    package func page(_ command: String) -> String {
        var section = ComparisonPage.Section(
            title: "The curve",
            lead: ([load, isMonotonic ? nil : warning].compactMap(\.self) + reasons + [Self.legend]).joined(
                separator: ". "),
            table: ComparisonPage.Table(
                headings: headings,
                rows: zip(points, rows).map { point, cells in
                    ComparisonPage.Row(
                        cells: cells,
                        tone: point.outcome == .held ? .good : point.outcome == .failed ? .bad : .unsure)
                })
        )
        section.drawings = [curve]
        let found = if case .edge = outcome { true } else { false }
        return ComparisonPage(
            verdict: found ? "an edge" : "no edge", title: headline,
            tone: found && isMonotonic && !isUnclear ? .good : .unsure,
            command: command, sections: [section]
        ).html
    }

    /// p99 of deliveries over the load, both on a scale of ratios.
    private var curve: Markup {
        let values = points.compactMap { point in
            point.mean("delivery p99")?.magnitude.map { (Double(point.value), $0, point) }
        }.filter { $0.1 > 0 }
        guard let least = values.map(\.1).min(), let most = values.map(\.1).max(), values.count > 1 else {
            return ""
        }
        let (up, across) = (
            Axis(from: least / 1.2, to: most * 1.2),
            Axis(from: values[0].0 / 1.05, to: values[values.count - 1].0 * 1.05)
        )
        func x(_ value: Double) -> Double { 1_000 - across.place(of: value) }
        var (grid, overlay): (String, Markup) = ("", "")
        for tick in up.ticks {
            grid += "M0 \(coordinate(up.place(of: tick)))H1000"
            overlay += """
                <span class="ytick" style="top:\(at: up.place(of: tick) / 10)%">\
                \(Span(nanoseconds: Int64(tick)).description)</span>
                """
        }
        var labels: Markup = "<div class=\"xticks\" aria-hidden=\"true\">"
        for tick in across.ticks {
            labels += "<span style=\"left:\(at: x(tick) / 10)%\">\(valueText(Int(tick)))</span>"
        }
        labels += "</div>"
        if case .edge(let passing, _) = outcome {
            let place = x(Double(passing))
            grid += "M\(coordinate(place)) 0V1000"
            overlay += "<span class=\"name\" style=\"left:\(at: place / 10)%;top:2px\">edge</span>"
        }
        let line = linePath(values.map { (x($0.0), up.place(of: $0.1)) })
        let plot = Plot(
            label: "p99 of deliveries over \(what)", height: 280,
            drawing: "<path class=\"grid\" d=\"\(grid)\"/><path class=\"line s0\" d=\"\(line)\"/>",
            overlay: overlay, below: labels, table: "curve", columns: [1], axis: "curve")
        let numbers = BackingTable(
            id: "curve", caption: "p99 of deliveries", headings: [what, "delivery p99"],
            rows: values.map { value, _, point in
                .init(place: x(value), cells: [point.text, point.mean("delivery p99")?.description ?? "—"])
            })
        return
            "<figure><figcaption><b>delivery p99</b> over \(what)</figcaption>\(plot.markup)\(numbers.markup)</figure>"
    }

    package func json(_ format: String) -> JSON {
        var edge: [(String, JSON)] = []
        if case .edge(let passing, let failing) = outcome {
            edge = [("passing", .integer(UInt64(passing))), ("failing", .integer(UInt64(failing)))]
        }
        return .object([
            ("format", .string(format)), ("name", .string(name)), ("varies", .string(what)),
            ("unit", .string(load == nil ? "one" : "per mille")),
            ("edge", edge.isEmpty ? .null : .object(edge)), ("monotonic", .bool(isMonotonic)),
            ("inconclusive", .bool(isUnclear)),
            ("reasons", .array(reasons.map(JSON.string))),
            (
                "tried",
                .array(
                    points.map { point in
                        .object([
                            ("value", .integer(UInt64(point.value))),
                            ("passes", .bool(point.outcome == .held)),
                            ("outcome", .string(point.outcome.rawValue)),
                            ("seeds", .integer(UInt64(point.results.count))),
                            (
                                "passed",
                                .integer(UInt64(point.results.count { $0.verdict.word == .passed }))
                            ),
                            ("delivery_p99", point.mean("delivery p99")?.stored ?? .null),
                        ])
                    })
            ),
        ])
    }
}
