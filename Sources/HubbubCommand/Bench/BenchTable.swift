internal import Benchmarks
import Reports
import Vocabulary

/// The table on a terminal: a row as soon as it is known, never wider than the page.
///
///     benchmark     unit              count  per second      ns each  B/pending  B/actor
///     phold-1024x1  event         1,000,000  20,000,000         50.0       32.0     56.0
///
/// The columns are fixed before the first run, because no row waits for those after it.
struct BenchTable: BenchReport {
    private enum Column {
        case benchmark, unit, count, perSecond, each, least, most, saves, perPending, perActor
    }

    private let columns: [Column]
    private let labelWidth: Int
    private let isRepeated: Bool
    private let output: Outlet
    private var previous: BenchRow?

    init(rows: [BenchRow], rounds: Int, output: Outlet) {
        isRepeated = rounds > 1
        let isPlain = rows.contains { $0.plain > 0 }
        columns =
            [.benchmark, .unit]
            + (isRepeated ? [.perSecond, .each, .least, .most] : [.count, .perSecond, .each])
            + (isPlain ? [.saves] : []) + [.perPending, .perActor]
        labelWidth = (rows.map(\.label) + [Self.title]).map(\.count).max()!
        self.output = output
    }

    /// What would run, with the sentence of each.
    static func list(_ rows: [BenchRow]) -> String {
        let labelWidth = (rows.map(\.label) + [title]).map(\.count).max()!
        let suiteWidth = (rows.map(\.benchmark.suite) + ["suite"]).map(\.count).max()!
        let lines =
            [(title, "suite", "what it measures")]
            + rows.map { row in
                row.plain == 0
                    ? (row.label, row.benchmark.suite, row.benchmark.title) : (row.label, "", "")
            }
        return lines.map { label, suite, title in
            let start = "\(leftAligned(label, labelWidth))  \(leftAligned(suite, suiteWidth))  "
            return trimmed(start + wrapped(title, indent: start.count)) + "\n"
        }.joined()
    }

    mutating func begin() throws(Failure) {
        try output.write(line { title(of: $0) })
    }

    mutating func finish(_ row: BenchRow) throws(Failure) {
        let saved =
            row.plain == 0 ? nil : previous.map { $0.nanosecondsEach.median - row.nanosecondsEach.median }
        let counts = row.counts.map { "\n" + EventReport.table(of: $0) } ?? ""
        try output.write(line { cell($0, row, saved: saved) } + Self.notes(row) + counts)
        previous = row
    }

    mutating func end(memory: Memory, runs: Int) throws(Failure) {
        let megabytes = decimal(Double(memory.peakResidentBytes) / 1e6, places: 1)
        let sharing = runs > 1 ? ", of the process that made all \(grouped(runs)) runs" : ""
        try output.write("\npeak memory \(megabytes) MB\(sharing)\n")
    }

    private static let title = "benchmark"

    private func title(of column: Column) -> String {
        switch column {
        case .benchmark: Self.title
        case .unit: "unit"
        case .count: "count"
        case .perSecond: "per second"
        case .each: isRepeated ? "ns median" : "ns each"
        case .least: "ns min"
        case .most: "ns max"
        case .saves: "saves"
        case .perPending: "B/pending"
        case .perActor: "B/actor"
        }
    }

    private func width(of column: Column) -> Int {
        switch column {
        case .benchmark: labelWidth
        case .unit: 8
        case .count: 13
        case .perSecond: 10
        case .each: isRepeated ? 9 : 11
        case .least, .most, .perActor: 7
        case .saves: 6
        case .perPending: 9
        }
    }

    private func cell(_ column: Column, _ row: BenchRow, saved: Double?) -> String {
        switch column {
        case .benchmark: row.label
        case .unit: row.benchmark.unit
        case .count: grouped(row.simulated.count)
        case .perSecond: decimal(row.perSecond, places: 0)
        case .each: decimal(row.nanosecondsEach.median, places: 1)
        case .least: decimal(row.nanosecondsEach.minimum, places: 1)
        case .most: decimal(row.nanosecondsEach.maximum, places: 1)
        case .saves: Self.orDash(saved)
        case .perPending: Self.orDash(row.bytesPerPendingEvent)
        case .perActor: Self.orDash(row.bytesPerActor)
        }
    }

    private static func orDash(_ value: Double?) -> String { value.map { decimal($0, places: 1) } ?? "-" }

    private func line(_ text: (Column) -> String) -> String {
        let cells = columns.map { column in
            switch column {
            case .benchmark, .unit: leftAligned(text(column), width(of: column))
            default: rightAligned(text(column), width(of: column))
            }
        }
        return Self.trimmed(cells.joined(separator: "  ")) + "\n"
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// Under a row: whether its known answers held, and the figures, where it has any.
    private static func notes(_ row: BenchRow) -> String {
        let figures = row.simulated.figures.map(\.description).joined(separator: ", ")
        guard row.simulated.answers.isEmpty else {
            return row.simulated.answers.map(note).joined() + (figures.isEmpty ? "" : note("", figures))
        }
        switch row.simulated.verdict {
        case nil: return figures.isEmpty ? "" : note("", figures)
        case .held: return note("ok", figures)
        case .outOfBand(let reason): return note("FAIL", reason) + (figures.isEmpty ? "" : note("", figures))
        }
    }

    private static func note(_ answer: KnownAnswer) -> String {
        let values =
            "\(answer.what) \(answer.text(answer.measured)), "
            + "\(answer.band == nil ? "closed form" : "in the real world") \(answer.text(answer.closedForm))"
            + (answer.standardError.map { ", standard error \(answer.text($0))" } ?? "")
        return answer.problem.map { note("FAIL", "\(values): \($0)") } ?? note("ok", values)
    }

    private static func note(_ mark: String, _ text: String) -> String {
        trimmed("  \(leftAligned(mark, 4))  " + wrapped(text, indent: 8)) + "\n"
    }
}
