import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: terminal")
struct TerminalTests {
    @Test("a threshold that cannot be told keeps its window, and says why beside it")
    func windowAndReason() {
        var result = MadeUp.partition
        var judgement = result.thresholds[0]
        (judgement.outcome, judgement.margin) = (.inconclusive, "44 % over")
        (judgement.window, judgement.reason) = ("split", "19 samples, and p99 takes 1,000")
        result.thresholds = [judgement]
        #expect(TerminalReport(of: result).text.contains("split  19 samples, and p99 takes 1,000\n"))
        #expect(MarkdownReport(of: result).text.contains("split, 19 samples, and p99 takes 1,000"))
        let html = Page(of: result).html
        #expect(html.contains("delivery p99 · split"))
        #expect(html.contains("<td class=\"window\">split</td><td class=\"margin\">19 samples, and"))
    }

    private static func report(_ result: RunResult) -> TerminalReport {
        var report = TerminalReport(of: result)
        report.folder = "Reports/runs/partition-at-peak/42-7c1e09aa53d2e410"
        report.page = "…/report.html"
        report.machine = MadeUp.machine
        return report
    }

    @Test("the summary of a run that failed")
    func failed() throws { try expectSnapshot(Self.report(MadeUp.partition).text, "failed.txt") }

    @Test("the summary of a run that was compared with a control run")
    func compared() throws { try expectSnapshot(Self.report(MadeUp.compared).text, "compared.txt") }

    @Test("the summary of a run that passed says no cause")
    func passed() throws { try expectSnapshot(Self.report(MadeUp.quiet).text, "passed.txt") }

    @Test("with all metrics and components")
    func verbose() throws {
        var report = Self.report(MadeUp.large)
        report.detail = .verbose
        try expectSnapshot(report.text, "verbose.txt")
    }

    @Test("words in place of marks: not a letter outside of ASCII")
    func ascii() throws {
        var report = Self.report(MadeUp.partition)
        report.isASCII = true
        #expect(report.text.utf8.allSatisfy { $0 < 128 })
        try expectSnapshot(report.text, "ascii.txt")
    }

