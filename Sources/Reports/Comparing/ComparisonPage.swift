import Results
import Vocabulary

/// A page that lays several runs over each other: one table and the same charts for each group of them.
package struct ComparisonPage {
    package enum Tone: String, Sendable {
        case good = "passed", bad = "failed", unsure = "inconclusive", plain
    }

    package struct Row {
        package var cells: [String]
        package var tone: Tone

        package init(cells: [String], tone: Tone = .plain) { (self.cells, self.tone) = (cells, tone) }
    }

    package struct Table {
        package var headings: [String]
        package var rows: [Row]

        package init(headings: [String], rows: [Row]) { (self.headings, self.rows) = (headings, rows) }
    }

    package struct LabelledRun {
        package var label: String
        package var result: RunResult

        package init(_ label: String, _ result: RunResult) { (self.label, self.result) = (label, result) }
    }

    package struct Section {
        package var title: String
        package var lead: String
        package var table: Table?
        package var runs: [LabelledRun]
        /// Drawn already, in place of charts over time.
        var drawings: [Markup] = []

        package init(title: String, lead: String, table: Table? = nil, runs: [LabelledRun] = []) {
            (self.title, self.lead, self.table, self.runs) = (title, lead, table, runs)
        }
    }

    var verdict: String
    var title: String
    var tone: Tone
    var command: String
    var sections: [Section]

    package init(verdict: String, title: String, tone: Tone, command: String, sections: [Section]) {
        (self.verdict, self.title, self.tone) = (verdict, title, tone)
        (self.command, self.sections) = (command, sections)
    }

    package var html: String {
        let bodies = sections.enumerated().map { number, section in
            (
                id: "part-\(number)", link: section.title, title: section.title,
                content: content(of: section, number)
            )
        }
        let banner: Markup = """
            <header class="banner \(tone.rawValue)">
            <div>
            <p class="verdict">\(verdict)</p>
            <h1>\(title)</h1>
            <p class="repeat"><code id="command">\(command)</code> \
            <button id="copy" type="button" hidden="hidden">Copy</button></p>
            </div>
            </header>
            """
        return Page.document(
            title: "\(verdict) · \(title)", banner: banner, sections: bodies,
            footer: "Made by Hubbub; the same runs give the same page."
        ).text
    }

    private func content(of section: Section, _ number: Int) -> Markup {
        var markup: Markup = "<p class=\"lead\">\(section.lead)</p>\n"
        if let table = section.table { markup += self.markup(of: table) }
        for drawing in section.drawings { markup += drawing }
        let runs = Array(section.runs.prefix(8))
        guard !runs.isEmpty else { return markup }
        for (place, metric) in ["delivery", "accept"].enumerated() {
            markup += overTime(runs, metric, id: "time-\(number)-\(place)")
        }
        return markup + percentiles(runs, id: "level-\(number)")
    }

    private func markup(of table: Table) -> Markup {
        let heads = table.headings.enumerated().map { place, text -> Markup in
            place == 0 || place == table.headings.count - 1
                ? "<th scope=\"col\">\(text)</th>" : "<th scope=\"col\" class=\"number\">\(text)</th>"
        }
        let rows = table.rows.map { row -> Markup in
            let kind: Markup =
                switch row.tone {
                case .good: " class=\"held\""
                case .bad: " class=\"failed\""
                case .unsure: " class=\"inconclusive\""
                case .plain: ""
                }
            let mark: Markup =
                switch row.tone {
                case .good: "<span class=\"mark\">✓</span> "
                case .bad: "<span class=\"mark\">✗</span> "
                case .unsure: "<span class=\"mark\">?</span> "
                case .plain: ""
                }
            let cells = row.cells.enumerated().dropFirst().map { place, cell -> Markup in
                place == row.cells.count - 1 ? "<td>\(cell)</td>" : "<td class=\"number\">\(cell)</td>"
            }
            return "<tr\(kind)><th scope=\"row\"\(kind)>\(mark)\(row.cells.first ?? "")</th>\(cells)</tr>\n"
        }
        return """
            <div class="scroll"><table class="wide"><thead><tr>\(heads)</tr></thead><tbody>
            \(rows)</tbody></table></div>

            """
    }

    // MARK: Charts

    /// The p99 of each run over time, and the p50 as a thin line below it.
    private func overTime(_ runs: [LabelledRun], _ metric: String, id: String) -> Markup {
        let series = runs.map { run in run.result.latencies.first { $0.metric == metric && !$0.isControl } }
        let values = series.compactMap(\.self).flatMap { ($0.p50 + $0.p99).compactMap(\.self) }.filter {
            $0 > 0
        }
        guard let least = values.min(), let most = values.max(),
            let longest = runs.max(by: { Timeline(of: $0.result).end < Timeline(of: $1.result).end })
        else { return "" }
        let timeline = Timeline(of: longest.result)
        let axis = Axis(from: max(1, Double(least) / 1.2), to: max(2, Double(most) * 1.2))
        var (drawing, overlay, keys): (Markup, Markup, Markup) = (
            timeline.shading + timeline.gridLines, "", ""
        )
        var grid = ""
        for tick in axis.ticks {
            grid += "M0 \(coordinate(axis.place(of: tick)))H1000"
            overlay += """
                <span class="ytick" style="top:\(at: axis.place(of: tick) / 10)%">\
                \(Span(nanoseconds: Int64(tick)).description)</span>
                """
        }
        drawing += "<path class=\"grid\" d=\"\(grid)\"/>"
        func middle(_ index: Int, _ slice: Span) -> Double {
            timeline.place(of: slice * Int64(index)) / 2 + timeline.place(of: slice * Int64(index + 1)) / 2
        }
        for (place, series) in series.enumerated() {
            guard let series else { continue }
            for (values, isThin) in [(series.p50, true), (series.p99, false)] {
                let path = linePath(
                    values.enumerated().map { index, value in
                        series.counts[index] > 0
                            ? (middle(index, series.slice), value.map { axis.place(of: Double($0)) } ?? 0)
                            : nil
                    })
                drawing +=
                    "<path class=\"line s\(place)\"\(isThin ? " opacity=\".45\"" : "" as Markup) d=\"\(path)\"/>"
            }
            keys += Page.key("s\(place)", runs[place].label)
        }
        let count = series.compactMap { $0?.counts.count }.max() ?? 0
        let slice = series.compactMap { $0?.slice }.max() ?? .seconds(1)
        let table = BackingTable(
            id: id, caption: "p99 of \(metric) in slices of \(clockText(slice))",
            headings: ["time"] + runs.map(\.label),
            rows: (0..<count).map { index in
                .init(
                    place: middle(index, slice),
                    cells: [clockText(slice * Int64(index))]
                        + series.map { series in
                            guard let series, index < series.counts.count, series.counts[index] > 0 else {
                                return "—"
                            }
                            return series.p99[index].map { shortText(.nanoseconds(Int64(clamping: $0))) }
                                ?? "∞"
                        })
            })
        let plot = Plot(
            label: "p99 of \(metric) over time, a line for each run; thin lines are p50", height: 300,
            drawing: drawing, overlay: overlay + timeline.names(), below: timeline.labels, table: id,
            columns: Array(1...runs.count), axis: id)
        return """
            <figure><figcaption><b>\(metric)</b>, p99 over time, p50 thin<span class="legend">\(keys)</span>\
            </figcaption>\(plot.markup)\(table.markup)</figure>
            """
    }

    /// All percentiles of deliveries, a line for each run.
    private func percentiles(_ runs: [LabelledRun], id: String) -> Markup {
        var spectra: [Spectrum] = []
        for run in runs {
            guard
                var spectrum = run.result.spectra.first(where: {
                    $0.metric == "delivery" && $0.window == "all"
                })
            else { continue }
            spectrum.window = run.label
            spectra.append(spectrum)
        }
        var shown = RunResult()
        shown.spectra = spectra
        guard !spectra.isEmpty else { return "" }
        return Page(of: shown).spectrumChart(of: "delivery", id: id)
    }
}
