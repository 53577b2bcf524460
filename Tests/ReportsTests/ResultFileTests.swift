import Foundation
import Results
import Testing
import Vocabulary

@Suite("results: the file")
struct ResultFileTests {
    @Test("what is written and read is the same")
    func roundTrip() throws {
        for result in [MadeUp.partition, MadeUp.large, RunResult(), MadeUp.hostile("\"\\\u{0}\n🦉</script>")] {
            let text = ResultFile.text(of: result)
            #expect(text.hasPrefix("{\n  \"format\": \"hubbub-result-2\",\n  \"checksum\": \""))
            #expect(try ResultFile.result(parsing: text, file: "result.json") == result.bare)
        }
        let machine = ResultFile.text(of: MadeUp.machine)
        #expect(try ResultFile.machine(parsing: machine, file: "machine.json") == MadeUp.machine)
    }

    @Test("the large result is a file of less than 3 MB")
    func size() { #expect(ResultFile.text(of: MadeUp.large).utf8.count < 3_000_000) }

    @Test("a percentile that never came is null beside the count")
    func null() {
        let text = ResultFile.text(of: MadeUp.partition)
        #expect(text.contains("\"undelivered\": 20,\n      \"p50_ns\": 340000000"))
        #expect(text.contains("\"p99_9_ns\": null,\n      \"max_ns\": null"))
        #expect(text.contains("\"ns\": null,\n        \"undelivered\": 20,\n        \"due\": 15000"))
    }

    @Test(
        "what does not fit is told by its path",
        arguments: [
            ("\"seed\": 42", "\"seed\": -1", "run.seed: expected a whole number from 0"),
            ("\"seed\": 42", "\"sead\": 42", "run: the key 'seed' is missing"),
            (
                "\"word\": \"failed\"", "\"word\": \"lost\"",
                "verdict.word: 'lost' is none of 'passed', 'failed', 'inconclusive', 'violated', 'interrupted'"
            ),
            ("\"broken\": 0", "\"broken\": \"0\"", "invariants[0].broken: expected a whole number from 0"),
            ("\"checksum\"", "\"chucksum\"", "the key 'checksum' is missing"),
            (
                "\"checksum\": \"", "\"checksum\": \"-",
                "checksum: expected a digest, as in '0123-4567-89ab-cdef'"
            ),
            ("7c1e-09aa", "7c1e-9aa", "run.digest: expected a digest, as in '0123-4567-89ab-cdef'"),
            (
                "\"ns\": 10000000000", "\"s\": 10",
                "thresholds[0].limit: expected a value with its unit, as in {\"ns\": 1000}"
            ),
            (
                "hubbub-result-2", "hubbub-result-3",
                "its format is 'hubbub-result-3'; this Hubbub reads 'hubbub-result-2' and 'hubbub-result-1'"
            ),
            ("\"format\"", "\"farmat\"", "not a result: its first key should be 'format'"),
        ])
    func misfits(right: String, wrong: String, message: String) throws {
        var text = ResultFile.text(of: MadeUp.partition)
        text.replaceSubrange(try #require(text.range(of: right)), with: wrong)
        let error = #expect(throws: ResultFileError.self) {
            try ResultFile.result(parsing: text, file: "r.json")
        }
        #expect(error?.message == message)
    }

    /// Something wrong between the parts of a result, and what is said of it.
    struct Mismatch: Sendable {
        let message: String
        let change: @Sendable (inout RunResult) -> Void

        init(_ message: String, _ change: @escaping @Sendable (inout RunResult) -> Void) {
            (self.message, self.change) = (message, change)
        }
    }

    private static let slices = MadeUp.partition.latencies[0].counts.count
    private static let windows = MadeUp.partition.health.windows.count
    private static let rows = MadeUp.partition.spectra[0].values.count
    private static let reached = MadeUp.partition.spectra[0].reached.max() ?? 0

    static let mismatches = [
        Mismatch("run.duration_ns: longer than ten years") { $0.run.duration = .hours(87_601) },
        Mismatch("events[0].time_ns: later than a hundred years after the start") {
            $0.events[0].time = Instant(nanoseconds: .max)
        },
        Mismatch("thresholds[0].limit: longer than a hundred years") {
            $0.thresholds[0].limit = .time(.hours(876_001))
        },
        Mismatch("health.window_ns: \(windows) slices of 0s are no run") { $0.health.window = .zero },
        Mismatch("latencies[0].slice_ns: \(slices) slices of 315360000s are no run") {
            $0.latencies[0].slice = .hours(87_600)
        },
        Mismatch("latencies[0].p99_ns: \(slices - 1) values, where 'counts' has \(slices)") {
            $0.latencies[0].p99.removeLast()
        },
        Mismatch("latencies[0]: counts: too much to be added up") { $0.latencies[0].counts[0] = .max },
        Mismatch("latencies[0].p50_ns: longer than a hundred years") { $0.latencies[0].p50[0] = .max },
        Mismatch("gauges[0].slice_ns: 1 slices of 0s are no run") {
            ($0.gauges[0].slice, $0.gauges[0].values) = (.zero, [1])
        },
        Mismatch("spectra[0].level_e12: \(rows + 1) values, where 'value_ns' has \(rows)") {
            $0.spectra[0].levels.append(.max)
        },
        Mismatch("spectra[0].reached: \(reached) of 1 that were delivered") { $0.spectra[0].count = 1 },
        Mismatch("spectra[1].reached: 4000 of 3999 that were delivered") { $0.spectra[1].undelivered += 1 },
        Mismatch("spectra[1].undelivered: 4021 of 4020 that were due") { $0.spectra[1].undelivered = 4_021 },
        Mismatch("spectra[0]: count: too much to be added up") { $0.spectra[0].count = .max },
        Mismatch("heat_maps[0].counts: 3 numbers, where each slice has 2") {
            ($0.heatMaps[0].classes, $0.heatMaps[0].counts) = ([1], [1, 2, 3])
        },
        Mismatch("heat_maps[0].class_ns[1]: lower than what comes before it allows") {
            ($0.heatMaps[0].classes, $0.heatMaps[0].counts) = ([2, 2], [1, 2, 3])
        },
        Mismatch("spectra[0].value_ns[1]: lower than what comes before it allows") {
            $0.spectra[0].values[1] = 0
        },
        Mismatch("stages: sum_ns: too much to be added up") {
            $0.stages[0].sum = Span(nanoseconds: .max)
        },
        Mismatch("slowest[0].path[1].time_ns: earlier than what comes before it") {
            $0.slowest[0].path.reverse()
        },
        Mismatch("topology.edges: bytes: too much to be added up") { $0.topology.edges[0].bytes = .max },
    ]

    /// Reports count on these; a file that was changed by hand may have the right shape without them.
    @Test("parts that do not fit each other are told by their paths", arguments: mismatches)
    func parts(_ mismatch: Mismatch) throws {
        var result = MadeUp.partition
        mismatch.change(&result)
        let text = ResultFile.text(of: result)
        let error = #expect(throws: ResultFileError.self) {
            try ResultFile.result(parsing: text, file: "r.json")
        }
        #expect(error?.message == mismatch.message)
    }

