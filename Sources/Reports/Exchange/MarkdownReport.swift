public import Results
import Vocabulary

/// A short summary for a review: the numbers that changed first, then what did not hold. It reads as plain
/// text too.
public struct MarkdownReport {
    private let result: RunResult
    private let baseline: RunResult?

    public init(of result: RunResult, baseline: RunResult? = nil) {
        self.result = result
        self.baseline = baseline
    }

    public var text: String {
        let run = result.run
        var lines = [
            "## \(Wording.mark(result.verdict.word)) \(inert(Wording.headline(result.verdict))) · \(inert(run.name))",
            "",
            "\(run.title.isEmpty ? "" : "\(inert(run.title)) · ")\(inert(run.design)) · seed \(run.seed) · digest `\(digestText(run.digest.value))`",
        ]
        let said = result.verdict.reasons + result.verdict.notes
        if !said.isEmpty { lines += [""] + said.map { "- \(inert($0))" } }
        lines += changes + thresholds + numbers + faults
        if !result.verdict.causes.isEmpty {
            lines += [""] + result.verdict.causes.map { "- why: \(inert($0))" }
        }
        lines += ["", "Repeat it: \(code(result.command))"]
        return lines.joined(separator: "\n") + "\n"
    }

    private var changes: [String] {
        guard let baseline else { return [] }
        guard baseline.run.digest != result.run.digest else {
            return ["", "The digest is that of the baseline: nothing can have changed."]
        }
        let rows = Comparison(of: result, to: baseline).changes
        guard !rows.isEmpty else { return ["", "No number of the summary changed against the baseline."] }
        return table(
            ["changed", "baseline", "now", "by"],
            rows.map { [$0.name, $0.before, $0.after, $0.by] }, numbersFrom: 1)
    }

    /// What did not hold comes first.
    private var thresholds: [String] {
        let broken = result.invariants.filter { $0.broken > 0 }.map {
            [Wording.mark(Outcome.failed), $0.promise, grouped($0.broken), "== 0", $0.name]
        }
        let judged = [Outcome.failed, .inconclusive, .held].flatMap { outcome in
            result.thresholds.filter { $0.outcome == outcome }.map {
                [
                    Wording.mark($0.outcome), Wording.subject($0), Wording.measured($0), Wording.limit($0),
                    [$0.window, Wording.margin($0)].filter { !$0.isEmpty }.joined(separator: ", "),
                ]
            }
        }
        return table(
            ["", "threshold", "value", "limit", "window"], broken + judged, numbersFrom: 2, to: 3)
    }

    /// The first metric in each window, the others over the whole run: the page has the rest.
    private var numbers: [String] {
        let summaries = result.distinctSummaries
        let shown = summaries.enumerated().filter { place, summary in
            summary.metric == summaries[0].metric
                || !summaries[..<place].contains { $0.metric == summary.metric }
        }
        return table(
            ["metric", "window", "count", "p50", "p99", "p99.9", "max", "undelivered"],
            shown.map { _, summary in
                [summary.metric, summary.window, grouped(summary.count)]
                    + [summary.p50, summary.p99, summary.p99_9, summary.max].map {
                        Wording.percentile($0, of: summary)
                    } + [grouped(summary.undelivered)]
            }, numbersFrom: 2)
    }

    private var faults: [String] {
        table(
            ["fault", "what", "when", "recovery", "letters touched"],
            result.faults.map {
                [
                    $0.name, "\($0.kind) of \($0.target)", Wording.window($0),
                    Wording.recovery($0) ?? "—",
                    grouped($0.lettersTouched),
                ]
            }, numbersFrom: 3)
    }

    /// Columns as wide as their widest cell, so that it is a table for who reads the text itself.
    private func table(_ head: [String], _ rows: [[String]], numbersFrom first: Int, to last: Int = .max)
        -> [String]
    {
        guard !rows.isEmpty else { return [] }
        let cells = ([head] + rows).map { $0.map(inert) }
        let widths = head.indices.map { column in max(3, cells.map { $0[column].count }.max()!) }
        func isNumber(_ column: Int) -> Bool { column >= first && column <= last }
        let lines = cells.map { row in
            let padded = row.indices.map { column in
                isNumber(column)
                    ? rightAligned(row[column], widths[column]) : leftAligned(row[column], widths[column])
            }
            return "| \(padded.joined(separator: " | ")) |"
        }
        let rule = widths.enumerated().map { column, width in
            String(repeating: "-", count: width - 1) + (isNumber(column) ? ":" : "-")
        }
        return ["", lines[0], "| \(rule.joined(separator: " | ")) |"] + lines.dropFirst()
    }
}

/// Text that is nothing but text in Markdown and in the HTML that it may hold.
func inert(_ text: String) -> String {
    let characters = Array(visible(text))
    var result = ""
    for (index, character) in characters.enumerated() {
        switch character {
        // Before a space it begins no tag, and limits stay readable.
        case "<" where index + 1 < characters.count && characters[index + 1] != " ": result += "&lt;"
        case "&": result += "&amp;"
        case "|", "*", "_", "`", "[", "]", "\\", "#", "!", "@": result += "\\\(character)"
        default: result.append(character)
        }
    }
    return result
}

/// As code in Markdown.
func code(_ text: String) -> String {
    // Nothing in code is markup, but for as many backticks as it is fenced with.
    let text = visible(text)
    guard text.contains("`") else { return "`\(text)`" }
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(text) \(fence)"
}
