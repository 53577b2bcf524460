internal import Experiments
import Results
import Synchronization
import Vocabulary

/// How far the runs are, on standard error, while they go on: a line that is written over for a person who
/// watches, a line now and then for a log. It never reaches a run.
///
///     split ▐█████████░░░░░░▌ 4m12s/10m  ×31 real time  2.1M events/s  p99 3.40s  thresholds 6/7 ok  eta 11s
///     evening ▐████░░░░░░░░░░░▌ 52/200 runs  51 passed  4.2M events/s  eta 3m20s
final class LiveLine: Sendable {
    enum Manner { case over, underneath, silent }

    /// As `--progress` and `--quiet` have it.
    static func manner(_ call: Call) -> Manner {
        switch call.arguments.choice(.progress) {
        case _ where call.arguments.has(.quiet): .silent
        case "none": .silent
        // What writes a line over is an escape, which a dumb terminal would show.
        case _ where call.around.variable("TERM") == "dumb": .underneath
        case "line": .over
        default: call.errors.isTerminal ? .over : .underneath
        }
    }

    private struct State {
        var last: ContinuousClock.Instant
        var standing: [Int: RunProgress] = [:]  // added up only
        var finished = 0
        var passed = 0
        var events: UInt64 = 0
    }

    /// How far one run is.
    private struct RunProgress {
        var share: Double
        var events: UInt64
    }

    private let name: String
    private let count: Int
    private let manner: Manner
    private let isASCII: Bool
    private let errors: Outlet
    private let now: @Sendable () -> ContinuousClock.Instant
    private let begin: ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameter now: reads the clock by which a line is due.
    init(
        _ name: String, count: Int, manner: Manner, isASCII: Bool, errors: Outlet,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        (self.name, self.count, self.manner, self.isASCII, self.errors) = (
            name, count, manner, isASCII, errors
        )
        self.now = now
        begin = now()
        state = Mutex(State(last: begin))
    }

    private var pause: Duration { manner == .over ? .milliseconds(100) : .seconds(30) }

    /// What takes a while to find out is asked of the run when a line is due, on the run's own thread.
    func show(_ status: Play.Status, of run: Int) {
        guard manner != .silent else { return }
        let now = self.now()
        let isDue = state.withLock { state in
            // A run that is verified or has a control run counts its events from nothing again.
            let before = state.standing[run]?.events ?? 0
            state.events += status.events < before ? status.events : status.events - before
            let share = (status.time - .start).seconds / max((status.end - .start).seconds, 1e-9)
            state.standing[run] = RunProgress(share: share, events: status.events)
            guard now - state.last >= pause else { return false }
            state.last = now
            return true
        }
        guard isDue else { return }
        let ofRun = count == 1 ? parts(of: status, elapsed: seconds(now - begin)) : []
        state.withLock { write(text(of: ofRun, $0, elapsed: seconds(now - begin))) }
    }

    func finish(_ run: Int, isPassed: Bool) {
        state.withLock {
            $0.finished += 1
            $0.passed += isPassed ? 1 : 0
            $0.standing[run] = nil
        }
    }

    /// Makes room for what is written next.
    func erase() { if manner == .over { try? errors.write("\r\u{1b}[2K") } }

    private func write(_ text: String) {
        try? errors.write(manner == .over ? "\r\u{1b}[2K\(text)" : "\(text)\n")
    }

    // MARK: The words

    /// A piece of the line; where there is no room for all, the highest rank goes first.
    private struct Piece {
        var text: String
        var rank: Int
    }

    private func parts(of status: Play.Status, elapsed: Double) -> [Piece] {
        let (now, end) = (status.time - .start, status.end - .start)
        let bar = bar(now.seconds / max(end.seconds, 1e-9))
        let factor = decimal(now.seconds / max(elapsed, 0.001), places: 0)
        let thresholds = status.thresholds
        return [
            Piece(text: "\(visible(status.stretch)) \(bar) \(clockText(now))/\(clockText(end))", rank: 0),
            Piece(text: "\(isASCII ? "x" : "×")\(factor) real time", rank: 5),
            Piece(text: status.deliveryP99.map { "p99 \(shortText($0))" } ?? "", rank: 2),
            Piece(
                text: thresholds.of > 0 ? "thresholds \(thresholds.held)/\(thresholds.of) ok" : "", rank: 3),
        ]
    }

    private func text(of run: [Piece], _ state: State, elapsed: Double) -> String {
        let speed = UInt64(Double(state.events) / max(elapsed, 0.001))
        let share =
            (Double(state.finished) + state.standing.values.reduce(0) { $0 + $1.share }) / Double(count)
        let left = Span.seconds(Int64(elapsed / max(share, 1e-9) * (1 - share)))
        let ofAll = [
            Piece(text: "\(visible(name)) \(bar(share)) \(state.finished)/\(count) runs", rank: 0),
            Piece(text: "\(state.passed) passed", rank: 2),
        ]
        var parts = count == 1 ? run : ofAll
        parts.insert(Piece(text: "\(shortText(speed)) events/s", rank: 4), at: min(2, parts.count))
        parts.append(Piece(text: "eta \(clockText(left))", rank: 1))
        return joined(parts.filter { !$0.text.isEmpty })
    }

    /// As much as fits on a line of the terminal: what is wrapped could not be erased.
    private func joined(_ parts: [Piece]) -> String {
        var parts = parts
        func text() -> String { parts.map(\.text).joined(separator: "  ") }
        guard manner == .over, let columns = errors.columns() else { return text() }
        while text().count >= columns, let last = parts.max(by: { $0.rank < $1.rank }), last.rank > 0 {
            parts.removeAll { $0.rank == last.rank }
        }
        return String(text().prefix(max(0, columns - 1)))
    }

    private func bar(_ share: Double) -> String {
        let full = Int(min(1, share) * 15)
        let (left, on, off, right) = isASCII ? ("[", "#", ".", "]") : ("▐", "█", "░", "▌")
        return left + String(repeating: on, count: full) + String(repeating: off, count: 15 - full) + right
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