    /// 4,000 came and 20 did not: 100 % of what came is 4,000/4,020 of all.
    @Test("a spectrum that an earlier Hubbub wrote, of what came alone, is read as one of all that were due")
    func formerSpectrum() throws {
        var former = MadeUp.partition
        var spectrum = Spectrum()
        (spectrum.metric, spectrum.window) = ("delivery", "split")
        (spectrum.count, spectrum.undelivered) = (4_000, 20)
        spectrum.values = [7, 9]
        spectrum.levels = [500_000_000_000, 1_000_000_000_000]
        spectrum.reached = [2_000, 4_000]
        former.spectra = [spectrum]
        let read = try ResultFile.result(parsing: ResultFile.text(of: former), file: "r.json")
        spectrum.count = 4_020
        spectrum.levels = [497_512_437_810, 995_024_875_621]
        #expect(read.spectra == [spectrum])
        #expect(!read.isAltered)
        let again = try ResultFile.result(parsing: ResultFile.text(of: read), file: "r.json")
        #expect(again.spectra == [spectrum])
    }

    @Test("a rate that is no whole number is two of them and its unit")
    func quotient() throws {
        var result = MadeUp.partition
        result.thresholds[0].value = .quotient(2_443, over: 50, of: .rate)
        let text = ResultFile.text(of: result)
        #expect(
            text.contains(
                "\"part\": 2443,\n        \"whole\": 50,\n        \"unit\": \"per_second\""))
        #expect(try ResultFile.result(parsing: text, file: "r.json") == result.bare)
        let error = #expect(throws: ResultFileError.self) {
            try ResultFile.result(
                parsing: text.replacing("\"per_second\"", with: "\"a day\""), file: "r.json")
        }
        #expect(error?.message == "thresholds[0].value.unit: 'a day' is no unit of what is counted")
    }

    @Test("what is not JSON is told by line and column, as compilers do")
    func position() {
        let error = #expect(throws: ResultFileError.self) {
            try ResultFile.result(parsing: "{\n  \"format\": \"hubbub-result-2\"\n  \"run\"", file: "r.json")
        }
        #expect(error?.description == "r.json:3:3: error: expected ',' or '}'")
    }

    @Test("keys that a later Hubbub added are passed over")
    func later() throws {
        let text = ResultFile.text(of: MadeUp.partition)
            .replacing("\"seed\": 42", with: "\"weather\": [\"fair\"],\n    \"seed\": 42")
        #expect(try ResultFile.result(parsing: text, file: "r.json").bare == MadeUp.partition.bare)
    }

    /// One character of a text, a figure, a key that a later Hubbub may have added: all of it is covered. Spaces
    /// between are not: editors and other programs lay JSON out anew.
    @Test("a file that was changed later is told from one that a run wrote")
    func altered() throws {
        let text = ResultFile.text(of: MadeUp.partition)
        func isAltered(_ text: String) throws -> Bool {
            try ResultFile.result(parsing: text, file: "r.json").isAltered
        }
        #expect(try !isAltered(text))
        #expect(try !isAltered(text.replacing("\n", with: " \n  ")))
        for (was, becomes) in [
            ("\"undelivered\": 20", "\"undelivered\": 0"), ("\"word\": \"failed\"", "\"word\": \"passed\""),
            ("\"seed\": 42", "\"seed\": 42, \"weather\": 1"),
        ] {
            let changed = text.replacing(was, with: becomes)
            #expect(changed != text)
            #expect(try isAltered(changed), "\(becomes)")
        }
    }

    @Test("what a control run said is written and read as the same")
    func control() throws {
        let text = ResultFile.text(of: MadeUp.control)
        #expect(text.hasPrefix("{\n  \"format\": \"hubbub-control-1\",\n"))
        #expect(try ResultFile.control(parsing: text, file: "control.json") == MadeUp.control)
        let error = #expect(throws: ResultFileError.self) {
            try ResultFile.control(parsing: ResultFile.text(of: MadeUp.partition), file: "control.json")
        }
        #expect(error?.message == "its format is 'hubbub-result-2'; this Hubbub reads 'hubbub-control-1'")
    }

    @Test("whether somebody compared it changes nothing of a result's file")
    func comparing() {
        var compared = MadeUp.partition.compared(with: MadeUp.control)
        #expect(compared.control == MadeUp.control)
        compared.control = nil
        var alone = MadeUp.partition
        alone.control = MadeUp.control
        #expect(ResultFile.text(of: alone) == ResultFile.text(of: MadeUp.partition))
    }

    @Test(
        "the schemas that ship are those of the code",
        arguments: [
            ("hubbub-result-2", ResultFile.schema), ("hubbub-control-1", ResultFile.controlSchema),
        ])
    func schema(name: String, text: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "schema/\(name).schema.json")
        let shipped = try? String(contentsOf: file, encoding: .utf8)
        if shipped == nil { try text.write(to: file, atomically: true, encoding: .utf8) }
        #expect(shipped == text, "delete schema/\(name).schema.json to have it written anew")
    }

    @Test(
        "how values look",
        arguments: [
            (Amount.time(.milliseconds(4_120)), "4.12s"), (.time(.microseconds(850)), "850us"),
            (.time(.nanoseconds(48_250_000)), "48.3ms"),
            (.time(.seconds(131) + .milliseconds(900)), "131.9s"),
            (.time(.zero), "0s"), (.count(9_999), "9,999"), (.count(61_000), "61k"),
            (.count(5_937_516), "5.94M"),
            (.bytes(31_000), "31 KB"), (.bytes(1_900_000_000), "1.9 GB"), (.perSecond(1_667), "1,667/s"),
            (.bytesPerSecond(27_191_421), "27.2 MB/s"),
            (.share(part: 149_991, whole: 150_000), "99.994%"), (.share(part: 1, whole: 1), "100%"),
            // One of a hundred million is missing: not all.
            (.share(part: 99_999_999, whole: 100_000_000), "99.999%"), (.share(part: 0, whole: 5), "0%"),
            (.share(part: 1, whole: 1_000_000_000), "<0.001%"), (.share(part: 13, whole: 1_000), "1.3%"),
            (.never(undelivered: 13, of: 1_000), "∞ (1.3% undelivered)"),
            (.never(undelivered: 0, of: 0), "∞"),
        ])
    func values(value: Amount, text: String) { #expect(value.description == text) }

    @Test(
        "how moments look",
        arguments: [(240, "4m"), (450, "7m30s"), (3_600, "1h"), (3_905, "1h05m05s"), (12, "12s")])
    func moments(seconds: Int64, text: String) { #expect(clockText(Span.seconds(seconds)) == text) }

    @Test("a moment that a report shows can be typed")
    func typedMoments() throws {
        for seconds in Array(0...7_300 as ClosedRange<Int64>) + [36_000, 90_061] {
            let span = Span.seconds(seconds)
            #expect(try Span(reading: clockText(span)) == span)
        }
    }
}
