import Comparisons
import Results
import Testing
import Vocabulary

@Suite("comparisons: a scenario beside its baseline")
struct ScenarioCheckTests {
    private let before = (1...5).map { madeUp(seed: $0, p99: .milliseconds(1_000 + Int64($0))) }

    /// All of them later by `factor` thousandths, with a spread of half a per cent from seed to seed.
    private func later(_ thousandths: Int64) -> [RunResult] {
        (1...5).map { (seed: UInt64) in
            let before = 1_000 + Int64(seed)
            let noise = [0, 3, -2, 5, -4][Int(seed) - 1]
            return madeUp(
                seed: seed, p99: .milliseconds(before + thousandths + Int64(noise)),
                queue: .milliseconds(40 + thousandths))
        }
    }

    @Test("equal digests and equal figures are the same")
    func same() {
        let check = check(before, before, lettersChanged: false)
        #expect(check.word == .same)
        #expect(check.changes.isEmpty)
    }

    @Test("equal digests with other bytes are another cost, and more than is allowed of it is worse")
    func otherCost() {
        func with(bytes: UInt64) -> [RunResult] {
            (1...5).map { madeUp(seed: $0, p99: .milliseconds(1_000 + Int64($0)), bytes: bytes) }
        }
        #expect(check(before, with(bytes: 1_040_000), lettersChanged: false).word == .otherCost)
        let dear = check(before, with(bytes: 1_060_000), lettersChanged: false)
        #expect(dear.word == .regressed)
        #expect(dear.changes.first?.name == "cost bytes")
        // 6 % in each seed, with no chance in it.
        #expect(dear.changes.first?.halfWidth == 0)
        #expect(check(before, with(bytes: 900_000), lettersChanged: false).word == .improved)
    }

    @Test("a change beyond what is allowed and beyond chance is worse, with the stage that grew")
    func regressed() throws {
        let check = check(before, later(143))
        #expect(check.word == .regressed)
        let change = try #require(check.changes.first)
        #expect(change.name == "delivery p99")
        // 143 ms and the noise of each seed, which is 0.4 ms in the mean, of 1.003 s: 14.3 %.
        #expect((change.difference.mean - 143.4 / 1_003).magnitude < 1e-9)
        #expect(change.agreeing == 5)
        #expect(change.causes.first == "server queue +0.14s (among the slowest)")
    }

    @Test("below what is allowed nothing is said, also if no chance did it")
    func allowed() {
        #expect(check(before, later(40)).word == .alike)
        var strict = Tolerances()
        strict.named.append(("delivery p99", .percent(2)))
        #expect(check(before, later(40), tolerances: strict).word == .regressed)
    }

    /// Half as much again of what the server does and of what letters wait for it, and a tenth fewer letters.
    @Test(
        "a tolerance has any figure judged that is there",
        arguments: ["server utilisation", "server queue, on average", "delivery count"])
    func named(_ name: String) throws {
        let now = (1...5).map { (seed: UInt64) in
            var result = madeUp(
                seed: seed, p99: .milliseconds(1_000 + Int64(seed)), queue: .milliseconds(60),
                utilisation: 600_000)
            result.summaries[0].count = 900
            return result
        }
        #expect(check(before, now).word == .alike)
        var tolerances = Tolerances()
        tolerances.named.append((name, .percent(1)))
        let named = check(before, now, tolerances: tolerances)
        #expect(named.word == .regressed)
        #expect(named.changes.first?.name == name)
        // Less work and less waiting are better; of how many letters there are nobody says so.
        let back = check(now, before, tolerances: tolerances)
        #expect(back.word == (name == "delivery count" ? .regressed : .improved))
        tolerances.named = [(name, .percent(90))]
        #expect(check(before, now, tolerances: tolerances).word == .alike)
    }

