internal import Experiments
import Reports
import Results
import Vocabulary

/// The events of a stored run, for `replay`: digests of them for whoever compares it with that of another program,
/// some of them one by one, or all of them counted.
struct EventView {
    private let stored: StoredRun
    private let call: Call
    private let play: Play

    init(of stored: StoredRun, _ call: Call) throws(Failure) {
        (self.stored, self.call) = (stored, call)
        play = try stored.play(call)
    }

    func show(_ option: Option) throws(Failure) -> ExitCode {
        switch option.name {
        case Subcommand.events.name: try showEvents()
        case Subcommand.eventCounts.name: return try showCounts()
        default: try showTrail()
        }
        return .held
    }

    private var isJSON: Bool { call.arguments.has(.json) }

    private func showTrail() throws(Failure) {
        let points = play.trail()
        try call.output.write(
            isJSON
                ? JSON.object([
                    ("format", .string(Version.trailFormat)),
                    (
                        "points",
                        .array(
                            points.map {
                                .object([
                                    ("event", .integer($0.event)),
                                    ("digest", .string(digestText($0.digest))),
                                ])
                            })
                    ),
                ]).document
                : points.map { "\($0.event) \(digestText($0.digest))\n" }.joined())
    }

    private func showEvents() throws(Failure) {
        let text = call.arguments.text(Subcommand.events) ?? ""
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]), let last = UInt64(parts[2]),
            first <= last, last - first < 1_000_000
        else {
            throw Failure(
                .usage,
                "option '--events' takes the numbers of at most a million events, as in 1000..1023, not "
                    + quoted(text))
        }
        guard first > 0 else {
            throw Failure(.usage, "option '--events' counts events from 1: there is no 0 of " + quoted(text))
        }
        let lines = play.events(first..<last + 1).map { visible($0) }
        try call.output.write(
            isJSON
                ? JSON.object([
                    ("format", .string(Version.trailFormat)), ("events", .array(lines.map(JSON.string))),
                ]).document
                : lines.map { $0 + "\n" }.joined())
    }

    private func showCounts() throws(Failure) -> ExitCode {
        try stored.checkWhole()
        let counts = play.eventCounts()
        var report = EventReport(of: counts, in: stored.result.run)
        report.isASCII = OutputStyle(call).isASCII
        try call.output.write(
            isJSON
                ? JSON.object([
                    ("format", .string(Version.eventCountsFormat)), ("run", stored.result.run.stored),
                    ("counts", counts.stored),
                ]).document : report.text)
        guard let before = stored.machine, before.events != counts.events else { return .held }
        let isSameBuild = before.build == Build.name
        call.remark(
            "the run had \(grouped(before.events)) events, and this one has \(grouped(counts.events))"
                + (isSameBuild ? "" : ": another build made it (\(visible(before.build)))"))
        return isSameBuild ? .internalError : .inconclusive
    }
}
