/// Rows of columns, two spaces in and three between; the last column is wrapped within itself.
package func table(_ rows: [[String]], indent: Int = 2) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<max(0, columns - 1)).map { (column: Int) -> Int in
        rows.map { column < $0.count - 1 ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        var line = spaces(indent)
        for (text, width) in zip(row.dropLast(), widths) { line += leftAligned(text, width) + spaces(3) }
        let text = line + wrapped(row.last ?? "", indent: line.count)
        return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
}

/// How wide the table is if nothing in its last column is wrapped.
package func tableWidth(_ rows: [[String]], indent: Int = 2) -> Int {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return indent + widths.reduce(0, +) + 3 * max(0, columns - 1)
}
