import Comparisons
import Results
import Vocabulary

/// Several runs beside each other, for people.
package struct CompareReport {
    let comparison: RunComparison
    /// What else there is to say: how the scenarios differ, what became of single letters.
    let remarks: [String]
    let requirements: [(text: String, outcome: Outcome, why: String)]
    package var isASCII = false
    package var isVerbose = false

    package init(
        _ comparison: RunComparison, remarks: [String],
        requirements: [(text: String, outcome: Outcome, why: String)]
    ) {
        (self.comparison, self.remarks, self.requirements) = (comparison, remarks, requirements)
    }

    private var seeds: String {
        let seeds = comparison.seeds
        guard let first = seeds.first, let last = seeds.last, seeds.count > 1 else {
            return "seed \(seeds.first ?? 0)"
        }
        return "\(seeds.count) seeds, \(first) to \(last)"
    }

    package var text: String {
        let candidates = comparison.candidates
        var text = "hubbub compare · \(seeds)\n" + table(candidates.map { [$0.label, visible($0.name)] })
        let besides = besides
        let isWide = tableWidth(besides) > pageWidth
        text += "\n" + table(isWide ? below : besides)
        text += "\n\(legend)\n"
        for remark in remarks { text += wrapped(visible(remark), indent: 2) + "\n" }
        for requirement in requirements {
            let why = requirement.why.isEmpty ? "" : "  \(requirement.why)"
            text += "\(Wording.mark(requirement.outcome)) \(visible(requirement.text))\(why)\n"
        }
        return isASCII ? asciiOnly(text) : text
    }

    /// A line for each figure, with all runs beside each other.
    private var besides: [[String]] {
        let candidates = comparison.candidates
        let heads = ["figure"] + candidates.map(\.label) + candidates.dropFirst().map { "\($0.label) to A" }
        return [heads]
            + shown.map { row in
                [row.name] + candidates.indices.map { value($0, of: row) }
                    + row.differences.map { Self.words($0, of: row) }
            }
    }

    /// A block for each figure, with a line for each run: as narrow for eight as for two.
    private var below: [[String]] {
        let blocks = shown.flatMap { row in
            comparison.candidates.enumerated().map { place, candidate in
                [
                    place == 0 ? row.name : "", candidate.label, value(place, of: row),
                    place == 0 ? "" : Self.words(row.differences[place - 1], of: row),
                ]
            }
        }
        return [["figure", "", "value", "to A"]] + blocks
    }

    private func value(_ place: Int, of row: RunComparison.ComparedFigure) -> String {
        (row.values[place]?.description ?? "—") + (row.winner == place ? " ✓" : "")
    }

    private var shown: [RunComparison.ComparedFigure] {
        comparison.rows.filter { isVerbose || $0.isJudged || $0.kind == .role }
    }

    private var legend: String {
        comparison.seeds.count > 1
            ? "✓ better than every other one, 95 % sure, in pairs by seed"
            : "one seed cannot tell what is better from chance; more do, as in --seeds 1..5"
    }

    /// `-60 %, -100 % to +15 %`; of pieces that some seed had none of, how many there were: `4 to 1 in 5 seeds`.
    private static func words(_ difference: PairedDifference?, of row: RunComparison.ComparedFigure) -> String
    {
        guard let difference else { return "—" }
        guard difference.infiniteBefore == difference.infiniteAfter else { return "∞" }
        if difference.isNone { return "equal" }
        if difference.isFromNothing, row.values[0]?.isCounted == true,
            let before = difference.meanBefore, let after = difference.meanAfter
        {
            let seeds = difference.shares.count
            func all(_ mean: Double) -> String { grouped(UInt64((mean * Double(seeds)).rounded())) }
            return "\(all(before)) to \(all(after)) in \(seeds == 1 ? "one seed" : "\(seeds) seeds")"
        }
        guard difference.meanBefore != 0 else { return "from nothing" }
        let interval = difference.halfWidth(level: RunComparison.level).map {
            CheckReport.interval(difference, halfWidth: $0)
        }
        return CheckReport.percent(difference.mean) + (interval ?? "")
    }

    /// - Parameter runs: of each candidate the run of the first seed.
    package func page(runs: [ComparisonPage.LabelledRun], command: String) -> String {
        let candidates = comparison.candidates
        let rows = comparison.rows.filter { $0.kind != .stage }.map { row in
            ComparisonPage.Row(
                cells: [row.name]
                    + candidates.indices.map { value($0, of: row) }
                    + row.differences.map { Self.words($0, of: row) })
        }
        let failed = requirements.contains { $0.outcome == .failed }
        let open = requirements.contains { $0.outcome == .inconclusive }
        let requirementRows = requirements.map {
            ComparisonPage.Row(
                cells: [$0.text, $0.why],
                tone: $0.outcome == .held ? .good : $0.outcome == .failed ? .bad : .unsure)
        }
        var sections = [
            ComparisonPage.Section(
                title: "Side by side",
                lead: "\(seeds): the same people, taps and seeds. \(legend). "
                    + remarks.joined(separator: " "),
                table: ComparisonPage.Table(
                    headings: ["figure"] + candidates.map { "\($0.label) \($0.name)" }
                        + candidates.dropFirst().map { "\($0.label) to A" },
                    rows: rows),
                runs: runs)
        ]
        if !requirements.isEmpty {
            sections.insert(
                ComparisonPage.Section(
                    title: "Requirements", lead: "What had to hold.",
                    table: ComparisonPage.Table(headings: ["requirement", "why"], rows: requirementRows)),
                at: 0)
        }
        return ComparisonPage(
            verdict: requirements.isEmpty ? "compared" : failed ? "FAIL" : open ? "INCONCLUSIVE" : "PASS",
            title: candidates.map(\.name).joined(separator: " and "),
            tone: failed ? .bad : open ? .unsure : .good, command: command, sections: sections
        ).html
    }
}

extension Amount {
    /// Pieces, or a mean of them.
    fileprivate var isCounted: Bool {
        switch self {
        case .count, .quotient(_, _, .count): true
        default: false
        }
    }
}
