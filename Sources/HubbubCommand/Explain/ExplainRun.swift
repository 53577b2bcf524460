internal import Chat
internal import Experiments
import Reports
import Results
import Vocabulary

/// `explain` of a stored run: its story, its slowest letters, or one letter.
struct ExplainRun {
    private let call: Call
    private let path: String
    private let stored: StoredRun
    private let style: OutputStyle

    init(_ path: String, _ call: Call) throws(Failure) {
        for option in [Option.set, .seed] where call.arguments.has(option) {
            // A variable is for whatever is played, and nothing is.
            guard call.arguments.label(option) == option.name else { continue }
            throw Failure(
                .usage,
                "option '\(option.name)' is for a scenario file; \(visible(path)) is a run, as it was played")
        }
        (self.path, self.call) = (path, call)
        stored = try StoredRun(path, call)
        style = OutputStyle(call)
    }

    func story() throws(Failure) {
        let result = stored.result
        guard !call.arguments.has(.json) else {
            return try write(
                Version.storyFormat,
                [
                    ("run", result.run.stored), ("verdict", result.verdict.stored),
                    ("phases", result.phases.stored), ("thresholds", result.thresholds.stored),
                    ("summaries", result.summaries.stored), ("figures", result.figures.stored),
                    ("faults", result.faults.stored), ("invariants", result.invariants.stored),
                ])
        }
        var story = RunStory(of: stored.shown)
        story.isASCII = style.isASCII
        story.folder = stored.path
        // What an older Hubbub wrote may be no scenario any more; then its story is told without this.
        story.load = stored.loaded(call).scenario.map { PlannedLoad(of: $0).text } ?? ""
        try call.output.write(story.text)
    }

    func slowest() throws(Failure) {
        guard !call.arguments.has(.json) else {
            return try write(Version.lettersFormat, [("deliveries", stored.result.slowest.stored)])
        }
        try call.output.write(letters.slowest)
    }

    func message(_ text: String) throws(Failure) {
        let id = try call.letter(text, in: stored)
        let name = id.description
        guard let story = letters.story(of: name) else {
            throw Failure(
                .usage,
                "the result says nothing of \(name): it keeps the \(stored.result.slowest.count) slowest "
                    + "deliveries, and what broke a promise; `\(programName) replay \(shellWord(path)) --message "
                    + "\(id.typed)` plays the run again and writes down all of it")
        }
        guard !call.arguments.has(.json) else {
            let violations = letters.violations(about: name).map(\.violation)
            return try write(
                Version.lettersFormat,
                [
                    ("deliveries", letters.deliveries(of: name).stored), ("violations", violations.stored),
                ])
        }
        try call.output.write(story)
    }

    private var letters: LetterStory {
        var letters = LetterStory(of: stored.result)
        letters.isASCII = style.isASCII
        return letters
    }

    private func write(_ format: String, _ members: [(String, JSON)]) throws(Failure) {
        try call.output.write(
            JSON.object([("format", .string(format)), ("folder", .string(stored.path))] + members).document)
    }
}

extension Option {
    static let message = Option(
        name: "--message", value: .text(placeholder: "ID"),
        help: "tell of one letter, as in 17.3: the fourth that user 17 sent, both counted from 0")
}

extension Call {
    /// The letter that `--message` names, if the run has a user who could have sent it.
    func letter(_ text: String, in stored: StoredRun) throws(Failure) -> LetterID {
        let letter: LetterID
        do throws(Misreading) { letter = try LetterID(reading: text) } catch {
            throw Failure(.usage, "option '--message': \(error.message); \(error.remedy ?? "")")
        }
        let users = stored.result.topology.roles.first { $0.name == "users" }?.count
        if let users, UInt64(letter.sender.number) >= users {
            throw Failure(
                .usage,
                "option '--message': there is no \(letter.sender) in this run; users are numbered from 0 to "
                    + "\(grouped(users - 1))")
        }
        return letter
    }
}

extension LetterID {
    /// As one types it.
    var typed: String { "\(sender.number).\(number)" }
}
