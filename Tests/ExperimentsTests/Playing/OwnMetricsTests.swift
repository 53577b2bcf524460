import Chat
import Designs
import Experiments
import Reports
import Results
import Testing
import Vocabulary

@Suite("experiments: metrics of one design")
struct OwnMetricsTests {
    /// Forty seconds, read each second: at 3, 10, 11 and 12 s one letter is kept, at 4 and 5 s two, and never
    /// another: 8 of the 16 readings while people send, 0.5 on average. What the porter kept in his head is gone when he falls at
    /// 12.5 s, and what went through his hands is not forgotten.
    private static func scenario(_ thresholds: [String]) -> String {
        """
        hubbub: 1
        name: lodge
        design: lodge
        seed: 1
        duration: 16s
        drain: 24s
        users: { count: 3, rooms: { one-of-all: true } }
        client: { reconnect: { base: 10ms, cap: 100ms } }
        script:
          - { at: 500ms, user: 1, go: offline }
          - { at: 2500ms, user: 0, send: user 1 }
          - { at: 3500ms, user: 0, send: user 1 }
          - { at: 4500ms, user: 0, tip: 5 }
          - { at: 5500ms, user: 1, go: online }
          - { at: 8500ms, user: 1, go: offline }
          - { at: 9s, user: 1, tip: 3 }
          - { at: 9500ms, user: 0, send: user 1 }
          - { at: 15s, user: 1, go: online }
          - { at: 15500ms, user: 0, tip: 7 }
        faults: [{ name: fall, at: 12500ms, crash: { target: porter, lose: process, restart-after: 2s } }]
        invariants: { off: [never-lost] }
        thresholds:
        \(thresholds.map { "  - \($0)\n" }.joined())
        """
    }

    @Test("levels, flows and durations that a design declares are judged in all windows")
    func judged() throws {
        let thresholds = [
            ("porter.kept max == 2", "held"),
            ("porter.kept max < 2", "failed"),
            ("porter.kept mean == 0.5", "held"),
            ("porter.kept last == 0", "held"),
            ("porter.kept min == 0", "held"),
            ("porter.kept max == 2 before fall", "held"),
            ("porter.kept max == 0 during fall", "held"),
            ("porter.passed sum == 3", "held"),
            ("porter.passed rate == 11.25/m", "held"),  // 3 in 16 s
            ("porter.passed sum == 0 after fall", "held"),
            ("porter.weight sum == 3072B", "held"),  // 1 KiB each, as scripts send without a load
            ("porter.tips sum == 15", "held"),
            ("porter.tips sum == 10 after fall", "held"),  // one of them was kept until the line was there
            ("porter.sorting count == 3", "held"),
            ("porter.sorting max <= 20ms", "held"),
            ("porter.sorting p99 <= 20ms", "inconclusive"),  // of three
            ("porter.sorting p99 < 20ms", "failed"),
            ("porter.sorting min >= 20ms", "held"),
            ("porter.sorting mean == 20ms", "held"),
            ("porter.sorting p50 < 1s during fall", "inconclusive"),
            ("porter.crowded >= 33.3%", "held"),  // the second letter of three
            ("porter.crowded < 33.4%", "held"),
            ("porter.crowded < 33.3%", "failed"),
            ("porter.crowded > 33.3% before fall", "held"),
            ("porter.crowded < 1% during fall", "inconclusive"),
        ]
        let result = try played(Self.scenario(thresholds.map(\.0)), on: Lodge.self).result
        for (judged, expected) in zip(result.thresholds, thresholds) {
            #expect("\(judged.outcome)" == expected.1, "\(expected.0): \(judged.value.debugDescription)")
        }
        #expect(result.thresholds.count == thresholds.count)
    }

