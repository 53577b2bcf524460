import Chat
import Experiments
import Testing
import Vocabulary

/// Windows of 10 s from 60 s on, drawn one letter each: `+` good, `-` bad, `?` too few letters.
@Suite("measurement: health and recovery")
struct HealthTests {
    private func health(_ drawn: String, hold: Int = 3) -> Health {
        Health(
            start: .at(.seconds(60)), window: .seconds(10), hold: hold,
            states: drawn.map { $0 == "+" ? .good : $0 == "-" ? .bad : .unknown })
    }

    private static let tooLate =
        "fewer than 3 windows of 10s are left before sends end; end faults sooner (with 'until' what comes again), or make 'duration' longer"

    /// The fault ends at 100 s, where the 5th window begins, when nothing else is said.
    @Test(
        "a recovery lasts to the end of the first window that begins so many good ones, if any was bad",
        arguments: [
            ("++++--+++", 100, .after(.seconds(30))),  // the 7th to 9th: ends at 130 s
            ("++++-++-+++", 100, .after(.seconds(50))),  // two good ones are not three
            ("++++++++", 100, .after(.zero)),
            ("++--++++", 100, .after(.zero)),  // bad while the fault was on
            ("++++++++++-", 100, .after(.zero)),  // bad again much later
            ("+++++++++", 101, .after(.zero)),
            ("++++-++++", 101, .after(.seconds(19))),  // the 5th began before the end; the 6th ends at 120 s
            ("++++-++++", 111, .after(.zero)),
            ("++++++++", 95, .after(.zero)),
            ("+++-++++", 95, .after(.seconds(15))),  // the 4th began before the end
            ("++++------", 100, .never),
            ("++++---++", 100, .never),  // two good ones at the end are not three
            ("++++-?++-+", 100, .unknown("too few letters in some windows after it")),
            ("++++-?+-+?-", 100, .never),  // even if those were good
            ("++++?+++", 100, .after(.seconds(20))),
            ("++++++", 100, .unknown(tooLate)),
            ("++++", 700, .unknown(tooLate)),
        ] as [(String, Int64, Health.Recovery)])
    func recovery(drawn: String, end: Int64, expected: Health.Recovery) {
        #expect(health(drawn).recovery(from: .at(.seconds(end))) == expected)
    }

    /// The first fault begins at 90 s, where the 4th window does, when nothing else is said.
    @Test(
        "every whole window between the warm-up and the first fault must be good",
        arguments: [
            ("+++---", 90, .held, nil),
            ("++++--", 99, .held, nil),  // the 4th is cut by the fault
            ("+-+---", 90, .failed, "not healthy before the faults, at 70s"),
            ("?+-+--", 90, .failed, "not healthy before the faults, at 80s"),
            (
                "+?+---", 90, .inconclusive,
                "too few letters to say that it was healthy before the faults, at 70s: a window needs 100; make "
                    + "'healthy.window' longer, or the load higher"
            ),
            ("++++++", 69, .inconclusive, "no window of 10s lies between the warm-up and the first fault"),
        ] as [(String, Int64, Outcome, String?)])
    func before(drawn: String, fault: Int64, outcome: Outcome, reason: String?) {
        let found = health(drawn).before(.at(.seconds(fault)))
        #expect(found.outcome == outcome)
        #expect(found.reason == reason)
    }

    private func healthy() throws -> Healthy {
        let texts = ["delivery p99 < 1s", "delivery ratio >= 99%", "availability >= 95%"]
        return Healthy(
            window: .seconds(10), hold: 2, expectations: try texts.map { try threshold($0, as: .expectation) }
        )
    }

    private func states(_ tell: (Measurement) -> Void, until end: Int64 = 100) throws -> String {
        var timeline = timeline
        (timeline.endOfSends, timeline.end) = (.at(.seconds(end)), .at(.seconds(end)))
        timeline.phases = []
        timeline.faults = []
        let run = try measurement(timeline: timeline, healthy: healthy())
        tell(run)
        let states = try #require(run.health).states
        return String(states.map { $0 == .good ? "+" : $0 == .bad ? "-" : "?" })
    }

