internal import Benchmarks
import Vocabulary

/// The table of known answers: a row for each quantity as soon as it is known.
///
///     what                                             known      simulated  std error    off by  verdict
///     M/M/1 at 0.8: mean time in system             5.000 ms       5.009 ms     0.41 %   +0.4 SE       ok
///
/// What is known is a closed form, worked out by hand, or was measured in the real world, as on Linux in `bench tcp`.
/// The standard error is shown as a share of the closed form, since a limit is set to that share; how far off
/// the measured value is, is shown in standard errors. An answer that is exact, or has a band, has neither.
struct FidelityTable: BenchReport {
    private let output: Outlet
    private var answers: [KnownAnswer] = []
    private var elapsed = Duration.zero

    init(output: Outlet) { self.output = output }

    mutating func begin() throws(Failure) {
        try output.write(Self.line("what", "known", "simulated", "std error", "off by", "verdict"))
    }

    mutating func finish(_ row: BenchRow) throws(Failure) {
        answers += row.simulated.answers
        elapsed += row.outcomes.reduce(.zero) { $0 + $1.elapsed }
        let figures = row.simulated.figures.map(\.description).joined(separator: ", ")
        try output.write(
            row.simulated.answers.map(Self.line).joined() + (figures.isEmpty ? "" : Self.note(figures)))
    }

    mutating func end(memory: Memory, runs: Int) throws(Failure) {
        let held = answers.count { $0.problem == nil }
        let megabytes = decimal(Double(memory.peakResidentBytes) / 1e6, places: 1)
        let seconds = decimal(elapsed / .seconds(1), places: 1)
        try output.write(
            "\n\(held) of \(answers.count) within 3 standard errors, exact or in their band; "
                + "took \(seconds) s and \(megabytes) MB\n")
    }

    private static func line(_ answer: KnownAnswer) -> String {
        let off = answer.offBy.map { ($0 > 0 ? "+" : "") + decimal($0, places: 1) + " SE" }
        return line(
            answer.what, answer.text(answer.closedForm), answer.text(answer.measured),
            answer.relativeError.map(KnownAnswer.percent) ?? (answer.band == nil ? "exact" : "band"),
            off ?? "-",
            answer.problem == nil ? "ok" : "OUT") + (answer.problem.map(note) ?? "")
    }

    private static func line(
        _ what: String, _ closedForm: String, _ measured: String, _ error: String, _ off: String,
        _ verdict: String
    ) -> String {
        [
            leftAligned(what, 40), rightAligned(closedForm, 13), rightAligned(measured, 13),
            rightAligned(error, 9), rightAligned(off, 8), rightAligned(verdict, 7),
        ].joined(separator: "  ") + "\n"
    }

    private static func note(_ text: String) -> String { "  " + wrapped(text, indent: 2) + "\n" }
}
