import Comparisons
import Reports
import Results
import Testing
import Vocabulary

@Suite("comparisons: what a check says")
struct CheckReportTests {
    private func text(_ check: ScenarioCheck) -> String {
        CheckReport([check], gone: [], update: "hubbub check --update", bisect: nil).text
    }

    /// Wherever its lines break.
    private func words(_ check: ScenarioCheck) -> String { text(check).replacing(#/\s+/#, with: " ") }

    private func misordering(_ counts: [UInt64]) -> [RunResult] {
        counts.enumerated().map { place, count in
            var result = madeUp(seed: UInt64(place + 1))
            var figure = Figure()
            (figure.metric, figure.value) = ("misordered", .count(count))
            result.figures.append(figure)
            var definition = MetricDefinition()
            (definition.name, definition.direction) = ("misordered", "smaller is better")
            result.metrics.append(definition)
            return result
        }
    }

    /// Four in five seeds, and three: 0.8 and 0.6 on average, which are both 1 in whole letters.
    @Test("means of few pieces are told with the digits that their change takes")
    func few() {
        let text = text(check(misordering([1, 0, 2, 1, 0]), misordering([1, 0, 1, 1, 0])))
        #expect(text.contains("misordered count 0.8 → 0.6 -25 %"), "\(text)")
    }

    @Test("what never comes is told beside what it was, with how many")
    func never() {
        let some = (1...5).map { madeUp(seed: $0) }
        let none = (1...5).map { madeUp(seed: $0, undelivered: 20) }
        let report = CheckReport([check(some, none)], gone: [], update: "", bisect: nil)
        let words = "delivery p99  1.00s → ∞ (2% undelivered)  (never in 0 of 5 seeds, now in 5)"
        #expect(report.junit(at: "").contains(words), "\(report.junit(at: ""))")
        #expect(report.markdown.contains(words), "\(report.markdown)")
    }

    /// 50 in 10,000 failed, and now 500.
    @Test("a change of availability is told by what failed")
    func availability() {
        func accepted(_ share: UInt64) -> [RunResult] {
            (1...5).map { (seed: UInt64) in
                var result = madeUp(seed: seed)
                var judgement = Judgement()
                (judgement.text, judgement.metric) = ("availability >= 90%", "availability")
                (judgement.comparison, judgement.limit) = (">=", .share(part: 9, whole: 10))
                judgement.value = .share(part: share, whole: 10_000)
                result.thresholds.append(judgement)
                var definition = MetricDefinition()
                (definition.name, definition.direction) = ("availability", "larger is better")
                result.metrics.append(definition)
                return result
            }
        }
        let text = text(check(accepted(9_950), accepted(9_500)))
        #expect(
            text.hasPrefix(
                "REGRESSED   evening availability 99.5% → 95% missing +900 % allowed +5 %"),
            "\(text)")
    }

    @Test("a figure that became better is not told as one that regressed")
    func better() {
        let before = (1...5).map { madeUp(seed: $0) }
        let now = (1...5).map { madeUp(seed: $0, p99: .milliseconds(1_200), bytes: 900_000) }
        let lines = text(check(before, now)).split(separator: "\n")
        #expect(lines[0].hasPrefix("REGRESSED   evening delivery p99 "), "\(lines[0])")
        let bytes = lines.first { $0.contains("cost bytes") }
        #expect(bytes?.contains(" better: cost bytes ") == true, "\(lines)")
    }

    @Test("a verdict that was lost is told first where no figure regressed, and once")
    func verdictFirst() {
        let before = (1...5).map { madeUp(seed: $0) }
        let now = (1...5).map { madeUp(seed: $0, bytes: 900_000, word: $0 == 3 ? .failed : .passed) }
        let text = text(check(before, now))
        #expect(text.hasPrefix("REGRESSED   evening seed 3: passed, now failed\n"), "\(text)")
        #expect(text.split(separator: "seed 3").count == 2)
        #expect(text.contains(" better: cost bytes "), "\(text)")
    }

    // MARK: The other forms

    /// Four figures are worse, and the bytes are better.
    private static func worse() -> ScenarioCheck {
        let before = (1...5).map { madeUp(seed: $0) }
        let now = (1...5).map {
            madeUp(seed: $0, p50: .milliseconds(120), p99: .milliseconds(1_200), bytes: 900_000, lost: 3)
        }
        return check(before, now)
    }

    @Test("a comment, a test report and an annotation name the figures that the terminal does")
    func forms() throws {
        let check = Self.worse()
        let report = CheckReport([check], gone: [], update: "hubbub check --update", bisect: nil)
        let terminal = words(check)
        let markdown = report.markdown
        let junit = report.junit(at: "")
        let annotation = try #require(report.findings(files: ["a.yaml"]).first).message
        for name in ["delivery p50", "delivery p90", "delivery p99", "lost count"] {
            #expect(terminal.contains("\(name) ") && markdown.contains("\(name) "), "\(name)")
            #expect(junit.contains("\(name) ") && annotation.contains("\(name) "), "\(name)")
        }
        #expect(junit.contains("better: cost bytes "), "\(junit)")
        #expect(markdown.contains("better: cost bytes ") && annotation.contains("better: cost bytes "))
    }

    /// Of the second one the seeds differ much, so that less can be seen.
    @Test("each scenario has its own smallest changes in the comment")
    func sights() {
        func noisy(_ factor: Int64) -> [RunResult] {
            (1...5).map { (seed: UInt64) in
                let noise = Int64([3, 9, 1, 7, 5][Int(seed) - 1]) * 4
                return madeUp(seed: seed, p50: .milliseconds(80 * factor / 100 + noise * factor / 100))
            }
        }
        let rough = check((1...5).map { madeUp(seed: $0, p50: .milliseconds(100)) }, noisy(200))
        let report = CheckReport([Self.worse(), rough], gone: [], update: "", bisect: nil)
        let lines = report.markdown.split(separator: "\n").filter { $0.contains("the smallest changes") }
        #expect(lines.count == 2, "\(report.markdown)")
    }

    @Test("what is asked less of is not said to be another run")
    func asksLess() {
        let results = (1...5).map { madeUp(seed: $0) }
        let (old, (new, outcomes)) = (
            entry(results, letters: 1),
            entry(
                results.map { result in
                    var result = result
                    result.thresholds = []
                    return result
                }, letters: 1)
        )
        let check = ScenarioCheck(
            new, outcomes: outcomes, before: old.entry, tolerances: Tolerances())
        var report = CheckReport([check], gone: [], update: "", bisect: nil)
        report.isStrict = true
        #expect(
            report.markdown.hasPrefix(
                "## ✗ Hubbub: asks less\n\nThe scenario is the same in all that people saw"),
            "\(report.markdown)")
    }

