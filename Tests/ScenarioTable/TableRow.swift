/// A line of the table: what a scenario shows, what it measured, and what it fails with.
struct TableRow {
    let name: String
    let text: String
    /// What is not as the scenario says.
    let problems: [String]

    init(_ page: ScenarioPage, limit: Int?, asItIs: Player.Run, changed: Player.Run) {
        name = page.name
        var problems: [String] = []
        if asItIs.verdict.word != "passed" {
            problems.append(
                "\(page.name): \(asItIs.verdict.word): \(asItIs.verdict.reasons.joined(separator: "; "))")
        }
        let broken = ["failed", "violated"].contains(changed.verdict.word)
        if !broken { problems.append("\(page.name): \(changed.verdict.word) with \(page.failsWith)") }
        self.problems = problems
        let measured = asItIs.thresholds.map { "`\($0.text)`: \($0.value?.text ?? "—")" }
        let people = limit.flatMap { $0 < page.people ? " (played with \($0) people)" : nil } ?? ""
        let available = asItIs.figure("availability.service")?.text ?? "—"
        let cells = [
            "[\(page.name)](\(page.name).yaml)",
            page.title + people,
            measured.joined(separator: "<br>"),
            page.availability.isEmpty ? available : "\(available): \(page.availability)",
            "`\(page.failsWith)`",
            changed.verdict.causes.first ?? changed.verdict.reasons.first ?? "—",
        ]
        text = "| " + cells.joined(separator: " | ") + " |"
    }
}

/// The table in a text: between two marks.
enum ScenarioTable {
    private static let begin = "<!-- make scenarios -->"
    private static let end = "<!-- end -->"
    private static let head = [
        "| file | what it shows | what it measured | availability.service | fails with | the first cause then |",
        "|------|---------------|------------------|----------------------|------------|----------------------|",
    ]

    /// - Parameter names: those that have a line, in order; one that is not among the rows keeps the one it has.
    static func replaced(in text: String, by rows: [TableRow], of names: [String]) throws -> String {
        guard let from = text.range(of: begin), let to = text.range(of: end), from.upperBound <= to.lowerBound
        else {
            throw ScenarioPage.Problem(description: "README.md has no '\(begin)' with an '\(end)' behind it")
        }
        let former = text[from.upperBound..<to.lowerBound].split(separator: "\n").map(String.init)
        let lines = names.compactMap { name in
            rows.first { $0.name == name }?.text ?? former.first { $0.hasPrefix("| [\(name)](") }
        }
        return text[..<from.upperBound] + "\n" + (head + lines).joined(separator: "\n") + "\n"
            + text[to.lowerBound...]
    }
}
