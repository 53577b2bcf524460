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
    private let isStrict: Bool
    private var repository: String

    init(
        _ call: Call, range: String, build: String, program: String, baseline: String, isStrict: Bool
    ) throws(Failure) {
        let parts = range.components(of: "..")
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !range.hasPrefix("-") else {
            throw Failure(
                .usage, "option '--bisect' takes two commits, as in v1.0..HEAD, not \(quoted(range))")
        }
        (good, bad) = (parts[0], parts[1])
        (self.call, self.build, self.program, self.isStrict) = (call, build, program, isStrict)
        self.baseline = Self.absolute(baseline)
        repository = self.baseline.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        if repository.isEmpty { repository = "/" }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileSystem.currentFolder)/\(path)"
    }

    func run() throws(Failure) -> ExitCode {
        call.around.interruption.listen()
        let work = try WorkFolder(call, "bisect")
        // It is asked for moments, and tidies up also when the rest was stopped.
        let git = Program(path: "git")
        let commits = try self.commits(git, work.path)
        let tree = Self.absolute("\(work.path)/tree")
        _ = try git.answer(
            ["worktree", "add", "--detach", "--quiet", tree, commits[0]], work: work.path,
            in: repository)
        defer {
            _ = try? git.answer(["worktree", "remove", "--force", tree], work: work.path, in: repository)
        }
        func asked(_ commit: String) throws(Failure) -> (Bisection.Answer, why: String) {
            let answer = try ask(commit, git, tree, work.path)
            call.remark("\(commit.prefix(12)): \(answer.why)")
            return answer
        }
        // Both ends first: an answer about what lies between them rests on these.
        for (name, commit, expected) in [
            (bad, commits.last!, Bisection.Answer.bad), (good, commits[0], .good),
        ] {
            let answer = try asked(commit)
            guard answer.0 != expected else { continue }
            throw Failure(.badFile, refusal(of: name, answer))
        }
        var bisection = Bisection(count: commits.count - 1)
        while case .ask(let place) = bisection.next {
            bisection.record(try asked(commits[place + 1]).0, of: place)
        }
        return try tell(bisection.next, Array(commits.dropFirst()), git, work.path)
    }

    /// From the good one to the bad one, with both.
    private func commits(_ git: Program, _ work: String) throws(Failure) -> [String] {
        func list(_ words: String...) throws(Failure) -> [String] {
            try git.answer(["rev-list", "--reverse", "--first-parent"] + words, work: work, in: repository)
                .split(separator: "\n").map(String.init)
        }
        for name in [good, bad] {
            let said = (output: "\(work)/output.txt", errors: "\(work)/errors.txt")
            let words = ["rev-parse", "--quiet", "--verify", "\(name)^{commit}"]
            guard try git.run(words, output: said.output, errors: said.errors, in: repository) == 0 else {
                throw Failure(
                    .badFile,
                    "option '--bisect': there is no commit \(quoted(name)) in the repository of \(visible(repository))"
                )
            }
        }
        let between = try list("\(good)..\(bad)")
        guard !between.isEmpty else {
            let isTurned = try !list("\(bad)..\(good)").isEmpty
            throw Failure(
                .usage,
                "option '--bisect': there is no commit between \(quoted(good)) and \(quoted(bad))"
                    + (isTurned ? "; the good one comes first: '\(visible(bad))..\(visible(good))'" : ""))
        }
        return try list("--max-count=1", good) + between
    }

    /// Why an end of the range is none.
    private func refusal(of name: String, _ answer: (Bisection.Answer, why: String)) -> String {
        switch answer.0 {
        case .good:
            "\(visible(name)) passes the check, so no commit before it made it fail; is it the bad one?"
        case .bad: "\(visible(name)) fails the check already: name a good commit before it"
        case .skipped: "\(visible(name)) \(answer.why); both ends have to be asked"
        }
    }

    private func started(_ path: String) -> Program {
        Program(path: path, interruption: call.around.interruption)
    }

    private func ask(
        _ commit: String, _ git: Program, _ tree: String, _ work: String
    ) throws(Failure) -> (Bisection.Answer, why: String) {
        _ = try git.answer(["checkout", "--detach", "--quiet", "--force", commit], work: work, in: tree)
        let said = (output: "\(work)/output.txt", errors: "\(work)/errors.txt")
        guard
            try started("/bin/sh").run(
                ["-c", build], output: said.output, errors: said.errors, in: tree) == 0
        else { return (.skipped, "does not build\(reason(said))") }
        let files = call.arguments.operands.map(Self.absolute)
        let path = program.hasPrefix("/") ? program : "\(tree)/\(program)"
        guard FileSystem.isReadable(path) else {
            return (.skipped, "builds, and leaves no program at \(visible(program)) (--program)")
        }
        let jobs = "\(call.arguments.wholeNumber(.jobs))"
        let question =
            (call.arguments.text(.seeds).map { ["--seeds", $0] } ?? [])
            + call.arguments.texts(.set).flatMap { ["--set", $0] } + (isStrict ? ["--strict"] : [])
        let code = try started(path).run(
            ["check"] + files + ["--baseline", baseline, "--quiet", "--jobs", jobs] + question,
            output: said.output,
            errors: said.errors)
        return switch code {
        case 0: (.good, "good")
        case 1, 3: (.bad, "bad")
        default: (.skipped, "cannot tell (exit code \(code))\(reason(said))")
        }
    }

    /// The first error that a program has printed, or the last it has said.
    private func reason(_ said: (output: String, errors: String)) -> String {
        let lines = [said.errors, said.output].flatMap { path in
            ((try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? "")
                .split(separator: "\n")
        }
        guard let line = lines.first(where: { $0.contains("error:") }) ?? lines.last else { return "" }
        return ": \(visible(line))"
    }

    private func tell(
        _ step: Bisection.Advice, _ commits: [String], _ git: Program, _ work: String
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
            case .found(let place): try call.print("first bad commit: \(try line(place))\n")
            case .among(let places):
                var text =
                    "one of these \(places.count) is the first bad commit; those before the last cannot be asked\n"
                for place in places { text += "  \(try line(place))\n" }
                try call.print(text)
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
