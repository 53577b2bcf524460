public import Results
import Vocabulary

/// What GitHub shows beside the lines of a change, and on the page of a job.
public enum GitHub {
    /// GitHub shows ten of each step, and drops the rest without a word.
    private static let mostAnnotations = 10
    /// GitHub refuses a summary of 1 MiB. UTF-8 and the note about the cut have to fit in too.
    private static let mostSummary = 1_000_000

    /// What a run did not hold, at its lines of the scenario file or of one that it extends, with the seed: of
    /// many runs some fail.
    public static func findings(of result: RunResult) -> [FileFinding] {
        func finding(_ message: String, at place: (file: String, line: UInt64)? = nil) -> FileFinding {
            FileFinding(
                file: place?.file ?? result.origin?.file ?? "",
                position: SourcePosition(line: Int(clamping: place?.line ?? 1), column: 1),
                severity: .error, message: "\(message) (seed \(result.run.seed))")
        }
        let thresholds = result.thresholds.enumerated().filter { $1.outcome != .held }.map {
            place, judgement in
            finding(
                "\(judgement.text): \(Wording.outcome(judgement))", at: result.position(ofThreshold: place))
        }
        let invariants = result.invariants.filter { $0.broken > 0 }.map { finding(Wording.broken($0)) }
        return invariants + thresholds
    }

    /// Lines for standard output, at most ten; the last of them says how many more there are.
    public static func annotations(_ findings: [FileFinding]) -> String {
        let isTooMany = findings.count > mostAnnotations
        let shown = findings.prefix(isTooMany ? mostAnnotations - 1 : mostAnnotations)
        var lines = shown.map { finding in
            "::\(finding.severity.rawValue) file=\(property(finding.file)),line=\(finding.position.line),"
                + "col=\(finding.position.column)::\(message(finding.message))\n"
        }
        if isTooMany { lines.append("::error::and \(findings.count - shown.count) more; see the report\n") }
        return lines.joined()
    }

    /// For `$GITHUB_STEP_SUMMARY`: the Markdown summaries one after the other, as far as they fit.
    public static func stepSummary(_ summaries: [String]) -> String {
        var text = ""
        for (index, summary) in summaries.enumerated() {
            guard text.utf8.count + summary.utf8.count < mostSummary else {
                return text + "\nand \(summaries.count - index) more, for which there is no room here\n"
            }
            text += (index > 0 ? "\n" : "") + summary
        }
        return text
    }

    private static func message(_ text: String) -> String {
        text.map { ["%": "%25", "\r": "%0D", "\n": "%0A", "\r\n": "%0D%0A"][$0] ?? visible(String($0)) }
            .joined()
    }

    private static func property(_ text: String) -> String {
        message(text).map { [":": "%3A", ",": "%2C"][$0] ?? String($0) }.joined()
    }
}
