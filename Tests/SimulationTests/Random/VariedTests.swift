import Simulation
import Testing
import Vocabulary

@Suite("simulation: random: what varies, as it is written")
struct VariedTests {
    private static let us = 1_000.0
    private static let ms = 1_000_000.0

    @Test(
        "each form means its distribution, and is written as it was",
        arguments: [
            ("150us", "150us", Spread.constant(150 * us)), ("0.15ms", "150us", .constant(150 * us)),
            ("exp 150us", "exp 150us", .exponential(Exponential(mean: 150 * us))),
            ("uniform 1ms..3ms", "uniform 1ms..3ms", .uniform(Uniform(from: 1 * ms, to: 3 * ms))),
            ("uniform 0.5ms..1.5ms", "uniform 500us..1.5ms", .uniform(Uniform(from: 0.5 * ms, to: 1.5 * ms))),
            ("uniform 1ms .. 3ms", "uniform 1ms..3ms", .uniform(Uniform(from: 1 * ms, to: 3 * ms))),
            (
                "lognormal 150us p99 2ms", "lognormal 150us p99 2ms",
                .logNormal(LogNormal(median: 150 * us, share: 0.99, below: 2 * ms))
            ),
            (
                "lognormal 150us p99.9 2ms floor 50us", "lognormal 150us p99.9 2ms floor 50us",
                .logNormal(LogNormal(median: 150 * us, share: 0.999, below: 2 * ms, floor: 50 * us))
            ),
            (
                "pareto 1ms alpha 1.5 max 1s", "pareto 1ms alpha 1.5 max 1s",
                .pareto(Pareto(from: 1 * ms, shape: 1.5, to: 1_000 * ms))
            ),
            (
                "table { p50: 1ms, p99: 9ms, max: 1s }", "table p50 1ms p99 9ms max 1s",
                .table(QuantileTable([(0, 0), (0.5, 1 * ms), (0.99, 9 * ms), (1, 1_000 * ms)]))
            ),
            (
                "table min 1us max 2us", "table min 1us max 2us",
                .table(QuantileTable([(0, 1 * us), (1, 2 * us)]))
            ),
        ])
    func forms(text: String, written: String, spread: Spread) throws {
        let varied = try Varied<Span>(reading: text)
        #expect(varied.spread == spread)
        #expect(varied.written == written)
        #expect(try Varied<Span>(reading: written) == varied)
    }

    @Test("sizes vary too, in bytes")
    func sizes() throws {
        #expect(try Varied<ByteCount>(reading: "exp 4KB").spread == .exponential(Exponential(mean: 4_000)))
    }

    @Test(
        "what is none of them",
        arguments: [
            ("exp", "'exp' is incomplete → write exp MEAN"),
            ("1ms..3ms", "'1ms..3ms' does not say which distribution → write uniform 1ms..3ms"),
            ("3ms..1ms", "'3ms..1ms' does not say which distribution → write uniform LOW..HIGH"),
            ("exp 0s", "'0s' must be more than nothing here"),
            ("exp 5", "'5' needs a unit: ns, us, ms, s, m, h or d → did you mean '5s'?"),
            (
                "expo 5ms",
                "'expo' is no distribution; there are exp, uniform, lognormal, pareto, table → did you mean 'exp'?"
            ),
            ("uniform 3ms..1ms", "'uniform 3ms..1ms' ends below its beginning → write the smaller one first"),
            ("uniform 3ms", "'uniform 3ms' is not of the form uniform LOW..HIGH → write uniform LOW..HIGH"),
            (
                "lognormal 5ms",
                "'lognormal 5ms' is incomplete → write lognormal MEDIAN p99 VALUE [floor VALUE]"
            ),
            ("lognormal 5ms p99 4ms", "'lognormal 5ms p99 4ms' has a p99 that is not above its median, 5ms"),
            ("lognormal 5ms p50 9ms", "'p50' is no percentile above the median → write p90, p99 or p99.9"),
            ("pareto 1ms alpha x max 1s", "'x' is no alpha → write a number from 0.1 to 100"),
            (
                "pareto 1ms alpha 1.5 max 1ms",
                "'pareto 1ms alpha 1.5 max 1ms' has a max that is not above 1ms"
            ),
            ("table p50 1ms", "'table p50 1ms' does not end → add max, the greatest value"),
            ("table p50 9ms p99 1ms max 1s", "'p99' does not follow what is before it: both columns rise"),
            ("table q50 1ms max 1s", "'q50' is no percentile → write min, p50, p99.9 or max"),
            ("-5ms", "'-5ms' is less than 0s, the least → write 0s to 3650d"), ("", "a time is missing here"),
        ])
    func none(text: String, message: String) {
        do throws(Misreading) {
            Issue.record("read as \(try Varied<Span>(reading: text))")
        } catch {
            #expect(error.message + (error.remedy.map { " → \($0)" } ?? "") == message)
        }
    }
}
