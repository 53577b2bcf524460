import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: limits and legends of a chart")
struct LimitTests {
    /// Twelve minutes in slices of five seconds with 1,250 letters each; one limit of 10 s from the first to the
    /// tenth minute, which is from 90 to 900 thousandths: the drain of two minutes takes a tenth.
    private static func chart(_ value: @escaping (Int) -> UInt64) throws -> String {
        var result = MadeUp.partition
        result.faults = []
        result.thresholds = Array(result.thresholds.prefix(1))
        let values = result.latencies[0].counts.indices.map { UInt64?.some(value($0)) }
        for path in [\LatencySeries.p50, \.p90, \.p99, \.p99_9] {
            result.latencies[0][keyPath: path] = values
        }
        return try #require(between("id=\"latency-chart-0\"", "</figure>", in: Page(of: result).html))
    }

    @Test("the name of a limit stands at its end, or where no line crosses it")
    func crossing() throws {
        // All far below: at the end.
        #expect(
            try Self.chart { _ in 100_000_000 }.contains(
                "<span class=\"limit-name held end\" data-x=\"900\""))
        // From the fifth minute on just above the limit, where the name would be: at the beginning.
        let rising = try Self.chart { $0 < 60 ? 100_000_000 : 11_000_000_000 }
        #expect(rising.contains("<span class=\"limit-name held\" data-x=\"90\""))
        // All the time that is judged just above: below the limit.
        #expect(
            try Self.chart { $0 < 5 ? 100_000_000 : 11_000_000_000 }.contains(
                "<span class=\"limit-name held end below\""))
    }

    @Test("a limit is drawn where it counts: after the warm-up, up to an early end, and for what came")
    func window() throws {
        var result = MadeUp.partition
        var phase = Phase()
        (phase.name, phase.from, phase.to) = ("morning", .start, .at(.minutes(5)))
        result.phases = [phase]
        func stretches(_ text: String) -> [Range<Instant>] {
            var judgement = result.thresholds[0]
            judgement.text = text
            return JudgedWindow(of: judgement, in: result).stretches
        }
        func minutes(_ from: Int64, _ to: Int64) -> [Range<Instant>] {
            [.at(.minutes(from)) ..< .at(.minutes(to))]
        }
        #expect(stretches("delivery p99 < 10s during morning") == minutes(1, 5))
        #expect(stretches("delivery p99 < 10s") == minutes(1, 10))
        (result.run.isComplete, result.run.ended) = (false, .at(.minutes(4)))
        result.phases[0].to = .at(.minutes(4))
        result.faults = []
        #expect(stretches("delivery p99 < 10s") == minutes(1, 4))
        #expect(stretches("delivery p99 < 10s before split") == minutes(1, 4))
        #expect(stretches("delivery p99 < 10s during split") == [])
        #expect(stretches("delivery p99 < 10s after split") == [])
        let html = Page(of: result).html
        #expect(html.contains("2m of drain; ended at 4m"))
        #expect(html.contains(">4m</span></div>"))
    }

    @Test("a percentile without a line has no key, and says why")
    func legend() throws {
        var result = MadeUp.partition
        result.latencies[0].counts = result.latencies[0].counts.map { _ in 5 }
        // Of 144 slices of 5, 720 letters, not one is beyond their p99.9.
        let html = Page(of: result).html
        #expect(html.contains("<span class=\"key none\">p99.9: too few letters for a line</span>"))
        #expect(html.contains("data-line=\"p2\"") && !html.contains("data-line=\"p3\""))
    }

    @Test("what never came is not called slow where there is nothing else, and is counted")
    func never() {
        var result = MadeUp.partition
        for index in result.slowest.indices { result.slowest[index].taken = nil }
        (result.summaries[0].count, result.summaries[0].undelivered) = (4_500, 4_422)
        let html = Page(of: result).html
        #expect(html.contains("<h3>3 of those that never came</h3>"))
        #expect(html.contains("Of 4,500 that were due after the warm-up 4,422 never came: they are slower"))
        #expect(html.contains("never shown: still under way (shown) when the run ended"))
        result.summaries[0].undelivered = 4_500
        #expect(
            Page(of: result).html.contains("None of the 4,500 that were due after the warm-up ever came."))
        #expect(Page(of: MadeUp.partition).html.contains("<h3>The 3 slowest</h3>"))
    }
}