    @Test("what seeds do not agree about is no alarm")
    func chance() {
        let now = (1...5).map {
            madeUp(seed: $0, p99: .milliseconds([700, 1_500, 900, 1_600, 800][Int($0) - 1]))
        }
        let check = check(before, now)
        #expect(check.word == .alike)
        #expect(check.changes.first?.word == .unclear)
        // They would have seen a change of more than a tenth, and say so.
        #expect(check.sight.contains { $0.name == "delivery p99" && $0.smallest > 0.1 })
    }

    @Test("one seed cannot tell chance from change, and says so")
    func oneSeed() {
        #expect(check([before[0]], [later(143)[0]]).word == .unclear)
        #expect(check([before[0]], [later(20)[0]]).word == .alike)
    }

    /// A queue is as long as chance has it: 10 to 400 ms more, of which Student's interval is ± 214 ms about 172 ms.
    /// That the letters are later is sure, and there is nothing else that grew.
    @Test("a stage that no interval proves is named all the same, if most of the time went to it")
    func queue() throws {
        let added: [Int64] = [10, 50, 400, 300, 100]
        let now = (1...5).map { (seed: UInt64) in
            madeUp(
                seed: seed, p99: .milliseconds(1_200 + Int64(seed)),
                queue: .milliseconds(40 + added[Int(seed) - 1]))
        }
        let change = try #require(check(before, now).changes.first)
        #expect(change.word == .regressed)
        #expect(change.causes.first == "mostly server queue +0.17s (among the slowest)")
    }

    /// Fewer bytes and less work cannot be why letters are later.
    @Test("a role is no cause that had less to do")
    func lessToDo() throws {
        let now = (1...5).map {
            madeUp(seed: $0, p99: .milliseconds(1_200 + Int64($0)), utilisation: 200_000)
        }
        let change = try #require(check(before, now).changes.first)
        #expect(change.name == "delivery p99" && change.word == .regressed)
        #expect(change.causes == [])
    }

    @Test("what must never happen is told as a mean as well, and what is infinite only where it is")
    func told() throws {
        let lost = check(before, (1...5).map { madeUp(seed: $0, lost: $0 < 3 ? 1 : 0) })
        let change = try #require(lost.changes.first { $0.name == "lost count" })
        #expect(change.before == .count(0) && change.after == .quotient(2, over: 5, of: .count))
        let never = check(before, (1...5).map { madeUp(seed: $0, undelivered: $0 == 4 ? 20 : 0) })
        let p99 = try #require(never.changes.first { $0.name == "delivery p99" })
        // The mean of the four seeds that are finite in both: 1.001 s, 1.002 s, 1.003 s and 1.005 s.
        #expect(p99.before == .time(.microseconds(1_002_750)))
        #expect(p99.after == .never(undelivered: 20, of: 1_000))
    }

    /// The mean of 1.001 s to 1.005 s, and 100 of 5,000.
    @Test("what never comes any more in any seed is told beside what it was")
    func neverInAll() throws {
        let now = (1...5).map { madeUp(seed: $0, undelivered: 20) }
        func p99(_ check: ScenarioCheck) throws -> FigureChange {
            try #require(check.changes.first { $0.name == "delivery p99" })
        }
        let gone = try p99(check(before, now))
        #expect(gone.before == .time(.milliseconds(1_003)))
        #expect(gone.after == .never(undelivered: 100, of: 5_000))
        #expect(gone.share == nil && gone.agreeing == 5)
        let back = try p99(check(now, before))
        #expect(back.word == .improved && back.agreeing == 5)
        #expect(back.before == .never(undelivered: 100, of: 5_000))
        // From nothing there is no share either.
        let lost = check(before, (1...5).map { madeUp(seed: $0, lost: 2) })
        #expect(lost.changes.first { $0.name == "lost count" }?.share == nil)
    }

    @Test("a letter lost, a verdict lost or a percentile that never comes is worse whatever is allowed")
    func promises() {
        #expect(check(before, (1...5).map { madeUp(seed: $0, lost: $0 == 3 ? 1 : 0) }).word == .regressed)
        let failed = check(before, before.dropLast() + [madeUp(seed: 5, word: .failed)])
        #expect(failed.word == .regressed)
        #expect(failed.verdicts == ["seed 5: passed, now failed"])
        let never = check(before, (1...5).map { madeUp(seed: $0, undelivered: 20) })
        #expect(never.word == .regressed)
        #expect(check(before, (1...5).map { madeUp(seed: $0, word: .violated) }).isViolated)
    }

