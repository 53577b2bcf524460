internal import Experiments
import Results
import Synchronization
import Vocabulary

/// How far the runs are, on standard error, while they go on: a line that is written over for a person who
/// watches,
/// a line now and then for a log. It never reaches a run.
final class LiveLine: Sendable {
    enum Manner { case over, underneath, silent }

    private struct State {
        var last: ContinuousClock.Instant
        var standing: [Int: Play.Status] = [:]  // looked up only, never iterated
        var finished = 0
        var events: UInt64 = 0
    }

    private let name: String
    private let count: Int
    private let manner: Manner
    private let errors: Outlet
    private let begin = ContinuousClock.now
    private let state: Mutex<State>

    init(_ name: String, count: Int, manner: Manner, errors: Outlet) {
        (self.name, self.count, self.manner, self.errors) = (name, count, manner, errors)
        state = Mutex(State(last: begin))
    }

    private var pause: Duration { manner == .over ? .milliseconds(100) : .seconds(30) }

    func show(_ status: Play.Status, of run: Int) {
        guard manner != .silent else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            // A run that is verified or has a control run counts its events from nothing again.
            let before = state.standing[run]?.events ?? 0
            state.events += status.events < before ? status.events : status.events - before
            state.standing[run] = status
            guard now - state.last >= pause else { return }
            state.last = now
            write(text(status, state, elapsed: now - begin))
        }
    }

    func finish(_ run: Int) {
        state.withLock {
            $0.finished += 1
            $0.standing[run] = nil
        }
    }

    /// Makes room for what is written next.
    func erase() { if manner == .over { try? errors.write("\r\u{1b}[2K") } }

    private func write(_ text: String) {
        try? errors.write(manner == .over ? "\r\u{1b}[2K\(text)" : "\(text)\n")
    }

    private func text(_ status: Play.Status, _ state: State, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let speed = "\(shortText(UInt64(Double(state.events) / max(seconds, 0.001)))) events/s"
        guard count == 1 else {
            return "\(name)  \(state.finished) of \(count) runs  \(speed)"
        }
        let (now, end) = (status.time - .start, status.end - .start)
        let share = now.seconds / max(end.seconds, 1e-9)
        let bar =
            String(repeating: "#", count: Int(share * 20))
            + String(repeating: ".", count: 20 - Int(share * 20))
        let factor = decimal(now.seconds / max(seconds, 0.001), places: 0)
        let left = clockText(Span.seconds(Int64(seconds / max(share, 0.001) * (1 - share))))
        return
            "\(name) [\(bar)] \(clockText(now))/\(clockText(end))  x\(factor) real time  \(speed)  eta \(left)"
    }
}
