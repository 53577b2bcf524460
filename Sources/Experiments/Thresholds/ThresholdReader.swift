internal import Chat
internal import Results
internal import Vocabulary

/// Reads `METRIC [STAT] OP VALUE [during|before|after NAME] [except NAME] [where TAG OP VALUE]`.
extension Threshold {
    public init(
        _ text: String, as use: Use = .verdict, in names: ThresholdNames
    ) throws(ThresholdError) {
        var reader = ThresholdReader(text: text, names: names)
        self = try reader.read(as: use)
    }
}

/// Goes through the words of a threshold from left to right, once.
struct ThresholdReader {
    let names: ThresholdNames
    let words: [Token]
    var position = 0
    let end: Range<Int>

    struct Token {
        var text: String
        var range: Range<Int>
        var isOperator: Bool { text.allSatisfy(ThresholdReader.isOfOperator) }
    }

    init(text: String, names: ThresholdNames) {
        self.names = names
        words = Self.words(of: text)
        end = text.count..<text.count
    }

    mutating func read(as use: Threshold.Use) throws(ThresholdError) -> Threshold {
        guard let first = next() else {
            throw ThresholdError(range: end, message: "a threshold is missing", hint: Self.example)
        }
        let subject = try subject(first)
        let statistic = try statistic(of: subject)
        let comparison = try comparison(after: statistic?.description ?? subject.description)
        let limit = try limit(of: subject.metric, statistic)
        var threshold = Threshold(
            subject: subject, statistic: statistic, comparison: comparison, limit: limit, window: .all,
            scope: nil, abort: use == .aborting)
        try readClauses(into: &threshold)
        if subject == .recovery, case .after = threshold.window.part {
        } else if subject == .recovery {
            throw ThresholdError(
                range: end, message: "'recovery' needs the phase or fault that it follows",
                hint: "as in 'recovery < 90s after \(names.faults.first ?? names.phases.first ?? "NAME")'")
        }
        let whole = first.range.lowerBound..<(words.last ?? first).range.upperBound
        if let problem = threshold.problem(as: use) {
            throw ThresholdError(range: whole, message: problem.message, hint: problem.hint)
        }
        return threshold
    }

    static let example = "METRIC [STAT] OP VALUE, as in 'delivery p99 < 10s'"
}

// MARK: What is measured

extension ThresholdReader {
    private func subject(_ word: Token) throws(ThresholdError) -> Subject {
        if let subject = Subject.ofSystem.first(where: { $0.metric.name == word.text }) { return subject }
        if let own = names.metrics.first(where: { $0.name == word.text }) { return .own(own) }
        if let dot = word.text.lastIndex(of: ".") {
            let role = String(word.text[..<dot])
            let name = String(word.text[word.text.index(after: dot)...])
            let resource = Resource.allCases.first { $0.metric.name == name }
            if let resource, names.roles.contains(role), names.resources(of: role).contains(resource) {
                return .role(role, resource)
            }
            let start = word.range.lowerBound
            if resource != nil, !names.roles.contains(role) {
                throw ThresholdError(
                    range: start..<start + role.count, message: "unknown role \(quoted(role))",
                    hint: hint(for: role, among: names.roles, all: "the design's roles are"))
            }
            if names.roles.contains(role) {
                let own = names.metrics.filter { $0.role == role }.map(\.metric.name)
                throw ThresholdError(
                    range: start + role.count + 1..<word.range.upperBound,
                    message: "unknown metric \(quoted(name)) of role '\(role)'",
                    hint: hint(
                        for: name, among: names.resources(of: role).map(\.metric.name) + own,
                        all: own.isEmpty ? "a role has" : "'\(role)' has"))
            }
        }
        if let resource = Resource.allCases.first(where: { $0.metric.name == word.text }) {
            throw ThresholdError(
                range: word.range, message: "'\(resource.metric)' is a metric of a role",
                hint: "name the role, as in '\(names.roles.first ?? "ROLE").\(resource.metric)'")
        }
        if let own = names.metrics.first(where: { $0.metric.name == word.text }) {
            throw ThresholdError(
                range: word.range, message: "'\(own.metric)' is a metric of a role",
                hint: "name the role, as in '\(own.name)'")
        }
        guard !word.isOperator else {
            throw ThresholdError(
                range: word.range, message: "a metric is missing before '\(word.text)'", hint: Self.example)
        }
        let list = "`\(programName) explain --metrics \(names.design)` lists all"
        let meant = nearest(to: word.text, among: Subject.ofSystem.map(\.metric.name) + metricsOfRoles)
        throw ThresholdError(
            range: word.range, message: "unknown metric \(quoted(word.text))",
            hint: (meant.map { "did you mean '\($0)'? " } ?? "") + list)
    }

