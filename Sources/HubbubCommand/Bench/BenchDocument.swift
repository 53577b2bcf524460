internal import Benchmarks
import Vocabulary

/// The same as the table, and more, for a program: one JSON document, written whole when the last run is
/// done.
///
/// Wall times are listed as they were measured, round by round, so that a reader can do better statistics
/// than the three that are here.
struct BenchDocument: BenchReport {
    let output: Outlet
    private var rows: [JSON] = []

    init(output: Outlet) { self.output = output }

    static func list(_ benchmarks: [Benchmark]) -> String {
        JSON.object([
            ("format", .string(Version.benchListFormat)),
            (
                "benchmarks",
                .array(
                    benchmarks.map { benchmark in
                        .object(
                            identity(benchmark) + [("plain_steps", strings(benchmark.plainSteps))])
                    })
            ),
        ]).document
    }

    mutating func begin() {}

    mutating func finish(_ row: BenchRow) {
        let (verdict, reason): (String?, String?) =
            switch row.simulated.verdict {
            case .held: ("held", nil)
            case .outOfBand(let reason): ("out_of_band", reason)
            case nil: (nil, nil)
            }
        let figures = row.simulated.figures.map { figure in
            JSON.object([
                ("name", .string(figure.name)), ("value", .number(figure.value)),
                ("unit", .string(figure.unit)),
            ])
        }
        let nanoseconds = row.nanosecondsEach
        rows.append(
            .object(
                Self.identity(row.benchmark) + [
                    ("plain_steps_taken", Self.strings(row.stepsTaken)),
                    ("count", .integer(row.simulated.count)),
                    ("elapsed_ns", .array(row.outcomes.map { .integer(Self.wholeNanoseconds($0.elapsed)) })),
                    ("ns_per_unit_median", .number(nanoseconds.median)),
                    ("ns_per_unit_min", .number(nanoseconds.minimum)),
                    ("ns_per_unit_max", .number(nanoseconds.maximum)),
                    ("units_per_second_median", .number(row.perSecond)),
                    ("bytes_per_pending_event_median", JSON(row.bytesPerPendingEvent)),
                    ("bytes_per_actor_median", JSON(row.bytesPerActor)),
                    ("digest", JSON(row.simulated.digest.map(digestText))),
                    ("figures", .array(figures)),
                    ("answers", .array(row.simulated.answers.map(Self.answer))),
                    ("event_counts", row.counts?.stored ?? .null),
                    ("verdict", JSON(verdict)),
                    ("reason", JSON(reason)),
                ]))
    }

    mutating func end(memory: Memory, runs: Int) throws(Failure) {
        let document = JSON.object([
            ("format", .string(Version.benchFormat)),
            ("hubbub", .string(Version.number)),
            ("rows", .array(rows)),
            (
                "process_memory",
                .object([
                    ("runs", .integer(UInt64(runs))),
                    ("allocated_bytes", .integer(memory.allocatedBytes)),
                    ("resident_bytes", .integer(memory.residentBytes)),
                    ("peak_resident_bytes", .integer(memory.peakResidentBytes)),
                ])
            ),
        ])
        try output.write(document.document)
    }

    private static func identity(_ benchmark: Benchmark) -> [(String, JSON)] {
        [
            ("suite", .string(benchmark.suite)), ("name", .string(benchmark.name)),
            ("title", .string(benchmark.title)), ("unit", .string(benchmark.unit)),
        ]
    }

    private static func answer(_ answer: KnownAnswer) -> JSON {
        .object([
            ("what", .string(answer.what)), ("unit", .string(answer.unit)),
            ("closed_form", .number(answer.closedForm)), ("measured", .number(answer.measured)),
            ("standard_error", JSON(answer.standardError)),
            ("standard_error_limit", JSON(answer.standardError.map { _ in answer.errorLimit })),
            ("off_by_standard_errors", JSON(answer.offBy)),
            ("band", answer.band.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null),
            ("verdict", .string(answer.problem == nil ? "held" : "out_of_band")),
            ("reason", JSON(answer.problem)),
        ])
    }

    private static func strings(_ texts: some Sequence<String>) -> JSON { .array(texts.map(JSON.string)) }

    private static func wholeNanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
