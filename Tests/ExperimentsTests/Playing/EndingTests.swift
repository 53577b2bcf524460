import Chat
import Cluster
import Designs
import Experiments
import Results
import Simulation
import Testing
import Vocabulary

/// The single server, made to do something wrong.
private protocol Mutant: Design {
    static var rules: ServerRules { get }
}

extension Mutant {
    static var sheet: DesignSheet { SingleServer.sheet }
    static var stages: [StageSheet] { SingleServer.stages }
    static var promises: Promises { SingleServer.promises }

    static func build(on site: Site) -> (User) -> FrontDoor {
        SingleServer.build(on: site, rules: rules)
    }
}

private enum Mute: Mutant { static let rules = ServerRules.losesLetters }
private enum Mistaken: Mutant { static let rules = ServerRules.mistakesUsers }

@Suite("experiments: how a run ends")
struct EndingTests {
    /// One letter from user 0 to user 1, and nothing else: the world runs dry long before the end.
    private static let letter = """
        hubbub: 1
        name: letter
        design: single-server
        seed: 1
        duration: 1m
        drain: 1m
        users: { count: 3 }
        script:
          - { at: 1s, user: 0, send: user 1 }

        """

    /// Twenty people who send so much that each count comes to its limit soon.
    private static func busy(_ thresholds: String) -> String {
        """
        hubbub: 1
        name: busy
        design: single-server
        seed: 1
        duration: 1m
        drain: 10s
        users: { count: 20 }
        load:
          - { name: usual, send: 1/s per user, size: 1KB, direct: 100% }
        thresholds:
        \(thresholds)

        """
    }

    /// Three letters from user 0 to user 1, a second apart.
    private static func letters(_ thresholds: String, off: String = "[]") -> String {
        letter + """
              - { at: 2s, user: 0, send: user 1 }
              - { at: 3s, user: 0, send: user 1 }
            thresholds:
            \(thresholds)
            invariants: { off: \(off) }

            """
    }

    // MARK: Hanging

