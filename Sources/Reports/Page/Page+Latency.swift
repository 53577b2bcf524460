import Results
import Simulation
import Vocabulary

extension Page {
    /// The percentiles of one metric over time, on a logarithmic axis, with the limits that were asked of it.
    var latency: Markup {
        let metrics = result.latencies.filter { !$0.isControl }.map(\.metric)
        guard !metrics.isEmpty else { return "<p>No latency was measured.</p>" }
        let charts = metrics.enumerated().map { index, metric in latencyChart(of: metric, number: index) }
        return
            "<p class=\"lead\">\(shadingNote) Percentiles are by the moment at which people meant to send.</p>\(charts)"
    }

    private var shadingNote: String {
        result.faults.isEmpty
            ? "Grey: the warm-up and the drain." : "Shaded: faults. Grey: the warm-up and the drain."
    }

    private static let percentiles: [(name: String, path: KeyPath<LatencySeries, [UInt64?]> & Sendable)] = [
        ("p50", \.p50), ("p90", \.p90), ("p99", \.p99), ("p99.9", \.p99_9),
    ]

    func latencyChart(of metric: String, number: Int) -> Markup {
        let series = result.latencies.first { $0.metric == metric && !$0.isControl }!
        let control = result.latencies.first { $0.metric == metric && $0.isControl }
        let limits = result.thresholds.filter { $0.metric == metric && $0.limit.isTime }
        let values = Self.percentiles.flatMap { series[keyPath: $0.path].compactMap { $0 } }
        let asked = limits.compactMap(\.limit.magnitude)
        guard let least = values.min(), let greatest = values.max() else {
            return "<p>\(metric): nothing was due.</p>"
        }
        let axis = Axis(
            from: max(1, Double(least) / 1.2),
            to: max(2, Double(greatest) * 1.2, (asked.max() ?? 0) * 1.2))

        var drawing = timeline.shading + timeline.gridLines + timeline.phases.lines
        var grid = ""
        var overlay: Markup = ""
        for tick in axis.ticks {
            let y = axis.place(of: tick)
            grid += "M0 \(coordinate(y))H1000"
            overlay += """
                <span class="ytick" style="top:\(at: y / 10)%">\(tickText(tick))</span>
                """
        }
        drawing += "<path class=\"grid\" d=\"\(grid)\"/>"
        for (index, judgement) in limits.enumerated() {
            guard let limit = judgement.limit.magnitude else { continue }
            let y = axis.place(of: limit)
            drawing += "<path class=\"limit\" d=\"M0 \(at: y)H1000\"/>"
            // Alternately on the two sides, so that neighbours can both be read.
            let side: Markup = index % 2 == 0 ? "limit-name" : "limit-name second"
            overlay += """
                <span class="\(side)" style="top:\(at: y / 10)%">\(judgement.statistic) \
                \(Wording.limit(judgement)) \(judgement.window)</span>
                """
        }
        if let control {
            drawing += "<path class=\"line control\" d=\"\(path(of: control.p99, in: control, axis))\"/>"
        }
        for (index, percentile) in Self.percentiles.enumerated() {
            let points = path(of: series[keyPath: percentile.path], in: series, axis)
            drawing += "<path class=\"line p\(index)\" d=\"\(points)\"/>"
        }
        let table = "latency-\(number)"
        let plot = Plot(
            label:
                "\(metric) over time: percentiles p50, p90, p99 and p99.9\(timeline.spokenFaults). "
                + inWords(metric),
            height: 320, drawing: drawing, overlay: overlay + timeline.names + timeline.phases.names,
            below: timeline.labels,
            table: table, columns: Array(1...(control == nil ? 5 : 6)), axis: "time")
        return """
            <figure><figcaption><b>\(metric)</b>\(legend(hasControl: control != nil))</figcaption>\
            \(plot.markup)\(numbers(of: series, control: control, id: table).markup)</figure>
            """
    }

    private func legend(hasControl: Bool) -> Markup {
        var keys: Markup = ""
        for (index, percentile) in Self.percentiles.enumerated() {
            keys += "<span class=\"key p\(index)\">\(percentile.name)</span>"
        }
        if hasControl { keys += "<span class=\"key control\">p99 without the faults</span>" }
        return "<span class=\"legend\">\(keys)</span>"
    }

    /// For who cannot see the chart: the first summary of the metric.
    private func inWords(_ metric: String) -> String {
        guard let all = result.summaries.first(where: { $0.metric == metric }) else { return "" }
        return
            "Over all, p50 is \(Wording.percentile(all.p50, of: all)) and p99 \(Wording.percentile(all.p99, of: all))."
    }

    private func path(of values: [UInt64?], in series: LatencySeries, _ axis: Axis) -> String {
        linePath(
            values.enumerated().map { index, value in
                guard series.counts[index] > 0 else { return nil }
                // What never came is above all that did: the line touches the upper edge.
                let y = value.map { axis.place(of: Double($0)) } ?? 0
                return (middle(of: index, series.slice), y)
            })
    }

    func middle(of slice: Int, _ width: Span) -> Double {
        timeline.place(of: width * Int64(slice)) / 2 + timeline.place(of: width * Int64(slice + 1)) / 2
    }

    private func numbers(of series: LatencySeries, control: LatencySeries?, id: String) -> BackingTable {
        let rows = series.counts.indices.map { index -> BackingTable.Row in
            let count = series.counts[index]
            var cells = [clockText(series.slice * Int64(index)), grouped(count)]
            for percentile in Self.percentiles {
                cells.append(text(series[keyPath: percentile.path][index], due: count))
            }
            if let control {
                let isThere = index < control.counts.count
                cells.append(isThere ? text(control.p99[index], due: control.counts[index]) : "—")
            }
            return .init(place: middle(of: index, series.slice), cells: cells)
        }
        return BackingTable(
            id: id, caption: "\(series.metric) in slices of \(clockText(series.slice))",
            headings: ["time", "due"] + Self.percentiles.map(\.name)
                + (control == nil ? [] : ["p99 without the faults"]),
            rows: rows)
    }

    private func text(_ value: UInt64?, due: UInt64) -> String {
        guard due > 0 else { return "—" }
        return value.map { shortText(Span(nanoseconds: Int64(clamping: $0))) } ?? "∞"
    }

    /// Ticks are round, so the exact text is short.
    func tickText(_ nanoseconds: Double) -> String { Span(nanoseconds: Int64(nanoseconds)).description }
}

extension Amount {
    var isTime: Bool {
        switch self {
        case .time, .never: true
        default: false
        }
    }
}
