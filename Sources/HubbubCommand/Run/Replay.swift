internal import Chat
internal import Experiments
import Reports
import Results
import Vocabulary

extension Subcommand {
    private static let until = Option(
        name: "--until", value: .text(placeholder: "T"),
        help: "play up to this simulated time, as in 2m30s, and show what the run is like there")

    static let trail = Option(
        name: "--trail", help: "print digests of all that had happened, at some thousand events of the run")
    static let events = Option(
        name: "--events", value: .text(placeholder: "A..B"),
        help: "print the events with these numbers, a line for each")
    static let eventCounts = Option(
        name: "--event-counts",
        help: "print how many events there were, by role and kind, and how many that is for each letter")

    static let replay = Subcommand(
        name: "replay",
        summary: "Repeat a stored run, see whether it comes out the same, and look into it",
        operand: Operand(
            placeholder: "RUN", limit: 1, stands: .folder,
            help: "the folder of a result, its result.json, or a capsule that chaos has saved"),
        options: [until, .message, trail, events, eventCounts, .json, .color, .ascii],
        examples: [
            Example(
                line: "\(programName) replay Reports/runs/few-people/latest",
                purpose: "the newest run of a scenario, again"),
            Example(
                line: "\(programName) replay Reports/runs/few-people/latest --until 2m30s",
                purpose: "letters, faults and machines at that moment"),
            Example(
                line: "\(programName) replay Reports/runs/few-people/latest --message 17.3",
                purpose: "all that happened to a letter"),
            Example(
                line: "\(programName) replay Reports/runs/few-people/latest --event-counts",
                purpose: "what makes the run long: events of each role, and for each letter"),
            Example(
                line: "\(programName) replay museum/never-lost-1c0ffee5.capsule.json",
                purpose: "a finding of chaos, on any machine"),
            Example(
                line: "\(programName) replay Reports/runs/few-people/latest --json",
                purpose: "for a program to read"),
        ],
        exitCodes: [
            .held, .inconclusive, .usage, .badFile, .noFile, .internalError, .outputFailed, .badDesign,
            .interrupted, .terminated,
        ],
        run: runReplay)

    private static func runReplay(_ call: Call) throws(Failure) -> ExitCode {
        guard let path = call.arguments.operands.first else { throw call.missing("RUN", of: "replay") }
        if !FileSystem.isFolder(path), let bytes = try? FileSystem.read(path), Capsule.looksLike(bytes) {
            for option in [until, .message, trail, events, eventCounts] where call.arguments.has(option) {
                throw Failure(
                    .usage,
                    "option '\(option.name)' looks into a stored run; play the capsule's scenario first, and "
                        + "look into that")
            }
            return try Capsule(bytes, at: path).replay(call)
        }
        let stored = try StoredRun(path, call)
        let asked = [until, .message, trail, events, eventCounts].filter(call.arguments.has)
        if let view = asked.first(where: { [trail.name, events.name, eventCounts.name].contains($0.name) }) {
            if let other = asked.first(where: { $0.name != view.name }) {
                throw Failure(
                    .usage,
                    "options '\(view.name)' and '\(other.name)' exclude each other: ask for one, then the other"
                )
            }
            return try EventView(of: stored, call).show(view)
        }
        return try Replay(
            of: stored, until: try call.moment(until, in: stored),
            letter: try call.arguments.text(.message).map { (text) throws(Failure) in
                try call.letter(text, in: stored)
            }, call
        ).run()
    }
}

/// A stored run that is played again: to its end, to be compared, or up to a moment, to be looked at.
private struct Replay {
    private let call: Call
    private let stored: StoredRun
    private var play: Play
    private let isSameBuild: Bool

    init(of stored: StoredRun, until: Instant?, letter: LetterID?, _ call: Call) throws(Failure) {
        (self.stored, self.call) = (stored, call)
        if until == nil { try stored.checkWhole() }
        play = try stored.play(call)
        (play.until, play.letter) = (until, letter)
        isSameBuild = stored.machine?.build == Build.name
    }

