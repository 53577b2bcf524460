import Results
import Vocabulary

/// Thresholds with value, limit and window, in columns just as wide as they need.
///
///       thresholds            value     limit   window
///       ✓ delivery p99        4.12s     < 10s   all, warm-up excluded  better by 59 %
///       ? search p99              —      < 1s   all, warm-up excluded  no samples
///
/// What has no room goes on below, in its own column: nothing is cut.
struct ThresholdTable {
    struct Row {
        /// With its colour, if it has one.
        var mark: String
        var subject: String
        var value: String
        var limit: String
        var window: String
        var margin: String
    }

    let rows: [Row]
    /// Colours take no column.
    let markWidth: Int

    var lines: [String] {
        let subjects = widest(\.subject, "thresholds".count - markWidth - 1, atMost: 40)
        let values = widest(\.value, "value".count) + 3
        let limits = widest(\.limit, "limit".count) + 3
        let indent = 2 + markWidth + 1 + subjects + values + limits + 3
        let room = pageWidth - indent
        let longest = rows.filter { !$0.margin.isEmpty }.map(\.margin.count).max() ?? 0
        let windows = widest(\.window, 0, atMost: max(0, room - 2 - longest))
        let head =
            "  \(leftAligned("thresholds", markWidth + 1 + subjects))\(rightAligned("value", values))"
            + "\(rightAligned("limit", limits))   window"
        return [head]
            + rows.flatMap { row -> [String] in
                let figures = rightAligned(row.value, values) + rightAligned(row.limit, limits) + "   "
                let start = "  \(row.mark) "
                let rest = self.rest(of: row, windows: windows, room: room, indent: indent)
                guard row.subject.count > subjects else {
                    return [start + leftAligned(row.subject, subjects) + figures + rest[0]] + rest.dropFirst()
                }
                return [start + row.subject, spaces(markWidth + 3 + subjects) + figures + rest[0]]
                    + rest.dropFirst()
            }
    }

    private func rest(of row: Row, windows: Int, room: Int, indent: Int) -> [String] {
        let line = leftAligned(row.window, windows) + (row.margin.isEmpty ? "" : "  \(row.margin)")
        guard line.count > room else { return [line] }
        let text = [row.window, row.margin].filter { !$0.isEmpty }.joined(separator: ", ")
        return wrapped(text, indent: indent).split(separator: "\n").map(String.init)
    }

    private func widest(_ text: KeyPath<Row, String>, _ least: Int, atMost most: Int = .max) -> Int {
        let fitting = rows.map { $0[keyPath: text].count }.filter { $0 <= most }
        return max(least, fitting.max() ?? 0)
    }
}
