import Benchmarks
import Foundation
import HubbubCommand
import Results
import Synchronization
import Testing
import Vocabulary

@Suite("bench: table")
struct BenchTableTests {
    @Test("one round")
    func oneRound() {
        let table = """
            benchmark     unit              count  per second      ns each  B/pending  B/actor
            phold-1024x1  event         1,000,000  20,000,000         50.0       32.0     56.5
            timers        pair              2,000  16,666,667         60.0          -        -
            mm1           customer          1,000  10,000,000        100.0          -        -
              ok    mean wait 4.001 s, closed form 4 s

            peak memory # MB, of the process that made all 3 runs

            """
        let ended = Hubbub("bench")
        #expect(ended.outWithoutMemory == table)
        #expect(ended.err == "")
        #expect(ended.code == .held)
    }

    /// Each row takes one more step away: 50, 45, 40 ns.
    @Test("what each step costs")
    func plain() {
        let table = """
            benchmark           unit              count  per second      ns each   saves  B/pending  B/actor
            phold-1024x1        event         1,000,000  20,000,000         50.0       -       32.0     56.5
              - 8-byte payload  event         1,000,000  22,222,222         45.0     5.0       32.0     56.5
              - no digests      event         1,000,000  25,000,000         40.0     5.0       32.0     56.5

            peak memory # MB, of the process that made all 3 runs

            """
        #expect(Hubbub("bench --plain --only phold-1024x1").outWithoutMemory == table)
    }

    /// 1,000 events in 40, 90, 50 and 60 us: the median is the mean of 50 and 60.
    @Test("several rounds show median, minimum and maximum")
    func rounds() {
        let table = """
            benchmark  unit      per second  ns median   ns min   ns max  B/pending  B/actor
            uneven     event     18,181,818       55.0     40.0     90.0       11.0        -

            peak memory # MB, of the process that made all 4 runs

            """
        let round = Mutex(0)
        let uneven = Benchmark(suite: "kernel", name: "uneven", title: "", unit: "event") { _ in
            let number = round.withLock { number in
                defer { number += 1 }
                return number
            }
            return .init(
                count: 1_000, elapsed: .microseconds([40, 90, 50, 60][number]),
                bytesPerPendingEvent: [10, 12, 10, 12][number])
        }
        #expect(Hubbub("bench --repeat 4", benchmarks: [uneven]).outWithoutMemory == table)
    }

    @Test("the widest table stays within 100 columns")
    func width() {
        let name = String(repeating: "n", count: 20)
        let widest = Benchmark(
            suite: "kernel", name: name, title: String(repeating: "word ", count: 40), unit: "customer",
            plainSteps: [String(repeating: "p", count: 16)]
        ) { plain in
            .init(
                count: 9_999_999_999, elapsed: .seconds(99_000 - 9_000 * plain), bytesPerPendingEvent: 99_999,
                bytesPerActor: 9_999,
                figures: (1...9).map { .init("a figure of some length", Double($0), "bytes") },
                verdict: .outOfBand(String(repeating: "reason ", count: 30)))
        }
        for line in ["bench", "bench --plain", "bench --plain --repeat 2", "bench --list --plain"] {
            let rows = Hubbub(line, benchmarks: [widest]).out.split(separator: "\n")
            #expect(rows.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") }, "\(line)")
        }
    }

    @Test("a list runs nothing")
    func list() {
        let idle = Hubbub.shipped.map { benchmark in
            Benchmark(
                suite: benchmark.suite, name: benchmark.name, title: benchmark.title, unit: benchmark.unit,
                plainSteps: benchmark.plainSteps
            ) { _ in
                Issue.record("it ran")
                return benchmark.run(0)
            }
        }
        let table = """
            benchmark           suite     what it measures
            phold-1024x1        kernel    events that beget events
              - 8-byte payload
              - no digests
            timers              kernel    timers set and cancelled
            mm1                 fidelity  the wait in a queue against its formula

            """
        #expect(Hubbub("bench --list --plain", benchmarks: idle) == Hubbub(out: table, code: .held))
    }

