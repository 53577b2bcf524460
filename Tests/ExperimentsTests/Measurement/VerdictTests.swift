import Chat
import Experiments
import Testing
import Vocabulary

@Suite("measurement: verdicts")
struct VerdictTests {
    /// A run with three thresholds, of which the letters make what is wanted.
    private func verdict(
        slow: Bool = false, silent: Bool = false, complete: Bool = true,
        violated: [(name: String, count: UInt64)] = [],
        hang: String? = nil, healthy: Healthy? = nil, unwellAt: Range<Int64> = 0..<0
    ) throws -> Verdict {
        let run = try measurement(
            ["delivery p99 < 1s", "duplicate count == 0", "read p99 < 1s"], healthy: healthy)
        for second in stride(from: 60 as Int64, to: 600, by: 10) {
            let latency: Span =
                slow ? .seconds(2) : unwellAt.contains(second) ? .milliseconds(600) : .milliseconds(100)
            run.record(at: second, took: latency, count: 100)
            if !silent { run.record(.read, at: second, took: .milliseconds(10), count: 20) }
        }
        return Verdict(of: run, isComplete: complete, violated: violated, hang: hang)
    }

    private func healthy() throws -> Healthy {
        Healthy(
            window: .seconds(10), hold: 2,
            expectations: [try threshold("delivery p99 < 500ms", as: .expectation)])
    }

    @Test("all that was asked for held")
    func held() throws {
        let verdict = try verdict(healthy: healthy(), unwellAt: 240..<350)
        #expect(verdict.conclusion == .held)
        #expect(verdict.reasons == [])
        #expect(verdict.healthBefore == .held)
        #expect(verdict.healthAfter == .held)
        #expect(verdict.judgements.map(\.outcome) == [.held, .held, .held])
        #expect(try self.verdict().healthBefore == nil)
    }

    @Test("conclusions are exit codes")
    func codes() {
        let all: [Verdict.Conclusion] = [.held, .failed, .inconclusive, .broken]
        #expect(all.map(\.rawValue) == [0, 1, 2, 3])
    }

    @Test("each kind of reason, alone")
    func single() throws {
        func reasons(_ verdict: Verdict) -> [String] {
            verdict.reasons.map { "\($0.conclusion.rawValue) \($0.text)" }
        }
        #expect(reasons(try verdict(slow: true)) == ["1 delivery p99 < 1s is 2.00s"])
        #expect(reasons(try verdict(silent: true)) == ["2 read p99 < 1s: no samples"])
        #expect(reasons(try verdict(violated: [("shown once", 1)])) == ["3 shown once violated, once"])
        #expect(
            reasons(try verdict(violated: [("shown once", 1_200)])) == ["3 shown once violated, 1,200 times"])
        #expect(
            reasons(try verdict(hang: "user 3 waits for a reply")) == [
                "3 the system hangs: user 3 waits for a reply"
            ])
        #expect(
            reasons(try verdict(complete: false)) == [
                "2 delivery p99 < 1s: the run ended too early",
                "2 duplicate count == 0: the run ended too early",
                "2 read p99 < 1s: the run ended too early", "2 the run ended too early",
            ])
        #expect(
            reasons(try verdict(healthy: healthy(), unwellAt: 100..<110)) == [
                "2 not healthy before the faults, at 100s"
            ])
        #expect(
            reasons(try verdict(healthy: healthy(), unwellAt: 300..<600)) == [
                "1 not healthy again after the faults"
            ])
    }

    @Test("nothing delivered of what was due is 2, unless a threshold is about it")
    func nothingDelivered() throws {
        func verdict(_ thresholds: [String], came: Bool = false) throws -> Verdict {
            let run = try measurement(thresholds)
            run.record(at: 100, took: came ? .seconds(1) : nil, count: 3)
            return Verdict(of: run, isComplete: true, violated: [], hang: nil)
        }
        let silent = try verdict(["lost count == 0"])
        #expect(silent.conclusion == .inconclusive)
        #expect(silent.reasons.map(\.text) == ["nothing was delivered: 3 deliveries were due"])
        #expect(silent.headline == "nothing delivered")
        #expect(try verdict(["delivery ratio == 0%"]).conclusion == .held)
        #expect(try verdict(["lost count == 0"], came: true).conclusion == .held)
    }

    @Test("receipts that a design promises, and of which none came, are a note")
    func noReceipts() throws {
        func notes(_ came: [Span?]) throws -> [String] {
            let run = try measurement(["lost count == 0"])
            run.record(at: 100, took: .seconds(1), count: 3)
            for latency in came { run.record(.receipt, at: 100, took: latency) }
            return Verdict(of: run, isComplete: true, violated: [], hang: nil).notes
        }
        #expect(try notes([nil, nil]) == ["no sender heard that a letter was shown: 2 receipts were due"])
        #expect(try notes([nil, .seconds(1)]) == [])
        #expect(try notes([]) == [])
    }

    @Test("where all was refused nothing could be lost: counts are not tested, and the headline says it")
    func nothingAccepted() throws {
        func verdict(_ thresholds: [String]) throws -> Verdict {
            let run = try measurement(thresholds)
            for second in [100, 400] as [Int64] {
                run.record(.rateLimited, direct, intended: .at(.seconds(second)))
            }
            return Verdict(of: run, isComplete: true, violated: [], hang: nil)
        }
        for metric in ["lost", "duplicate", "misordered", "disagreements"] {
            let silent = try verdict(["\(metric) count == 0"])
            #expect(silent.conclusion == .inconclusive)
            #expect(
                silent.reasons.map(\.text) == [
                    "nothing was accepted: all letters were refused",
                    "\(metric) count == 0: no letter was accepted",
                ])
            #expect(silent.headline == "nothing accepted")
        }
        #expect(try verdict([]).conclusion == .inconclusive)
        #expect(try verdict(["refused.by-rule count == 2"]).conclusion == .held)
        #expect(try verdict(["refused.by-rule count == 1"]).conclusion == .failed)
    }

    @Test("never healthy, not even before the first fault: what failed decides nothing, what is broken does")
    func neverHealthy() throws {
        let never = try verdict(slow: true, healthy: healthy())
        #expect(never.conclusion == .inconclusive)
        #expect(never.headline == "never healthy")
        #expect(
            never.reasons.map(\.text) == [
                "never healthy, not even before the first fault",
                "delivery p99 < 1s is 2.00s, never healthy",
            ])
        #expect(never.judgements.map(\.outcome) == [.inconclusive, .held, .held])
        let broken = try verdict(slow: true, violated: [("shown once", 1)], healthy: healthy())
        #expect(broken.conclusion == .broken)
        // Healthy for once is another thing: then it can be told what the faults did.
        let once = try verdict(slow: false, healthy: healthy(), unwellAt: 70..<600)
        #expect(once.headline == "")
    }

    @Test("a run that passed says what is nearest to failing")
    func nearest() throws {
        #expect(try verdict().nearest == "nearest to failing: delivery p99 < 1s is 0.10s, 90 % under")
        #expect(try verdict(slow: true).nearest == nil)
    }

    /// Wrong beats slow, and slow beats unknown: which wins is the same whatever the order in the file.
    @Test(
        "of several reasons the gravest decides",
        arguments: [
            (false, false, false, 0), (false, false, true, 2), (false, true, false, 1),
            (false, true, true, 1),
            (true, false, false, 3), (true, false, true, 3), (true, true, false, 3), (true, true, true, 3),
        ] as [(Bool, Bool, Bool, Int32)])
    func precedence(broken: Bool, slow: Bool, silent: Bool, code: Int32) throws {
        let verdict = try verdict(slow: slow, silent: silent, violated: broken ? [("shown once", 2)] : [])
        #expect(verdict.conclusion.rawValue == code)
        let all = [(broken, 3), (slow, 1), (silent, 2)].filter(\.0).map { Int32($0.1) }
        #expect(verdict.reasons.map(\.conclusion.rawValue) == all)
    }
}

