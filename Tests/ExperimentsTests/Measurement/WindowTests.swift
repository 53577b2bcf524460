import Chat
import Experiments
import Testing
import Vocabulary

import func Results.shortText

@Suite("measurement: windows")
struct WindowTests {
    /// One letter at each moment that lies at a border or beside one:
    ///
    ///     s      59   60  239  240  299  300  359  360  599
    ///            |warm-up  |   [  split  )    |    |     |
    ///                 [------- usual --------------)     |
    ///                 [                            [ rush)
    @Test("a letter counts in every window that holds the moment at which its sender meant to send")
    func borders() throws {
        let windows = [
            ("", 8), ("during usual", 6), ("during rush", 2), ("during split", 2), ("before split", 2),
            ("after split", 4), ("except split", 6), ("except usual", 2), ("during usual except split", 4),
            ("after usual", 2), ("before rush", 6), ("after split except rush", 2),
            ("during split except usual", 0),
        ]
        let run = try measurement(windows.map { "delivery count >= 1 \($0.0)" })
        for second in [59, 60, 239, 240, 299, 300, 359, 360, 599] as [Int64] {
            // It arrives long after, in another window.
            run.record(at: second, took: .seconds(100))
        }
        let counts = run.judgements(isComplete: true).map(\.value)
        #expect(counts == windows.map { $0.1 > 0 ? "\($0.1)" : "—" })
    }

    @Test("a window ends before its last moment")
    func strictEnd() throws {
        let run = try measurement(["delivery count >= 1 during split"])
        run.record([
            Sample(.delivery, direct, intended: .at(.seconds(300) - .nanoseconds(1)), latency: .seconds(1)),
            Sample(.delivery, direct, intended: .at(.seconds(300)), latency: .seconds(1)),
        ])
        #expect(run.outcomes == ["held 1 (at the limit), split"])
    }

    /// A fault of three occasions, the last of them within another fault:
    ///
    ///     s   100    200    300    400    500
    ///          [ flap )      [ flap )   [ flap )
    ///                               [ split )
    ///          a      b      c     d   e    f
    @Test("a fault that comes and goes is one window")
    func repeated() throws {
        func at(_ from: Int64, _ to: Int64) -> Timeline.Occasion {
            .init(from: .at(.seconds(from)), to: .at(.seconds(to)))
        }
        var timeline = timeline
        timeline.faults = [
            .init("split", [at(380, 470)]),
            .init("one-host-dies", [at(100, 200), at(300, 400), at(450, 500)]),
        ]
        let run = try measurement(
            [
                "delivery count >= 1 during one-host-dies",
                "delivery count >= 1 before one-host-dies",
                "delivery count >= 1 after one-host-dies",
                "delivery count >= 1 during one-host-dies except split",
                "delivery count >= 1 except one-host-dies",
                "delivery count >= 1 during split except one-host-dies",
            ], timeline: timeline)
        for second in stride(from: 50 as Int64, through: 590, by: 10) {
            run.record(at: second, took: .seconds(1))
        }
        // 100…190, 300…390, 450…490; 60…90; 500…590; without 380, 390, 450, 460; 54 - 25; 400…440.
        #expect(run.judgements(isComplete: true).map(\.value) == ["25", "4", "10", "21", "29", "5"])
    }

    /// Every 10 s from 60 s on: 24 before 300 s, 30 from then on, and none while it lasts.
    @Test("what is before a fault that is over at once is not what is after it")
    func atOnce() throws {
        var timeline = timeline
        timeline.faults[0].occasions = [.init(from: .at(.seconds(300)), to: .at(.seconds(300)))]
        let run = try measurement(
            ["before", "after", "during"].map { "delivery count >= 1 \($0) split" }, timeline: timeline)
        for second in stride(from: 60 as Int64, to: 600, by: 10) { run.record(at: second, took: .seconds(1)) }
        #expect(run.judgements(isComplete: true).map(\.value) == ["24", "30", "—"])
    }

    /// From 100 s to 250 s, told in the wrong order, and 50 s of it twice: 15 letters in 150 s.
    @Test("occasions that overlap last as long as they do together")
    func overlapping() throws {
        var timeline = timeline
        timeline.faults[0].occasions = [
            .init(from: .at(.seconds(150)), to: .at(.seconds(250))),
            .init(from: .at(.seconds(100)), to: .at(.seconds(200))),
        ]
        let run = try measurement(["delivery rate == 0.1/s during split"], timeline: timeline)
        for second in stride(from: 60 as Int64, to: 600, by: 10) { run.record(at: second, took: .seconds(1)) }
        #expect(run.outcomes == ["held 0.1/s, split"])
    }