    @Test("one seed shows nothing, so no smallest change is told of it")
    func oneSeed() {
        let text = words(check([madeUp(seed: 1)], [madeUp(seed: 1, p99: .milliseconds(1_200))]))
        #expect(text.hasPrefix("unclear ") && text.contains("one seed cannot tell"), "\(text)")
        #expect(!text.contains("the smallest changes"), "\(text)")
    }

    @Test("what may be better is not told as something that is allowed")
    func perhapsBetter() {
        let text = words(check([madeUp(seed: 1)], [madeUp(seed: 1, p99: .milliseconds(800))]))
        #expect(text.contains("-20 % (1 of 1 seeds): one seed cannot tell whether it is better"), "\(text)")
        #expect(!text.contains("allowed"), "\(text)")
    }

    @Test("of what should be whole the tolerance is one of what is missing")
    func falling() {
        func available(_ part: UInt64) -> [RunResult] {
            (1...5).map { (seed: UInt64) in
                var result = madeUp(seed: seed)
                var figure = Figure()
                (figure.metric, figure.value) = ("availability", .share(part: part, whole: 1_000))
                result.figures.append(figure)
                var definition = MetricDefinition()
                (definition.name, definition.direction) = ("availability", "larger is better")
                result.metrics.append(definition)
                return result
            }
        }
        let text = words(check(available(900), available(800)))
        #expect(text.contains("availability 90% → 80% missing +100 % allowed +"), "\(text)")
    }

    /// Two letters in five seeds.
    @Test("what must never happen is told as all else is: as the mean over the seeds")
    func promises() {
        let before = (1...5).map { madeUp(seed: $0) }
        let now = (1...5).map { madeUp(seed: $0, lost: $0 < 3 ? 1 : 0) }
        let text = words(check(before, now))
        #expect(text.contains("lost count 0 → 0.4 allowed none (2 of 5 seeds"), "\(text)")
    }

    /// What others waited for a moment longer does not explain that some never came.
    @Test("letters that never came are not explained by a stage of those that did")
    func neverCame() {
        let before = (1...5).map { madeUp(seed: $0) }
        let now = (1...5).map { madeUp(seed: $0, queue: .microseconds(40_159), undelivered: 20) }
        let text = words(check(before, now))
        #expect(text.contains("(never in 0 of 5 seeds, now in 5)"), "\(text)")
        #expect(!text.contains("+159us"), "\(text)")
    }

    @Test("a line does not break before the sign of a percentage")
    func percentSign() {
        for width in 20..<60 {
            let text = wrapped(
                String(repeating: "x", count: width) + " between here and there, surely +4.81 %)", indent: 12)
            #expect(!text.contains(/\n *%/), "\(text)")
        }
    }
}