@Suite("measurement: across seeds")
struct AcrossSeedsTests {
    private func judgement(_ seconds: Int64?) throws -> Judgement {
        let run = try measurement(["delivery max < 5s"])
        run.record(at: 100, took: seconds.map { .seconds($0) })
        return run.judgements(isComplete: true)[0]
    }

    /// 1, 2, 3, 4 and 5 s: mean 3 s, standard deviation √2.5 = 1.5811 s, error 1.5811 / √5 = 0.70711 s, and
    /// with 4 degrees of freedom t = 2.776445: 1.963243 s on each side.
    @Test("median, extremes and Student's interval")
    func interval() throws {
        let summary = AcrossSeeds(try [3, 1, 5, 2, 4].map { try judgement($0) })
        #expect(summary.median == 3e9)
        #expect(summary.least == 1e9)
        #expect(summary.most == 5e9)
        #expect((summary.count, summary.held) == (5, 4))
        let half = (try #require(summary.interval).upperBound - 3e9) / 1e9
        #expect(abs(half - 1.963243) < 0.000001)
        #expect(summary.columns == ["4 of 5", "3.00s", "1.00s to 5.00s", "1.04s to 4.96s"])
    }

    /// 90 %, 100 % and 100 %: 96.67 % ± 14.34 %. 1 s and 10 s: 5.5 s ± 57 s.
    @Test("an interval ends at nothing, and that of a share at all")
    func limits() throws {
        let share = try measurement(["availability >= 50%"]).judgements(isComplete: true)[0].threshold
        let shares = try #require(AcrossSeeds(share, values: [0.9, 1, 1], held: 3, untold: 0).interval)
        #expect(shares.upperBound == 1)
        #expect((shares.lowerBound - 0.8232).magnitude < 0.0001)
        let times = try #require(AcrossSeeds(try [1, 10].map { try judgement($0) }).interval)
        #expect(times.lowerBound == 0)
        #expect(times.upperBound > 60e9)
    }

    @Test("seeds without an end or without a value")
    func special() throws {
        let infinite = AcrossSeeds(try [1, 2, nil].map { try judgement($0) })
        #expect(infinite.columns == ["2 of 3", "2.00s", "1.00s to ∞", ""])
        let mostly = AcrossSeeds(try [1, nil, nil].map { try judgement($0) })
        #expect(mostly.median == .infinity)
        let even = AcrossSeeds(try [1, 2].map { try judgement($0) })
        #expect(even.median == 1.5e9)
        let half = AcrossSeeds(try [1, nil].map { try judgement($0) })
        #expect(half.median == .infinity)
        let one = AcrossSeeds([try judgement(7)])
        #expect(one.columns == ["0 of 1", "7.00s", "7.00s", ""])
        let run = try measurement(["delivery max < 5s"])
        let none = AcrossSeeds(run.judgements(isComplete: true))
        #expect(none.columns == ["0 of 1, 1 cannot be told", "—", "—", ""])
    }
}
