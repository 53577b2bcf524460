import Vocabulary

extension Subcommand {
    static let help = Subcommand(
        name: "help",
        summary: "Explain a command",
        operand: Operand(
            placeholder: "COMMAND", limit: 1, help: "the command to explain; Hubbub itself without one"),
        examples: [
            Example(line: "hubbub help", purpose: "what there is"),
            Example(line: "hubbub help bench", purpose: "the options of a command"),
            Example(line: "hubbub bench --help", purpose: "the same"),
        ],
        exitCodes: [.held, .usage, .outputFailed],
        run: runHelp)

    private static func runHelp(_ call: Call) throws(Failure) -> ExitCode {
        if let name = call.arguments.operands.first {
            try call.output.write(Subcommand.named(name).helpPage)
        } else {
            try call.output.write(helpPage)
        }
        return .held
    }

    /// `hubbub help`.
    static var helpPage: String {
        """
        Run chat backends as actors under virtual time, and see what their users would

        Usage
          hubbub COMMAND [OPTION...]

        Commands
        \(commandRows)
        Options
        \(rows(Option.everywhere.map { ($0.usage, $0.fullHelp) }))
        `hubbub help COMMAND` has the options, examples and exit codes of a command.

        """
    }

    /// What `hubbub` alone answers.
    static var shortUsage: String {
        """
        usage: hubbub COMMAND [OPTION...]

        \(commandRows)
        `hubbub help` tells more.

        """
    }

    private static var commandRows: String { rows(all.map { ($0.name, $0.summary) }) }

    /// `hubbub help NAME`.
    var helpPage: String {
        let words = operand.map { ($0.placeholder, $0.help) }
        let options = (options + Option.everywhere).map { ($0.usage, $0.fullHelp) }
        return """
            \(summary)

            Usage
              \((["hubbub", name, operand?.usage, "[OPTION...]"].compactMap(\.self)).joined(separator: " "))

            Options
            \(Self.rows((words.map { [$0] } ?? []) + options))
            Examples
            \(Self.rows(examples.map { ($0.line, $0.purpose) }))
            Exit codes
            \(Self.rows(exitCodes.map { (String($0.rawValue), $0.meaning) }))
            """
    }

    /// Two columns, the second wrapped within itself, with a line break at the end of each row.
    private static func rows(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \(leftAligned($0, width))   \(wrapped($1, indent: width + 5))\n" }.joined()
    }
}

extension Option {
    /// As a help page shows it, `--repeat N`.
    fileprivate var usage: String {
        let name = short.map { "\($0), \(self.name)" } ?? self.name
        return placeholder.map { "\(name) \($0)" } ?? name
    }

    fileprivate var fullHelp: String {
        let more =
            switch value {
            case .wholeNumber(_, let range, let byDefault):
                " (\(grouped(range.lowerBound)) to \(grouped(range.upperBound)); \(byDefault) if not given)"
            case .flag, .text: ""
            }
        return help + more + (repeats ? " (may be repeated)" : "")
    }
}
