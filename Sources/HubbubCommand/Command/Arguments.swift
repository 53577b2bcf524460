import Vocabulary

/// The words of a command line, sorted by the options they name and checked against them.
///
/// `--name value` and `--name=value` say the same; `--` ends the options. A value that itself begins with
/// `--` needs the second form: after `--only --json` somebody has more likely forgotten a name.
struct Arguments {
    private(set) var operands: [String] = []
    private var given: [String: [String]] = [:]  // looked up only, never iterated
    private var fromVariables: Set<String> = []  // looked up only, never iterated

    /// Throws on the first word that is wrong. `see` is the command that lists the options. What no word
    /// says, a variable may; an empty one says nothing.
    init(
        _ words: some Sequence<String>, options: [Option], operand: Operand?, see: String,
        variable: (String) -> String? = { _ in nil }
    ) throws(Failure) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = options.first(where: { $0.isCalled(parts[0]) }) else {
                throw Failure.usage(
                    "unknown option \(quoted(parts[0]))",
                    nearest: nearest(to: String(parts[0]), among: options.map(\.name)), see: see)
            }
            try take(option, attached: parts.count > 1 ? String(parts[1]) : nil, from: &rest)
        }
        if let excess = operands.dropFirst(operand?.limit ?? 0).first {
            throw Failure(.usage, "unexpected word \(quoted(excess)); `\(see)` shows the usage")
        }
        for option in options where !has(option) {
            guard let name = option.variable, let value = variable(name), !value.isEmpty else { continue }
            try check(value, of: option, calledAs: "variable '\(name)'")
            given[option.name] = [value]
            fromVariables.insert(option.name)
        }
    }

    func has(_ option: Option) -> Bool { given[option.name] != nil }

    func texts(_ option: Option) -> [String] { given[option.name] ?? [] }

    func text(_ option: Option) -> String? { given[option.name]?.first }

    /// Who said so: the option, or its variable.
    func label(_ option: Option) -> String {
        fromVariables.contains(option.name) ? option.variable ?? option.name : option.name
    }

    /// How a shell is told some options again, in this order; what only a variable says is not among them.
    func words(_ options: [Option]) -> [String] {
        options.filter { !fromVariables.contains($0.name) }.flatMap { option in
            texts(option).map {
                option.name + ($0.hasPrefix("--") ? "=" : " ") + shellWord($0)
            }
        }
    }

    func wholeNumber(_ option: Option) -> Int {
        guard case .wholeNumber(_, _, let byDefault) = option.value else {
            preconditionFailure("\(option.name) does not take a number")
        }
        return text(option).flatMap { Int($0) } ?? byDefault
    }

    /// One of the option's words.
    func choice(_ option: Option) -> String {
        guard case .choice(let words) = option.value else {
            preconditionFailure("\(option.name) is no choice")
        }
        return text(option) ?? words[0]
    }

    /// One option, with its value from behind its `=` or from the next word.
    private mutating func take(
        _ option: Option, attached: String?, from rest: inout ArraySlice<String>
    ) throws(Failure) {
        guard option.repeats || !has(option) else {
            throw Failure(.usage, "option '\(option.name)' is given twice")
        }
        guard let placeholder = option.placeholder else {
            guard attached == nil else { throw Failure(.usage, "option '\(option.name)' takes no value") }
            given[option.name] = []
            return
        }
        if !option.takesNextWord, attached == nil {
            given[option.name] = []
            return
        }
        let isNextAValue = attached == nil && rest.first?.hasPrefix("--") == false
        guard let value = isNextAValue ? rest.popFirst() : attached, !value.isEmpty else {
            let form =
                option.takesNextWord ? "\(option.name) \(placeholder)" : "\(option.name)=\(placeholder)"
            throw Failure(.usage, "option '\(option.name)' needs a value: \(form)")
        }
        try check(value, of: option, calledAs: "option '\(option.name)'")
        given[option.name, default: []].append(value)
    }

    private func check(_ value: String, of option: Option, calledAs name: String) throws(Failure) {
        switch option.value {
        case .flag, .text, .optionalText: break
        case .wholeNumber(_, let range, _):
            guard Int(value).map(range.contains) != true else { break }
            throw Failure(
                .usage,
                "\(name) takes a whole number from \(grouped(range.lowerBound)) to "
                    + "\(grouped(range.upperBound)), not \(quoted(value))")
        case .choice(let words):
            guard !words.contains(value) else { break }
            throw Failure(.usage, "\(name) takes \(alternatives(words)), not \(quoted(value))")
        }
    }
}
