import Comparisons
import Results
import Vocabulary

/// The page of a parameter study: for each figure a line over what is varied, or a heat map over two; the
/// table below it has the rest.
package struct StudyPage {
    let name: String
    let title: String
    let keys: [String]
    let points: [StudyPoint]
    let command: String

    package init(name: String, title: String, keys: [String], points: [StudyPoint], command: String) {
        (self.name, self.title, self.keys) = (name, title, keys)
        (self.points, self.command) = (points, command)
    }

    /// What varies, but the seed, which is averaged over.
    private var axes: [String] { keys.filter { $0 != "seed" } }

    package var html: String {
        let failed = points.count { $0.verdict != .passed }
        var section = ComparisonPage.Section(
            title: "The study",
            lead:
                "\(points.count) runs; \(points.count - failed) passed. Each value is the mean over its seeds, "
                + "with the least and the most of them as a thin line.",
            table: table)
        section.drawings = shown.map { figure in
            switch axes.count {
            case 2: heatMap(figure)
            default: lines(figure)
            }
        }
        return ComparisonPage(
            verdict: failed == 0 ? "all passed" : "\(failed) of \(points.count) did not pass",
            title: title.isEmpty ? name : title, tone: failed == 0 ? .good : .plain, command: command,
            sections: [section]
        ).html
    }

    private var shown: [String] {
        let wanted = ["delivery p50", "delivery p99", "availability", "lost count", "cost messages"]
        let asked =
            points.first?.figures.prefix { !["accept max"].contains($0.name) }.map(\.name).prefix(3) ?? []
        let roles = points.first?.figures.map(\.name).filter { $0.hasSuffix(" utilisation") } ?? []
        var names: [String] = []
        for name in asked + wanted + roles
        where !names.contains(name) && points.contains(where: { $0.value(name) != nil }) {
            names.append(name)
        }
        return Array(names.prefix(12))
    }

    /// The runs of one place of the study: all seeds of it.
    private struct Combination {
        let values: [String]
        let points: [StudyPoint]

        func magnitudes(_ figure: String) -> [Double] { points.compactMap { $0.value(figure)?.magnitude } }
        func hasInfinite(_ figure: String) -> Bool {
            points.contains { $0.value(figure)?.isInfinite == true }
        }
        func mean(_ figure: String) -> Amount? { Amount.mean(of: points.map { $0.value(figure) }) }
    }

    private var places: [Combination] {
        var order: [[String]] = []
        var byValues: [[String]: [StudyPoint]] = [:]  // looked up only, never iterated
        for point in points {
            let values = point.settings.filter { $0.key != "seed" }.map(\.value)
            if byValues[values] == nil { order.append(values) }
            byValues[values, default: []].append(point)
        }
        return order.map { Combination(values: $0, points: byValues[$0] ?? []) }
    }

    private var table: ComparisonPage.Table {
        ComparisonPage.Table(
            headings: (axes.isEmpty ? ["seed"] : axes) + shown + ["passed"],
            rows: places.map { place in
                let passed = place.points.count { $0.verdict == .passed }
                let isBad = place.points.contains { [.failed, .violated].contains($0.verdict) }
                return ComparisonPage.Row(
                    cells: (axes.isEmpty ? ["all"] : place.values)
                        + shown.map { place.mean($0)?.description ?? "—" }
                        + ["\(passed) of \(place.points.count)"],
                    tone: isBad ? .bad : passed == place.points.count ? .good : .unsure)
            })
    }

    // MARK: Lines

    /// Places stand in the order of the file, at equal distances: values are words as often as numbers.
    private func lines(_ figure: String) -> Markup {
        let places = places
        let values = places.flatMap { $0.magnitudes(figure) }.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max(), places.count > 1 else { return "" }
        let axis = Axis(from: least / 1.2, to: max(most * 1.2, least * 2))
        let shape = points.lazy.compactMap { $0.value(figure) }.first { !$0.isInfinite }
        func x(_ place: Int) -> Double { (Double(place) + 0.5) * 1_000 / Double(places.count) }
        var (grid, spreads): (String, String) = ("", "")
        var overlay: Markup = ""
        for tick in axis.ticks {
            grid += "M0 \(coordinate(axis.place(of: tick)))H1000"
            overlay += """
                <span class="ytick" style="top:\(at: axis.place(of: tick) / 10)%">\
                \(shape?.with(tick).description ?? "")</span>
                """
        }
        let points = places.enumerated().map { index, place -> (x: Double, y: Double)? in
            let all = place.magnitudes(figure)
            if place.hasInfinite(figure) { return (x(index), 0) }
            guard let low = all.min(), let high = all.max() else { return nil }
            spreads +=
                "M\(coordinate(x(index))) \(coordinate(axis.place(of: low)))V\(coordinate(axis.place(of: high)))"
            return (x(index), axis.place(of: all.reduce(0, +) / Double(all.count)))
        }
        var labels: Markup = "<div class=\"xticks\" aria-hidden=\"true\">"
        for (index, place) in places.enumerated() where index % max(1, places.count / 12) == 0 {
            labels +=
                "<span style=\"left:\(at: x(index) / 10)%\">\(place.values.joined(separator: " · "))</span>"
        }
        labels += "</div>"
        let id = "study-\(shown.firstIndex(of: figure) ?? 0)"
        let plot = Plot(
            label: "\(figure) over \(axes.joined(separator: ", "))", height: 240,
            drawing:
                "<path class=\"grid\" d=\"\(grid)\"/><path class=\"line p0\" d=\"\(spreads)\"/><path class=\"line s0\" d=\"\(linePath(points))\"/>",
            overlay: overlay, below: labels, table: id, columns: [1], axis: id)
        let numbers = BackingTable(
            id: id, caption: figure, headings: [axes.joined(separator: ", "), figure],
            rows: places.enumerated().map { index, place in
                .init(
                    place: x(index),
                    cells: [place.values.joined(separator: " · "), place.mean(figure)?.description ?? "—"])
            })
        return "<figure><figcaption><b>\(figure)</b></figcaption>\(plot.markup)\(numbers.markup)</figure>\n"
    }

    // MARK: Heat map

    /// A table whose cells are as deep in colour as their value: it needs no key, and can be read aloud.
    private func heatMap(_ figure: String) -> Markup {
        let places = places
        var (columns, rows): ([String], [String]) = ([], [])
        for place in places {
            if !rows.contains(place.values[0]) { rows.append(place.values[0]) }
            if !columns.contains(place.values[1]) { columns.append(place.values[1]) }
        }
        let all = places.compactMap { $0.mean(figure)?.magnitude }
        guard let least = all.min(), let most = all.max() else { return "" }
        func depth(_ amount: Amount?) -> Int? {
            guard let amount else { return nil }
            guard let value = amount.magnitude else { return 80 }
            return most == least ? 0 : Int((value - least) / (most - least) * 70)
        }
        let heads = columns.map { "<th scope=\"col\" class=\"number\">\($0)</th>" as Markup }
        let lines = rows.map { row -> Markup in
            let cells = columns.map { column -> Markup in
                let amount = places.first { $0.values == [row, column] }?.mean(figure)
                guard let depth = depth(amount) else { return "<td class=\"number\">—</td>" }
                return """
                    <td class="number" style="background:color-mix(in srgb,var(--heat) \(depth)%,transparent)">\
                    \(amount?.description ?? "—")</td>
                    """
            }
            return "<tr><th scope=\"row\">\(row)</th>\(cells)</tr>\n"
        }
        return """
            <figure><figcaption><b>\(figure)</b> · \(axes[0]) down, \(axes[1]) across</figcaption>
            <div class="scroll"><table><thead><tr><th></th>\(heads)</tr></thead><tbody>
            \(lines)</tbody></table></div></figure>

            """
    }
}
