internal import Chat
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
    private let names: ThresholdNames
    private let words: [Word]
    private var position = 0
    private let end: Range<Int>

    private struct Word {
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
                range: end, message: "'recovery' needs the fault that it follows",
                hint: "as in 'recovery < 90s after \(names.faults.first ?? "NAME")'")
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
    private func subject(_ word: Word) throws(ThresholdError) -> Subject {
        if let subject = Subject.ofSystem.first(where: { $0.metric.name == word.text }) { return subject }
        if let dot = word.text.lastIndex(of: ".") {
            let role = String(word.text[..<dot])
            let name = String(word.text[word.text.index(after: dot)...])
            let resource = Resource.allCases.first { $0.metric.name == name }
            if let resource, names.roles.contains(role) { return .role(role, resource) }
            let start = word.range.lowerBound
            if resource != nil {
                throw ThresholdError(
                    range: start..<start + role.count, message: "unknown role \(quoted(role))",
                    hint: hint(for: role, among: names.roles, all: "the design's roles are"))
            }
            if names.roles.contains(role) {
                throw ThresholdError(
                    range: start + role.count + 1..<word.range.upperBound,
                    message: "unknown metric \(quoted(name)) of role '\(role)'",
                    hint: hint(
                        for: name, among: Resource.allCases.map(\.metric.name), all: "a role has"))
            }
        }
        if let resource = Resource.allCases.first(where: { $0.metric.name == word.text }) {
            throw ThresholdError(
                range: word.range, message: "'\(resource.metric)' is a metric of a role",
                hint: "name the role, as in '\(names.roles.first ?? "ROLE").\(resource.metric)'")
        }
        guard !word.isOperator else {
            throw ThresholdError(
                range: word.range, message: "a metric is missing before '\(word.text)'", hint: Self.example)
        }
        let list = "`hubbub explain --metrics \(names.design)` lists all"
        let meant = nearest(to: word.text, among: Subject.ofSystem.map(\.metric.name) + metricsOfRoles)
        throw ThresholdError(
            range: word.range, message: "unknown metric \(quoted(word.text))",
            hint: (meant.map { "did you mean '\($0)'? " } ?? "") + list)
    }

    private var metricsOfRoles: [String] {
        names.roles.flatMap { role in Resource.allCases.map { "\(role).\($0.metric)" } }
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
    private mutating func comparison(after what: String) throws(ThresholdError) -> Comparison {
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
            let limit = try Limit(reading: word.text, as: unit, mayBreak: mayBreak)
            if unit == .share, Quotient(1) < limit.value {
                throw Limit.Mistake(
                    message: "\(quoted(word.text)) is more than all", hint: "a share is at most 100%")
            }
            return limit
        } catch {
            let joined = word.text + (peek?.text ?? "")
            let isApart = (try? Limit(reading: joined, as: unit, mayBreak: mayBreak)) != nil && peek != nil
            throw ThresholdError(
                range: word.range, message: error.message,
                hint: isApart ? "write number and unit as one word, '\(joined)'" : error.hint)
        }
    }
}

// MARK: When, and for whom

extension ThresholdReader {
    private mutating func readClauses(into threshold: inout Threshold) throws(ThresholdError) {
        /// The clauses in their order; each may come once.
        let order = ["during", "except", "where"]
        var reached = -1
        while let word = next() {
            let isWindow = ["during", "before", "after"].contains(word.text)
            guard let place = order.firstIndex(of: isWindow ? "during" : word.text) else {
                throw unexpected(word)
            }
            guard place > reached else {
                throw ThresholdError(
                    range: word.range,
                    message: place == reached
                        ? "a threshold has one \(isWindow ? "window" : "'\(word.text)'")"
                        : "'\(word.text)' stands too far back",
                    hint: "the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]")
            }
            reached = place
            switch word.text {
            case "except":
                try refuseIfRecovery(threshold, word)
                threshold.window.exception = try period(after: word)
            case "where": threshold.scope = try scope(of: threshold.subject, word)
            case "during":
                try refuseIfRecovery(threshold, word)
                threshold.window.part = .during(try period(after: word))
            case "before":
                try refuseIfRecovery(threshold, word)
                threshold.window.part = .before(try period(after: word))
            default:
                threshold.window.part = .after(
                    try period(after: word, ofFault: threshold.subject == .recovery))
            }
        }
    }

    private func refuseIfRecovery(_ threshold: Threshold, _ word: Word) throws(ThresholdError) {
        guard threshold.subject == .recovery else { return }
        throw ThresholdError(
            range: word.range, message: "'recovery' knows no '\(word.text)'",
            hint: "only 'after' and the name of a fault")
    }

    private func unexpected(_ word: Word) -> ThresholdError {
        let isName = names.phases.contains(word.text) || names.faults.contains(word.text)
        return ThresholdError(
            range: word.range, message: "unexpected \(quoted(word.text))",
            hint: isName
                ? "did you mean 'during \(word.text)'?"
                : hint(
                    for: word.text, among: ["during", "before", "after", "except", "where"],
                    all: "what may follow is"))
    }

