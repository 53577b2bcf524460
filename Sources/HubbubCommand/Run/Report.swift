import Reports
import Vocabulary

extension Subcommand {
    static let report = Subcommand(
        name: "report",
        summary: "Make the page of stored results",
        operand: Operand(
            placeholder: "RUN", limit: .max, stands: .folder,
            help: "the folder of a result, or its result.json; the page goes beside it"),
        options: [.json],
        examples: [
            Example(
                line: "\(programName) report Reports/runs/few-people/latest",
                purpose: "the page of the newest run"),
            Example(
                line: "\(programName) report Reports/runs/few-people/*",
                purpose: "the pages of all runs of a scenario"),
        ],
        exitCodes: [.held, .usage, .badFile, .noFile, .cannotCreate, .outputFailed],
        run: runReport)

    private static func runReport(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("RUN", of: "report") }
        // All are read before anything is written.
        var runs: [StoredRun] = []
        for path in call.arguments.operands { runs.append(try StoredRun(path, call)) }
        var pages: [String] = []
        for run in runs {
            let page = run.pagePath
            let html = Page(of: run.shown, machine: run.machine).html
            try ResultFolder.write(Array(html.utf8), at: page, call)
            pages.append(page)
        }
        try call.output.write(
            call.arguments.has(.json)
                ? JSON.object([
                    ("format", .string(Version.pagesFormat)), ("pages", .array(pages.map(JSON.string))),
                ]).document
                : pages.map { visible($0) + "\n" }.joined())
        return .held
    }
}
