import Results
import Vocabulary

/// Which numbers of the summary differ between a result and its baseline, the greatest change first.
struct Comparison {
    struct ChangedFigure {
        var name: String
        var before: String
        var after: String
        var by: String
        fileprivate var size: Double
    }

    private(set) var changes: [ChangedFigure] = []

    init(of result: RunResult, to baseline: RunResult) {
        for summary in result.summaries {
            let known = baseline.summaries.first {
                $0.metric == summary.metric && $0.window == summary.window
            }
            guard let known, summary.count > 0, known.count > 0 else { continue }
            let statistics: [(String, Span?, Span?)] = [
                ("p50", known.p50, summary.p50), ("p99", known.p99, summary.p99),
                ("p99.9", known.p99_9, summary.p99_9), ("max", known.max, summary.max),
            ]
            for (name, before, after) in statistics where before != after {
                let (by, size) = Self.change(
                    before.map { Double($0.nanoseconds) }, after.map { Double($0.nanoseconds) })
                changes.append(
                    ChangedFigure(
                        name: "\(summary.metric) \(name) \(summary.window)",
                        before: Wording.percentile(before, of: known),
                        after: Wording.percentile(after, of: summary),
                        by: by, size: size))
            }
        }
        for figure in result.figures {
            let known = baseline.figures.first { $0.metric == figure.metric }
            guard let known, known.value != figure.value else { continue }
            let (by, size) = Self.change(known.value?.magnitude, figure.value?.magnitude)
            changes.append(
                ChangedFigure(
                    name: figure.metric, before: known.value?.description ?? "—",
                    after: figure.value?.description ?? "—", by: by, size: size))
        }
        // Equal changes keep their order.
        changes = changes.enumerated().sorted { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }
            .map(\.element)
    }

    /// In percent of what it was; to or from nothing or infinity has no percentage, and is larger than any.
    private static func change(_ before: Double?, _ after: Double?) -> (text: String, size: Double) {
        guard let before, let after, before > 0 else { return ("", .infinity) }
        let percent = (after - before) / before * 100
        return ((percent > 0 ? "+" : "") + decimal(percent, places: 1) + " %", percent.magnitude)
    }
}
