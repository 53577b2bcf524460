public import Results
import Vocabulary

/// The summary on a terminal: verdict, thresholds, invariants, numbers, cause, path. At most 100 columns
/// wide.
///
///     hubbub run partition-at-peak · single-server · seed 42 · digest 7c1e-09aa-53d2-e410  FAIL
///
///       thresholds                             value        limit   window
///       ✓ delivery p99                         4.12s        < 10s   all, warm-up excluded
///
/// Colour repeats what marks and words say already. The last line is a path.
public struct TerminalReport {
    public enum Detail: Sendable {
        /// The line with the verdict, and nothing else.
        case quiet
        case usual
        /// Every metric and every component too.
        case verbose
    }

    public var detail = Detail.usual
    public var isColored = false
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false
    /// Where the result was written, and the page when there is one.
    public var folder: String?
    public var page: String?
    public var machine: MachineRecord?

    private let result: RunResult

    public init(of result: RunResult) { self.result = result }

    public var text: String {
        var lines = [verdictLine]
        if detail != .quiet {
            let blocks = [thresholds, deliveries, cause]
            for block in blocks where !block.isEmpty { lines += [""] + block }
        }
        // A path is never cut, whatever its length: it is there to be copied.
        var text = lines.map { trimmed(clipped($0, pageWidth)) + "\n" }.joined()
        if detail != .quiet { text += slowestCommand + paths }
        return isASCII ? asciiOnly(text) : text
    }

    private var verdictLine: String {
        let run = result.run
        let start =
            "hubbub run \(clipped(visible(run.name), 30)) · \(clipped(visible(run.design), 24)) · seed \(run.seed)"
        let word = Wording.verdict(result.verdict.word) + (run.isComplete ? "" : ", incomplete")
        return
            "\(start) · digest \(digestText(run.digest.value))  \(colored(word, tone(of: result.verdict.word)))"
    }

    /// Each threshold with its value and its limit; nothing when there are none.
    var thresholdTable: [String] {
        guard !result.thresholds.isEmpty else { return [] }
        let title =
            "  \(leftAligned("thresholds", 36))\(rightAligned("value", 9))\(rightAligned("limit", 13))   window"
        return [title] + result.thresholds.map(line)
    }

    private var thresholds: [String] {
        var lines = thresholdTable
        let held = result.invariants.filter { $0.broken == 0 }.count
        let health = [("before", result.health.before), ("after", result.health.after)]
            .compactMap { name, outcome in
                outcome.map { $0 == .held ? name : "\(name): \(Wording.spoken($0))" }
            }
        let ofHealth = health.isEmpty ? "" : "            healthy  " + health.joined(separator: " · ")
        lines.append("  invariants  \(held) of \(result.invariants.count) held\(ofHealth)")
        for invariant in result.invariants where invariant.broken > 0 {
            lines.append(
                "  \(mark(.failed)) \(visible(invariant.promise)): broken \(grouped(invariant.broken)) times")
            lines += invariant.violations.prefix(1).map {
                "      first at \(clockText($0.time)): \(visible($0.evidence))"
            }
        }
        return lines
    }

    private func line(_ judgement: Judgement) -> String {
        // What never came is said beside its mark: the column is for what compares.
        var (value, margin) = (Wording.measured(judgement), judgement.margin)
        if case .never(let undelivered, let due)? = judgement.value, due > 0 {
            value = "∞"
            margin = "\(shareText(undelivered, of: due)) undelivered"
        }
        let markWidth = isASCII ? 4 : 1
        let subject = clipped(visible(Wording.subject(judgement)), 33)
        return "  \(mark(judgement.outcome)) \(leftAligned(subject, 35 - markWidth))\(rightAligned(value, 9))"
            + "\(rightAligned(Wording.limit(judgement), 13))   \(leftAligned(clipped(visible(judgement.window), 24), 18))"
            + (margin.isEmpty ? "" : "  \(visible(margin))")
    }

    private var deliveries: [String] {
        var lines: [String] = []
        let shown = detail == .verbose ? metricNames : Array(metricNames.prefix(1))
        for metric in shown {
            let titles = ["p50", "p90", "p99", "p99.9", "max"].map { rightAligned($0, 8) }.joined()
            lines.append("  \(leftAligned(metric, 13))\(rightAligned("count", 11))\(titles)  undelivered")
            for summary in result.summaries where summary.metric == metric {
                let values = [summary.p50, summary.p90, summary.p99, summary.p99_9, summary.max]
                    .map { rightAligned(Wording.percentile($0, of: summary), 8) }.joined()
                lines.append(
                    "    \(leftAligned(clipped(visible(summary.window), 11), 11))\(rightAligned(grouped(summary.count), 11))"
                        + "\(values)  \(leftAligned(grouped(summary.undelivered), 6))\(visible(summary.note))"
                )
            }
        }
        lines += Sparkline(of: result, isASCII: isASCII).lines
        if let time = whereTheTimeWent { lines.append("  where the time went   \(time)") }
        lines.append("  cost per delivery     \(cost)")
        if let machine {
            let simulated = clockText(result.run.duration + result.run.drain)
            lines.append(
                "  simulated             \(simulated) in \(shortText(machine.wall)), \(bytesText(machine.peakBytes))"
            )
        }
        if detail == .verbose { lines += components }
        return lines
    }

