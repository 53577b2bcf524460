import Results
import Simulation
import Vocabulary

extension Page {
    /// The percentiles of what matters most over time, on a logarithmic axis, with the limits that were asked
    /// of it.
    var latency: Markup {
        guard let metric = latencyMetrics.first else { return "<p>No latency was measured.</p>" }
        return """
            <p class="lead">\(shadingNote)</p>\(latencyChart(of: metric, number: 0))
            <p class="lead">A letter counts at the moment at which it was meant to be sent. A percentile takes ten letters \
            beyond it, and each step of a line spans the time in which these were sent. A step ends where a fault begins or \
            ends; then one letter beyond it has to do. A step that is a whole fault or phase is as high as the tables say; \
            any other is an estimate from its slices, which keep times to within 2 %.</p>
            """
    }

    /// The percentiles of the other metrics.
    var furtherLatencies: [Markup] {
        latencyMetrics.enumerated().dropFirst().map { latencyChart(of: $1, number: $0) }
    }

    var latencyMetrics: [String] { result.latencies.filter { !$0.isControl }.map(\.metric) }

    private var shadingNote: String {
        result.faults.isEmpty
            ? greyNote : "Shaded: faults. \(greyNote)"
    }

    private var greyNote: String {
        let narrower = timeline.haste.map { "; it is drawn \(decimal($0, places: 1)) times narrower" } ?? ""
        return "Grey: the warm-up, which is not judged, and the drain, in which nobody sends\(narrower)."
    }

    private struct Percentile {
        let name: String
        let thousandths: UInt64
        let inSummary: KeyPath<Summary, Span?> & Sendable
    }

    private static let percentiles = [
        Percentile(name: "p50", thousandths: 500, inSummary: \.p50),
        Percentile(name: "p90", thousandths: 900, inSummary: \.p90),
        Percentile(name: "p99", thousandths: 990, inSummary: \.p99),
        Percentile(name: "p99.9", thousandths: 999, inSummary: \.p99_9),
    ]

    func latencyChart(of metric: String, number: Int) -> Markup {
        let series = result.latencies.first { $0.metric == metric && !$0.isControl }!
        let control = result.latencies.first { $0.metric == metric && $0.isControl }
        let limits = result.thresholds.filter { $0.metric == metric && $0.limit.isTime }
        let lines = Self.percentiles.map { joined(series, $0) }
        let controlLine = control.map { joined($0, Self.percentiles[2]) }
        let groups = (lines + [controlLine].compactMap(\.self)).flatMap(\.groups)
        let values = groups.compactMap(\.value)
        let asked = limits.compactMap(\.limit.magnitude)
        guard !groups.isEmpty else {
            return """
                <figure id="latency-chart-\(number)"><figcaption><b>\(metric)</b></figcaption><p>Too few letters for a line: even \
                a median takes 20 of them, and \(grouped(series.counts.reduce(0, +))) were due.</p></figure>
                """
        }
        let least = Double(values.min() ?? 1_000_000) / 1.2
        let greatest = max(Double(values.max() ?? 1_000_000_000), asked.max() ?? 0) * 1.2
        let axis = Axis(
            timesFrom: max(1, least), to: max(2, greatest),
            hasNever: groups.contains { $0.value == nil })

        var drawing = timeline.shading + timeline.gridLines + timeline.phases.lines
        drawing += axis.gridLines
        let marks = LimitMarks(
            of: limits, in: result, timeline, axis,
            beside: lines.flatMap { $0.groups.map { stretch($0, of: series, axis) } })
        drawing += marks.lines
        if let control, let controlLine {
            drawing += "<path class=\"line control\" d=\"\(path(of: controlLine, in: control, axis))\"/>"
        }
        for (index, line) in lines.enumerated() {
            drawing += "<path class=\"line p\(index)\" d=\"\(path(of: line, in: series, axis))\"/>"
        }
        let table = "latency-\(number)"
        let plot = Plot(
            label:
                "\(metric) over time: percentiles p50, p90, p99 and p99.9\(timeline.spokenFaults). "
                + inWords(metric),
            height: 320, drawing: drawing,
            overlay: axis.labels + marks.names + timeline.names(below: axis.border == nil ? 2 : 32)
                + timeline.phases.names,
            below: timeline.labels,
            table: table, columns: Array(1...(control == nil ? 5 : 6)), axis: "time")
        let numbers = numbers(of: series, lines, control, controlLine, id: table)
        return """
            <figure id="latency-chart-\(number)"><figcaption><b>\(metric)</b>\
            \(legend(lines, hasControl: control != nil))</figcaption>\(plot.markup)\(numbers.markup)</figure>
            """
    }

    private func joined(_ series: LatencySeries, _ percentile: Percentile) -> JoinedSlices {
        let moments =
            [.start + result.run.warmup] + result.phases.map(\.from)
            + result.faults.flatMap { [$0.from, $0.to ?? timeline.end] }
        let cuts = moments.map { Int(($0 - .start).nanoseconds / max(1, series.slice.nanoseconds)) }
        var never: [UInt64] = []
        if !series.isControl,
            let map = result.heatMaps.first(where: { $0.metric == series.metric && $0.slice == series.slice })
        {
            let width = map.classes.count + 1
            never = stride(from: width - 1, to: map.counts.count, by: width).map { map.counts[$0] }
        }
        return JoinedSlices(
            of: series, thousandths: percentile.thousandths, never: never, cuts: series.isControl ? [] : cuts,
            known: result.summarised(percentile.inSummary, of: series))
    }

