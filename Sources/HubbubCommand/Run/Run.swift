internal import Chat
internal import Experiments
import Results
import Vocabulary

extension Subcommand {
    static let run = Subcommand(
        name: "run",
        summary: "Play scenarios, judge them, and write their results",
        operand: Operand(
            placeholder: "FILE", limit: .max, stands: .scenarioFile,
            help: "a scenario file; - is standard input"),
        options: [
            .seed, .seeds, .set, .jobs, .out, .report, .junit, .markdown, .trace, .github, .json, .ndjson,
            .verify, .control, .anySize, .quiet, .verbose, .color, .ascii, .progress,
        ],
        examples: [
            Example(line: "\(programName) run scenario.yaml --report", purpose: "one run, with its page"),
            Example(
                line: "\(programName) run scenario.yaml --seeds 1..200 --jobs 2",
                purpose: "many runs, and what is typical"),
            Example(
                line: "\(programName) run scenario.yaml --set users.count=1000 --json",
                purpose: "for a program to read"),
            Example(
                line: "\(programName) run scenario.yaml --ndjson",
                purpose: "for a program that watches: each event as it happens"),
        ],
        exitCodes: ExitCode.allCases,
        run: runRun)

    private static func runRun(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "run") }
        let extras = Extras(call.arguments)
        let seeds = try call.seeds()
        let scenarios = call.arguments.operands.count
        try call.checkOutput(extras, scenarios: scenarios, runs: scenarios * (seeds?.count ?? 1))
        let files = try ScenarioFiles(call, overrides: try call.overrides())
        files.report(to: call)
        guard files.exitCode == .held else { return files.exitCode }
        var runs: [Runs.Group] = []
        for file in files.files {
            guard let scenario = file.loaded.scenario else {
                preconditionFailure("a sound file has a scenario")
            }
            var assignments: [Assignment] = []
            for seed in seeds.map(Array.init) ?? [scenario.seed] {
                var seeded = scenario
                seeded.seed = seed
                let isGiven = seeds != nil || call.arguments.has(.seed)
                let command = call.command(toRun: file.path, seed: isGiven ? seed : nil)
                assignments.append(try Assignment(seeded, of: file, call, command: command))
            }
            try call.checkSize(of: file, runs: assignments.count)
            runs.append(Runs.Group(thresholds: file.loaded.thresholds, assignments: assignments))
        }
        let folder = ResultFolder(out: call.results)
        try folder.prepare()
        call.around.interruption.listen()
        return try Runs(call, groups: runs, folder: folder, extras: extras).play()
    }
}

extension Call {
    /// Refuses what would not fit, before people are drawn up for minutes and the system ends the process.
    fileprivate func checkSize(of file: ScenarioFiles.ScenarioFile, runs: Int) throws(Failure) {
        guard !arguments.has(.anySize), let scenario = file.loaded.scenario else { return }
        // Where nobody has measured the design: what people and their letters take at least.
        let measured = file.loaded.sheet?.effort
        let forecast = Forecast(
            of: scenario, load: PlannedLoad(of: scenario),
            effort: measured ?? Effort(eventsPerLetter: 0, eventsPerShowing: 0))
        let together = min(runs, arguments.wholeNumber(.jobs))
        let bytes = forecast.bytes * Double(together)
        guard bytes > Double(around.memory) else { return }
        let each = together > 1 ? " (\(together) runs at a time)" : ""
        throw Failure(
            .usage,
            "\(visible(file.path)) needs \(measured == nil ? "at least" : "about") \(bytesText(wholeNumber(bytes))) of "
                + "memory\(each), and this machine has \(bytesText(around.memory)); "
                + (measured == nil
                    ? "" : "`\(programName) explain \(shellWord(visible(file.path)))` says what for, and ")
                + "--any-size plays it all the same")
    }

    /// What repeats a run: all that decides it, and nothing that does not.
    fileprivate func command(toRun path: String, seed: Int?) -> String {
        let set = arguments.texts(.set).map { "--set \(shellWord($0))" }
        return (["\(programName) run", shellWord(path)] + (seed.map { ["--seed \($0)"] } ?? []) + set).joined(
            separator: " ")
    }
}
