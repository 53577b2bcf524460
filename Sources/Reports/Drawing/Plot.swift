import Vocabulary

/// A chart that fills whatever width it is given: the drawing is stretched, the writing beside it is not.
///
/// All that a pointer can find out stands in a table that belongs to it: each row has its place on the axis,
/// each column its heading. So whoever cannot see or has no script reads the same numbers.
struct Plot {
    /// What it shows, in a sentence; read aloud in place of the drawing.
    var label: String
    var height: Int
    var drawing: Markup
    /// Beside the drawing, placed in percent of its width and height.
    var overlay: Markup = ""
    var below: Markup = ""
    /// The table with its numbers, and which of its columns.
    var table: String
    var columns: [Int]
    /// Plots with the same axis share the cursor and the zoom.
    var axis: String

    var markup: Markup {
        """
        <div class="plot" style="height:\(height)px" tabindex="0" role="img" aria-label="\(label)" \
        data-axis="\(axis)" data-table="\(table)" data-columns="\(columns.map(String.init).joined(separator: " "))">\
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">\(drawing)</svg>\
        \(overlay)</div>\(below)
        """
    }
}

/// The same numbers, for those who do not look at the drawing. It is closed at first, as most do.
struct BackingTable {
    struct BackingRow {
        /// On the axis, in thousandths.
        var place: Double
        var cells: [String]
    }

    var id: String
    var caption: String
    var headings: [String]
    var rows: [BackingRow]

    var markup: Markup {
        var body: Markup = ""
        for row in rows {
            body += "<tr data-x=\"\(at: row.place)\"><th scope=\"row\">\(row.cells.first ?? "")</th>"
            for cell in row.cells.dropFirst() { body += "<td>\(cell)</td>" }
            body += "</tr>\n"
        }
        let head = headings.map { "<th scope=\"col\">\($0)</th>" as Markup }
        return """
            <details class="numbers"><summary>The numbers: \(caption)</summary><div class="scroll">\
            <table id="\(id)" class="data"><thead><tr>\(head)</tr></thead><tbody>
            \(body)</tbody></table></div></details>
            """
    }
}

/// A line through points; where there is none, a gap. A point between two gaps becomes a short stroke.
func linePath(_ points: [(x: Double, y: Double)?]) -> String {
    var path = ""
    var isDown = false
    for (index, point) in points.enumerated() {
        guard let point else {
            isDown = false
            continue
        }
        path += (isDown ? "L" : "M") + coordinate(point.x) + " " + coordinate(point.y)
        let isAlone = !isDown && (index + 1 == points.count || points[index + 1] == nil)
        if isAlone { path += "h1" }
        isDown = true
    }
    return path
}

/// Neighbours joined until at most `limit` are left; `merge` says what becomes of those that are joined.
func merged<Value>(_ values: [Value], to limit: Int, _ merge: (ArraySlice<Value>) -> Value) -> [Value] {
    let size = mergeSize(values.count, to: limit)
    return size == 1
        ? values
        : stride(from: 0, to: values.count, by: size).map { merge(values[$0..<min($0 + size, values.count)]) }
}

func mergeSize(_ count: Int, to limit: Int) -> Int { max(1, (count + limit - 1) / limit) }
