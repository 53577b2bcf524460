import Results
import Vocabulary

/// The latencies of one metric, a row for each window.
///
///       delivery              count     p50     p90     p99   p99.9     max  undelivered
///         all               149,903   0.21s   0.63s   4.12s  58.40s  91.90s  0
///
/// A name that is longer than its column has a line of its own: nothing is cut.
struct LatencyTable {
    let summaries: [Summary]

    /// How wide the column of the names may be, so that all others fit.
    private static let mostForNames = 32

    var lines: [String] {
        let metrics = summaries.reduce(into: [String]()) { names, summary in
            if !names.contains(summary.metric) { names.append(summary.metric) }
        }
        let fitting = summaries.map { visible($0.window).count }.filter { $0 <= Self.mostForNames }
        let names = max(fitting.max() ?? 0, 9)
        let counts = max(11, (summaries.map { grouped($0.count).count }.max() ?? 0) + 2)
        return metrics.flatMap { metric in
            let titles = ["p50", "p90", "p99", "p99.9", "max"].map { rightAligned($0, 8) }.joined()
            let head =
                "  \(leftAligned(visible(metric), names + 2))\(rightAligned("count", counts))\(titles)  undelivered"
            return [head]
                + summaries.filter { $0.metric == metric }.flatMap { row($0, names: names, counts: counts) }
        }
    }

    private func row(_ summary: Summary, names: Int, counts: Int) -> [String] {
        let values = [summary.p50, summary.p90, summary.p99, summary.p99_9, summary.max]
            .map { rightAligned(Wording.percentile($0, of: summary), 8) }.joined()
        let figures =
            rightAligned(grouped(summary.count), counts) + values + "  " + grouped(summary.undelivered)
        let name = visible(summary.window)
        var lines =
            name.count > names
            ? ["    \(name)", spaces(4 + names) + figures] : ["    \(leftAligned(name, names))\(figures)"]
        guard !summary.note.isEmpty else { return lines }
        let note = visible(summary.note)
        let last = leftAligned(lines[lines.count - 1], 4 + names + counts + 40 + 8)
        if last.count + note.count <= pageWidth {
            lines[lines.count - 1] = last + note
        } else {
            lines.append("      \(note)")
        }
        return lines
    }
}

extension RunResult {
    /// The summaries that say something of their own: a window that holds the letters of the whole run,
    /// and no others, has its figures too.
    var distinctSummaries: [Summary] {
        summaries.filter { summary in
            guard summary.note.isEmpty,
                let first = summaries.first(where: { $0.metric == summary.metric }), first != summary
            else { return true }
            var same = first
            same.window = summary.window
            return same != summary
        }
    }
}
