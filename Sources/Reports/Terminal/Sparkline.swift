import Results
import Simulation
import Vocabulary

/// The p99 over time as a row of blocks, on a logarithmic scale, and under it when the faults were.
///
///     ▁▁▁▁▁▁▁▁▂█▇▅▂▁▁▁▁▂▂▂  p99 by 30s, 0.41s to 61.80s
///             ░░     ▼      ░ split 4m–5m   ▼ one-host-dies 7m30s
struct Sparkline {
    private let result: RunResult
    private let isASCII: Bool
    private static let columns = 48

    init(of result: RunResult, isASCII: Bool) {
        self.result = result
        self.isASCII = isASCII
    }

    private var levels: [Character] { Array(isASCII ? "_.-=+*%#" : "▁▂▃▄▅▆▇█") }

    var lines: [String] {
        guard let series = result.latencies.first(where: { !$0.isControl }) else { return [] }
        let slices = zip(series.counts, series.p99).map { (count: $0, p99: $1) }
        let size = mergeSize(slices.count, to: Self.columns)
        // The worst of each; nothing is worse than what never came.
        let worst = merged(slices, to: Self.columns) { group -> (count: UInt64, p99: UInt64?) in
            let due = group.filter { $0.count > 0 }
            return (
                due.reduce(0) { $0 + $1.count },
                due.contains { $0.p99 == nil } ? nil : due.compactMap(\.p99).max()
            )
        }
        let values = worst.compactMap(\.p99)
        guard let least = values.min(), let greatest = values.max() else { return [] }
        let row = worst.map { slice -> Character in
            guard slice.count > 0 else { return " " }
            guard let value = slice.p99 else { return levels[7] }
            guard greatest > least, least > 0 else { return levels[0] }
            let share =
                Elementary.log(Double(value) / Double(least))
                / Elementary.log(Double(greatest) / Double(least))
            return levels[min(7, Int(share * 8))]
        }
        let width = series.slice * Int64(size)
        let range =
            shortText(Span(nanoseconds: Int64(clamping: least))) + " to "
            + shortText(Span(nanoseconds: Int64(clamping: greatest)))
        let first = "  \(String(row))  \(series.metric) p99 by \(clockText(width)), \(range)"
        let faults = result.faults
        guard !faults.isEmpty else { return [first] }
        let marks = (0..<row.count).map { column -> Character in
            let (from, to) = (
                Instant.start + width * Int64(column), Instant.start + width * Int64(column + 1)
            )
            let here = faults.filter { $0.from < to && ($0.to ?? to) >= from }
            if let window = here.first(where: isLong) { return mark(of: window) }
            return here.first.map(mark) ?? " "
        }
        let names = faults.map { "\(mark(of: $0)) \(visible($0.name)) \(Wording.window($0))" }
        let second = "  \(String(marks))  "
        guard faults.count > 2 else { return [first, second + names.joined(separator: "   ")] }
        let list = "    " + wrapped(names.joined(separator: " · "), indent: 4)
        return [first, second] + list.split(separator: "\n").map(String.init)
    }

    private func isLong(_ fault: FaultEffect) -> Bool {
        fault.to.map { $0 - fault.from >= .seconds(1) } ?? true
    }

    private func mark(of fault: FaultEffect) -> Character {
        isASCII ? (isLong(fault) ? ":" : "v") : isLong(fault) ? "░" : "▼"
    }
}