    private mutating func period(
        after word: Word, ofFault: Bool = false
    ) throws(ThresholdError) -> Window.Period {
        let kind = ofFault ? "fault" : "phase or fault"
        guard let name = next() else {
            throw ThresholdError(
                range: end, message: "'\(word.text)' needs the name of a \(kind)", hint: known(ofFault))
        }
        if names.faults.contains(name.text) { return Window.Period(fault: name.text) }
        if names.phases.contains(name.text) {
            guard ofFault else { return Window.Period(phase: name.text) }
            throw ThresholdError(
                range: name.range, message: "'\(name.text)' is a phase, and a recovery follows a fault",
                hint: known(ofFault))
        }
        let candidates = (ofFault ? [] : names.phases) + names.faults
        throw ThresholdError(
            range: name.range, message: "there is no \(kind) \(quoted(name.text))",
            hint: nearest(to: name.text, among: candidates).map { "did you mean '\($0)'?" } ?? known(ofFault))
    }

    private func known(_ ofFault: Bool) -> String {
        let candidates = (ofFault ? [] : names.phases) + names.faults
        let kind = ofFault ? "faults" : "phases and faults"
        return candidates.isEmpty ? "the scenario has no \(kind)" : "the \(kind) are \(inWords(candidates))"
    }

    private mutating func scope(of subject: Subject, _ word: Word) throws(ThresholdError) -> Scope {
        switch subject {
        case .times, .events, .availability, .availabilityOfService: break
        case .recovery, .role:
            throw ThresholdError(
                range: word.range, message: "'\(subject)' knows no 'where'",
                hint: "it is not about single letters")
        }
        guard let name = next() else {
            throw ThresholdError(range: end, message: "'where' needs a tag", hint: Self.scopeExample)
        }
        guard let tag = Scope.Tag(rawValue: name.text) else {
            throw ThresholdError(
                range: name.range, message: "unknown tag \(quoted(name.text))",
                hint: hint(for: name.text, among: Scope.Tag.allCases.map(\.rawValue), all: "the tags are"))
        }
        let comparison = try comparison(after: tag.rawValue)
        guard comparison == .equal || comparison == .different else {
            throw ThresholdError(
                range: words[position - 1].range, message: "tags are not ordered",
                hint: "use == or !=, \(Self.scopeExample)")
        }
        let candidates =
            switch tag {
            case .region: names.regions
            case .access: names.access
            case .kind: Scope.kinds
            }
        guard let value = next() else {
            throw ThresholdError(
                range: end, message: "the value of '\(tag.rawValue)' is missing",
                hint: "one of \(inWords(candidates))")
        }
        guard let number = candidates.firstIndex(of: value.text) else {
            throw ThresholdError(
                range: value.range, message: "there is no \(tag.rawValue) \(quoted(value.text))",
                hint: hint(for: value.text, among: candidates, all: "there is"))
        }
        return Scope(
            tag: tag, value: value.text, number: UInt8(number), isEqual: comparison == .equal)
    }

    private static let scopeExample = "as in 'where kind == room'"
}

// MARK: Words

extension ThresholdReader {
    private var peek: Word? { position < words.count ? words[position] : nil }

    private mutating func next() -> Word? {
        guard let word = peek else { return nil }
        position += 1
        return word
    }

    /// Operators are words of their own, with or without spaces around them.
    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var previous: Character = " "
        for (place, character) in text.enumerated() {
            defer { previous = character }
            guard !character.isWhitespace else { continue }
            let isContinued =
                !previous.isWhitespace && isOfOperator(previous) == isOfOperator(character)
            if isContinued, var last = words.popLast() {
                last.text.append(character)
                words.append(Word(text: last.text, range: last.range.lowerBound..<place + 1))
            } else {
                words.append(Word(text: String(character), range: place..<place + 1))
            }
        }
        return words
    }

    private static func isOfOperator(_ character: Character) -> Bool { "<>=!".contains(character) }

    private func hint(
        for word: String, among candidates: [String], all: String, list: String? = nil
    ) -> String {
        nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
            ?? "\(all) \(list ?? inWords(candidates))"
    }
}

/// `a, b and c`.
private func inWords(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "none" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}

extension Threshold {
    /// Why the threshold does not suit its use, if it does not.
    fileprivate func problem(as use: Use) -> Limit.Mistake? {
        switch use {
        case .verdict: return nil
        case .aborting:
            guard !canFailEarly else { return nil }
            return Limit.Mistake(
                message: "'\(measure) \(comparison.rawValue)' is only known at the end of the run",
                hint: "only a count with <, <= or == can abort, as in 'duplicate count == 0'")
        case .expectation:
            guard window == .all else {
                return Limit.Mistake(
                    message: "an expectation of 'healthy' has no window", hint: "it is judged in every window"
                )
            }
            guard !canBeJudgedOften else { return nil }
            return Limit.Mistake(
                message: "'\(measure)' says nothing of health",
                hint: "health is judged by percentiles, min, max or ratio of times, and by availability")
        }
    }

    /// Whether two or three counters a window are enough to judge it.
    private var canBeJudgedOften: Bool {
        switch subject {
        case .times: statistic == .ratio || statistic?.percentile != nil
        case .availability, .availabilityOfService: true
        case .events, .recovery, .role: false
        }
    }
}