    private var metricNames: [String] {
        result.summaries.reduce(into: []) { names, summary in
            if !names.contains(summary.metric) { names.append(summary.metric) }
        }
    }

    private var whereTheTimeWent: String? {
        let stages = result.stages.sorted { $0.sum > $1.sum }
        let all = stages.reduce(Span.zero) { $0 + $1.sum }
        guard all > .zero else { return nil }
        func percent(_ span: Span) -> String { "\(decimal(span.seconds / all.seconds * 100, places: 0)) %" }
        let first = stages.prefix(3)
        let rest = all - first.reduce(Span.zero) { $0 + $1.sum }
        return
            (first.map { "\(visible($0.name)) \(percent($0.sum))" }
            + (rest > .zero ? ["other \(percent(rest))"] : []))
            .joined(separator: " · ")
    }

    private var cost: String {
        let cost = result.cost
        guard cost.deliveries > 0 else { return "nothing was delivered" }
        let hops = decimal(Double(cost.messages) / Double(cost.deliveries), places: 1)
        let wire = bytesText(cost.bytes / cost.deliveries)
        let stored = bytesText(cost.storedBytes / cost.deliveries)
        return "\(hops) hops · \(wire) on the wire · \(stored) stored"
    }

    /// The highest value of each measure of each role.
    private var components: [String] {
        var roles: [String] = []
        for gauge in result.gauges where !gauge.role.isEmpty && !roles.contains(gauge.role) {
            roles.append(gauge.role)
        }
        return ["  at the most"]
            + roles.map { role in
                let values = result.gauges.filter { $0.role == role }.compactMap { gauge in
                    gauge.values.compactMap { $0 }.max().map {
                        "\(visible(gauge.metric)) \(Wording.gauge($0, gauge.unit))"
                    }
                }
                return "    \(leftAligned(clipped(visible(role), 20), 20)) "
                    + wrapped(values.joined(separator: " · "), indent: 25)
            }.flatMap { $0.split(separator: "\n").map(String.init) }
    }

    private var cause: [String] {
        guard result.verdict.word != .passed else { return [] }
        let said = result.verdict.causes.isEmpty ? result.verdict.reasons : result.verdict.causes
        let sign = isASCII ? "" : " \(Wording.mark(result.verdict.word))"
        return list(said, after: "why\(sign)") + list(result.verdict.hints, after: "try")
    }

    private func list(_ texts: [String], after title: String) -> [String] {
        texts.enumerated().flatMap { index, text in
            (leftAligned(index == 0 ? title : "", 7) + wrapped(visible(text), indent: 7))
                .split(separator: "\n").map(String.init)
        }
    }

    /// Where the cause can be looked at, letter by letter.
    private var slowestCommand: String {
        guard let folder, result.verdict.word != .passed, !result.slowest.isEmpty else { return "" }
        return "       hubbub explain \(visible(shellWord(folder))) --slowest\n"
    }

    private var paths: String {
        guard let folder else { return "" }
        return "result  \(visible(folder))" + (page.map { "   report  \(visible($0))" } ?? "") + "\n"
    }

    private func mark(_ outcome: Outcome) -> String {
        let mark = isASCII ? leftAligned(Wording.asciiMark(outcome), 4) : Wording.mark(outcome)
        return colored(mark, tone(of: outcome))
    }

    private enum Tone: Int { case red = 31, green, yellow, magenta = 35 }

    private func tone(of outcome: Outcome) -> Tone {
        switch outcome {
        case .held: .green
        case .failed: .red
        case .inconclusive: .yellow
        }
    }

    private func tone(of word: Verdict.Word) -> Tone {
        switch word {
        case .passed: .green
        case .failed: .red
        case .inconclusive, .interrupted: .yellow
        case .violated: .magenta
        }
    }

    private func colored(_ text: String, _ tone: Tone) -> String {
        isColored ? "\u{1B}[1;\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}

func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }

/// At most so many columns, the last of them an ellipsis when something was cut. Colours take no column.
func clipped(_ text: String, _ width: Int) -> String {
    guard text.count > width else { return text }
    var columns = 0
    var isEscape = false
    var clip = ""
    for character in text {
        if character == "\u{1B}" { isEscape = true }
        if !isEscape {
            guard columns < width - 1 else { continue }
            columns += 1
        }
        clip.append(character)
        if isEscape, character == "m" { isEscape = false }
    }
    // All that was over may have been colours.
    return clip.count == text.count ? text : columnCount(text) <= width ? text : clip + "…"
}

private func columnCount(_ text: String) -> Int {
    text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated()
        .reduce(0) {
            $0 + ($1.offset == 0 ? $1.element.count : $1.element.drop { $0 != "m" }.dropFirst().count)
        }
}

/// The signs that Hubbub writes have words; letters of other people's texts that a terminal lacks become `?`.
package func asciiOnly(_ text: String) -> String {
    let words: [Character: String] = [  // looked up only, never iterated
        "·": "-", "—": "-", "–": "-", "∞": "inf", "→": "->", "…": "~", "✓": "ok", "✗": "FAIL",
    ]
    // In a column, so wide as the sign it stands for.
    return text.replacing("  ∞", with: "inf").map { $0.isASCII ? String($0) : words[$0] ?? "?" }.joined()
}
