import Vocabulary

extension Subcommand {
    private static let man = Option(
        name: "--man", value: .text(placeholder: "PAGE"), stands: .page,
        help: "print a page of the manual as man reads it: hubbub, hubbub-scenario or hubbub-metrics")

    static let help = Subcommand(
        name: "help",
        summary: "Explain a command",
        operand: Operand(
            placeholder: "COMMAND", limit: 1, stands: .command,
            help: "the command to explain; Hubbub itself without one"),
        options: [man, .json],
        examples: [
            Example(line: "\(programName) help", purpose: "what there is"),
            Example(line: "\(programName) help bench", purpose: "the options of a command"),
            Example(line: "\(programName) bench --help", purpose: "the same"),
        ],
        exitCodes: [.held, .usage, .outputFailed],
        run: runHelp)

    private static func runHelp(_ call: Call) throws(Failure) -> ExitCode {
        if let name = call.arguments.text(man) {
            guard let page = ManPage.all.first(where: { $0.name == name }) else {
                throw Failure.usage(
                    "there is no page \(quoted(name))",
                    nearest: nearest(to: name, among: ManPage.all.map(\.name)),
                    see: "\(programName) help help")
            }
            try call.output.write(page.text)
        } else if call.arguments.has(.json) {
            let commands = try call.arguments.operands.first.map { name throws(Failure) in
                [try Subcommand.named(name)]
            }
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.commandsFormat)),
                    ("commands", .array((commands ?? all).map(\.json))),
                ]).document)
        } else if let name = call.arguments.operands.first {
            try call.output.write(Subcommand.named(name).helpPage)
        } else {
            try call.output.write(helpPage)
        }
        return .held
    }

    /// The command as data, for a program.
    private var json: JSON {
        func described(_ option: Option) -> JSON {
            .object([
                ("name", .string(option.name)), ("short", JSON(option.short)),
                ("value", JSON(option.placeholder)), ("variable", JSON(option.variable)),
                ("sentence", .string(option.help)),
            ])
        }
        return .object([
            ("name", .string(name)), ("sentence", .string(summary)), ("operand", JSON(operand?.usage)),
            ("options", .array((options + Option.everywhere).map(described))),
            ("exit_codes", .array(exitCodes.map { .integer(UInt64($0.rawValue)) })),
        ])
    }

    /// `hubbub help`.
    static var helpPage: String {
        """
        Run chat backends as actors under virtual time, and see what their users would

        Usage
          \(programName) COMMAND [OPTION...]

        Commands
        \(commandRows)
        Options
        \(rows(Option.everywhere.map { ($0.usage, $0.fullHelp) }))
        `\(programName) help COMMAND` has the options, examples and exit codes of a command.

        """
    }

    /// What `hubbub` alone answers.
    static var shortUsage: String {
        """
        usage: \(programName) COMMAND [OPTION...]

        \(commandRows)
        `\(programName) help` tells more.

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
              \(([programName, name, operand?.usage, "[OPTION...]"].compactMap(\.self)).joined(separator: " "))

            Options
            \(Self.rows((words.map { [$0] } ?? []) + options))
            Examples
            \(Self.rows(examples.map { ($0.line, $0.purpose) }))
            Exit codes
            \(Self.rows(exitCodes.map { (String($0.rawValue), $0.meaning) }))
            """
    }

    private static func rows(_ rows: [(String, String)]) -> String { table(rows.map { [$0, $1] }) }
}

extension Option {
    /// As a help page shows it, `--repeat N`.
    var usage: String {
        let name = short.map { "\($0), \(self.name)" } ?? self.name
        return placeholder.map { takesNextWord ? "\(name) \($0)" : "\(name)[=\($0)]" } ?? name
    }

    var fullHelp: String {
        let more =
            switch value {
            case .wholeNumber(_, let range, let byDefault):
                " (\(grouped(range.lowerBound)) to \(grouped(range.upperBound)); \(byDefault) if not given)"
            case .choice(let words): " (\(words[0]) if not given)"
            case .flag, .text, .optionalText: ""
            }
        return help + more + (repeats ? " (may be repeated)" : "")
    }
}