    /// Too few of 1,000 letters to move the p99, which is the last percentile that is judged.
    @Test("more that never comes is worse, without tolerance, as soon as the seeds can tell")
    func undelivered() throws {
        func missing(_ counts: [UInt64]) -> [RunResult] {
            counts.enumerated().map { madeUp(seed: UInt64($0.offset + 1), undelivered: $0.element) }
        }
        func change(_ check: ScenarioCheck) throws -> FigureChange {
            try #require(check.changes.first { $0.name == "delivery undelivered" })
        }
        let begun = check(missing([0, 0, 0, 0, 0]), missing([1, 9, 2, 1, 5]))
        #expect(begun.word == .regressed)
        #expect(try change(begun).word == .regressed && change(begun).allowed == 0)
        #expect(check(missing([2, 3, 2, 1, 2]), missing([4, 6, 4, 2, 4])).word == .regressed)
        #expect(check(missing([4, 6, 4, 2, 4]), missing([2, 3, 2, 1, 2])).word == .improved)
        // 20 and 23 of 5,000, as chance has it.
        let unsure = check(missing([5, 1, 9, 3, 2]), missing([2, 8, 3, 9, 1]))
        #expect(unsure.word == .alike)
        #expect(try change(unsure).word == .unclear)
        #expect(check(missing([0]), missing([9])).word == .unclear)
        #expect(check(missing([0, 0, 0]), missing([1, 9, 2])).word == .alike)
    }

    private func available(_ accepted: [UInt64], of taps: UInt64 = 10_000) -> [RunResult] {
        accepted.enumerated().map { place, accepted in
            var result = madeUp(seed: UInt64(place + 1))
            var figure = Figure()
            (figure.metric, figure.value) = ("availability", .share(part: accepted, whole: taps))
            result.figures.append(figure)
            var definition = MetricDefinition()
            (definition.name, definition.direction) = ("availability", "larger is better")
            result.metrics.append(definition)
            return result
        }
    }

    /// 46.4 of 10,000 failed, and now 490: 4.46 points less, and 10.6 times as many.
    @Test("of availability the failures are judged, and not the share")
    func availability() throws {
        let good = available([9_954, 9_953, 9_955, 9_952, 9_954])
        let bad = check(good, available([9_510, 9_505, 9_512, 9_508, 9_515]))
        #expect(bad.word == .regressed)
        let change = try #require(bad.changes.first { $0.name == "availability" })
        #expect(change.word == .regressed && change.isOfMissing)
        #expect((change.difference.mean - (490.0 / 46.4 - 1)).magnitude < 1e-6)
        #expect(change.before?.description == "99.536%" && change.after?.description == "95.1%")
        // 48 of 10,000 are 3.4 % more; 40 are fewer.
        #expect(check(good, available([9_952, 9_952, 9_953, 9_951, 9_952])).word == .alike)
        #expect(check(good, available([9_961, 9_960, 9_962, 9_959, 9_961])).word == .improved)
        // Of no failure there is no share.
        let whole = available([10_000, 10_000, 10_000, 10_000, 10_000])
        #expect(check(whole, available([9_999, 9_990, 9_998, 9_980, 9_999])).word == .regressed)
        #expect(check(whole, available([10_000, 10_000, 9_998, 10_000, 10_000])).word == .alike)
    }

