import Results
import Simulation
import Vocabulary

/// The p99 over time as a row of blocks, and under it when the faults were.
///
///     ▁▁▁▁▁▁▁▁▂█▇▅▂▁▁▁▁▂▂▂  delivery p99 by 30s, log scale, 0.41s to 61.80s
///             ░░     ▼      ░ split 4m–5m   ▼ one-host-dies 7m30s
///
/// The scale is logarithmic, and three decades at the least: of two healthy runs both are flat, and what is
/// twice as slow for a moment does not look like a fault. What never came has the highest block, too, and a
/// word in the legend; where nothing was sent there is no block at all, nor in the warm-up, which the table
/// above leaves out.
struct Sparkline {
    private let result: RunResult
    private let isASCII: Bool
    /// So many that what they show fits beside them.
    private static let columns = 44
    /// Between the lowest block and the highest.
    private static let leastRatio = 1_000.0
    private static let mostFaults = 12

    init(of result: RunResult, isASCII: Bool) {
        self.result = result
        self.isASCII = isASCII
    }

    private var levels: [Character] { Array(isASCII ? "_.-=+*%#" : "▁▂▃▄▅▆▇█") }

    var lines: [String] {
        guard var series = result.latencies.first(where: { !$0.isControl }) else { return [] }
        for slice in series.counts.indices.prefix(while: { series.slice * Int64($0) < result.run.warmup }) {
            series.counts[slice] = 0
        }
        // By slices that have their letters: the slowest of a dozen is no p99. Where a stretch has too few for one, as a
        // short fault may, the slowest of each slice: left out, it would look like the best of all.
        let cuts = result.faults.flatMap { [$0.from, $0.to ?? $0.from] }.map {
            Int(($0 - .start).nanoseconds / max(1, series.slice.nanoseconds))
        }
        let joined = JoinedSlices(
            of: series, thousandths: 990, never: [], cuts: cuts, known: result.summarised(\.p99, of: series))
        let slices = series.counts.indices.map { index -> (count: UInt64, p99: UInt64?) in
            guard let group = joined.value(at: index) else {
                return (series.counts[index], series.p99[index])
            }
            return (max(1, series.counts[index]), group.value)
        }
        let size = mergeSize(slices.count, to: Self.columns)
        // The worst of each; nothing is worse than what never came.
        let worst = merged(slices, to: Self.columns) { group -> (count: UInt64, p99: UInt64?) in
            let due = group.filter { $0.count > 0 }
            return (
                due.reduce(0) { $0 + $1.count },
                due.contains { $0.p99 == nil } ? nil : due.compactMap(\.p99).max()
            )
        }
        let values = worst.filter { $0.count > 0 }.compactMap(\.p99)
        let hasNever = worst.contains { $0.count > 0 && $0.p99 == nil }
        guard hasNever || !values.isEmpty else { return [] }
        let (least, greatest) = (values.min() ?? 0, values.max() ?? 0)
        let range = Elementary.log(max(Double(greatest) / Double(max(1, least)), Self.leastRatio))
        let row = worst.map { slice -> Character in
            guard slice.count > 0 else { return " " }
            guard let value = slice.p99 else { return levels[7] }
            return levels[min(7, Int(Elementary.log(Double(value) / Double(max(1, least))) / range * 8))]
        }
        let width = series.slice * Int64(size)
        let extremes =
            values.isEmpty
            ? [] : [least, greatest].map { shortText(Span(nanoseconds: Int64(clamping: $0))) }
        let finite = extremes.first == extremes.last ? extremes.first : extremes.joined(separator: " to ")
        let scale = [finite, hasNever ? "∞" : nil].compactMap(\.self).joined(separator: " and ")
        let first =
            "  \(String(row))  \(visible(series.metric)) p99 by \(clockText(width)), log scale, \(scale)"
        return [first] + (result.faults.isEmpty ? [] : faults(row.count, each: width))
    }

    private func faults(_ columns: Int, each width: Span) -> [String] {
        let faults = result.faults
        let marks = (0..<columns).map { column -> Character in
            let (from, to) = (
                Instant.start + width * Int64(column), Instant.start + width * Int64(column + 1)
            )
            let here = faults.filter { $0.from < to && ($0.to ?? to) >= from }
            if let window = here.first(where: isLong) { return mark(of: window) }
            return here.first.map(mark) ?? " "
        }
        let names = faults.map { "\(mark(of: $0)) \(visible($0.name)) \(Wording.window($0))" }
        let row = "  \(String(marks))"
        let beside = "\(row)  \(names.joined(separator: "   "))"
        if beside.count <= pageWidth { return [beside] }
        let more = faults.count - Self.mostFaults
        let shown = names.prefix(Self.mostFaults) + (more > 0 ? ["and \(more) more"] : [])
        return [row] + listed(Array(shown), indent: 4)
    }

    private func isLong(_ fault: FaultEffect) -> Bool {
        fault.to.map { $0 - fault.from >= .seconds(1) } ?? true
    }

    private func mark(of fault: FaultEffect) -> Character {
        isASCII ? (isLong(fault) ? ":" : "v") : isLong(fault) ? "░" : "▼"
    }
}

/// Things one after the other, in lines that break between them only.
func listed(_ things: [String], after start: String = "", indent: Int) -> [String] {
    let hard = things.map { $0.replacing(" ", with: "\u{A0}") }
    let text = wrapped(hard.joined(separator: " · "), indent: indent).replacing("\u{A0}", with: " ")
    return (leftAligned(start, indent) + text).split(separator: "\n").map(String.init)
}