    /// 100 letters a window: one may be slow (p99 is the 99th), one may be missing (99 of 100); five taps may
    /// be late.
    @Test("windows are judged by the letters that were meant to be sent in them")
    func windows() throws {
        func window(
            _ run: Measurement, at second: Int64, fast: Int = 100, slow: Int = 0, missing: Int = 0,
            late: Int = 0, taps: Int = 100
        ) {
            run.record(at: second, took: .milliseconds(999), count: fast)
            run.record(at: second, took: .seconds(1), count: slow)
            run.record(at: second, took: nil, count: missing)
            run.record(.accept, at: second, took: .seconds(1), count: taps - late)
            run.record(.accept, at: second, took: .seconds(11), count: late)
        }
        #expect(try states { _ in } == "????")
        #expect(
            try states {
                window($0, at: 59, fast: 0, slow: 100)  // in the warm-up
                window($0, at: 60)
                window($0, at: 79, fast: 99, slow: 1)
                window($0, at: 80, fast: 98, slow: 2)
                window($0, at: 99, fast: 99, missing: 1)
            } == "++-+")
        #expect(
            try states {
                window($0, at: 60, fast: 198, missing: 3)  // 98.5 %
                window($0, at: 70, late: 5)
                window($0, at: 80, late: 6)
                window($0, at: 90, fast: 99)
            } == "-+-?")
        // Too few taps to judge, but the deliveries are bad for certain; and what is sent out of order.
        #expect(
            try states {
                window($0, at: 90, taps: 99)
                window($0, at: 60, fast: 0, slow: 100, taps: 99)
                window($0, at: 80)
                window($0, at: 70)
            } == "-++?")
        // The window from 90 s to 100 s is not whole.
        #expect(try states({ window($0, at: 60) }, until: 99) == "+??")
    }

    /// The fault begins at 240 s, and a window with it.
    @Test(
        "what the first fault caught on its way says nothing of the time before it, unless it was late already"
    )
    func caughtByTheFault() throws {
        let healthy = Healthy(
            window: .seconds(10), hold: 1,
            expectations: try ["delivery p99 < 2s", "availability.service >= 100%"].map {
                try threshold($0, as: .expectation)
            })
        func states(_ tell: (Measurement) -> Void) throws -> [WindowState] {
            let run = try measurement(healthy: healthy)
            for second in stride(from: 60 as Int64, to: 600, by: 10) {
                run.record(at: second, took: .seconds(1), count: 100)
                run.record(.accept, at: second, took: .seconds(1), count: 100)
            }
            tell(run)
            return Array(try #require(run.health).states[16...18])  // from 220 s to 250 s
        }
        let caught = try states {
            $0.record(at: 239, took: nil, count: 5)
            $0.record(at: 239, took: .seconds(3), count: 5)
            $0.record(.accept, at: 231, took: nil)
            $0.record(.accept, at: 231, took: .seconds(30))
            $0.record(.accept, at: 231, took: nil)
            $0.excuse(direct, intended: .at(.seconds(231)))
            $0.record(at: 241, took: nil, count: 5)
        }
        #expect(caught == [.good, .good, .bad])
        #expect(try states { $0.record(at: 237, took: nil, count: 5) } == [.good, .bad, .good])
        #expect(try states { $0.record(.accept, at: 229, took: nil) } == [.bad, .good, .good])
        let later = try states {
            $0.faultMoved("split", from: .at(.seconds(300)), to: .at(.seconds(310)))
            $0.record(at: 239, took: nil, count: 5)
        }
        #expect(later == [.good, .bad, .good])
    }

    @Test("a device without a network does not make the service unhealthy")
    func excused() throws {
        let healthy = Healthy(
            window: .seconds(10), hold: 1,
            expectations: [try threshold("availability.service >= 100%", as: .expectation)])
        let run = try measurement(healthy: healthy)
        run.excuse(direct, intended: .at(.seconds(60)))  // told before its tap
        run.record(.accept, at: 60, took: .seconds(1), count: 100)
        run.record(.accept, at: 60, took: nil)
        run.record(.accept, at: 70, took: .seconds(1), count: 100)
        run.record(.accept, at: 70, took: nil)
        run.excuse(direct, intended: .at(.seconds(80)))
        run.record(.accept, at: 80, took: .seconds(1), count: 99)
        run.record(.accept, at: 80, took: nil)
        #expect(run.health?.states.prefix(4) == [.good, .bad, .unknown, .unknown])
    }

    /// 100 letters in each window, slow in those that begin from 240 s to 330 s. The fault ends at 300 s; the
    /// window from 340 s to 350 s is the first of two good ones: 50 s.
    @Test("a recovery is measured as a threshold is")
    func thresholds() throws {
        func outcome(_ text: String, slowUntil: Int64, open: Bool = false) throws -> [String] {
            var timeline = timeline
            if open { timeline.faults[0].occasions[0].to = nil }
            let run = try measurement([text], timeline: timeline, healthy: healthy())
            for second in stride(from: 60 as Int64, to: 600, by: 10) {
                let isSlow = (240..<slowUntil).contains(second)
                run.record(at: second, took: isSlow ? .seconds(2) : .milliseconds(100), count: 100)
                run.record(.accept, at: second, took: .milliseconds(50), count: 100)
            }
            return run.outcomes
        }
        #expect(
            try outcome("recovery < 90s after split", slowUntil: 340) == [
                "held ≤ 50.00s (44 % under), after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 50s after split", slowUntil: 340) == [
                "failed ≤ 50.00s (at the limit), after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 40s after split", slowUntil: 340) == [
                "failed ≤ 50.00s (25 % over), after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 1s after split", slowUntil: 300) == [
                "held 0s (100 % under), after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 90s after split", slowUntil: 600) == [
                "failed ∞, after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 90s after split", slowUntil: 590) == [
                "failed ∞, after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 90s after split", slowUntil: 300, open: true) == [
                "? — (split did not end), after split, windows of 10s"
            ])
        #expect(
            try outcome("recovery < 90s after usual", slowUntil: 380) == [
                "held ≤ 30.00s (67 % under), after usual, windows of 10s"
            ])
        let undefined = try measurement(["recovery < 90s after split"])
        #expect(undefined.outcomes == ["? — (the scenario does not say what is healthy), after split"])
    }
}