    /// Figures and letters are equal: that is what a threshold that is gone leaves.
    @Test("a threshold that is gone or looser than in the baseline is told, and nothing is the same")
    func weaker() {
        func asking(_ text: String?, _ limit: Span = .seconds(5), word: Results.Verdict.Conclusion = .passed)
            -> [RunResult]
        {
            before.map { result in
                var result = result
                result.verdict.word = word
                result.thresholds[0].limit = .time(limit)
                if let text { result.thresholds[0].text = text } else { result.thresholds = [] }
                return result
            }
        }
        let gone = check(before, asking(nil), lettersChanged: false)
        #expect(gone.word == .weaker)
        #expect(gone.weaker == ["delivery p99 < 5s is asked no more"])
        let looser = check(
            asking("delivery p99 < 5s", word: .failed), asking("delivery p99 < 9s", .seconds(9)),
            lettersChanged: false)
        #expect(looser.word == .weaker)
        #expect(looser.weaker == ["delivery p99 < 5s is now < 9s"])
        #expect(looser.verdicts == ["seeds 1 to 5: failed, now passed"])
        // Who asks more keeps what was asked.
        #expect(check(before, asking("delivery p99 < 4s", .seconds(4)), lettersChanged: false).word == .same)
    }

    /// What is not watched is broken no more, and that makes nothing better.
    @Test("a promise that is switched off is asked no more, also where it was broken")
    func switchedOff() {
        func watching(_ name: String, _ state: InvariantOutcome.PromiseState, broken: UInt64 = 0)
            -> [RunResult]
        {
            before.map { result in
                var result = result
                var promise = InvariantOutcome()
                (promise.name, promise.state, promise.broken) = (name, state, broken)
                result.invariants = [promise]
                result.verdict.word = broken > 0 ? .violated : .passed
                return result
            }
        }
        let off = check(watching("never-lost", .broken, broken: 3), before, lettersChanged: false)
        #expect(off.word == .weaker)
        #expect(off.weaker == ["promise never-lost == 0 is asked no more"])
        #expect(check(watching("never-lost", .notTested), before, lettersChanged: false).word == .weaker)
        #expect(check(watching("never-lost", .notPromised), before, lettersChanged: false).word == .same)
    }

