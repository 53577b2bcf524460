internal import Experiments
import Results
import Synchronization
import Vocabulary

/// What happens in the runs, on standard output while they go on: a JSON object on each line.
///
/// Nothing in a line comes from the machine, and runs are told one after the other: what a later one has to
/// say while an earlier one goes on waits. So the same command line writes the same text, whatever the number
/// of threads.
final class EventLines: Sendable {
    private struct State {
        /// The run that is told as it goes on.
        var current = 0
        var waiting: [Int: String] = [:]  // looked up only, never iterated
        var failure: Failure?
    }

    private let output: Outlet
    private let state = Mutex(State())

    /// So many lines at most say how far a run is.
    private static let progressLimit: Int64 = 100

    init(_ output: Outlet) { self.output = output }

    /// Why nothing more can be written, if so.
    var failure: Failure? { state.withLock { $0.failure } }

    // MARK: The lines of a run

    func begin(_ run: Int, _ play: Play) {
        let scenario = play.scenario
        write(
            line(
                "start", play, at: .start,
                [
                    ("format", .string(Version.eventsFormat)), ("design", .string(scenario.design)),
                    ("command", .string(play.origin.command)), ("warmup_ns", scenario.warmup.stored),
                    ("duration_ns", scenario.duration.stored), ("drain_ns", scenario.drain.stored),
                ]), of: run)
    }

    func tell(_ status: Play.Status, of run: Int, _ play: Play) {
        tell(status.news, of: run, play)
        let whole = (status.end - .start).nanoseconds
        let second: Int64 = 1_000_000_000
        let pause = ((whole - 1) / (Self.progressLimit * second) + 1) * second
        guard Int64(status.time.nanoseconds) % pause == 0 else { return }
        let thresholds = status.thresholds
        write(
            line(
                "progress", play, at: status.time,
                [
                    ("end_ns", status.end.stored), ("events", .integer(status.events)),
                    ("delivery_p99_ns", status.deliveryP99.stored),
                    ("thresholds_held", .integer(UInt64(thresholds.held))),
                    ("thresholds", .integer(UInt64(thresholds.of))),
                ]), of: run)
    }

    func tell(_ news: [RunEvent], of run: Int, _ play: Play) {
        for event in news {
            write(
                line(
                    event.kind, play, at: event.time,
                    [("target", .string(event.target)), ("what", .string(event.what))]), of: run)
        }
    }

    /// The last line of a run: its result is written.
    func end(_ run: Int, _ play: Play, _ result: RunResult, folder: String) {
        let verdict = result.verdict
        write(
            line(
                "verdict", play, at: nil,
                [
                    ("word", .string(verdict.word.rawValue)), ("exit_code", .integer(verdict.exitCode)),
                    ("complete", .bool(result.run.isComplete)), ("digest", result.run.digest.stored),
                    ("reasons", .array(verdict.reasons.map(JSON.string))), ("folder", .string(folder)),
                ]), of: run)
    }

    /// What was said of the following run meanwhile is written.
    func next(after run: Int) {
        state.withLock { state in
            guard state.current == run else { return }
            state.current = run + 1
            let waiting = state.waiting.removeValue(forKey: run + 1)
            if let waiting { put(waiting, &state) }
        }
    }

    private func line(_ kind: String, _ play: Play, at time: Instant?, _ rest: [(String, JSON)]) -> String {
        let who: [(String, JSON)] = [
            ("kind", .string(kind)), ("run", .string(play.scenario.name)),
            ("seed", .integer(UInt64(play.scenario.seed))),
        ]
        return JSON.object(who + (time.map { [("time_ns", $0.stored)] } ?? []) + rest).line + "\n"
    }

    private func write(_ line: String, of run: Int) {
        state.withLock { state in
            if state.current == run { put(line, &state) } else { state.waiting[run, default: ""] += line }
        }
    }

    private func put(_ text: String, _ state: inout State) {
        guard state.failure == nil else { return }
        do throws(Failure) { try output.write(text) } catch { state.failure = error }
    }
}
