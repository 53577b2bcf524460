import Results
import Vocabulary

/// Why a baseline cannot be read: where, what, and what would be right.
package struct BaselineError: Error, Hashable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var problem: Misreading

    package var description: String {
        "\(visible(file)):\(line): error: \(visible(problem.message))"
            + (problem.remedy.map { "; \($0)" } ?? "")
    }
}

extension Baseline {
    /// No baseline comes near it.
    private static let mostLines = 1_000_000

    package init(parsing text: String, file: String) throws(BaselineError) {
        self.init()
        var reader = BaselineReader()
        // Windows' line ends are one character of Swift's.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            do throws(Misreading) {
                guard index < Self.mostLines else { throw Misreading("this file is too long for a baseline") }
                try reader.take(line, number: index + 1)
            } catch {
                throw BaselineError(file: file, line: reader.line, problem: error)
            }
        }
        do throws(Misreading) {
            self = try reader.end(isClosed: lines.last?.isEmpty == true)
        } catch {
            throw BaselineError(file: file, line: reader.line, problem: error)
        }
        for (scenario, line) in reader.linesOfSet {
            placesOfSet[scenario, default: []].append("\(visible(file)):\(line)")
        }
    }
}

private struct BaselineReader {
    private var baseline = Baseline()
    private var entry: Baseline.Reference?
    private var tolerances: [(name: String, share: Share, line: Int)] = []
    /// How much the file says that it has, and the scenario at hand.
    private var scenarioCount: Int?
    private var lineCount: Int?
    /// Above what comes next.
    private var comments: [String] = []
    /// Looked up only, never iterated.
    private static let introduction = Set(Baseline.introduction.split(separator: "\n"))
    private var seen: Set<String> = []  // looked up only, never iterated
    private(set) var linesOfSet: [(scenario: String, line: Int)] = []
    /// Where it reads, or where a mistake is that the end brought to light.
    private(set) var line = 1

    /// An update keeps what it is not asked about, so it cannot make a file whole either.
    private static let wholeAgain =
        "the file may be cut: take the whole one, or move it away, and `\(programName) check --update` records it anew"

    mutating func take(_ line: Substring, number: Int) throws(Misreading) {
        self.line = number
        if number == 1 {
            guard line == Baseline.format else {
                throw Misreading(
                    line.hasPrefix("hubbub-baseline-")
                        ? "this is format \(quoted(line.prefix(60))), and this Hubbub reads '\(Baseline.format)'"
                        : "this is no baseline: its first line should be '\(Baseline.format)'",
                    remedy: "move it away, and `\(programName) check --update` writes a new one")
            }
            return
        }
        let content = line.drop { $0 == " " }
        if content.isEmpty { return }
        let isIndented = line.first == " "
        if content.first == "#" {
            if isIndented, entry != nil {
                entry?.comments.append(String(content))
            } else if !Self.introduction.contains(line) {
                comments.append(String(content))
            }
            return
        }
        if entry == nil, !content.hasPrefix("scenario ") { takeComments() }
        switch (isIndented, content) {
        case (false, _) where content.hasPrefix("tolerance "): try takeTolerance(content.dropFirst(10))
        case (false, _) where content.hasPrefix("scenario "): try begin(String(content.dropFirst(9)))
        case (false, _) where content.hasPrefix("scenarios: "):
            guard scenarioCount == nil else { throw Misreading("'scenarios' is here twice") }
            scenarioCount = try Self.count(content.dropFirst(11))
        case (false, _):
            throw Misreading(
                "\(quoted(content.prefix(60))) is neither a tolerance nor a scenario",
                remedy: "lines of a scenario are indented")
        case (true, _): try takeRow(content)
        }
    }

    /// Above the first scenario they are all in one place, since tolerances are sorted.
    private mutating func takeComments() {
        baseline.comments += comments
        comments = []
    }

