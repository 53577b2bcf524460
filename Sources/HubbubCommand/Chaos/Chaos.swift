internal import Chaos
internal import Experiments
import Vocabulary

extension Subcommand {
    static let chaos = Subcommand(
        name: "chaos",
        summary: "Search for faults that break a scenario, make them few, and say why",
        operand: Operand(
            placeholder: "FILE", limit: 1, stands: .scenarioFile,
            help: "a scenario file; its 'random' says what may come, its 'healthy' what well is"),
        options: [
            .runs, .time, .beyond, .seed, .set, .jobs, .out, .save, .regress, .canary, .report, .json,
            .ndjson, .quiet, .color, .ascii, .progress,
        ],
        examples: [
            Example(
                line: "\(programName) chaos scenario.yaml --runs 500 --jobs 2",
                purpose: "500 runs; the same on any number of threads"),
            Example(
                line: "\(programName) chaos scenario.yaml --for 10m --report",
                purpose: "ten minutes, and the page; it says which --runs repeats it"),
            Example(
                line: "\(programName) chaos scenario.yaml --beyond --save museum",
                purpose: "outside of the envelope, and keep what is found"),
            Example(
                line: "\(programName) chaos --regress museum",
                purpose: "whether what was found once is mended"),
        ],
        exitCodes: ExitCode.allCases,
        run: runChaos)

    private static func runChaos(_ call: Call) throws(Failure) -> ExitCode {
        if let folder = call.arguments.text(.regress) {
            guard call.arguments.operands.isEmpty else {
                throw Failure(.usage, "option '--regress' plays what is kept in a folder, and takes no FILE")
            }
            return try Museum(folder, call).play()
        }
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "chaos") }
        let hunt = try call.hunt()
        let extras = Extras(call.arguments)
        try call.checkOutput(extras)
        let files = try ScenarioFiles(call, overrides: try call.overrides())
        files.report(to: call)
        guard files.exitCode == .held, let file = files.files.first, let scenario = file.loaded.scenario
        else {
            return files.exitCode
        }
        let design = try call.design(scenario.design)
        let arena: Arena
        do throws(Arena.Unfit) {
            arena = try Arena(
                scenario, design: design, thresholds: file.loaded.thresholds, healthy: file.loaded.healthy,
                beyond: call.arguments.has(.beyond))
        } catch {
            throw Failure(.badFile, "\(visible(file.path)): \(error.reason)\n  \(error.remedy)")
        }
        let folder = CampaignFolder(call.results)
        try folder.prepare()
        call.around.interruption.listen()
        return try Hunting(arena, hunt, file: file.path, folder: folder, extras: extras, call).run()
    }
}

/// How long a campaign goes on.
struct Hunt {
    /// Nil when only time ends it.
    var runs: Int?
    var time: Span?
}

extension Option {
    static let runs = Option(
        name: "--runs", value: .wholeNumber(placeholder: "N", in: 1...1_000_000, default: 256),
        help: "how many runs to search in")
    static let time = Option(
        name: "--for", value: .text(placeholder: "T"),
        help: "search for so long by the clock on the wall, in place of --runs; what is found is looked into "
            + "after that")
    static let beyond = Option(
        name: "--beyond",
        help: "leave the envelope: any number of faults at a time, stronger ones, disks that are lost; what "
            + "breaks then is no bug")
    static let save = Option(
        name: "--save", value: .text(placeholder: "DIR"), stands: .folder,
        help: "keep a capsule of each finding in a folder, one for each cause")
    static let regress = Option(
        name: "--regress", value: .text(placeholder: "DIR"), stands: .folder,
        help: "play the capsules in a folder again, and search for nothing")
    static let canary = Option(
        name: "--canary",
        help: "first search a machine that breaks its word, and fail if that is not found")
}

extension Call {
    /// Without either, so many runs as `--runs` has by default.
    fileprivate func hunt() throws(Failure) -> Hunt {
        guard let text = arguments.text(.time) else { return Hunt(runs: arguments.wholeNumber(.runs)) }
        guard !arguments.has(.runs) else {
            throw Failure(.usage, "options '--runs' and '--for' exclude each other")
        }
        do throws(Misreading) {
            let time = try Span(reading: text, in: .seconds(1)...(.hours(24 * 365)))
            return Hunt(time: time)
        } catch {
            throw Failure(
                .usage, "option '--for': \(error.message)" + (error.remedy.map { "; \($0)" } ?? ""))
        }
    }
}