    private var metricsOfRoles: [String] {
        names.roles.flatMap { role in names.resources(of: role).map { "\(role).\($0.metric)" } }
            + names.metrics.map(\.name)
    }

    private mutating func statistic(of subject: Subject) throws(ThresholdError) -> Statistic? {
        let legal = subject.metric.statistics
        guard let word = peek, !word.isOperator else {
            if legal.isEmpty { return nil }
            throw ThresholdError(
                range: peek?.range ?? end, message: "'\(subject)' needs a statistic",
                hint:
                    "\(Self.list(legal)), as in '\(subject) \(legal[0] == .percentile ? "p99" : legal[0].rawValue)'"
            )
        }
        guard !legal.isEmpty else {
            throw ThresholdError(
                range: word.range, message: "'\(subject)' is one number and takes no statistic",
                hint: "leave \(quoted(word.text)) out")
        }
        guard let statistic = Statistic(reading: word.text) else {
            let isPercentile = word.text.first == "p" && word.text.dropFirst().first?.isNumber == true
            throw ThresholdError(
                range: word.range, message: "unknown statistic \(quoted(word.text))",
                hint: isPercentile
                    ? "percentiles go from p0 to p100, with at most four decimals"
                    : hint(
                        for: word.text, among: legal.map(\.rawValue),
                        all: "'\(subject)' has", list: Self.list(legal)))
        }
        guard legal.contains(statistic.kind) else {
            throw ThresholdError(
                range: word.range, message: "'\(subject)' has no \(statistic)",
                hint: "it has \(Self.list(legal))")
        }
        position += 1
        return statistic
    }

    private static func list(_ statistics: [Metric.Statistic]) -> String {
        inWords(statistics.map { $0 == .percentile ? "p0…p100" : $0.rawValue })
    }
}

// MARK: What is demanded

extension ThresholdReader {
    mutating func comparison(after what: String) throws(ThresholdError) -> Comparison {
        guard let word = next() else {
            throw ThresholdError(
                range: end, message: "the operator after '\(what)' is missing", hint: Self.operators)
        }
        guard let comparison = Comparison(rawValue: word.text) else {
            let meant = ["=": "==", "=<": "<=", "=>": ">=", "<>": "!=", "===": "=="]  // looked up only
            throw ThresholdError(
                range: word.range,
                message: word.isOperator
                    ? "unknown operator '\(word.text)'"
                    : "\(quoted(word.text)) stands where an operator belongs",
                hint: meant[word.text].map { "did you mean '\($0)'?" } ?? Self.operators)
        }
        return comparison
    }

    private static let operators = "one of " + inWords(Comparison.allCases.map(\.rawValue))

    private mutating func limit(
        of metric: Metric, _ statistic: Statistic?
    ) throws(ThresholdError) -> Limit {
        guard let word = next() else {
            throw ThresholdError(range: end, message: "the limit is missing", hint: Self.example)
        }
        let unit = metric.unit(of: statistic?.kind)
        let mayBreak = statistic == .mean
        do throws(Limit.Mistake) {
            return try Limit(reading: word.text, as: unit, mayBreak: mayBreak)
        } catch {
            let joined = word.text + (peek?.text ?? "")
            let isApart = (try? Limit(reading: joined, as: unit, mayBreak: mayBreak)) != nil && peek != nil
            throw ThresholdError(
                range: word.range, message: error.message,
                hint: isApart ? "write number and unit as one word, '\(joined)'" : error.hint)
        }
    }
}

// MARK: Words

extension ThresholdReader {
    var peek: Token? { position < words.count ? words[position] : nil }

    mutating func next() -> Token? {
        guard let word = peek else { return nil }
        position += 1
        return word
    }

    /// Operators are words of their own, with or without spaces around them.
    private static func words(of text: String) -> [Token] {
        var words: [Token] = []
        var previous: Character = " "
        for (place, character) in text.enumerated() {
            defer { previous = character }
            guard !character.isWhitespace else { continue }
            let isContinued =
                !previous.isWhitespace && isOfOperator(previous) == isOfOperator(character)
            if isContinued, var last = words.popLast() {
                last.text.append(character)
                words.append(Token(text: last.text, range: last.range.lowerBound..<place + 1))
            } else {
                words.append(Token(text: String(character), range: place..<place + 1))
            }
        }
        return words
    }

    private static func isOfOperator(_ character: Character) -> Bool { "<>=!".contains(character) }

    func hint(
        for word: String, among candidates: [String], all: String, list: String? = nil
    ) -> String {
        nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
            ?? "\(all) \(list ?? inWords(candidates))"
    }
}

/// `a, b and c`.
func inWords(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "none" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}