    private mutating func takeTolerance(_ text: Substring) throws(Misreading) {
        guard entry == nil else { throw Misreading("tolerances stand before the first scenario") }
        let (name, words) = try Self.parts(text)
        guard words.count == 1 else {
            throw Misreading("a tolerance has one value", remedy: "write it like tolerance \(name): 5%")
        }
        let share = try Share(reading: words[0].hasPrefix("+") ? String(words[0].dropFirst()) : words[0])
        guard seen.insert("tolerance \(name)").inserted else {
            throw Misreading("\(quoted(name)) is here twice")
        }
        if name == "default" {
            baseline.tolerances.byDefault = share
        } else {
            tolerances.append((name, share, line))
        }
    }

    private mutating func begin(_ name: String) throws(Misreading) {
        try close()
        let name = try Name(reading: name).text
        guard baseline.entry(name) == nil else { throw Misreading("scenario \(quoted(name)) is here twice") }
        var begun = Baseline.Reference()
        (begun.name, begun.comments) = (name, comments)
        (entry, lineCount, seen, comments) = (begun, nil, [], [])
    }

    private mutating func takeRow(_ text: Substring) throws(Misreading) {
        guard var entry else { throw Misreading("this line belongs to no scenario") }
        self.entry = nil
        let (name, words) = try Self.parts(text)
        guard ["set", "asks"].contains(name) || seen.insert(name).inserted else {
            throw Misreading("\(quoted(name)) is here twice")
        }
        if name.hasPrefix(Baseline.Reference.overTime) {
            entry.curves.append(try Self.curve(name.dropFirst(Baseline.Reference.overTime.count), words))
            self.entry = entry
            return
        }
        switch name {
        case "design":
            guard words.count == 1 else { throw Misreading("a scenario has one design") }
            entry.design = words[0]
        case "set":
            entry.set.append(words.joined(separator: " "))
            linesOfSet.append((entry.name, line))
        case "text":
            guard words.count == 1 else { throw Misreading("a scenario has one text") }
            entry.text = try Self.digits(words[0])
        case "seeds":
            entry.seeds = try Self.each(words) { (word) throws(Misreading) in
                guard let seed = UInt64(word), seed <= 999_999_999_999_999_999 else {
                    throw Misreading("\(quoted(word)) is no seed")
                }
                return seed
            }
            guard Set(entry.seeds).count == entry.seeds.count else {
                throw Misreading("a seed is here twice")
            }
        case "letters": entry.letters = try Self.each(words, Self.digits)
        case "verdict":
            entry.verdicts = try Self.each(words, Self.verdict)
        case "lines":
            guard words.count == 1 else { throw Misreading("a scenario has one number of lines") }
            lineCount = try Self.count(words[0])
        case "asks": entry.demands.append(try Demand(exactWords: words))
        case _ where name.hasPrefix(Baseline.Reference.spokeAgainst):
            entry.against.append(
                Baseline.SeedWords(
                    String(name.dropFirst(Baseline.Reference.spokeAgainst.count)),
                    try Self.each(words) { (word) throws(Misreading) in
                        word == "-" ? nil : try Self.verdict(word)
                    }))
        default:
            entry.rows.append(
                Baseline.SeedValues(
                    name,
                    try Self.each(words) { (word) throws(Misreading) in
                        word == "-" ? nil : try Amount(exactText: word)
                    }))
        }
        if !["design", "set", "text", "lines", "asks"].contains(name), !entry.seeds.isEmpty,
            words.count != entry.seeds.count
        {
            throw Misreading(
                "\(quoted(name)) has \(words.count) values, and there are \(entry.seeds.count) seeds",
                remedy: Self.wholeAgain)
        }
        self.entry = entry
    }

    private mutating func close() throws(Misreading) {
        guard let entry else { return }
        let missing = [
            ("design", entry.design.isEmpty), ("text", !seen.contains("text")),
            ("seeds", entry.seeds.isEmpty),
            ("letters", entry.letters.count != entry.seeds.count),
            ("verdict", entry.verdicts.count != entry.seeds.count), ("figures", entry.rows.isEmpty),
            ("lines", lineCount == nil),
        ].first { $0.1 }
        if let missing {
            throw Misreading("scenario '\(entry.name)' has no '\(missing.0)'", remedy: Self.wholeAgain)
        }
        if let lineCount, lineCount != entry.lineCount {
            throw Misreading(
                "scenario '\(entry.name)' says 'lines: \(lineCount)', and \(entry.lineCount) follow",
                remedy: Self.wholeAgain)
        }
        baseline.put(entry)
        self.entry = nil
    }