    @Test("they are in the result, second by second, and in the table for other programs")
    func overTime() throws {
        let result = try played(Self.scenario(["porter.kept max <= 2"]), on: Lodge.self).result
        func gauge(_ name: String) -> Gauge? { result.gauges.first { $0.metric == name } }
        let kept: [UInt64?] = [0, 0, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1]
        #expect(gauge("kept")?.values == kept + Array(repeating: 0, count: 28))
        #expect(gauge("kept")?.unit == .count)
        #expect(gauge("kept")?.role == "porter")
        let passed = (gauge("passed")?.values ?? []).enumerated().filter { $1 == 1 }.map(\.offset)
        #expect(passed == [2, 3, 9])
        #expect(gauge("passed")?.unit == .perSecond)
        #expect(gauge("weight")?.unit == .bytesPerSecond)
        // A slice knows a time to within two per cent.
        let sorting = gauge("sorting p99")?.values[2] ?? 0
        #expect((19_600_000...20_400_000).contains(sorting))
        #expect(gauge("sorting p50")?.unit == .ns)
        let crowded = gauge("crowded")
        #expect(crowded?.values == [nil, nil, 0, 1_000_000, nil, nil, nil, nil, nil, 0])
        #expect(crowded?.unit == .partsPerMillion)
        let definition = result.metrics.first { $0.name == "porter.tips" }
        #expect(definition?.sentence == "what he was given")
        #expect(definition?.direction == "larger is better")
        #expect(result.thresholds[0].words == "the largest kept of porter is at most 2")
        #expect(Export.series(of: result).contains("\n3000000000,porter,kept,,count,2\n"))
    }

    @Test("the page draws them among the load, and says what they are")
    func page() throws {
        let result = try played(Self.scenario(["porter.kept max <= 2"]), on: Lodge.self).result
        let page = Page(of: result).html
        #expect(page.contains("porter kept over time, at most 2"))
        #expect(page.contains("letters that nobody has shown yet"))
    }

    @Test(
        "what is wrong with a threshold on one of them is said at its word",
        arguments: [
            ("porter.kep max < 2", "unknown metric 'kep' of role 'porter'", "did you mean 'kept'?"),
            ("kept max < 2", "'kept' is a metric of a role", "name the role, as in 'porter.kept'"),
            ("porter.kept p99 < 2", "'porter.kept' has no p99", "it has min, max, mean and last"),
            ("porter.kept max < 2s", "'s' is no unit of a count", "write k or M, as in '0' or '200k'"),
            ("porter.sorting p99 < 2", "'2' has no unit", nil),
            ("porter.sorting ratio < 2%", "'porter.sorting' has no ratio", nil),
            (
                "porter.crowded mean < 2%", "'porter.crowded' is one number and takes no statistic",
                "leave 'mean' out"
            ),
            ("porter.tips max < 2", "'porter.tips' has no max", "it has sum and rate"),
            (
                "porter.xyzzy max < 2", "unknown metric 'xyzzy' of role 'porter'",
                "'porter' has utilisation, queue, lag, bytes, sending, receiving, connections, disk, disk-queue, storage, "
                    + "memory, kept, passed, weight, tips, sorting and crowded"
            ),
        ])
    func wrong(text: String, message: String, hint: String?) throws {
        let names = ThresholdNames(design: "lodge", roles: ["porter"], metrics: Lodge.sheet.metrics)
        let error = #expect(throws: ThresholdError.self) { try Threshold(text, in: names) }
        #expect(error?.message == message)
        if let hint { #expect(error?.hint == hint) }
    }

    @Test("in words, and as expectations of health, which they cannot be")
    func words() throws {
        let names = ThresholdNames(design: "lodge", roles: ["porter"], metrics: Lodge.sheet.metrics)
        func words(_ text: String) throws -> String { try Threshold(text, in: names).words }
        #expect(try words("porter.passed rate > 1/s") == "the rate of passed of porter is more than 1/s")
        #expect(
            try words("porter.sorting p99 < 1s") == "99 of 100 letters sorted take less than 1 s")
        #expect(try words("porter.crowded < 5%") == "of letters passed on, less than 5 % are crowded")
        #expect(throws: ThresholdError.self) {
            try Threshold("porter.kept max < 2", as: .expectation, in: names)
        }
        #expect(try Threshold("porter.sorting count < 2", as: .aborting, in: names).abort)
    }

    /// Aborted by the second letter, soon after 5.5 s: levels were taken at 0, 2 and 4 s.
    @Test("a count of durations can end a run early")
    func aborted() throws {
        let result = try played(
            Self.scenario(["{ check: porter.sorting count < 2, abort: true }"]), on: Lodge.self
        ).result
        #expect(result.thresholds[0].outcome == .failed)
        #expect(result.gauges.first { $0.metric == "kept" }?.values.count == 3)
    }
}
