import Vocabulary

/// The words of a command line, sorted by the options they name and checked against them.
///
/// `--name value` and `--name=value` say the same; `--` ends the options. A value that itself begins with
/// `--` needs the second form: after `--only --json` somebody has more likely forgotten a name.
struct Arguments {
    private(set) var operands: [String] = []
    private var given: [String: [String]] = [:]  // looked up only, never iterated

    /// Throws on the first word that is wrong. `see` is the command that lists the options.
    init(_ words: some Sequence<String>, options: [Option], operand: Operand?, see: String) throws(Failure) {
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
    }

    func has(_ option: Option) -> Bool { given[option.name] != nil }

    func texts(_ option: Option) -> [String] { given[option.name] ?? [] }

    func wholeNumber(_ option: Option) -> Int {
        guard case .wholeNumber(_, _, let byDefault) = option.value else {
            preconditionFailure("\(option.name) does not take a number")
        }
        return given[option.name].flatMap { Int($0[0]) } ?? byDefault
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
        let isNextAValue = attached == nil && rest.first?.hasPrefix("--") == false
        guard let value = isNextAValue ? rest.popFirst() : attached, !value.isEmpty else {
            throw Failure(.usage, "option '\(option.name)' needs a value: \(option.name) \(placeholder)")
        }
        if case .wholeNumber(_, let range, _) = option.value, !(Int(value).map(range.contains) ?? false) {
            throw Failure(
                .usage,
                "option '\(option.name)' takes a whole number from \(grouped(range.lowerBound)) to "
                    + "\(grouped(range.upperBound)), not \(quoted(value))")
        }
        given[option.name, default: []].append(value)
    }
}