    @Test(
        "suites and names select, in the order of the list",
        arguments: [
            ("bench --list fidelity", ["mm1"]),
            ("bench --list fidelity kernel", ["phold-1024x1", "timers", "mm1"]),
            ("bench --list --only mm1 --only=timers", ["timers", "mm1"]),
            ("bench kernel --list --only timers", ["timers"]),
        ])
    func selection(line: String, names: [String]) {
        let rows = Hubbub(line).out.split(separator: "\n").dropFirst()
        #expect(rows.map { String($0.prefix { $0 != " " }) } == names)
    }

    /// A letter and two events of each of two roles.
    private static let counted = Benchmark(
        suite: "chain", name: "letters", title: "a letter's way", unit: "event", takesLong: true,
        counts: {
            var counts = EventCounts()
            (counts.letters, counts.events) = (2, 6)
            for (name, events) in [("server", UInt64(4)), ("client", 2)] {
                var (role, kind) = (EventCounts.Role(), EventCounts.Kind())
                (kind.name, kind.events) = ("core completion", events)
                (role.name, role.events, role.kinds) = (name, events, [kind])
                counts.roles.append(role)
            }
            return counts
        }, run: { _ in .init(count: 6, elapsed: .nanoseconds(600)) })

    @Test("what takes long runs when it is named, and is on the list all the same")
    func takesLong() {
        let all = Hubbub.shipped + [Self.counted]
        #expect(!Hubbub("bench", benchmarks: all).out.contains("letters"))
        #expect(Hubbub("bench --list", benchmarks: all).out.contains("letters"))
        #expect(Hubbub("bench --only letters", benchmarks: all).out.contains("letters"))
    }

    @Test("events by role and kind stand below the row, once, and in the document")
    func counts() {
        let table = """
            benchmark  unit      per second  ns median   ns min   ns max  B/pending  B/actor
            letters    event     10,000,000      100.0    100.0    100.0          -        -

              role and kind       events   per letter
              all                      6         3.00
              server                   4         2.00
                core completion        4         2.00
              client                   2         1.00
                core completion        2         1.00

            peak memory # MB, of the process that made all 2 runs

            """
        #expect(
            Hubbub("bench chain --repeat 2", benchmarks: [Self.counted]).outWithoutMemory == table)
        let document = Hubbub("bench chain --json", benchmarks: [Self.counted]).out
        #expect(document.contains("\"event_counts\": {"))
        #expect(document.contains("\"role\": \"client\""))
    }

    @Test("a row is written before the next benchmark starts")
    func streaming() {
        let log = Memo()
        let benchmarks = ["one", "two"].map { name in
            Benchmark(suite: "kernel", name: name, title: "", unit: "event") { _ in
                log.append("run \(name)\n")
                return .init(count: 1_000, elapsed: .microseconds(1))
            }
        }
        _ = run(
            ["bench"],
            in: Surroundings(
                designs: [], benchmarks: benchmarks,
                output: Outlet(isTerminal: false) { text in log.append("row \(text.prefix { $0 != " " })\n")
                },
                errors: Outlet(isTerminal: false) { _ in }))
        #expect(log.text.hasPrefix("row benchmark\nrun one\nrow one\nrun two\nrow two\n"))
    }

    /// Drift of the machine must hit all rows alike.
    @Test("rounds go over all rows before the next begins")
    func interleaving() {
        let log = Memo()
        let benchmarks = ["a", "b"].map { name in
            Benchmark(suite: "kernel", name: name, title: "", unit: "event", plainSteps: ["less"]) { plain in
                log.append("\(name)\(plain) ")
                return .init(count: 1_000, elapsed: .microseconds(1))
            }
        }
        _ = Hubbub("bench --repeat 3 --plain", benchmarks: benchmarks)
        #expect(log.text == String(repeating: "a0 a1 b0 b1 ", count: 3))
    }

    @Test("who watches sees what is running, and no trace of it afterwards")
    func progress() {
        let ended = Hubbub("bench --only timers --repeat 2", isWatched: true)
        let erase = "\r\u{1b}[2K"
        #expect(ended.err == "\(erase)timers, run 1 of 2\(erase)timers, run 2 of 2\(erase)\(erase)")
        #expect(!ended.out.contains("\u{1b}"))
    }
}