    @Test("a system that does nothing any more while somebody waits hangs, and that is graver than slow")
    func hang() throws {
        let result = try played(Self.letter + "invariants: { off: [never-lost] }\n", on: Mute.self).result
        #expect(result.verdict.word == .violated)
        #expect(result.verdict.exitCode == 3)
        #expect(result.run.isComplete)
        // The sender sees it accepted some 30 ms after the tap.
        #expect(
            result.verdict.reasons == [
                "the system hangs: nothing happens any more after 2s, and a letter waits, first of all "
                    + "letter 0.0, tapped at 1s: user 1 has not been shown it",
                "nothing was delivered: one delivery was due",
            ])
        #expect(result.events.filter { $0.kind == "hang" }.map(\.time) == [.at(.seconds(2))])
    }

    /// The server has nothing left to do, and nobody else sends.
    @Test("a letter that was lost is a broken promise, and no hang besides")
    func lostIsNoHang() throws {
        let result = try played(Self.letter, on: Mute.self).result
        #expect(
            result.verdict.reasons == [
                "never-lost violated, once", "nothing was delivered: one delivery was due",
            ])
        #expect(result.events.filter { $0.kind == "hang" } == [])
    }

    /// The run ends at 70 s, 11 s after a letter that nobody is ever shown; who had less than 15 s may have been about to.
    @Test("what had too little time to come is not lost, and the verdict says so")
    func tooLate() throws {
        func run(tappedAt second: Int) throws -> RunResult {
            try played(
                """
                hubbub: 1
                name: late
                design: single-server
                seed: 1
                duration: 1m
                drain: 10s
                patience: 15s
                users: { count: 3 }
                script:
                  - { at: \(second)s, user: 0, send: user 1 }

                """, on: Mute.self
            ).result
        }
        let note =
            "one accepted letter had not come at the end to people who could be reached, for less than 15s by then: lost "
            + "or on the way, which a longer drain tells apart"
        let late = try run(tappedAt: 59)
        #expect(late.invariants.filter { $0.state == .broken } == [])
        #expect(late.verdict.notes.contains(note), "\(late.verdict.notes)")
        let early = try run(tappedAt: 50)
        #expect(early.invariants.filter { $0.state == .broken }.map(\.name) == ["never-lost"])
        #expect(!early.verdict.notes.contains(note))
    }

    @Test("it hangs only after the last fault that might set it going")
    func hangAfterFaults() throws {
        let fault =
            "faults:\n  - { name: slow-for-once, at: 20s, for: 10s, slow: { target: server, factor: 2 } }\n"
        let result = try played(
            Self.letter + fault + "invariants: { off: [never-lost] }\n", on: Mute.self
        ).result
        #expect(result.events.filter { $0.kind == "hang" }.map(\.time) == [.at(.seconds(31))])
    }

    @Test(
        "a system that is done does not hang, nor one whose people are away or try again",
        arguments: [
            "", "  - { at: 0s, user: 1, go: offline }\n",
            "faults:\n  - { name: end, at: 500ms, crash: { target: server } }\n",
        ])
    func noHang(more: String) throws {
        let result = try played(Self.letter + more).result
        #expect(result.verdict.reasons.filter { $0.contains("hangs") } == [])
        #expect(result.events.filter { $0.kind == "hang" } == [])
    }

    // MARK: Aborting

    @Test("a count of times that is too high ends the run within its millisecond")
    func abortOnTimes() throws {
        let result = try played(
            Self.busy(
                """
                  - { check: delivery count < 100, abort: true }
                  - delivery p99 < 10s
                """)
        ).result
        #expect(!result.run.isComplete)
        #expect(result.verdict.word == .failed)
        #expect(result.verdict.exitCode == 1)
        let abort = try #require(result.events.last { $0.kind == "abort" })
        #expect(abort.target == "delivery count < 100")
        let moment = "aborted at \(clockText(abort.time)) by 'delivery count < 100'"
        #expect(abort.what == moment)
        // The hundredth delivery is the one too many; the p99 of letters to come is not known.
        #expect(result.thresholds.map(\.outcome) == [.failed, .inconclusive])
        #expect(result.thresholds[0].value.map { $0.description } == "100")
        #expect(
            result.verdict.reasons == [
                "delivery count < 100 is 100", moment, "delivery p99 < 10s: the run ended too early",
            ])
        // It is the reason, and needs no cause that says the same.
        #expect(!result.verdict.causes.contains(moment))
        // Some 20 letters a second: long before the first second in which somebody could have looked.
        #expect(abort.time < .at(.seconds(8)))
        #expect(abort.time.nanoseconds % 1_000_000 != 0)
        #expect(result.events.allSatisfy { $0.time <= abort.time })
    }

    /// Some 20 letters a second: the two hundredth comes long before the rush and the fault.
    @Test("a run that ended early tells of what came until then, and of nothing that was to come")
    func toldUntilTheEnd() throws {
        func result(_ thresholds: String) throws -> RunResult {
            try played(
                """
                hubbub: 1
                name: early
                design: single-server
                seed: 1
                duration: 1m
                warmup: 5s
                drain: 10s
                users: { count: 20 }
                load:
                  - { name: usual, send: 1/s per user, size: 1KB, direct: 100% }
                  - { name: rush, send: 1/s per user, from: 40s, size: 1KB, direct: 100% }
                faults:
                  - { name: nap, at: 45s, for: 5s, pause: { target: server } }
                thresholds:
                \(thresholds)

                """
            ).result
        }
        let early = try result(
            "  - { check: delivery count < 200, abort: true }\n  - lost count == 0 during rush")
        let abort = try #require(early.events.last { $0.kind == "abort" })
        // It is played to the end of the millisecond.
        let ended = try #require(early.run.ended)
        #expect(ended > abort.time && ended <= abort.time + .milliseconds(1))
        #expect(early.phases.map(\.name) == ["usual"])
        #expect(early.phases.map(\.to) == [ended])
        #expect(early.faults == [])
        #expect(early.verdict.notes == ["the fault nap never came: the run ended before it"])
        #expect(early.thresholds[1].window == "rush")
        #expect(early.thresholds[1].reason == "the run ended too early")
        // What is on its way may be lost yet.
        #expect(early.invariants.first { $0.name == "never-lost" }?.state == .notKnown)
        #expect(early.figures.contains { $0.metric == "lost" && $0.value == nil })

        let whole = try result("  - lost count == 0")
        #expect(whole.run.ended == nil)
        #expect(whole.phases.map(\.to) == [.at(.seconds(40)), .at(.seconds(60))])
        #expect(whole.faults.map(\.name) == ["nap"])
        #expect(whole.invariants.first { $0.name == "never-lost" }?.state == .held)
        #expect(whole.figures.contains { $0.metric == "lost" && $0.value == .count(0) })
    }

    @Test("an incident that must not be ends the run; with its invariant it is graver than slow")
    func abortOnIncident() throws {
        let threshold = "  - { check: leaked count == 0, abort: true }"
        let violated = try played(Self.letters(threshold), on: Mistaken.self).result
        #expect(!violated.run.isComplete)
        #expect(violated.verdict.word == .violated)
        #expect(violated.verdict.exitCode == 3)
        let first = try #require(violated.events.first { $0.kind == "violation" })
        let abort = try #require(violated.events.first { $0.kind == "abort" })
        #expect(first.time == abort.time)
        #expect(violated.verdict.reasons.first?.hasPrefix("shown-to-its-own violated, ") == true)
        #expect(violated.verdict.reasons.contains(abort.what))

        let failed = try played(Self.letters(threshold, off: "[shown-to-its-own]"), on: Mistaken.self)
            .result
        #expect(failed.verdict.word == .failed)
        #expect(failed.verdict.exitCode == 1)
        #expect(failed.events.first { $0.kind == "abort" }?.time == abort.time)
        #expect(try played(Self.letters(threshold)).result.verdict.word == .passed)
    }

    @Test("a threshold that does not abort is told when it is lost, and the run goes on")
    func loss() throws {
        let result = try played(Self.letters("  - leaked count == 0"), on: Mistaken.self).result
        #expect(result.run.isComplete)
        let violation = try #require(result.events.first { $0.kind == "violation" })
        let losses = result.events.filter { $0.kind == "threshold" }
        #expect(losses.map(\.what) == ["leaked count == 0 cannot hold any more"])
        #expect(losses.first?.time == violation.time)
    }

    @Test("a maximum ends the run with the first letter above it")
    func abortOnMaximum() throws {
        let result = try played(Self.busy("  - { check: delivery max < 1ms, abort: true }")).result
        #expect(!result.run.isComplete)
        #expect(result.verdict.exitCode == 1)
        #expect(result.thresholds.map(\.outcome) == [.failed])
        let abort = try #require(result.events.last { $0.kind == "abort" })
        #expect(abort.time < .at(.seconds(2)))
    }

    @Test("a fault that the run did not come to is not said to have tested nothing")
    func abortBeforeAFault() throws {
        let result = try played(
            Self.busy("  - { check: delivery max < 1ms, abort: true }")
                + "faults: [{ name: late, at: 30s, crash: { target: server } }]\n"
        ).result
        #expect(result.verdict.notes.contains("the fault late never came: the run ended before it"))
        #expect(!result.verdict.notes.contains { $0.contains("tested nothing") })
    }

    /// 20 people with a letter a second are 1,200 in a minute, at most 1,200 + 8 · √1,200 + 8 = 1,486, of which
    /// 14 may miss a p99. Were there fewer than 1,000 in the end, 17 might, by the most favourable reading
    /// (990 - 2 · √9.9 = 983.7): the eighteenth ends it, within two seconds or so, with what came in its batch.
    @Test("a percentile ends the run as soon as more letters miss it than it grants")
    func abortOnPercentile() throws {
        let result = try played(Self.busy("  - { check: delivery p99 < 1ms, abort: true }")).result
        #expect(!result.run.isComplete)
        #expect(result.thresholds.map(\.outcome) == [.failed])
        let count = try #require(result.summaries.first?.count)
        #expect((18...20).contains(count))
    }

    /// 20 letters a second, and no server from 20 s on. What was tapped then is too late at 22 s, the eighteenth within a
    /// second (as above); it is looked for at each full second, and the drain ends at 70 s.
    @Test(
        "what nobody has got by its limit ends the run, though nothing comes any more",
        arguments: [
            "delivery max < 2s", "delivery p99 <= 2s", "accept max < 2s", "accept p99 < 2s",
            "delivery max < 2s during dead where kind == direct",
        ])
    func abortInAnOutage(check: String) throws {
        let result = try played(
            Self.busy("  - { check: \(check), abort: true }")
                + "faults: [{ name: dead, at: 20s, crash: { target: server } }]\n"
        ).result
        let abort = try #require(result.events.first { $0.kind == "abort" })
        #expect([22, 23, 24].map { Instant.at(.seconds($0)) }.contains(abort.time), "\(abort.time)")
        #expect(result.thresholds.map(\.outcome) == [.failed])
        #expect(result.verdict.reasons.contains(abort.what))
    }

    /// Whatever was tapped before 20 s is overdue at 25 s; and nobody writes to a room.
    @Test(
        "what is overdue counts for the letters that a threshold is about, and for no others",
        arguments: [("before dead", 25), ("where kind == room", 0)])
    func othersOverdue(clause: String, latest: Int64) throws {
        let result = try played(
            Self.busy("  - { check: delivery max < 5s \(clause), abort: true }")
                + "faults: [{ name: dead, at: 20s, crash: { target: server } }]\n"
        ).result
        #expect(result.events.allSatisfy { $0.kind != "abort" || $0.time <= .at(.seconds(latest)) })
    }

    @Test("an aborted run is played again to the byte")
    func abortAgain() throws {
        let text = Self.busy("  - { check: delivery count < 100, abort: true }")
        #expect(try played(text).result == played(text).result)
    }

    // MARK: Going round in circles

    @Test("what goes round in circles is broken off, and that is Hubbub's own fault")
    func runaway() throws {
        var short = try play(Self.busy("  - delivery p99 < 10s"))
        short.eventLimit = 50
        let outcome = short.run()
        let runaway = try #require(outcome.runaway)
        #expect(runaway.hasPrefix("more than 50 events within one second, at "))
        #expect(!outcome.result.run.isComplete)
        #expect(outcome.result.verdict.word == .interrupted)
        #expect(outcome.result.verdict.exitCode == 70)
        #expect(outcome.result.verdict.reasons.first == runaway)
    }

    /// A server, and a part beside it that looks at its watch from 3 s on, and at nothing else.
    private enum Restless: Design {
        static let watcher = Role("watcher", "Looks at its watch", count: 2, of: Watcher.self)
        static let sheet = DesignSheet(
            "restless", "A server that somebody waits for", roles: SingleServer.sheet.roles + [watcher.sheet],
            checksCredentials: true)
        static let (stages, promises) = (SingleServer.stages, SingleServer.promises)

        static func build(on site: Site) -> (User) -> FrontDoor {
            site.add(watcher) { seat, _ in Watcher(seat: seat) }
            return SingleServer.build(on: site)
        }
    }

    private actor Watcher: Part {
        enum Inbox: Marked {
            case look
            var mark: UInt64 { 1 }
        }

        nonisolated let seat: Seat

        init(seat: Seat) { self.seat = seat }

        func begin(in shift: Shift) { if seat.number == 1 { _ = shift.arm(.look, after: .seconds(3)) } }
        func cost(of message: Inbox) -> Span { .zero }
        func receive(_ message: Inbox, in shift: Shift) { _ = shift.arm(.look, after: .zero) }
    }

    /// 1,000,000 events, and 1,000 for each of three people.
    @Test("a part for which no time goes on is named")
    func standstill() throws {
        let text = Self.letter.replacing("single-server", with: "restless")
        let loaded = ScenarioLoader(designs: [Restless.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "letter.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        let outcome = Play(scenario, design: Restless.self, thresholds: [], healthy: nil).run()
        #expect(
            outcome.runaway
                == "time stands still at 3s: more than 1,003,000 events, the last of them at watcher[1]; "
                + "a part that sets itself a timer of no length does that")
        #expect(outcome.result.verdict.exitCode == 70)
    }

    // MARK: Watching

    @Test("who watches hears of each event once, in the order of seconds, and changes nothing")
    func watching() throws {
        let text = """
            hubbub: 1
            name: watched
            design: single-server
            seed: 1
            duration: 40s
            warmup: 5s
            drain: 10s
            users: { count: 200 }
            load:
              - { name: usual, send: 1/s per user, size: 1KB, direct: 100% }
              - { name: rush, from: 20s, send: 2/s per user }
            faults:
              - { name: hiccup, at: 12500ms, for: 2s, pause: { target: server } }
            healthy: { window: 5s, hold: 2, expect: [delivery p90 < 1s] }
            thresholds:
              - delivery p95 < 10s

            """
        let whole = try play(text)
        var news: [RunEvent] = []
        var stretches: [String] = []
        let watched = whole.run { status in
            #expect(status.news.allSatisfy { $0.time < status.time })
            news += status.news
            if stretches.last != status.stretch { stretches.append(status.stretch) }
            // In the warm-up there are those that are on their way, some tens at a time: no figure.
            if status.time == .at(.seconds(3)) { #expect(status.deliveryP99 == nil) }
            if status.time == .at(.seconds(10)) {
                #expect(status.deliveryP99.map { $0 < .seconds(2) } == true)
                #expect(status.thresholds.held == 1)
                #expect(status.thresholds.of == 1)
            }
            // 200 letters a second, and none is delivered for 1.5 s: of 2,800 those of half a second are overdue.
            if status.time == .at(.seconds(14)) {
                #expect(status.deliveryP99.map { $0 > .seconds(1) && $0 < .milliseconds(1_500) } == true)
            }
            return true
        }
        #expect(watched.result == whole.run().result)
        #expect(stretches == ["usual", "hiccup", "usual", "rush", "drain"])
        #expect(
            news.map { "\($0.time) \($0.kind) \($0.what)" } == [
                "0s phase usual begins", "5s phase the warm-up is over",
                "12.5s fault hiccup begins (pause)", "14.5s heal hiccup is healed",
                "20s phase rush begins", "40s phase sends are over",
            ])
        // Two seconds without a server spoil the window from 10 s on, and nothing else.
        #expect(
            watched.lastNews.map { "\($0.time) \($0.kind) \($0.what)" } == [
                "5s health healthy", "10s health not healthy", "15s health healthy",
            ])
        #expect(watched.result.events.map(\.time) == watched.result.events.map(\.time).sorted())
        #expect(Set(watched.result.events) == Set(news + watched.lastNews))
    }
}
