internal import Experiments
import Reports
import Results
import Vocabulary

/// What came of one scenario under several seeds: those that failed with the command that repeats each, and
/// what is typical of all.
///
///       threshold             held       median   least to most    mean, 95 % sure
///       delivery p99 < 3.2s   27 of 30   3.11s    3.05s to 3.38s   3.10s to 3.16s
struct SeedSummary {
    private let thresholds: [Threshold]
    /// How many seeds were asked for.
    private let count: Int
    private var verdicts: [Results.Verdict.Conclusion] = []
    private var judgements: [[Results.Judgement]] = []

    init(_ thresholds: [Threshold], count: Int) { (self.thresholds, self.count) = (thresholds, count) }

    /// The lines for a seed that did not pass; none for one that did.
    mutating func add(_ result: RunResult, isASCII: Bool) -> String {
        verdicts.append(result.verdict.word)
        // An incomplete run says nothing about what it would have come to.
        if result.run.isComplete { judgements.append(result.thresholds) }
        guard result.verdict.word != .passed else { return "" }
        let more = result.verdict.reasons.count - 1
        let reason = result.verdict.reasons.first.map {
            "  \(visible($0))" + (more > 0 ? ", and \(grouped(more)) more" : "")
        }
        let text =
            "seed \(result.run.seed) · digest \(digestText(result.run.digest.value))  "
            + "\(TerminalReport.word(result.verdict.word))\(reason ?? "")\n"
        return shown(text, isASCII) + "  \(result.command)\n"
    }

    var hasPassed: Bool { verdicts.count == count && verdicts.allSatisfy { $0 == .passed } }

    /// The line that sums up.
    func line(_ name: String, _ design: String, isASCII: Bool) -> String {
        let words: [(Results.Verdict.Conclusion, String)] = [
            (.violated, "violated"), (.failed, "failed"), (.inconclusive, "inconclusive"),
            (.interrupted, "interrupted"),
        ]
        var parts = words.compactMap { word, text -> String? in
            let count = verdicts.count { $0 == word }
            return count > 0 ? "\(grouped(count)) \(text)" : nil
        }
        if verdicts.count < count { parts.append("\(grouped(count - verdicts.count)) not played") }
        let passed = "\(grouped(verdicts.count { $0 == .passed })) of \(grouped(count)) seeds passed"
        return shown(
            "hubbub run \(visible(name)) · \(visible(design)) · "
                + ([passed] + parts).joined(separator: ", ") + "\n", isASCII)
    }

    var across: [AcrossSeeds] {
        guard !judgements.isEmpty else { return [] }
        return thresholds.indices.map { index in
            let ofSeeds = judgements.map { $0[index] }
            return AcrossSeeds(
                thresholds[index], values: ofSeeds.map { $0.value.map { $0.magnitude ?? .infinity } },
                held: ofSeeds.count { $0.outcome == .held },
                untold: ofSeeds.count { $0.outcome == .inconclusive })
        }
    }

    func table(isASCII: Bool) -> String {
        let across = across
        guard !across.isEmpty else { return "" }
        let rows = across.map { [$0.threshold.description] + $0.columns }
        return shown(Vocabulary.table([["threshold"] + AcrossSeeds.titles] + rows), isASCII)
    }

    private func shown(_ text: String, _ isASCII: Bool) -> String {
        guard isASCII else { return text }
        return text.replacing("·", with: "-").replacing("∞", with: "inf").replacing("—", with: "-")
    }
}