    /// Nobody knows when the fault will be healed: at 300 s it is.
    @Test("a fault whose end is not known is open until it ends")
    func open() throws {
        var timeline = timeline
        timeline.faults[0].occasions[0].to = nil
        let thresholds = [
            "delivery count >= 1 before split", "delivery count >= 1 during split",
            "delivery count >= 1 after split",
            "delivery count >= 1",
        ]
        let healed = try measurement(thresholds, timeline: timeline)
        let never = try measurement(thresholds, timeline: timeline)
        for second in stride(from: 0 as Int64, to: 600, by: 10) {
            if second == 300 {
                healed.faultMoved("split", from: .at(.seconds(240)), to: .at(.seconds(300)))
            }
            healed.record(at: second, took: .seconds(1))
            never.record(at: second, took: .seconds(1))
        }
        // 60…230, 240…290, 300…590; never healed, nothing is after it.
        #expect(healed.judgements(isComplete: true).map(\.value) == ["18", "6", "30", "54"])
        #expect(never.judgements(isComplete: true).map(\.value) == ["18", "36", "—", "54"])
    }

    @Test("letters of a scope are counted apart")
    func scopes() throws {
        let run = try measurement([
            "delivery count >= 1 where region == us",
            "delivery count >= 1 where region != us",
            "delivery count >= 1 during split where kind == room",
            "delivery count >= 1 where access == cellular",
            "duplicate count == 0 where kind == room",
            "availability >= 50% where region == us",
        ])
        for region in 0..<3 as Range<UInt8> {
            let tags = Sample.Tags(region: region, access: region / 2, isRoom: region == 0)
            run.record(at: 250, took: .seconds(1), tags: tags, count: 10 * Int(region + 1))
            run.record(at: 350, took: .seconds(1), tags: tags)
            run.record(.accept, at: 350, took: .seconds(Int64(region) * 11), tags: tags)
            run.record(.duplicate, tags, intended: .at(.seconds(250)))
        }
        #expect(
            run.outcomes == [
                "held 21 (2000 % over), all, warm-up excluded where region == us",
                "held 42 (4100 % over), all, warm-up excluded where region != us",
                "held 10 (900 % over), split where kind == room",
                "held 31 (3000 % over), all, warm-up excluded where access == cellular",
                "failed 1, all, warm-up excluded where kind == room",
                "failed 0% (50 points under), all, warm-up excluded where region == us",
            ])
    }

    /// A rate leaves the drain out, in which nobody sends.
    @Test("tables have no row for what a rate or a mean is measured in")
    func rate() throws {
        let run = try measurement(["chat-host.bytes rate < 1GB/s", "chat-host.queue mean < 5 during usual"])
        run.record(at: 100, took: .seconds(1))
        #expect(run.summaries.map(\.window.name) == ["all", "usual", "before split"])
    }

    @Test("tables show the whole run, each phase, and each fault with before and after")
    func summaries() throws {
        let run = try measurement()
        run.record(at: 100, took: .seconds(1), count: 99)
        run.record(at: 250, took: .seconds(30), count: 9)
        run.record(at: 250, took: nil)
        run.record(.read, at: 400, took: .seconds(2))
        let rows = run.summaries.map { summary in
            let times = [summary.p50, summary.p99].map { $0.map(shortText) ?? "∞" }.joined(separator: " ")
            return "\(summary.metric.described) \(summary.window.name) "
                + "\(summary.count)+\(summary.undelivered) \(times)"
        }
        // Of 109, the 108th is the p99 (107.91, rounded up); of 10, the 10th.
        #expect(
            rows == [
                "delivery all 108+1 1.00s 30.00s", "delivery usual 108+1 1.00s 30.00s",
                "delivery before split 99+0 1.00s 1.00s",
                "delivery split 9+1 30.00s ∞", "read all 1+0 2.00s 2.00s", "read rush 1+0 2.00s 2.00s",
                "read after split 1+0 2.00s 2.00s",
            ])
    }
}
