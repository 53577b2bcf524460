internal import Experiments
import Results
import Vocabulary

/// What came of one scenario under several seeds: those that failed with the command that repeats each, and
/// what is
/// typical of all.
struct SeedSummary {
    private let thresholds: [Threshold]
    private var verdicts: [Results.Verdict.Word] = []
    private var judgements: [[Results.Judgement]] = []
    private var title = ""

    init(_ thresholds: [Threshold]) { self.thresholds = thresholds }

    /// The lines for a seed that did not pass; none for one that did.
    mutating func add(_ result: RunResult, isASCII: Bool) -> String {
        if verdicts.isEmpty { title = "\(visible(result.run.name)) · \(visible(result.run.design))" }
        verdicts.append(result.verdict.word)
        // An incomplete run says nothing about what it would have come to.
        if result.run.isComplete { judgements.append(result.thresholds) }
        guard result.verdict.word != .passed else { return "" }
        let reason = result.verdict.reasons.first.map { "  \(visible($0))" } ?? ""
        let text =
            "seed \(result.run.seed) · digest \(digestText(result.run.digest.value))  "
            + "\(result.verdict.word.rawValue)\(reason)\n"
        return (isASCII ? text.replacing("·", with: "-") : text) + "  \(result.run.command)\n"
    }

    /// The line that sums up.
    func line(isASCII: Bool) -> String {
        let passed = verdicts.count { $0 == .passed }
        let text = "hubbub run \(title) · \(grouped(passed)) of \(grouped(verdicts.count)) seeds passed\n"
        return isASCII ? text.replacing("·", with: "-") : text
    }

    var across: [AcrossSeeds] {
        guard !judgements.isEmpty else { return [] }
        return thresholds.indices.map { index in
            let ofSeeds = judgements.map { $0[index] }
            return AcrossSeeds(
                thresholds[index], values: ofSeeds.map { $0.value.map { $0.magnitude ?? .infinity } },
                held: ofSeeds.count { $0.outcome == .held })
        }
    }

    func table(isASCII: Bool) -> String {
        let text = Vocabulary.table(across.map { [$0.threshold.description, $0.text] })
        return isASCII ? text.replacing("∞", with: "inf") : text
    }
}
