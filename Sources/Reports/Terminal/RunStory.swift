public import Results
import Vocabulary

/// A stored run for somebody who was not there: what was planned, what came of it, what each threshold asked
/// for, what the faults did, and which promises held. At most 100 columns wide.
public struct RunStory {
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false
    /// Where the result lies.
    public var folder = ""
    /// The load that the scenario plans, as rows of a table; empty when nobody can tell.
    public var load = ""

    private let result: RunResult

    public init(of result: RunResult) { self.result = result }

    public var text: String {
        var verdict = TerminalReport(of: result)
        verdict.detail = .quiet
        var text = verdict.text
        if !result.run.title.isEmpty { text += "  " + wrapped(visible(result.run.title), indent: 2) + "\n" }
        let sections = [
            ("what was planned", planned), ("what came of it", outcome), ("thresholds", thresholds),
            ("faults", faults), ("invariants", invariants), ("who talks to whom", traffic), ("why", causes),
            ("what to look at", commands),
        ]
        for (title, body) in sections where !body.isEmpty { text += "\n\(title)\n\(body)" }
        return isASCII ? asciiOnly(text) : text
    }

    private var planned: String {
        let run = result.run
        var text = "  \(clockText(run.duration)) of sends"
        if run.warmup > .zero { text += ", the first \(clockText(run.warmup)) not counted" }
        if run.drain > .zero { text += ", and \(clockText(run.drain)) of drain" }
        let roles = result.topology.roles.map { "\(grouped($0.count)) \(visible($0.name))" }
        if !roles.isEmpty { text += "; " + roles.joined(separator: ", ") }
        return "  " + wrapped(text, indent: 2) + "\n" + load
    }

    private var outcome: String {
        var rows = result.summaries.filter { $0.metric == result.summaries.first?.metric }.map { summary in
            func percentile(_ value: Span?) -> String { Wording.percentile(value, of: summary) }
            let most = "half within \(percentile(summary.p50)), 99 % within \(percentile(summary.p99)), "
            let last =
                summary.undelivered > 0
                ? "\(grouped(summary.undelivered)) never came" : "the last after \(percentile(summary.max))"
            return [
                "\(summary.metric), \(clipped(visible(summary.window), 24))", grouped(summary.count),
                summary.count > 0 ? most + last : "nothing was due",
            ]
        }
        rows += result.figures.map { [$0.metric, $0.value?.description ?? "—", ""] }
        return table(rows)
    }

    private var thresholds: String {
        table(
            result.thresholds.map { judgement in
                let isTold = judgement.reason.isEmpty
                let margin =
                    judgement.margin.isEmpty || !isTold ? "" : ", \(visible(Wording.margin(judgement)))"
                let why = isTold ? judgement.window : judgement.reason
                return [
                    "\(mark(judgement.outcome)) \(clipped(visible(judgement.text), 46))",
                    judgement.value == nil ? "—" : Wording.measured(judgement) + margin,
                    visible(
                        judgement.value == nil || !isTold ? "\(judgement.words); \(why)" : judgement.words),
                ]
            })
    }

    private var faults: String {
        result.faults.map { fault in
            var lines = ["\(fault.kind) of \(visible(fault.target)), \(Wording.window(fault))"]
            lines.append(Wording.met(fault))
            for change in fault.changes {
                let values = [("before", change.before), ("during", change.during), ("after", change.after)]
                lines.append(
                    "\(change.metric)  "
                        + values.map { "\($0.1?.description ?? "—") \($0.0)" }.joined(separator: " · "))
            }
            switch fault.recovery {
            case .time(.zero)?: lines.append("healthy from its end on")
            case .time(let span)?:
                lines.append(
                    "healthy again at most \(shortText(span)) after its end, by windows of "
                        + shortText(result.health.window))
            case .some: lines.append("not healthy again before the end")
            case nil: break
            }
            let name = clipped(visible(fault.name), 24)
            return lines.enumerated().map { index, line in
                "  " + leftAligned(index == 0 ? name : "", 24) + "  " + wrapped(line, indent: 28) + "\n"
            }.joined()
        }.joined()
    }

    private var invariants: String {
        let ids =
            RuleIDs.occur(in: result.invariants.map(\.requirement)) ? "  \(RuleIDs.words)\n" : ""
        return result.invariants.map { invariant in
            let isBroken = invariant.broken > 0
            let isOpen = !invariant.isJudged
            let source = [invariant.name, invariant.requirement].filter { !$0.isEmpty }.joined(
                separator: ", ")
            let start = "  \(mark(isBroken ? .failed : isOpen ? .inconclusive : .held)) "
            var text = visible("\(invariant.promise) (\(source))")
            if isBroken { text += ": broken \(times(invariant.broken))" }
            if isOpen { text += ": \(invariant.state.rawValue)" }
            let first = invariant.violations.prefix(1).map {
                let evidence = "first at \(clockText($0.time)): \(visible($0.evidence))"
                return spaces(start.count) + wrapped(evidence, indent: start.count) + "\n"
            }
            return start + wrapped(text, indent: start.count) + "\n" + first.joined()
        }.joined() + ids
    }

    private var traffic: String {
        table(
            result.topology.edges.map { edge in
                [
                    "\(visible(edge.from)) → \(visible(edge.to))", "\(grouped(edge.messages)) messages",
                    bytesText(edge.bytes), "\(shareText(edge.bytesAcross, of: edge.bytes)) between zones",
                ]
            })
    }

    private var causes: String {
        let verdict = result.verdict
        return
            (verdict.reasons + verdict.notes + verdict.causes
            + verdict.hints.map { verdict.word == .passed ? $0 : "try: \($0)" })
            .map { "  " + wrapped(visible($0), indent: 2) + "\n" }.joined()
    }

    /// Paths are never cut: they are there to be copied.
    private var commands: String {
        let path = visible(shellWord(folder))
        var text = ""
        if let slowest = result.slowest.first {
            text += "  \(programName) explain \(path) --slowest\n"
            text += "  \(programName) explain \(path) --message \(slowest.letter.letterNumber)\n"
        }
        return text + "  \(programName) report \(path)\n" + "  \(visible(result.command))\n"
    }

    private func mark(_ outcome: Outcome) -> String {
        isASCII ? leftAligned(Wording.asciiMark(outcome), 4) : Wording.mark(outcome)
    }

    private func times(_ count: UInt64) -> String { count == 1 ? "once" : "\(grouped(count)) times" }
}

extension String {
    /// Of `letter 17.3` what one types, `17.3`.
    var letterNumber: Substring { split(separator: " ").last ?? self[...] }
}