    /// 5.1 s to 5.5 s where less than 5 s is asked, and a promise that seed 3 breaks besides.
    @Test("a verdict that changed names what fails with value and limit, in one line for seeds that agree")
    func reasons() {
        let now = (1...5).map { (seed: UInt64) in
            var result = madeUp(
                seed: seed, p99: .milliseconds(5_000 + 100 * Int64(seed)),
                word: seed == 3 ? .violated : .failed)
            result.thresholds[0].outcome = .failed
            if seed == 3 { result.speak(.promise, "never-lost", .violated, "never-lost violated, 7 times") }
            result.speak(.threshold, "delivery p99 < 5s", .failed, "delivery p99 < 5s is 5.\(seed)0s")
            return result
        }
        #expect(
            check(before, now).verdicts == [
                "seeds 1 to 2, 4 to 5: passed, now failed: delivery p99 < 5s is 5.10s to 5.50s",
                "seed 3: passed, now violated: never-lost violated, 7 times; delivery p99 < 5s is 5.30s",
            ])
    }

    /// The figures are equal, and so is the verdict.
    @Test("a promise that is broken in the baseline as well, or without one, is not the same")
    func broken() {
        let now = before.map { result in
            var result = result
            result.verdict.word = .violated
            result.speak(.promise, "never-lost", .violated, "never-lost violated, 2 times")
            result.speak(.run, "hang", .violated, "the system hangs: letter 1.\(result.run.seed) waits")
            return result
        }
        let words = "never-lost violated, 2 times; the system hangs: letter 1.1 waits (seed 1)"
        let again = check(now, now, lettersChanged: false)
        #expect(again.word == .violated)
        #expect(again.broken == ["seeds 1 to 5: as in the baseline: \(words)"])
        let (entry, outcomes) = entry(now, letters: 1)
        let new = ScenarioCheck(entry, outcomes: outcomes, before: nil, tolerances: Tolerances())
        #expect(new.word == .violated)
        #expect(new.broken == ["seeds 1 to 5: not in the baseline: \(words)"])
        // What became worse is told as that, and has it as a verdict.
        let worse = check(before, now, lettersChanged: false)
        #expect(worse.word == .regressed)
        #expect(worse.broken == [] && worse.isViolated)
    }

    /// Two thresholds, of which `delivery` failed from the beginning and `accept` fails now, in seeds 2 and 3.
    private func failing(
        deliveryLimit: Int64 = 5, accept: Results.Verdict.Conclusion = .passed,
        alsoBroken: Bool = false
    ) -> [RunResult] {
        (1...3).map { (seed: UInt64) in
            var result = madeUp(seed: seed, p99: .seconds(20), word: alsoBroken ? .violated : .failed)
            let delivery = "delivery p99 < \(deliveryLimit)s"
            (result.thresholds[0].text, result.thresholds[0].limit) = (
                delivery, .time(.seconds(deliveryLimit))
            )
            var judgement = Judgement()
            (judgement.text, judgement.metric, judgement.statistic) = ("accept p99 < 1s", "accept", "p99")
            (judgement.comparison, judgement.limit) = ("<", .time(.seconds(1)))
            judgement.value = .time(.milliseconds(990))
            if alsoBroken {
                result.speak(.promise, "never-lost", .violated, "never-lost violated, once")
                if seed == 1 { result.speak(.promise, "shown-once", .violated, "shown-once violated, once") }
            }
            result.speak(.threshold, delivery, .failed, "\(delivery) is 20.0s")
            if accept != .passed, seed > 1 {
                (judgement.value, judgement.outcome) = (
                    .time(.milliseconds(1_000 + 10 * Int64(seed))), .failed
                )
                result.speak(.threshold, "accept p99 < 1s", accept, "accept p99 < 1s is 1.0\(seed)s")
            }
            result.thresholds.append(judgement)
            return result
        }
    }

    /// 1.02 s and 1.03 s where it was 0.99 s: less than the 5 % that a figure may move, and beyond what is asked.
    @Test("a second threshold that begins to fail is worse where the verdict was failed before")
    func secondThreshold() {
        let both = check(failing(), failing(accept: .failed))
        #expect(both.word == .regressed)
        #expect(
            both.verdicts == [
                "seeds 2 to 3: failed as in the baseline, and now also: accept p99 < 1s is 1.02s to 1.03s"
            ])
        #expect(check(failing(accept: .failed), failing(accept: .failed)).verdicts == [])
        #expect(check(failing(accept: .failed), failing()).word == .alike)
    }

    @Test("a second promise that breaks is worse where the verdict was violated before")
    func secondPromise() {
        let before = failing(alsoBroken: true).map { result in
            var result = result
            result.verdict.reasons.removeAll { $0.hasPrefix("shown-once") }
            result.verdict.topics.removeAll { $0.name == "shown-once" }
            return result
        }
        let both = check(before, failing(alsoBroken: true), lettersChanged: false)
        #expect(both.word == .regressed)
        #expect(
            both.verdicts == [
                "seed 1: violated as in the baseline, and now also: shown-once violated, once"
            ])
        #expect(
            both.broken == [
                "seeds 2 to 3: as in the baseline: never-lost violated, once; delivery p99 < 5s is 20.0s"
            ])
    }

    @Test("a threshold that fails with another limit as it did with the former one is no news")
    func otherLimit() {
        let both = check(failing(), failing(deliveryLimit: 9), lettersChanged: false)
        #expect(both.verdicts == [])
        #expect(both.word == .weaker)
        #expect(check(failing(), failing(deliveryLimit: 4), lettersChanged: false).verdicts == [])
    }

    @Test("a baseline that does not say what spoke against a run is compared by its verdict")
    func olderBaseline() {
        var (old, _) = entry(failing(), letters: 1)
        old.against = []
        let (now, outcomes) = entry(failing(accept: .failed), letters: 1)
        let both = ScenarioCheck(now, outcomes: outcomes, before: old, tolerances: Tolerances())
        #expect(both.verdicts == [] && both.word == .otherCost)
    }

    @Test("what nobody can tell is not the same, also where nobody could in the baseline")
    func inconclusive() {
        func unsure(_ seeds: ClosedRange<UInt64>) -> [RunResult] {
            before.map { result in
                var result = result
                guard seeds.contains(result.run.seed) else { return result }
                result.verdict.word = .inconclusive
                result.speak(.run, "letters", .inconclusive, "nothing delivered")
                return result
            }
        }
        let again = check(unsure(1...5), unsure(1...5), lettersChanged: false)
        #expect(again.word == .inconclusive && again.besides == .same)
        #expect(again.broken == ["seeds 1 to 5: as in the baseline: nothing delivered"])
        let fewer = check(unsure(1...5), unsure(2...5), lettersChanged: false)
        #expect(fewer.word == .inconclusive && fewer.besides == .improved)
        #expect(check(before, unsure(1...5), lettersChanged: false).word == .regressed)
        #expect(
            SeedOutcome.shortcomings(of: entry(unsure(2...4), letters: 1).outcomes)
                == ["seeds 2 to 4: inconclusive: nothing delivered"])
    }

    @Test("of a reason that is no range, the first seed has the word")
    func firstReason() {
        let now = (1...2).map { (seed: UInt64) in
            var result = madeUp(seed: seed, word: .inconclusive)
            result.thresholds[0].outcome = .inconclusive
            result.speak(
                .threshold, "delivery p99 < 5s", .inconclusive,
                "delivery p99 < 5s is 1.00s, \(80 + seed) samples, and p99 takes 1,000")
            return result
        }
        #expect(
            check(Array(before.prefix(2)), now).verdicts == [
                "seeds 1 to 2: passed, now inconclusive: "
                    + "delivery p99 < 5s is 1.00s, 81 samples, and p99 takes 1,000 (seed 1)"
            ])
    }

    /// A verdict that became better without a reason among figures, as by another rule of judging.
    @Test("a verdict that changed is told, also if it became better")
    func betterVerdict() {
        let unsure = before.dropLast() + [madeUp(seed: 5, p99: .milliseconds(1_005), word: .inconclusive)]
        let check = check(Array(unsure), before, lettersChanged: false)
        #expect(check.word == .improved)
        #expect(check.verdicts == ["seed 5: inconclusive, now passed"])
    }

    @Test("a figure that is gone is not the same")
    func goneFigure() {
        let fewer = before.map { result in
            var result = result
            result.figures = []
            return result
        }
        let check = check(before, fewer, lettersChanged: false)
        #expect(check.word == .otherCost)
        #expect(check.goneFigures == ["lost count"])
    }

    @Test(
        "what follows from what",
        arguments: [
            ("< 5", "< 5", true), ("< 5", "< 4", true), ("< 5", "< 6", false), ("< 5", "<= 5", false),
            ("<= 5", "< 5", true), ("<= 5", "== 5", true), ("< 5", "== 5", false), ("> 5", "> 6", true),
            (">= 5", "> 4", false), (">= 5", ">= 5", true), ("== 0", "<= 0", true), ("== 0", "<= 1", false),
            ("== 3", "== 3", true), ("!= 3", "== 4", true), ("!= 3", "!= 4", false), ("< 5", "> 5", false),
        ])
    func follows(_ demand: String, _ other: String, _ expected: Bool) throws {
        func asking(_ text: String) throws -> [RunResult] {
            let words = text.split(separator: " ").map(String.init)
            var judgement = Judgement()
            (judgement.text, judgement.comparison) = ("lost count \(text)", words[0])
            judgement.limit = .count(try #require(UInt64(words[1])))
            return before.map { result in
                var result = result
                result.thresholds = [judgement]
                return result
            }
        }
        let check = try check(asking(demand), asking(other), lettersChanged: false)
        #expect(check.weaker.isEmpty == expected)
    }

    @Test("a scenario without an entry, or without a seed in common, is new")
    func new() {
        let (now, outcomes) = entry(before, letters: 1)
        #expect(
            ScenarioCheck(now, outcomes: outcomes, before: nil, tolerances: Tolerances()).word == .new)
        #expect(check(before, (11...15).map { madeUp(seed: $0) }).word == .new)
    }
}