@Suite("bench: verdicts")
struct BenchVerdictTests {
    @Test("a known answer out of its band fails, and says how to repeat it")
    func outOfBand() {
        let off = Benchmark(suite: "fidelity", name: "md1", title: "", unit: "customer") { _ in
            .init(
                count: 1_000, elapsed: .microseconds(100), figures: [.init("mean wait", 2.5, "s")],
                verdict: .outOfBand("mean wait 2.5 s, more than 3 standard errors above 2 s"))
        }
        let ended = Hubbub("bench fidelity", benchmarks: Hubbub.shipped + [off])
        #expect(
            ended.out.contains(
                """
                md1        customer          1,000  10,000,000        100.0          -        -
                  FAIL  mean wait 2.5 s, more than 3 standard errors above 2 s
                        mean wait 2.500 s

                """))
        #expect(ended.err == "hubbub: out of band: md1; `hubbub bench --only md1` repeats it\n")
        #expect(ended.code == .failed)
        #expect(Hubbub("bench --json", benchmarks: [off]).code == .failed)
    }

    /// What one round gives after another; the first entry is round 1.
    private static let disagreements: [(Benchmark.Round, Benchmark.Round, String)] = [
        (
            .init(count: 1_000, elapsed: .seconds(1)), .init(count: 1_001, elapsed: .seconds(1)),
            "count, 1,001 after 1,000"
        ),
        (
            .init(count: 1, elapsed: .seconds(1), digest: 1),
            .init(count: 1, elapsed: .seconds(1), digest: .max),
            "digest, ffff-ffff-ffff-ffff after 0000-0000-0000-0001"
        ),
        (
            .init(count: 1, elapsed: .seconds(1), digest: 1), .init(count: 1, elapsed: .seconds(1)),
            "digest, none after 0000-0000-0000-0001"
        ),
        (
            .init(count: 1, elapsed: .seconds(1), figures: [.init("hops", 6, "")]),
            .init(count: 1, elapsed: .seconds(1), figures: [.init("hops", 7, "")]), "set of figures"
        ),
        (
            .init(count: 1, elapsed: .seconds(1), verdict: .held),
            .init(count: 1, elapsed: .seconds(1), verdict: .outOfBand("too slow")), "verdict"
        ),
    ]

    @Test(
        "rounds that differ in what they simulate are an internal error", arguments: 0..<disagreements.count)
    func disagreement(row: Int) {
        let (first, second, subject) = Self.disagreements[row]
        let round = Mutex(0)
        let fickle = Benchmark(suite: "kernel", name: "fickle", title: "", unit: "event") { _ in
            round.withLock { number in
                number += 1
                return number < 3 ? first : second
            }
        }
        let message =
            "hubbub: round 3 of fickle gave another \(subject): please report it; "
            + "`hubbub bench --only fickle --repeat 3` repeats it\n"
        #expect(
            Hubbub("bench --repeat 5 --json", benchmarks: [fickle])
                == Hubbub(err: message, code: .internalError))
    }
}

