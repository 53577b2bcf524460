internal import Experiments
import Reports
import Results
import Vocabulary

extension Subcommand {
    static let replay = Subcommand(
        name: "replay",
        summary: "Repeat a stored run, and see whether it comes out the same",
        operand: Operand(
            placeholder: "RUN", limit: 1, stands: .folder, help: "the folder of a result, or its result.json"),
        options: [.json, .color, .ascii],
        examples: [
            Example(
                line: "hubbub replay Reports/runs/few-people/latest",
                purpose: "the newest run of a scenario, again"),
            Example(
                line: "hubbub replay Reports/runs/few-people/latest --json", purpose: "for a program to read"),
        ],
        exitCodes: [
            .held, .inconclusive, .usage, .badFile, .noFile, .internalError, .outputFailed, .interrupted,
            .terminated,
        ],
        run: runReplay)

    private static func runReplay(_ call: Call) throws(Failure) -> ExitCode {
        guard let path = call.arguments.operands.first else { throw call.missing("RUN", of: "replay") }
        let stored = try StoredRun(path)
        let before = stored.result
        guard before.run.isComplete else {
            throw Failure(
                .badFile, "\(visible(path)): this run was stopped, and where is not part of its result")
        }
        let text = before.scenario.text
        let name = "\(stored.folder)/\(ResultFolder.resultFile)"
        let loader = ScenarioLoader(designs: call.sheets) { (_) throws(Misreading) in
            throw Misreading("a resolved scenario needs no other file")
        }
        let loaded = loader.load(Array(text.utf8), from: name)
        guard let scenario = loaded.scenario else {
            try? call.errors.write(loaded.findings.text)
            throw Failure(.badFile, "\(visible(name)): its scenario cannot be read by this Hubbub")
        }
        let play = Play(
            scenario, design: try call.design(scenario.design), thresholds: loaded.thresholds,
            healthy: loaded.healthy, file: before.scenario.file, command: before.run.command,
            lines: before.thresholds.map { Int(clamping: $0.line) })
        let stop = call.around.interruption
        stop.listen()
        let isSameBuild = stored.machine?.build == Build.name
        if !isSameBuild {
            call.remark(
                "the result was made by another build (\(visible(stored.machine?.build ?? "unknown")))")
        }
        let now = call.around.player(play) { _ in stop.received() == nil }.result
        if let code = stop.received(), !now.run.isComplete { return code }
        let isSame = now == before
        try tell(now, isSame: isSame, isSameBuild: isSameBuild, call)
        guard !isSame else { return .held }
        call.remark(
            "it came out differently: \(firstDifference(ResultFile.text(of: before), ResultFile.text(of: now)))"
        )
        // Another build may rightly differ, and then nobody can tell.
        return isSameBuild ? .internalError : .inconclusive
    }

    private static func tell(_ result: RunResult, isSame: Bool, isSameBuild: Bool, _ call: Call)
        throws(Failure)
    {
        guard !call.arguments.has(.json) else {
            return try call.output.write(
                JSON.object([
                    ("format", .string(Version.replayFormat)), ("same", .bool(isSame)),
                    ("same_build", .bool(isSameBuild)), ("run", result.run.stored),
                    ("verdict", result.verdict.stored),
                ]).document)
        }
        let look = Look(call)
        var report = TerminalReport(of: result)
        report.detail = .quiet
        (report.isColored, report.isASCII) = (look.isColored, look.isASCII)
        try call.output.write(
            report.text + (isSame ? "the same as before, to the byte\n" : "not the same as before\n"))
    }
}