    private func legend(_ lines: [JoinedSlices], hasControl: Bool) -> Markup {
        var keys: Markup = ""
        for (index, percentile) in Self.percentiles.enumerated() {
            keys +=
                lines[index].groups.isEmpty
                ? "<span class=\"key none\">\(percentile.name): too few letters for a line</span>"
                : Self.key("p\(index)", percentile.name)
        }
        if hasControl { keys += Self.key("control", "p99 without the faults") }
        return "<span class=\"legend\">\(keys)</span>"
    }

    /// A key of a legend, which takes its line away and brings it back.
    static func key(_ line: String, _ name: String) -> Markup {
        """
        <button type="button" class="key \(line)" aria-pressed="true" data-line="\(line)">\(name)</button>
        """
    }

    /// For who cannot see the chart: the first summary of the metric.
    private func inWords(_ metric: String) -> String {
        guard let all = result.summaries.first(where: { $0.metric == metric }) else { return "" }
        return
            "Over all, p50 is \(Wording.percentile(all.p50, of: all)) and p99 \(Wording.percentile(all.p99, of: all))."
    }

    /// From where to where a step reaches, and how high it is.
    private func stretch(_ group: JoinedSlices.Group, of series: LatencySeries, _ axis: Axis)
        -> LimitMarks.Plateau
    {
        LimitMarks.Plateau(
            from: timeline.place(of: series.slice * Int64(group.slices.lowerBound)),
            to: timeline.place(of: series.slice * Int64(group.slices.upperBound)),
            y: group.value.map { axis.place(of: Double($0)) } ?? axis.never)
    }

    /// A step for each group, joined where one follows the other.
    private func path(of line: JoinedSlices, in series: LatencySeries, _ axis: Axis) -> String {
        var path = ""
        var end: Int?
        for group in line.groups {
            let step = stretch(group, of: series, axis)
            let (from, to, y) = (coordinate(step.from), coordinate(step.to), coordinate(step.y))
            path += end == group.slices.lowerBound ? "V\(y)H\(to)" : "M\(from) \(y)H\(to)"
            end = group.slices.upperBound
        }
        return path
    }

    func middle(of slice: Int, _ width: Span) -> Double {
        timeline.place(of: width * Int64(slice)) / 2 + timeline.place(of: width * Int64(slice + 1)) / 2
    }

    private func numbers(
        of series: LatencySeries, _ lines: [JoinedSlices], _ control: LatencySeries?,
        _ controlLine: JoinedSlices?, id: String
    ) -> BackingTable {
        let rows = series.counts.indices.map { index -> BackingTable.BackingRow in
            var cells = [clockText(series.slice * Int64(index)), grouped(series.counts[index])]
            cells += lines.map { text($0.value(at: index), of: series) }
            if let control, let controlLine { cells.append(text(controlLine.value(at: index), of: control)) }
            return .init(place: middle(of: index, series.slice), cells: cells)
        }
        return BackingTable(
            id: id,
            caption:
                "\(series.metric) in slices of \(clockText(series.slice)); “by 20s” says over how much time a "
                + "percentile was taken, where a slice had too few letters",
            headings: ["time", "due"] + Self.percentiles.map(\.name)
                + (control == nil ? [] : ["p99 without the faults"]),
            rows: rows)
    }

    /// `4.12s`, and over how long where that is more than a slice: `4.12s by 20s`.
    private func text(_ group: JoinedSlices.Group?, of series: LatencySeries) -> String {
        guard let group else { return "—" }
        let value = group.value.map { shortText(Span(nanoseconds: Int64(clamping: $0))) } ?? "∞"
        let isOne = group.slices.count == 1
        return isOne ? value : "\(value) by \(clockText(series.slice * Int64(group.slices.count)))"
    }
}

extension Axis {
    /// A line for each tick, and one below ∞.
    var gridLines: Markup {
        let grid = ticks.map { "M0 \(coordinate(place(of: $0)))H1000" }.joined()
        let border: Markup =
            border.map { "<path class=\"border\" d=\"M0 \(at: $0)H1000\"/>" as Markup } ?? ""
        return "<path class=\"grid\" d=\"\(grid)\"/>\(border)"
    }

    /// What stands beside a chart of times. Ticks are round, so the exact text is short.
    var labels: Markup {
        var markup: Markup = ""
        for tick in ticks {
            markup += label(text(of: tick), at: place(of: tick))
        }
        if border != nil { markup += label("∞ never came", at: never) }
        return markup
    }

    private func label(_ text: String, at place: Double) -> Markup {
        "<span class=\"ytick\" style=\"top:\(at: place / 10)%\">\(text)</span>"
    }

    /// Of a tick: `50ms`, `20s`, `5m`.
    func text(of nanoseconds: Double) -> String {
        let span = Span(nanoseconds: Int64(nanoseconds))
        return span < .seconds(1) ? span.description : clockText(span)
    }
}

extension Amount {
    var isTime: Bool {
        switch self {
        case .time, .never: true
        default: false
        }
    }
}