    @Test("what was not tested, or not promised, did not hold")
    func notTested() {
        var result = MadeUp.quiet
        result.invariants[0].state = .notTested
        result.invariants[1].state = .notPromised
        #expect(
            Self.report(result).text.contains("  invariants  1 of 3 held, 1 not tested, 1 not promised\n"))
    }

    @Test("quiet is the line with the verdict")
    func quiet() {
        var report = Self.report(MadeUp.partition)
        report.detail = .quiet
        #expect(
            report.text
                == "hubbub run partition-at-peak · single-server · seed 42 · digest 7c1e-09aa-53d2-e410  FAIL\n"
        )
    }

    /// 400 letters in each slice of 5 s: those of the first two took 29 s, the others 0.3 s. A p99 takes 1,000, so three
    /// slices are joined.
    @Test("the warm-up has no block, and none of its letters is in the block of others")
    func warmUp() {
        var result = MadeUp.quiet
        (result.run.warmup, result.faults) = (.seconds(10), [])
        var series = LatencySeries()
        (series.metric, series.slice) = ("delivery", .seconds(5))
        series.counts = Array(repeating: 400, count: 12)
        let values = (0..<12).map { $0 < 2 ? 29_000_000_000 : 300_000_000 } as [UInt64?]
        (series.p50, series.p90, series.p99, series.p99_9) = (values, values, values, values)
        result.latencies = [series]
        #expect(
            Self.report(result).text.contains("\n    ▁▁▁▁▁▁▁▁▁▁  delivery p99 by 5s, log scale, 0.30s\n"))
        // One that ends within a slice takes all of it.
        result.run.warmup = .seconds(11)
        #expect(Self.report(result).text.contains("\n     ▁▁▁▁▁▁▁▁▁  delivery p99 by 5s, log scale, 0.30s\n"))
    }

    /// A thousand letters a second, within 100 ms; 20 a second while a fault is on, which take 5 s; then nobody sends, and then
    /// all is well.
    @Test("a second with few letters that are slow is high, and one without any is blank")
    func fewAreSlow() throws {
        var result = MadeUp.quiet
        result.run.warmup = .zero
        var series = LatencySeries()
        (series.metric, series.slice) = ("delivery", .seconds(1))
        let seconds = (0..<20).map { $0 < 10 || $0 > 14 ? 1_000 : $0 < 12 ? 20 : 0 } as [UInt64]
        series.counts = seconds
        let values = seconds.map { $0 == 0 ? nil : $0 == 20 ? 5_000_000_000 : 100_000_000 } as [UInt64?]
        (series.p50, series.p90, series.p99, series.p99_9) = (values, values, values, values)
        result.latencies = [series]
        var fault = MadeUp.partition.faults[0]
        (fault.name, fault.from, fault.to) = ("cut", .at(.seconds(10)), .at(.seconds(12)))
        result.faults = [fault]
        let lines = Self.report(result).text.split(separator: "\n")
        let line = try #require(lines.first { $0.contains(" delivery p99 by 1s, log scale") })
        #expect(
            line.hasPrefix("  ▁▁▁▁▁▁▁▁▁▁▅▅   ▁▁▁▁▁  delivery p99 by 1s, log scale, 0.10s to 5.00s"), "\(line)"
        )
    }

    @Test("colour changes nothing but colour")
    func color() {
        var report = Self.report(MadeUp.partition)
        let plain = report.text
        report.isColored = true
        #expect(report.text.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
        #expect(report.text.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("never wider than the page, whatever the names are")
    func width() {
        let long = String(repeating: "a-rather-long-name-", count: 12)
        for result in [MadeUp.compared, MadeUp.large, MadeUp.hostile(long)] {
            var report = Self.report(result)
            report.detail = .verbose
            for line in report.text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }

    /// 99.99 % where 99.9 is asked for is over, and good; a p99 that is over is not.
    @Test("a margin says whether it is for good, in every report")
    func margins() throws {
        var result = MadeUp.partition
        result.thresholds[0].margin = "58 % under"
        result.thresholds[3].margin = "0.01 points over"
        (result.thresholds[1].margin, result.thresholds[1].outcome) = ("782 % over", .failed)
        for text in [
            Self.report(result).text, Page(of: result).html, MarkdownReport(of: result).text,
            RunStory(of: result).text,
        ] {
            for words in ["better by 58 %", "better by 0.01 points", "missed by 782 %"] {
                #expect(text.contains(words), "\(words)")
            }
        }
    }

    /// As wide as real ones become: 28 letters of a metric, 37 of a window, 17 of a margin.
    @Test("nothing is cut: what has no room goes on below")
    func uncut() {
        var result = MadeUp.partition
        result.thresholds[0].metric = "recipient-log.utilisation"
        result.thresholds[0].statistic = "max"
        result.thresholds[0].window = "usual except split where region == eu"
        result.thresholds[0].margin = "0.01 points under"
        result.thresholds[1].metric = String(repeating: "message-consumer-", count: 3) + "a.utilisation"
        result.thresholds[4].window = "too few letters in some windows after the fault, and none before it"
        result.summaries[1].window = "all except one-host-dies-in-the-middle-of-the-night"
        result.invariants[0].broken = 1
        result.invariants[0].promise =
            "a device never shows the same letter twice, however often it comes, on no day"
        var report = Self.report(result)
        report.folder = "somewhere/else/Reports/runs/partition-at-peak/42-7c1e09aa53d2e410"
        report.page =
            "somewhere/else/Reports/runs/partition-at-peak/42-7c1e09aa53d2e410/report.html"
        let text = report.text
        #expect(!text.contains("…"))
        for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        for part in [
            result.thresholds[0].window + ", better by 0.01 points", result.thresholds[1].metric,
            result.thresholds[4].window, result.summaries[1].window,
            result.invariants[0].promise + ": broken once",
            "report \(report.page ?? "")",
        ] { #expect(words.contains(part), "\(part)") }
    }

    @Test(
        "the verdict is never cut, whatever the names are",
        arguments: [Verdict.Conclusion.passed, .failed, .inconclusive, .violated, .interrupted])
    func verdict(word: Verdict.Conclusion) {
        var result = MadeUp.partition
        result.verdict.word = word
        result.run.isComplete = word != .interrupted
        result.run.name = String(repeating: "long-name-", count: 6)
        result.run.design = String(repeating: "long-design-", count: 3)
        result.run.seed = 999_999_999_999_999_999
        var report = Self.report(result)
        report.detail = .quiet
        #expect(report.text.count <= 101)
        #expect(report.text.contains(" · seed 999999999999999999 · digest 7c1e-09aa-53d2-e410  "))
        let words = ["PASS", "FAIL", "INCONCLUSIVE", "VIOLATED", "INTERRUPTED"]
        #expect(words.contains { report.text.hasSuffix("  \($0)\n") })
    }

    /// Eight blocks are three decades: twice as much is within the first of them, and ten times as much is a
    /// third of the way up, for 8 · log₁₀ 10 / 3 = 2.7.
    @Test(
        "a line that hardly moves looks flat",
        arguments: [(1.04, "▁▁"), (2.0, "▁▁"), (3.0, "▁▂"), (10.0, "▁▃"), (1_000.0, "▁█")])
    func flat(factor: Double, blocks: String) {
        var result = MadeUp.partition
        result.run.warmup = .zero
        var series = result.latencies[0]
        series.counts = [100, 100]
        series.p99 = [1_030_000_000, UInt64(1_030_000_000 * factor)]
        result.latencies = [series]
        #expect(Self.report(result).text.contains("\n  \(blocks)  delivery p99 by 5s, log scale, 1.03s to "))
    }

    /// The last of three slices never came: its block is the highest, and the legend says why.
    @Test("the legend of the p99 over time has infinity where there is one")
    func never() {
        var result = MadeUp.partition
        result.run.warmup = .zero
        var series = result.latencies[0]
        series.counts = [100, 100, 100]
        series.p99 = [300_000_000, 320_000_000, nil]
        result.latencies = [series]
        #expect(
            Self.report(result).text.contains(
                "\n  ▁▁█  delivery p99 by 5s, log scale, 0.30s to 0.32s and ∞\n"))
        var report = Self.report(result)
        report.isASCII = true
        #expect(report.text.contains(", log scale, 0.30s to 0.32s and inf\n"))
        result.latencies[0].p99 = [nil, nil, nil]
        #expect(Self.report(result).text.contains("\n  ███  delivery p99 by 5s, log scale, ∞\n"))
    }

    @Test("what took no time is not listed, nor is a window that is the whole run")
    func nothing() {
        var result = MadeUp.quiet
        // 1 of 400 is a quarter of a hundredth.
        result.stages = ([("way in", 200), ("way out", 199), ("work", 1)] as [(String, Int64)]).map {
            MadeUp.stage($0, $1, among: 0, p50: 0, p99: 0)
        }
        var usual = result.summaries[0]
        usual.window = "usual"
        result.summaries.append(usual)
        usual.window = "rush"
        usual.max = .seconds(3)
        result.summaries.append(usual)
        let text = Self.report(result).text
        #expect(text.contains("  where the time went   way in 50 % · way out 50 %\n"))
        #expect(!text.contains("    usual ") && text.contains("    rush "))
    }

    @Test("who cannot tell says why, and blames nobody; who fails says what to look at")
    func why() {
        var result = MadeUp.partition
        let hints = result.verdict.hints
        result.verdict.word = .inconclusive
        result.verdict.reasons = ["search p99 < 1s: no samples", "not healthy before the faults, at 1m"]
        result.verdict.hints = []
        #expect(Self.report(result).text.contains("\nwhy ?  not healthy before the faults, at 1m\nresult  "))
        result.verdict.reasons = ["search p99 < 1s: no samples"]
        #expect(Self.report(result).text.contains("\nwhy ?  search p99 < 1s: no samples\nresult  "))
        result.verdict.word = .failed
        result.verdict.hints = hints
        var report = Self.report(result)
        report.page = nil
        #expect(
            report.text.hasSuffix(
                "\n       hubbub explain \(report.folder ?? "") --slowest\nresult  \(report.folder ?? "")\n"))
    }

    @Test("an escape sequence in a name does not reach the terminal")
    func escape() {
        #expect(
            !Self.report(MadeUp.hostile("\u{1B}]0;owned\u{7}\u{202E}")).text.unicodeScalars.contains {
                $0 == "\u{1B}"
            })
    }
}