    mutating func end(isClosed: Bool) throws(Misreading) -> Baseline {
        guard isClosed else {
            throw Misreading("the last line does not end", remedy: Self.wholeAgain)
        }
        try close()
        takeComments()
        guard let scenarioCount else {
            throw Misreading("there is no line 'scenarios: ' with their number", remedy: Self.wholeAgain)
        }
        guard scenarioCount == baseline.scenarios.count else {
            throw Misreading(
                "this file says 'scenarios: \(scenarioCount)', and has \(baseline.scenarios.count)",
                remedy: Self.wholeAgain)
        }
        try checkTolerances()
        baseline.tolerances.named = tolerances.map { ($0.name, $0.share) }
        return baseline
    }

    /// A tolerance of nothing would leave what was meant at the usual one.
    private mutating func checkTolerances() throws(Misreading) {
        guard !baseline.scenarios.isEmpty,
            let idle = tolerances.first(where: { !baseline.hasFigure($0.name) })
        else { return }
        line = idle.line
        let names = ["default"] + baseline.scenarios.flatMap { $0.rows.map(\.name) }
        throw Misreading(
            "no scenario here has a figure \(quoted(idle.name))",
            remedy: nearest(to: idle.name, among: names).map { "did you mean '\($0)'?" }
                ?? "a tolerance has the name of a line below, or 'default'")
    }

    private static func count(_ text: some StringProtocol) throws(Misreading) -> Int {
        guard let count = Int(text), count >= 0 else {
            throw Misreading("\(quoted(text)) is no number", remedy: "write it like 4")
        }
        return count
    }

    /// `delivery p99: 4.12s 4.15s`
    private static func parts(_ text: Substring) throws(Misreading) -> (String, [String]) {
        guard let colon = text.firstRange(of: ": ") else {
            throw Misreading(
                "\(quoted(text.prefix(60))) has no value", remedy: "write it like delivery p99: 4.12s")
        }
        let words = text[colon.upperBound...].split(separator: " ").map(String.init)
        guard colon.lowerBound > text.startIndex, !words.isEmpty else {
            throw Misreading("\(quoted(text.prefix(60))) has no value")
        }
        return (String(text[..<colon.lowerBound]), words)
    }

    /// `delivery p99 each 15000ms`, and a value for each of these.
    private static func curve(_ title: Substring, _ words: [String]) throws(Misreading) -> Curve {
        guard let each = title.firstRange(of: " each "),
            case .time(let slice) = try Amount(exactText: String(title[each.upperBound...])), slice > .zero
        else {
            throw Misreading(
                "\(quoted(title.prefix(60))) does not say how far its values are apart",
                remedy: "write it like over time, delivery p99 each 15000ms: 310ms 295ms")
        }
        let values = try Self.each(words) { (word) throws(Misreading) in
            word == "-" ? nil : try Amount(exactText: word)
        }
        return Curve(name: String(title[..<each.lowerBound]), slice: slice, values: values)
    }

    private static func verdict(_ word: String) throws(Misreading) -> Results.Verdict.Conclusion {
        guard let verdict = Results.Verdict.Conclusion(rawValue: word) else {
            throw Misreading("\(quoted(word)) is no verdict")
        }
        return verdict
    }

    private static func digits(_ word: String) throws(Misreading) -> Digits {
        do throws(Misfit) { return try Digits(stored: .string(word)) } catch {
            throw Misreading("\(quoted(word)) is no digest", remedy: "it looks like 0123-4567-89ab-cdef")
        }
    }

    private static func each<Value>(
        _ words: [String], _ read: (String) throws(Misreading) -> Value
    ) throws(Misreading) -> [Value] {
        var values: [Value] = []
        for word in words { values.append(try read(word)) }
        return values
    }
}
