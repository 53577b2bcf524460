import Comparisons
internal import Experiments
import Reports
import Results
import Vocabulary

extension Subcommand {
    private static let update = Option(
        name: "--update", help: "write what comes out into the baseline, in place of what is there")
    private static let strict = Option(
        name: "--strict",
        help: "let nothing pass but what is the same: for changes that should change nothing")

    private static let against = Option(
        name: "--against", value: .text(placeholder: "PROGRAM"), stands: .file,
        help: "compare with what this other build of Hubbub comes to, in place of the figures of the baseline"
    )
    private static let bisect = Option(
        name: "--bisect", value: .text(placeholder: "GOOD..BAD"),
        help: "find the first commit of these that fails the check")
    private static let build = Option(
        name: "--build", value: .text(placeholder: "COMMAND"),
        help: "how --bisect builds a commit; swift build -c release if not given")
    private static let program = Option(
        name: "--program", value: .text(placeholder: "PATH"), stands: .file,
        help: "what --bisect asks once a commit is built; .build/release/hubbub if not given")

    static let check = Subcommand(
        name: "check",
        summary: "Play scenarios beside their baseline, and fail if anything became worse",
        operand: Operand(
            placeholder: "FILE", limit: .max, stands: .scenarioFile,
            help: "a scenario file; the baseline says with which seeds and values it is played"),
        options: [
            .baseline, update, strict, against, bisect, build, program, .seeds, .set, .jobs, .out, .report,
            .junit, .markdown, .github, .json,
            .quiet, .verbose, .color, .ascii, .progress,
        ],
        examples: [
            Example(
                line: "\(programName) check Scenarios/*.yaml --baseline baseline.txt --update",
                purpose: "five seeds of each, as the baseline"),
            Example(
                line: "\(programName) check Scenarios/*.yaml --baseline baseline.txt --jobs 2",
                purpose: "what changed since, and whether it is allowed"),
            Example(
                line: "\(programName) check Scenarios/*.yaml --baseline baseline.txt --strict",
                purpose: "after a change that should change nothing"),
            Example(
                line: "\(programName) check Scenarios/*.yaml --baseline baseline.txt --bisect v1.0..HEAD",
                purpose: "the commit that made it worse"),
        ],
        exitCodes: ExitCode.allCases,
        run: runCheck)

    private static func runCheck(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "check") }
        let (isUpdate, other) = (call.arguments.has(update), call.arguments.text(against))
        try checkTogether(call.arguments)
        guard let path = call.arguments.text(.baseline) ?? other else {
            throw Failure(
                .usage, "option '--baseline' is missing; `\(programName) help check` shows the usage")
        }
        let extras = Extras(call.arguments)
        try call.checkOutput(extras)
        if let range = call.arguments.text(bisect) {
            return try BisectCommits(
                call, range: range, build: call.arguments.text(build) ?? "swift build -c release",
                program: call.arguments.text(program) ?? ".build/release/hubbub", baseline: path,
                isStrict: call.arguments.has(strict)
            ).run()
        }
        // No folder is made for it: the place of a file that is kept in a repository is there, or misspelt.
        if isUpdate, path != "-" { try FileSystem.checkWritable(path, for: .baseline) }
        let before =
            try call.arguments.has(.baseline) ? BaselineFile.read(path, isUpdate: isUpdate) : Baseline()
        var gate = try Gate(call, baseline: before, isUpdate: isUpdate)
        guard gate.exitCode == .held else { return gate.exitCode }
        if !isUpdate, other == nil { try gate.checkSeeds(path) }
        let isStrict = call.arguments.has(strict)
        if let code = try gate.play(extras) {
            if !isUpdate, other == nil { try gate.judgeStopped(extras, isStrict: isStrict) }
            return code
        }
        if let other { try gate.ask(Against(other, call)) }
        if isUpdate {
            try gate.write(to: path)
            return .held
        }
        return try gate.judge(path, extras, isStrict: isStrict)
    }

    /// Refuses what would be taken and have no effect.
    private static func checkTogether(_ arguments: Arguments) throws(Failure) {
        let told: [Option] = [.report, .junit, .markdown, .github]
        let exclusions: [(Option, why: String, others: [Option])] = [
            (
                update, "judges nothing: write the baseline, and check then",
                [bisect, against, strict, .json] + told
            ),
            (bisect, "answers with a commit, and only to the terminal or with '--json'", [against] + told),
        ]
        for (option, why, others) in exclusions where arguments.has(option) {
            guard let other = others.first(where: arguments.has) else { continue }
            throw Failure(
                .usage,
                "options '\(option.name)' and '\(other.name)' exclude each other: '\(option.name)' \(why)")
        }
        if !arguments.has(bisect), let alone = [build, program].first(where: arguments.has) {
            throw Failure(
                .usage, "option '\(alone.name)' says how '--bisect' asks a commit, and goes with it only")
        }
    }
}

extension Option {
    static let baseline = Option(
        name: "--baseline", value: .text(placeholder: "FILE"), stands: .file,
        help: "the baseline, a text file that --update writes")
}

extension FileSystem {
    /// Makes the folder of a file that an option names, and sees whether it can be written, before anything is
    /// played for it.
    static func prepare(_ path: String, for option: Option) throws(Failure) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        if !folder.isEmpty {
            do throws(FileProblem) { try makeFolder(folder) } catch { throw refusal(path, option, error) }
        }
        try checkWritable(path, for: option)
    }

    static func checkWritable(_ path: String, for option: Option) throws(Failure) {
        do throws(FileProblem) { try checkWritable(path) } catch { throw refusal(path, option, error) }
    }

    private static func refusal(_ path: String, _ option: Option, _ problem: FileProblem) -> Failure {
        Failure(
            .cannotCreate,
            "option '\(option.name)': \(visible(path)) cannot be written: \(problem.message)")
    }
}

/// The baseline on the disk.
enum BaselineFile {
    /// What an update begins with is empty where there is no file.
    static func read(_ path: String, isUpdate: Bool) throws(Failure) -> Baseline {
        let bytes: [UInt8]
        do throws(FileProblem) { bytes = try FileSystem.read(path) } catch {
            if error.isMissing, isUpdate { return Baseline() }
            let hint = error.isMissing ? "; `\(programName) check --update` makes it" : ""
            throw Failure(.noFile, "\(visible(path)): \(error.message)\(hint)")
        }
        return try baseline(bytes, from: path)
    }

    /// What another program wrote that was asked for one.
    static func read(_ path: String, writtenBy program: String) throws(Failure) -> Baseline {
        let bytes: [UInt8]
        do throws(FileProblem) { bytes = try FileSystem.read(path) } catch {
            throw Failure(
                .badFile,
                "option '--against': \(visible(program)) ended well and wrote no baseline; is it a Hubbub?")
        }
        return try baseline(bytes, from: "what \(program) wrote")
    }

    private static func baseline(_ bytes: [UInt8], from path: String) throws(Failure) -> Baseline {
        do throws(BaselineError) {
            return try Baseline(parsing: String(decoding: bytes, as: UTF8.self), file: path)
        } catch { throw Failure(.badFile, error.description) }
    }
}