    func run() throws(Failure) -> ExitCode {
        let stop = call.around.interruption
        stop.listen()
        if !isSameBuild {
            call.remark(
                "the result was made by another build (\(visible(stored.machine?.build ?? "unknown"))); this is "
                    + Build.name)
        }
        var play = play
        play.listen(to: stop)
        let outcome = call.around.player(play) { _ in stop.received() == nil }
        let isWhole = outcome.result.verdict.word != .interrupted || outcome.moment != nil
        if let code = stop.received(), !isWhole { return code }
        // Only a whole run can be compared: what is not played has no digest.
        let isSame = play.until == nil ? outcome.result == stored.result.bare : nil
        try checkLetter(in: outcome)
        try call.output.write(
            call.arguments.has(.json) ? document(outcome, isSame) : text(outcome, isSame))
        guard isSame == false else { return .held }
        return tellDifference(from: outcome.result)
    }

    /// Another build may rightly differ, and then nobody can tell.
    private func tellDifference(from now: RunResult) -> ExitCode {
        // What the file says nobody played; whoever changed it has been told.
        guard !stored.result.isAltered else { return .badFile }
        let (was, became) = (stored.result.run.digest.value, now.run.digest.value)
        let place = firstDifference(stored.result, now)
        call.remark(
            was == became
                ? "the digest is the same, and the result is not: \(place)"
                : "the digest was \(digestText(was)) and is \(digestText(became)); \(place)")
        guard isSameBuild else { return .inconclusive }
        call.remark(
            "the same program has to come to the same: please report it, with this line\n  "
                + "\(programName) replay \(shellWord(visible(stored.path)))")
        return .internalError
    }

    private func checkLetter(in outcome: Play.PlayedRun) throws(Failure) {
        guard let letter = play.letter, outcome.history.isEmpty else { return }
        let sender = letter.sender
        let by = play.until.map { " by \(clockText($0))" } ?? ""
        let tapped =
            switch outcome.lettersOfSender ?? 0 {
            case 0: "\(sender) sent none"
            case 1: "\(sender) sent one, \(LetterID(of: sender, 0).typed)"
            case let count:
                "\(sender) sent \(grouped(count)), \(LetterID(of: sender, 0).typed) to "
                    + LetterID(of: sender, UInt32(count - 1)).typed
            }
        throw Failure(.usage, "option '--message': nobody sent \(letter)\(by): \(tapped)")
    }

    private func text(_ outcome: Play.PlayedRun, _ isSame: Bool?) -> String {
        let style = OutputStyle(call)
        var text = ""
        if let moment = outcome.moment {
            var report = MomentReport(of: moment, in: outcome.result.run)
            (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
            text = report.text
        } else {
            var report = TerminalReport(of: outcome.result)
            report.detail = .quiet
            (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
            text = report.text
        }
        if let letter = play.letter {
            let history = "\n\(letter)\n" + LetterStory.history(outcome.history)
            text += (style.isASCII ? asciiOnly(history) : history) + "\n"
        }
        return text
            + (isSame.map { $0 ? "the same as before, to the byte\n" : "not the same as before\n" } ?? "")
    }

    private func document(_ outcome: Play.PlayedRun, _ isSame: Bool?) -> String {
        var members: [(String, JSON)] = [
            ("format", .string(Version.replayFormat)), ("same", isSame.map(JSON.bool) ?? .null),
            ("same_build", .bool(isSameBuild)), ("run", stored.result.run.stored),
        ]
        if let moment = outcome.moment {
            members.append(("moment", moment.stored))
        } else {
            members[3] = ("run", outcome.result.run.stored)
            members.append(("verdict", outcome.result.verdict.stored))
        }
        if let letter = play.letter {
            members += [("letter", .string(letter.description)), ("history", outcome.history.stored)]
        }
        return JSON.object(members).document
    }
}

extension Call {
    /// The moment that `--until` names, before the end of the run.
    fileprivate func moment(_ option: Option, in stored: StoredRun) throws(Failure) -> Instant? {
        guard let text = arguments.text(option) else { return nil }
        let end = stored.result.run.end
        let span: Span
        do throws(Misreading) { span = try Span(reading: text) } catch {
            throw Failure(
                .usage, "option '\(option.name)': \(error.message)" + (error.remedy.map { "; \($0)" } ?? ""))
        }
        guard span >= .zero, .at(span) < end else {
            throw Failure(
                .usage,
                "option '\(option.name)': the run ends at \(clockText(end)), so a moment is before that, not "
                    + quoted(text))
        }
        return .at(span)
    }
}
