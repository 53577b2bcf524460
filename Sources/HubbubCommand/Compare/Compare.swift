import Comparisons
internal import Experiments
import Reports
import Results
import Vocabulary

extension Subcommand {
    private static let vary = Option(
        name: "--vary", value: .text(placeholder: "KEY=A,B,..."), stands: .key,
        help: "compare one file with itself, a value of KEY set in each, as in topology.server.cores=2,4")
    private static let require = Option(
        name: "--require", value: .text(placeholder: "LINE"), repeats: true,
        help: "fail unless this holds, as in 'B.delivery p99 <= A.delivery p99'")

    static let compare = Subcommand(
        name: "compare",
        summary: "Set scenarios or stored runs beside each other, with the same seeds",
        operand: Operand(
            placeholder: "FILE|RUN", limit: 8, stands: .scenarioFile,
            help: "scenario files, or folders of stored results; a folder of many is one that has many seeds"),
        options: [
            vary, require, .seeds, .set, .jobs, .out, .report, .json, .quiet, .verbose, .color, .ascii,
            .progress,
        ],
        examples: [
            Example(
                line: "\(programName) compare a.yaml b.yaml --seeds 1..5",
                purpose: "two files, in pairs by seed"),
            Example(
                line: "\(programName) compare a.yaml --vary topology.server.cores=2,4,8 --report",
                purpose: "three values of a knob, and a page with their charts over each other"),
            Example(
                line: "\(programName) compare a.yaml b.yaml --require 'B.delivery p99 <= A.delivery p99'",
                purpose: "a condition for CI"),
        ],
        exitCodes: [
            .held, .failed, .inconclusive, .usage, .badFile, .noFile, .internalError, .cannotCreate,
            .outputFailed, .badDesign, .interrupted, .terminated,
        ],
        run: runCompare)

    private static func runCompare(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE|RUN", of: "compare") }
        let extras = Extras(call.arguments)
        try call.checkOutput(extras)
        var requirements: [Requirement] = []
        for text in call.arguments.texts(require) {
            do throws(Misreading) { requirements.append(try Requirement(reading: text)) } catch {
                throw Failure(.usage, "option '--require': \(error.text)")
            }
        }
        var contest = try Contest(call, vary: call.arguments.text(vary))
        guard contest.exitCode == .held else { return contest.exitCode }
        try contest.check(requirements)
        if let code = try contest.play() { return code }
        return try contest.tell(requirements, extras)
    }
}