@Suite("bench: JSON")
struct BenchDocumentTests {
    @Test("the document, key by key")
    func document() {
        let document = """
            {
              "format": "hubbub-bench-1",
              "hubbub": "0.1.0",
              "rows": [
                {
                  "suite": "kernel",
                  "name": "phold-1024x1",
                  "title": "events that beget events",
                  "unit": "event",
                  "plain_steps_taken": [],
                  "count": 1000000,
                  "elapsed_ns": [50000000, 50000000],
                  "ns_per_unit_median": 50.0,
                  "ns_per_unit_min": 50.0,
                  "ns_per_unit_max": 50.0,
                  "units_per_second_median": 20000000.0,
                  "bytes_per_pending_event_median": 32.0,
                  "bytes_per_actor_median": 56.5,
                  "digest": "7c1e-09aa-53d2-e410",
                  "figures": [],
                  "answers": [],
                  "event_counts": null,
                  "verdict": null,
                  "reason": null
                },
                {
                  "suite": "fidelity",
                  "name": "mm1",
                  "title": "the wait in a queue against its formula",
                  "unit": "customer",
                  "plain_steps_taken": [],
                  "count": 1000,
                  "elapsed_ns": [100000, 100000],
                  "ns_per_unit_median": 100.0,
                  "ns_per_unit_min": 100.0,
                  "ns_per_unit_max": 100.0,
                  "units_per_second_median": 10000000.0,
                  "bytes_per_pending_event_median": null,
                  "bytes_per_actor_median": null,
                  "digest": null,
                  "figures": [
                    {
                      "name": "mean wait",
                      "value": 4.0012,
                      "unit": "s"
                    },
                    {
                      "name": "closed form",
                      "value": 4.0,
                      "unit": "s"
                    }
                  ],
                  "answers": [],
                  "event_counts": null,
                  "verdict": "held",
                  "reason": null
                }
              ],
              "process_memory": {
                "runs": 4,
                "allocated_bytes": #,
                "resident_bytes": #,
                "peak_resident_bytes": #
              }
            }

            """
        let ended = Hubbub("bench --json --only phold-1024x1 --only mm1 --repeat 2")
        #expect(ended.out.replacing(/_bytes": [1-9][0-9]*/, with: "_bytes\": #") == document)
        #expect(ended.err == "")
    }

    @Test("any text and any number make a valid document")
    func escaping() throws {
        let title = "a \"quoted\" back\\slash, tab\t, line\nbreak, bell \u{7}, é 🦉 \u{2028}"
        let awkward = Benchmark(suite: "kernel", name: "awkward", title: title, unit: "\"") { _ in
            .init(
                count: .max, elapsed: .nanoseconds(1),
                figures: [
                    .init("far", .infinity, ""), .init("tiny", .leastNonzeroMagnitude, ""),
                    .init("huge", -1e300, ""),
                ],
                verdict: .outOfBand("\u{0}"))
        }
        let document = try parsed(Hubbub("bench --json", benchmarks: [awkward]).out)
        let row = try #require((document["rows"] as? [[String: Any]])?.first)
        #expect(row["title"] as? String == title)
        #expect(row["unit"] as? String == "\"")
        #expect(row["reason"] as? String == "\u{0}")
        #expect(row["count"] as? UInt64 == .max)
        let figures = try #require(row["figures"] as? [[String: Any]])
        #expect(figures[0]["value"] is NSNull)
        #expect(figures[1]["value"] as? Double == .leastNonzeroMagnitude)
        #expect(figures[2]["value"] as? Double == -1e300)
    }

    @Test("a list is a document too, and so is nothing")
    func list() throws {
        let listed = try parsed(Hubbub("bench --list --json kernel").out)
        #expect(listed["format"] as? String == "hubbub-bench-list-1")
        let benchmarks = try #require(listed["benchmarks"] as? [[String: Any]])
        #expect(benchmarks.map { $0["name"] as? String } == ["phold-1024x1", "timers"])
        #expect(benchmarks[0]["plain_steps"] as? [String] == ["8-byte payload", "no digests"])
        #expect(try parsed(Hubbub("bench --json", benchmarks: []).out)["rows"] as? [String] == [])
    }

    private func parsed(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
