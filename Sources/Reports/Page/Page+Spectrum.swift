import Results
import Simulation
import Vocabulary

// All percentiles at once, and how many letters took how long when: what single percentiles hide.
extension Page {
    var spectrum: Markup {
        "\(spectra)\(result.heatMaps.enumerated().map { heatMap($1, number: $0) })\(furtherLatencies)"
    }

    private var spectra: Markup {
        let metrics = result.spectra.reduce(into: [String]()) { names, spectrum in
            if !names.contains(spectrum.metric) { names.append(spectrum.metric) }
        }
        guard !metrics.isEmpty else { return "<p>No percentiles were kept.</p>" }
        return "\(metrics.enumerated().map { spectrumChart(of: $1, id: "\($0)") })"
    }

    /// - Parameter id: tells this chart from others of its page.
    func spectrumChart(of metric: String, id: String) -> Markup {
        let windows = distinctSpectra(of: metric).prefix(8)
        let values = windows.flatMap { $0.values.filter { $0 > 0 } }
        guard let least = values.min(), let greatest = values.max() else { return "" }
        let axis = Axis(
            timesFrom: max(1, Double(least) / 1.2), to: max(2, Double(greatest) * 1.2),
            hasNever: windows.contains { $0.undelivered > 0 })
        let nines = Spectrum.nines(among: windows.map(\.count).max() ?? 1)

        var drawing = axis.gridLines
        var grid = ""
        var labels: Markup = "<div class=\"xticks\" aria-hidden=\"true\">"
        for nine in 0...nines {
            let x = 1_000 * Double(nine) / Double(nines)
            grid += "M\(coordinate(x)) 0V1000"
            labels += "<span style=\"left:\(at: x / 10)%\">\(Self.level(nines: nine))</span>"
        }
        labels += "</div>"
        drawing += "<path class=\"grid\" d=\"\(grid)\"/>"
        var keys: Markup = ""
        for (index, window) in windows.enumerated() {
            let kind: Markup = window.window == "control" ? "control" : "s\(index)"
            drawing += "<path class=\"line \(kind)\" d=\"\(linePath(points(of: window, nines, axis)))\"/>"
            keys += Self.key(window.window == "control" ? "control" : "s\(index)", window.window)
        }
        let table = "spectrum-\(id)"
        let plot = Plot(
            label: "\(metric): all percentiles, a line for each window of the run", height: 320,
            drawing: drawing, overlay: axis.labels, below: labels, table: table,
            columns: Array(1...windows.count), axis: "level-\(id)")
        return """
            <figure><figcaption><b>\(metric)</b>, by share of all letters that took no longer\
            <span class="legend">\(keys)</span></figcaption>\(plot.markup)\
            \(levelTable(of: Array(windows), nines, id: table).markup)</figure>
            """
    }

    /// A window that holds the letters of another one, and no others, would only hide its line.
    private func distinctSpectra(of metric: String) -> [Spectrum] {
        result.spectra.filter { $0.metric == metric }.reduce(into: []) { kept, spectrum in
            let isThere = kept.contains { other in
                var same = other
                same.window = spectrum.window
                return same == spectrum
            }
            if !isThere { kept.append(spectrum) }
        }
    }

    /// Each nine takes as much room as the one before it.
    private func points(of spectrum: Spectrum, _ nines: Int, _ axis: Axis) -> [(x: Double, y: Double)?] {
        let all = spectrum.count
        var points: [(x: Double, y: Double)?] = []
        for (value, reached) in zip(spectrum.values, spectrum.reached) {
            // The last letter of all has nothing above it: it stands where one of all letters would be.
            let above = Double(max(all - reached, 1)) / Double(max(all, 1))
            points.append((Self.place(above: above, nines), axis.place(of: Double(value))))
        }
        if spectrum.undelivered > 0, let last = points.last ?? nil {
            points += [(last.x, axis.never), (1_000, axis.never)]
        }
        return points
    }

    private static func place(above share: Double, _ nines: Int) -> Double {
        min(1_000, -Elementary.log(max(share, 1e-15)) / Elementary.log(10) / Double(nines) * 1_000)
    }

    private static func level(nines: Int) -> String {
        switch nines {
        case 0: "0%"
        case 1: "90%"
        case 2: "99%"
        default: "99.\(String(repeating: "9", count: nines - 2))%"
        }
    }

    private func levelTable(of spectra: [Spectrum], _ nines: Int, id: String) -> BackingTable {
        let rows = Spectrum.roundLevels(nines: nines).map { level -> BackingTable.BackingRow in
            let percentile = decimal(Double(level) / 1e10, places: 7)
            let text = percentile.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
            return .init(
                place: Self.place(above: Double(powerOfTen(12) - level) / 1e12, nines),
                cells: ["p" + String(text)] + spectra.map { value(of: $0, at: level) })
        }
        return BackingTable(
            id: id, caption: "percentiles of each window", headings: ["percentile"] + spectra.map(\.window),
            rows: rows)
    }

    /// A dash where no row has this very percentile: results of earlier Hubbubs, and baselines.
    private func value(of spectrum: Spectrum, at level: UInt64) -> String {
        switch spectrum.value(at: level) {
        case .time(let span)?: shortText(span)
        case .never?: "∞"
        default: "—"
        }
    }

