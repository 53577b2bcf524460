internal import Experiments
import Reports
import Vocabulary

extension Subcommand {
    private static let schema = Option(
        name: "--schema", help: "print the JSON Schema of scenario files, for editors, and check nothing")
    private static let format = Option(
        name: "--format", value: .choice(["text", "json", "sarif", "github"]),
        help: "how findings are written; text goes to standard error, the others to standard output")

    static let validate = Subcommand(
        name: "validate",
        summary: "Check scenario files, and run nothing",
        operand: Operand(
            placeholder: "FILE", limit: .max, stands: .scenarioFile,
            help: "a scenario file; - is standard input"),
        options: [format, .json, .github, .set, schema],
        examples: [
            Example(line: "\(programName) validate scenario.yaml", purpose: "says nothing if all is well"),
            Example(
                line: "\(programName) validate --format github *.yaml",
                purpose: "findings beside the lines of a change"),
            Example(
                line: "\(programName) validate --schema > hubbub-1.schema.json",
                purpose: "what an editor needs to complete and check"),
        ],
        exitCodes: [.held, .usage, .badFile, .noFile, .outputFailed, .badDesign],
        run: runValidate)

    private static func runValidate(_ call: Call) throws(Failure) -> ExitCode {
        if call.arguments.has(schema) {
            try call.output.write(Schema.document(designs: call.sheets))
            return .held
        }
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "validate") }
        let files = try ScenarioFiles(call, overrides: try call.overrides())
        guard !(call.arguments.has(.json) && call.arguments.has(format)) else {
            throw Failure(.usage, "options '--json' and '--format' exclude each other")
        }
        switch call.arguments.has(.json) ? "json" : call.arguments.choice(format) {
        case "json": try call.output.write(findingsDocument(files.allFindings))
        case "sarif":
            try call.output.write(
                SARIF.text(of: files.allFindings.all.map(FileFinding.init), version: Version.number))
        case "github":
            try call.output.write(GitHub.annotations(files.allFindings.all.map(FileFinding.init)))
        default:
            files.report(to: call)
            return files.exitCode
        }
        for line in files.unreadable { call.remark(line) }
        return files.exitCode
    }

    private static func findingsDocument(_ findings: Experiments.Findings) -> String {
        JSON.object([
            ("format", .string(Version.findingsFormat)), ("errors", .integer(UInt64(findings.errors))),
            ("warnings", .integer(UInt64(findings.warnings))), ("findings", findings.json),
        ]).document
    }
}

extension FileFinding {
    /// What is wrong with an option has no line; it counts as a word on the first.
    init(_ finding: Finding) {
        self.init(
            file: finding.source,
            position: finding.isInFile ? finding.position : SourcePosition(line: 1, column: 1),
            severity: finding.severity == .error ? .error : .warning,
            message: finding.message + (finding.hint.map { "; \($0)" } ?? ""))
    }
}
