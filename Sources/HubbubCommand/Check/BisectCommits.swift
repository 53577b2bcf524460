import Comparisons
import Vocabulary

/// Finds the commit that made a check fail: builds commits in a worktree of their own, and asks each the same
/// question.
///
/// The scenario files and the baseline are those of today, so that what they say is the same for all; and the
/// question has no chance in it, so that each commit is asked once. The repository is the one in which the
/// baseline lies.
struct BisectCommits {
    private let call: Call
    private let good: String
    private let bad: String
    private let build: String
    private let program: String
    private let baseline: String
    private var repository: String

    init(_ call: Call, range: String, build: String, program: String, baseline: String) throws(Failure) {
        let parts = range.components(of: "..")
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !range.hasPrefix("-") else {
            throw Failure(
                .usage, "option '--bisect' takes two commits, as in v1.0..HEAD, not \(quoted(range))")
        }
        (good, bad) = (parts[0], parts[1])
        (self.call, self.build, self.program) = (call, build, program)
        self.baseline = Self.absolute(baseline)
        repository = self.baseline.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        if repository.isEmpty { repository = "/" }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileSystem.currentFolder)/\(path)"
    }

    func run() throws(Failure) -> ExitCode {
        let work = try WorkFolder(call, "bisect")
        let git = Program(path: "git")
        let listed = try git.answer(
            ["rev-list", "--reverse", "--first-parent", "\(good)..\(bad)"], work: work.path, in: repository)
        let commits = listed.split(separator: "\n").map(String.init)
        guard !commits.isEmpty else {
            throw Failure(
                .usage, "option '--bisect': there is no commit between \(quoted(good)) and \(quoted(bad))")
        }
        let tree = Self.absolute("\(work.path)/tree")
        _ = try git.answer(
            ["worktree", "add", "--detach", "--quiet", tree, commits[0]], work: work.path,
            in: repository)
        defer {
            _ = try? git.answer(["worktree", "remove", "--force", tree], work: work.path, in: repository)
        }
        var bisection = Bisection(count: commits.count)
        call.around.interruption.listen()
        while case .ask(let place) = bisection.next {
            if let code = call.around.interruption.received() { return code }
            let answer = try ask(commits[place], git, tree, work.path)
            bisection.record(answer.0, of: place)
            call.remark("\(commits[place].prefix(12)): \(answer.1)")
        }
        return try tell(bisection.next, commits, git, work.path)
    }

    private func ask(
        _ commit: String, _ git: Program, _ tree: String, _ work: String
    ) throws(Failure) -> (Bisection.Answer, String) {
        _ = try git.answer(["checkout", "--detach", "--quiet", commit], work: work, in: tree)
        let said = (output: "\(work)/output.txt", errors: "\(work)/errors.txt")
        guard
            try Program(path: "/bin/sh").run(
                ["-c", build], output: said.output, errors: said.errors, in: tree) == 0
        else { return (.skipped, "does not build, skipped") }
        let files = call.arguments.operands.map(Self.absolute)
        let path = program.hasPrefix("/") ? program : "\(tree)/\(program)"
        let jobs = "\(call.arguments.wholeNumber(.jobs))"
        let set = call.arguments.texts(.set).flatMap { ["--set", $0] }
        let code = try Program(path: path).run(
            ["check"] + files + ["--baseline", baseline, "--quiet", "--jobs", jobs] + set,
            output: said.output,
            errors: said.errors)
        return switch code {
        case 0: (.good, "good")
        case 1, 3: (.bad, "bad")
        default: (.skipped, "cannot tell (exit code \(code)), skipped")
        }
    }

    private func tell(
        _ step: Bisection.Step, _ commits: [String], _ git: Program, _ work: String
    ) throws(Failure) -> ExitCode {
        func line(_ place: Int) throws(Failure) -> String {
            visible(
                try git.answer(["log", "-1", "--format=%h %s", commits[place]], work: work, in: repository)
                    .split(separator: "\n").first.map(String.init) ?? commits[place])
        }
        if call.arguments.has(.json) {
            var candidates: [JSON] = []
            switch step {
            case .found(let place): candidates = [.string(commits[place])]
            case .among(let places): candidates = places.map { .string(commits[$0]) }
            case .ask: break
            }
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.bisectFormat)), ("first_bad", .array(candidates)),
                    ("asked_among", .integer(UInt64(commits.count))),
                ]).document)
        } else {
            switch step {
            case .found(let place): try call.output.write("first bad commit: \(try line(place))\n")
            case .among(let places):
                var text =
                    "one of these \(places.count) is the first bad commit; those before the last cannot be asked\n"
                for place in places { text += "  \(try line(place))\n" }
                try call.output.write(text)
            case .ask: break
            }
        }
        if case .found = step { return .held }
        return .inconclusive
    }
}

extension String {
    /// What stands on both sides of a mark, and between.
    fileprivate func components(of mark: String) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}