    private func heatMap(_ map: HeatMap, number: Int) -> Markup {
        let width = map.classes.count + 1
        guard width > 1, !map.counts.isEmpty else { return "" }
        let slices = stride(from: 0, to: map.counts.count, by: width).map {
            Array(map.counts[$0..<min($0 + width, map.counts.count)])
        }
        let size = mergeSize(slices.count, to: 150)
        let columns = merged(slices, to: 150) { group in
            (0..<width).map { row in group.reduce(0) { $0 + $1[row] } }
        }
        let used = (0..<width).filter { row in columns.contains { $0[row] > 0 } }
        guard let low = used.first, let high = used.last else { return "" }
        let rows = Array(low...high)
        let most = columns.joined().max() ?? 1
        let height = 1_000 / Double(rows.count)
        // A path for each of six depths of colour, and neighbours of one depth in one stroke.
        var depths = Array(repeating: "", count: 6)
        for (position, row) in rows.enumerated() {
            let y = 1_000 - Double(position + 1) * height
            var column = 0
            while column < columns.count {
                let depth = Self.depth(columns[column][row], of: most)
                let first = column
                while column < columns.count, Self.depth(columns[column][row], of: most) == depth {
                    column += 1
                }
                guard let depth else { continue }
                let from = timeline.place(of: map.slice * Int64(first * size))
                let to = timeline.place(of: map.slice * Int64(column * size))
                depths[depth] +=
                    "M\(coordinate(from)) \(coordinate(y))H\(coordinate(to))"
                    + "v\(coordinate(height))H\(coordinate(from))z"
            }
        }
        var drawing = timeline.shading
        for (depth, path) in depths.enumerated() where !path.isEmpty {
            drawing += "<path class=\"heat h\(depth)\" d=\"\(path)\"/>"
        }
        drawing += timeline.phases.lines + timeline.edges
        var overlay: Markup = ""
        for (text, y) in heatTicks(map, rows, height) {
            overlay += "<span class=\"ytick\" style=\"top:\(at: y / 10)%\">\(text)</span>"
        }
        let table = "heat-\(number)"
        let plot = Plot(
            label: "\(map.metric): how many letters took how long, over time\(timeline.spokenFaults)",
            height: 240, drawing: drawing,
            overlay: overlay + timeline.names(), below: timeline.labels, table: table,
            columns: Array(1...rows.count), axis: "time")
        return """
            <figure class="heatmap"><figcaption><b>\(map.metric)</b>: how many took how long, when; the darker, \
            the more (a shade stands for up to \(Self.step(of: most)) times as many as the one before it)\(result.faults.isEmpty ? "" : "; faults between the dashed lines")</figcaption>\(plot.markup)\
            \(heatTable(columns, rows, of: map, size: size, id: table).markup)</figure>
            """
    }

    /// Six equal steps of the logarithm; nil for nothing.
    private static func depth(_ count: UInt64, of most: UInt64) -> Int? {
        guard count > 0 else { return nil }
        guard most > 1 else { return 5 }
        return min(5, Int(Elementary.log(Double(count)) / Elementary.log(Double(most)) * 6))
    }

    private static func step(of most: UInt64) -> String {
        decimal(Elementary.exp(Elementary.log(Double(max(most, 2))) / 6), places: 1)
    }

    /// Round times beside the classes, each between the two that it lies between, and ∞ beside the last row.
    private func heatTicks(_ map: HeatMap, _ rows: [Int], _ height: Double) -> [(text: String, y: Double)] {
        let classes = rows.filter { $0 < map.classes.count }.map { Double(map.classes[$0]) }
        var ticks: [(text: String, y: Double)] = []
        if let least = classes.first, let greatest = classes.last, least > 0 {
            // A class reaches as far above its beginning as the one below it.
            let axis = Axis(timesFrom: least, to: max(greatest, 2 * least), hasNever: false)
            let top = 1_000 - Double(classes.count) * height
            for tick in axis.ticks where tick <= greatest {
                let above = classes.lastIndex { $0 <= tick } ?? 0
                let next = above + 1 < classes.count ? classes[above + 1] : classes[above] * 1.25
                let share = Elementary.log(tick / classes[above]) / Elementary.log(next / classes[above])
                let y = 1_000 - (Double(above) + share) * height
                if y - top > 50 || rows.last! < map.classes.count { ticks.append((axis.text(of: tick), y)) }
            }
        }
        if let last = rows.last, last == map.classes.count { ticks.append(("∞ never came", height / 2)) }
        return ticks
    }

    private func className(_ row: Int, of map: HeatMap) -> String {
        row < map.classes.count ? shortText(Span(nanoseconds: Int64(clamping: map.classes[row]))) : "∞"
    }

    private func heatTable(
        _ columns: [[UInt64]], _ rows: [Int], of map: HeatMap, size: Int, id: String
    ) -> BackingTable {
        let slice = map.slice * Int64(size)
        return BackingTable(
            id: id,
            caption:
                "how many letters took how long, in slices of \(clockText(slice)); each column is from its time to the next",
            headings: ["time"] + rows.map { className($0, of: map) },
            rows: columns.enumerated().map { index, column in
                .init(
                    place: middle(of: index, slice),
                    cells: [clockText(slice * Int64(index))]
                        + rows.map { column[$0] == 0 ? "" : shortText(column[$0]) })
            })
    }
}
