import Results
import Vocabulary

// What each role had to carry: small charts, one measure each, on one time axis with one cursor.
extension Page {
    var load: Markup {
        guard !result.gauges.isEmpty else { return "<p>Nothing was measured over time.</p>" }
        let roles = gaugedRoles
        // More points than a small chart has room for would only make the file large.
        let limit = max(60, min(240, 24_000 / result.gauges.count))
        let blocks = roles.enumerated().map { index, role in block(of: role, number: index, points: limit) }
        return
            """
            <p class="lead">All on one time axis. Max is the most in any slice of time.\(shadedFaults)</p>\
            \(blocks)
            """
    }

    /// Those that something was measured of, the whole system first.
    var gaugedRoles: [String] {
        result.gauges.reduce(into: []) { roles, gauge in
            if !roles.contains(gauge.role) { roles.append(gauge.role) }
        }
    }

    /// The charts are too small to name what is shaded in each of them.
    private var shadedFaults: String {
        let faults = timeline.spokenFaults
        return faults.isEmpty ? "" : " Shaded are the\(faults.dropFirst()), from left to right."
    }

    private func block(of role: String, number: Int, points limit: Int) -> Markup {
        let places = result.gauges.indices.filter { result.gauges[$0].role == role }
        let gauges = places.map { result.gauges[$0] }
        let table = "load-\(number)"
        let longest = gauges.map(\.values.count).max() ?? 0
        let slice = gauges.first { $0.values.count == longest }?.slice ?? .zero
        let size = mergeSize(longest, to: limit)
        let columns = gauges.map { gauge in merged(gauge.values, to: limit) { $0.compactMap { $0 }.max() } }
        let isQuiet = gauges.map { $0.isConstant }
        let charts = gauges.indices.filter { !isQuiet[$0] }.map { index in
            chart(
                of: gauges[index], columns[index], id: places[index], number: index + 1, table: table)
        }
        let rows = (0..<(longest + size - 1) / max(1, size)).map { row -> BackingTable.BackingRow in
            .init(
                place: middle(of: row, slice * Int64(size)),
                cells: [clockText(slice * Int64(row * size))]
                    + gauges.indices.map { index in
                        let value = row < columns[index].count ? columns[index][row] : nil
                        return value.map { Wording.gauge($0, gauges[index].unit) } ?? "—"
                    })
        }
        let name = role.isEmpty ? "the whole system" : role
        let caption =
            "\(name) in slices of \(clockText(slice * Int64(size)))"
            + (size > 1 ? ", the highest of each" : "")
        let numbers = BackingTable(
            id: table, caption: caption, headings: ["time"] + gauges.map(\.metric), rows: rows)
        // A straight line says less than its number.
        let quiet = gauges.indices.filter { isQuiet[$0] }.map { index -> Markup in
            let value = Wording.gauge(gauges[index].values.first.flatMap(\.self) ?? 0, gauges[index].unit)
            return "<span id=\"load-chart-\(places[index])\">\(gauges[index].metric) <b>\(value)</b></span>"
        }
        let line: Markup = quiet.isEmpty ? "" : "<p class=\"quiet\">The same all the time: \(quiet)</p>"
        return """
            <div class="role" id="role-\(number)"><h3>\(name)</h3><div class="small">\(charts)\(line)</div>\(numbers.markup)</div>

            """
    }

    private func chart(of gauge: Gauge, _ values: [UInt64?], id: Int, number: Int, table: String)
        -> Markup
    {
        let highest = values.compactMap { $0 }.max() ?? 0
        // A share has a natural end. The line stays clear of the frame, above and below.
        let end = gauge.unit == .partsPerMillion && highest > 250_000 ? 1_000_000 : max(1, Double(highest))
        func height(_ value: UInt64) -> Double { 980 - Double(value) / end * 900 }
        let slice = gauge.slice * Int64(mergeSize(gauge.values.count, to: values.count))
        let points = values.enumerated().map { index, value -> (x: Double, y: Double)? in
            value.map { (middle(of: index, slice), height($0)) }
        }
        // What is counted over the whole system is counted slice by slice: the total is another number.
        let isCounted = gauge.role.isEmpty && gauge.unit == .count
        let highestText =
            Wording.gauge(highest, gauge.unit) + (isCounted ? " in \(clockText(gauge.slice))" : "")
        let plot = Plot(
            label: "\(gauge.role) \(gauge.metric) over time, at most \(highestText)\(timeline.spokenFaults)",
            height: 64,
            drawing: "\(timeline.shading)<path class=\"line gauge\" d=\"\(linePath(points))\"/>",
            table: table, columns: [number], axis: "time")
        return """
            <figure id="load-chart-\(id)"><figcaption>\(breakable(gauge.metric)) <output>max \(highestText)</output></figcaption>\(plot.markup)</figure>
            """
    }
}

extension Gauge {
    /// Measured in each slice, and always the same.
    fileprivate var isConstant: Bool {
        guard case let first?? = values.first else { return false }
        return values.allSatisfy { $0 == first }
    }
}
