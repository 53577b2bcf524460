internal import Vocabulary

/// When, and for whom: `[during|before|after NAME] [except NAME] [where TAG OP VALUE]`.
extension ThresholdReader {
    mutating func readClauses(into threshold: inout Threshold) throws(ThresholdError) {
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
                threshold.window.part = .after(try period(after: word))
            }
        }
    }

    private func refuseIfRecovery(_ threshold: Threshold, _ word: Token) throws(ThresholdError) {
        guard threshold.subject == .recovery else { return }
        throw ThresholdError(
            range: word.range, message: "'recovery' knows no '\(word.text)'",
            hint: "only 'after' and the name of a phase or fault")
    }

    private func unexpected(_ word: Token) -> ThresholdError {
        let isName = names.phases.contains(word.text) || names.faults.contains(word.text)
        return ThresholdError(
            range: word.range, message: "unexpected \(quoted(word.text))",
            hint: isName
                ? "did you mean 'during \(word.text)'?"
                : hint(
                    for: word.text, among: ["during", "before", "after", "except", "where"],
                    all: "what may follow is"))
    }

    private mutating func period(after word: Token) throws(ThresholdError) -> Window.Period {
        guard let name = next() else {
            throw ThresholdError(
                range: end, message: "'\(word.text)' needs the name of a phase or fault", hint: knownPeriods)
        }
        if names.faults.contains(name.text) { return Window.Period(fault: name.text) }
        if names.phases.contains(name.text) { return Window.Period(phase: name.text) }
        throw ThresholdError(
            range: name.range, message: "there is no phase or fault \(quoted(name.text))",
            hint: nearest(to: name.text, among: names.phases + names.faults).map { "did you mean '\($0)'?" }
                ?? knownPeriods,
            isOfUnknownPeriod: true)
    }

    private var knownPeriods: String {
        let candidates = names.phases + names.faults
        return candidates.isEmpty
            ? "the scenario has no phases and faults" : "the phases and faults are \(inWords(candidates))"
    }

    private mutating func scope(of subject: Subject, _ word: Token) throws(ThresholdError) -> Scope {
        switch subject {
        case .times, .events, .availability, .availabilityOfService: break
        case .recovery, .role, .own:
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
