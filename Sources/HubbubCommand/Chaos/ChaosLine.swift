internal import Chaos
import Results
import Vocabulary

/// How far a campaign is, on standard error: one line that is written over, or a line now and then.
///
///     crash ▐██████░░░░░░░░░▌ 112/256 runs  38 runs/s  2 gave way  41 cells empty  eta 4s
final class ChaosLine {
    private let name: String
    private let runs: Int?
    private let manner: LiveLine.Manner
    private let isASCII: Bool
    private let errors: Outlet
    private let begin = ContinuousClock.now
    private var last: ContinuousClock.Instant
    private var first: Int?

    init(_ name: String, runs: Int?, _ call: Call) {
        (self.name, self.runs, errors) = (name, runs, call.errors)
        manner = LiveLine.manner(call)
        isASCII = OutputStyle(call).isASCII
        last = begin
    }

    func show(_ campaign: Campaign, and outcomes: [TrialOutcome]) {
        guard manner != .silent else { return }
        let now = ContinuousClock.now
        guard now - last >= (manner == .over ? .milliseconds(100) : .seconds(30)) else { return }
        last = now
        let count = campaign.runs.count + outcomes.count
        if first == nil { first = campaign.runs.count }
        let seconds = (now - begin) / .seconds(1)
        let speed = Double(count - (first ?? 0)) / max(seconds, 0.001)
        let broken =
            campaign.runs.count { !$0.outcome.broken.isEmpty } + outcomes.count { !$0.broken.isEmpty }
        let (met, all) = campaign.coverage.cells
        var parts = [
            runs.map {
                "\(visible(name)) \(bar(Double(count) / Double($0))) \(grouped(count))/\(grouped($0)) runs"
            }
                ?? "\(visible(name)) \(grouped(count)) runs",
            "\(decimal(speed, places: speed < 10 ? 1 : 0)) runs/s", "\(grouped(broken)) gave way",
            "\(grouped(all - met)) cells empty",
        ]
        if let runs {
            let left = Span.seconds(Int64(Double(runs - count) / max(speed, 0.001)))
            parts.append("eta \(clockText(left))")
        }
        write(parts.joined(separator: "  "))
    }

    func look(into oracle: Oracle, run: Int) {
        guard manner == .over else { return }
        write(
            "\(visible(name)) looks into run \(grouped(run)), in which \(visible(oracle.description)) gave way"
        )
    }

    func erase() { if manner == .over { try? errors.write("\r\u{1b}[2K") } }

    /// What is wrapped could not be erased.
    private func write(_ text: String) {
        guard manner == .over else { return (try? errors.write("\(text)\n")) ?? () }
        let columns = errors.columns() ?? 100
        try? errors.write("\r\u{1b}[2K\(text.prefix(max(0, columns - 1)))")
    }

    private func bar(_ share: Double) -> String {
        let full = Int(min(1, share) * 15)
        let (left, on, off, right) = isASCII ? ("[", "#", ".", "]") : ("▐", "█", "░", "▌")
        return left + String(repeating: on, count: full) + String(repeating: off, count: 15 - full) + right
    }
}
