public import Results
import Vocabulary

/// How one seed of several came out, for the page of all of them.
public struct SeedRun: Sendable {
    let seed: UInt64
    let verdict: Verdict
    let thresholds: [Judgement]
    /// Of its own page, from where the page of all seeds stands.
    let link: String

    public init(_ result: RunResult, link: String) {
        (seed, verdict, thresholds) = (result.run.seed, result.verdict, result.thresholds)
        self.link = link
    }

    /// The graver, the greater: the page of several seeds shows the gravest.
    public var gravity: Int {
        switch verdict.word {
        case .passed: 0
        case .inconclusive: 1
        case .failed: 2
        case .interrupted: 3
        case .violated: 4
        }
    }
}

// Several seeds: is it luck? A row for each with its verdict, what each threshold came to, and its own page.
extension Page {
    /// `19 of 20 seeds passed, 1 violated`
    var seedsHeadline: String {
        let words: [(Verdict.Conclusion, String)] = [
            (.violated, "violated"), (.failed, "failed"), (.inconclusive, "inconclusive"),
            (.interrupted, "interrupted"),
        ]
        let others = words.compactMap { word, text -> String? in
            let count = seeds.count { $0.verdict.word == word }
            return count > 0 ? "\(grouped(count)) \(text)" : nil
        }
        let passed = seeds.count { $0.verdict.word == .passed }
        return (["\(grouped(passed)) of \(grouped(seeds.count)) seeds passed"] + others).joined(
            separator: ", ")
    }

    var ofSeeds: Markup {
        let first = seeds.first?.thresholds ?? []
        let heads = first.map { judgement in
            """
            <th scope="col" class="number"><a href="\(chart(of: judgement))">\(breakable(Wording.subject(judgement)))</a> \
            \(Wording.unbroken(Wording.limit(judgement)))\(judgement.window.hasPrefix("all, ") ? "" : " · \(judgement.window)")</th>
            """ as Markup
        }
        let rows = seeds.map { run in
            let outcome = Self.outcome(of: run.verdict.word)
            let cells = run.thresholds.map { judgement in
                """
                <td class="number \(judgement.outcome.rawValue)">\(Wording.measured(judgement)) \
                <span class="mark" aria-hidden="true">\(Wording.mark(judgement.outcome))</span>\
                <span class="spoken">\(Wording.spoken(judgement.outcome))</span></td>
                """ as Markup
            }
            let isShown = run.seed == result.run.seed
            return """
                <tr><th scope="row"><a href="\(run.link)">seed \(run.seed)</a>\(isShown ? " (shown here)" : "")</th>\
                <td class="\(outcome.rawValue)"><span class="mark" aria-hidden="true">\(Wording.mark(outcome))</span> \
                \(Wording.headline(run.verdict))</td>\(cells)</tr>

                """ as Markup
        }
        let spans = first.indices.map { index in
            "<td class=\"number\">\(span(of: seeds.compactMap { index < $0.thresholds.count ? $0.thresholds[index] : nil }))</td>"
                as Markup
        }
        let passed = seeds.count { $0.verdict.word == .passed }
        return """
            <p class="lead">The same scenario with other people and other chances. All charts below are of seed \
            \(result.run.seed): of those with the gravest verdict, \(Wording.verdict(result.verdict.word)), the first that \
            was played. Each seed has a page of its own.</p>
            <div class="scroll"><table class="wide seeds"><thead><tr><th scope="col">seed</th>\
            <th scope="col">verdict</th>\(heads)</tr></thead><tbody>
            \(rows)</tbody><tfoot><tr><th scope="row">all</th><td>\(grouped(passed)) of \(grouped(seeds.count)) passed</td>\
            \(spans)</tr></tfoot></table></div>
            """
    }

    /// From the least to the greatest, with the median; one value where all have the same.
    private func span(of judgements: [Judgement]) -> Markup {
        let values = judgements.sorted {
            ($0.value?.magnitude ?? .infinity) < ($1.value?.magnitude ?? .infinity)
        }
        guard let least = values.first, let most = values.last else { return "" }
        let ends = [least, most].map { Wording.measured($0) }
        return ends[0] == ends[1]
            ? "\(ends[0]) in all"
            : "\(ends[0]) to \(ends[1]),<br/>median \(Wording.measured(values[values.count / 2]))"
    }

    private static func outcome(of word: Verdict.Conclusion) -> Outcome {
        switch word {
        case .passed: .held
        case .failed, .violated: .failed
        case .inconclusive, .interrupted: .inconclusive
        }
    }
}
