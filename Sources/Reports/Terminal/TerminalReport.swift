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

    /// As the line with the verdict says it: `PASS`.
    public static func word(_ word: Verdict.Conclusion) -> String { Wording.verdict(word) }

    public var text: String {
        var lines = [verdictLine]
        if detail != .quiet {
            let blocks = [notes, thresholds, deliveries, cause]
            for block in blocks where !block.isEmpty { lines += [""] + block }
        }
        // A path is never cut, whatever its length: it is there to be copied.
        var text = lines.map { trimmed(clipped($0, pageWidth)) + "\n" }.joined()
        if detail != .quiet { text += slowestCommand + paths }
        return isASCII ? asciiOnly(text) : text
    }

    /// What tells the run apart is never cut: where there is too little room, its names are.
    private var verdictLine: String {
        let run = result.run
        // Who interrupted a run knows that it is not complete.
        let isWhole = run.isComplete || result.verdict.word == .interrupted
        let word = Wording.headline(result.verdict) + (isWhole ? "" : ", incomplete")
        let rest = " · seed \(run.seed) · digest \(digestText(run.digest.value))  "
        let start = "hubbub run "
        let room = pageWidth - start.count - 3 - rest.count - word.count
        let design = clipped(visible(run.design), max(room / 2, room - visible(run.name).count))
        let name = clipped(visible(run.name), room - design.count)
        return "\(start)\(name) · \(design)\(rest)\(colored(word, tone(of: result.verdict.word)))"
    }

    private var notes: [String] {
        result.verdict.notes.flatMap { indented("  ", $0, by: 2) }
    }

    /// Each threshold with its value and its limit; nothing when there are none.
    var thresholdTable: [String] {
        guard !result.thresholds.isEmpty else { return [] }
        return ThresholdTable(rows: result.thresholds.map(row), markWidth: isASCII ? 4 : 1).lines
    }

    private var thresholds: [String] {
        var lines = thresholdTable
        let all = result.invariants
        let states = [InvariantOutcome.PromiseState.notKnown, .notTested, .notPromised].compactMap { state in
            let count = all.count { $0.state == state }
            return count == 0 ? nil : ", \(count) \(state.rawValue)"
        }.joined()
        let held = all.count { $0.state == .held && $0.broken == 0 }
        let health = [("before", result.health.before), ("after", result.health.after)]
            .compactMap { name, outcome in
                outcome.map { $0 == .held ? name : "\(name): \(Wording.spoken($0))" }
            }
        let ofHealth = health.isEmpty ? "" : "healthy  " + health.joined(separator: " · ")
        let ofPromises = "  invariants  \(held) of \(all.count) held\(states)"
        let isOneLine = ofPromises.count + 12 + ofHealth.count <= pageWidth
        lines.append(ofPromises + (isOneLine && !health.isEmpty ? "            \(ofHealth)" : ""))
        if !isOneLine { lines.append("  \(ofHealth)") }
        if detail == .verbose {
            for invariant in all where !invariant.isJudged {
                lines += indented("    ", "\(invariant.name): \(invariant.state.rawValue)", by: 6)
            }
        }
        for invariant in result.invariants where invariant.broken > 0 {
            lines += indented("  \(mark(.failed)) ", Wording.broken(invariant), by: isASCII ? 7 : 4)
            if let first = invariant.violations.first {
                lines += Story(of: first).lines
            }
        }
        return lines
    }

    private func row(_ judgement: Judgement) -> ThresholdTable.Row {
        // What never came is said beside its mark: the column is for what compares.
        var (value, margin) = (Wording.measured(judgement), Wording.margin(judgement))
        if case .never(let undelivered, let due)? = judgement.value, due > 0 {
            value = "∞"
            margin = "\(shareText(undelivered, of: due)) undelivered"
        }
        return ThresholdTable.Row(
            mark: mark(judgement.outcome), subject: visible(Wording.subject(judgement)), value: value,
            limit: visible(Wording.limit(judgement)), window: visible(judgement.window),
            margin: visible(margin))
    }

    private var deliveries: [String] {
        let summaries = result.distinctSummaries
        let first = summaries.first?.metric
        var lines = LatencyTable(
            summaries: detail == .verbose ? summaries : summaries.filter { $0.metric == first }
        ).lines
        lines += Sparkline(of: result, isASCII: isASCII).lines
        lines += comparison
        if let time = whereTheTimeWent { lines.append("  where the time went   \(time)") }
        lines.append("  cost per delivery     \(cost)")
        if let machine {
            let whole = clockText(result.run.duration + result.run.drain)
            let part = result.run.ended.map(clockText) ?? "a part"
            let simulated = result.run.isComplete ? whole : "\(part) of \(whole)"
            lines.append(
                "  simulated             \(simulated) in \(shortText(machine.wall)), \(bytesText(machine.peakBytes))"
            )
        }
        if detail == .verbose { lines += components }
        return lines
    }

    /// What each fault did to the letters that were under way, letter by letter. The control run has none of several faults, so
    /// that what a letter met of one and of another is not told apart.
    private var comparison: [String] {
        let excess = result.control?.excess ?? []
        let names = excess.map { visible($0.fault) }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let heading =
            names.count < 2
            ? []
            : indented(
                "  \(leftAligned("without these faults", 21)) ",
                "all at once: \(names.joined(separator: ", ")); by the one that letters were under way in",
                by: 24)
        return heading
            + excess.prefix(4).flatMap { excess in
                var said: [String] = []
                if let mean = excess.mean, let p99 = excess.p99 {
                    let never = excess.neverCame == 0 ? "" : ", \(grouped(excess.neverCame)) never came"
                    said.append(
                        "\(grouped(excess.compared)) letters sooner by \(shortText(mean)) in the mean, "
                            + "\(shortText(p99)) at p99\(never)")
                }
                if excess.outlastedIt { said.append("after it ended: \(Wording.after(excess))") }
                return said.enumerated().flatMap { index, words in
                    let name =
                        index > 0
                        ? ""
                        : names.count < 2
                            ? "without \(clipped(visible(excess.fault), 12))"
                            : "  \(clipped(visible(excess.fault), 18))"
                    return indented("  \(leftAligned(name, 21)) ", words, by: 24)
                }
            }
    }

    /// Of what took a hundredth of the time and more.
    private var whereTheTimeWent: String? {
        let stages = result.stages.sorted { $0.sum > $1.sum }
        let all = stages.reduce(Span.zero) { $0 + $1.sum }
        guard all > .zero else { return nil }
        func share(_ name: String, _ span: Span) -> String? {
            let percent = decimal(span.seconds / all.seconds * 100, places: 0)
            return percent == "0" ? nil : "\(visible(name)) \(percent) %"
        }
        let first = stages.prefix(3)
        let rest = all - first.reduce(Span.zero) { $0 + $1.sum }
        return (first.map { share($0.name, $0.sum) } + [share("other", rest)]).compactMap(\.self)
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
            + roles.flatMap { role in
                let values = result.gauges.filter { $0.role == role }.compactMap { gauge in
                    gauge.values.compactMap { $0 }.max().map {
                        "\(visible(gauge.metric)) \(Wording.gauge($0, gauge.unit))"
                    }
                }
                let name = visible(role)
                guard name.count <= 20 else { return ["    \(name)"] + listed(values, indent: 25) }
                return listed(values, after: "    \(name)", indent: 25)
            }
    }

    /// Why it did not pass: what no line above says already, then where the cause lies. A run that cannot be
    /// told has reasons and what would decide, and no cause, unless nothing came at all.
    private var cause: [String] {
        let verdict = result.verdict
        guard verdict.word != .passed else { return list(verdict.hints, after: "note") }
        let others = verdict.reasons.filter { reason in
            !result.thresholds.contains { reason.hasPrefix($0.text) }
                && !result.invariants.contains { reason.hasPrefix($0.name) }
        }
        let hasCause = [.failed, .violated].contains(verdict.word) || result.cost.deliveries == 0
        let said = others + (hasCause ? verdict.causes : [])
        let sign = isASCII ? "" : " \(Wording.mark(verdict.word))"
        return list(said.isEmpty ? verdict.reasons : said, after: "why\(sign)")
            + list(hasCause || verdict.word == .inconclusive ? verdict.hints : [], after: "try")
    }

    private func list(_ texts: [String], after title: String) -> [String] {
        texts.enumerated().flatMap { index, text in
            indented(leftAligned(index == 0 ? title : "", 7), text, by: 7)
        }
    }

    /// Where the cause can be looked at, letter by letter.
    private var slowestCommand: String {
        guard let folder, [.failed, .violated].contains(result.verdict.word), !result.slowest.isEmpty else {
            return ""
        }
        return "       \(programName) explain \(visible(shellWord(folder))) --slowest\n"
    }

    /// Text behind a start that takes so many columns, its further lines below its own beginning.
    private func indented(_ start: String, _ text: String, by indent: Int) -> [String] {
        (start + wrapped(visible(text), indent: indent)).split(separator: "\n").map(String.init)
    }

    private var paths: String {
        guard let folder else { return "" }
        let result = "result  \(visible(folder))"
        guard let page else { return result + "\n" }
        let report = "report  \(visible(page))"
        return result + (result.count + report.count + 3 > pageWidth ? "\n" : "   ") + report + "\n"
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

    private func tone(of word: Verdict.Conclusion) -> Tone {
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
        "·": "-", "—": "-", "–": "-", "∞": "inf", "→": "->", "≤": "<=", "…": "~", "✓": "ok", "✗": "FAIL",
    ]
    // In a column, so wide as the sign it stands for.
    return text.replacing("  ∞", with: "inf").replacing("  ≤", with: " <=")
        .map { $0.isASCII ? String($0) : words[$0] ?? "?" }.joined()
}
