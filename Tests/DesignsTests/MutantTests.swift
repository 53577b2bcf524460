import Chat
import Cluster
import Designs
import Testing
import Vocabulary

/// Each invariant is broken by a server or an app that does one thing wrong, and is kept by what is nearly as
/// wrong.
@Suite("single-server: mutants")
struct MutantTests {
    private static let letter = [ScriptedAct.user(0, writesTo: 1, at: .seconds(1))]

    @Test("X-4 a server that forgets a letter loses it")
    func loses() {
        let run = SingleServerRun(script: Self.letter, rules: .losesLetters).play()
        #expect(
            run.evidence("never-lost") == [
                "letter 0.0, tapped at 1s and accepted at 1.020252652s, "
                    + "was not shown to user 1 by 300s, reachable since 1.020252652s"
            ])
        #expect(run.ledger.invariants.count == 1)
    }

    /// A letter that nobody could be shown is held, not lost.
    @Test("near miss: it forgets a letter to somebody who never comes back")
    func losesNobodys() {
        let run = SingleServerRun(
            script: [.user(1, .goOffline, at: .zero)] + Self.letter, rules: .losesLetters
        ).play()
        #expect(run.ledger.counts.held == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("a server that takes one user for another shows letters to strangers")
    func mistakes() {
        let run = SingleServerRun(users: 3, script: Self.letter, rules: .mistakesUsers).play()
        #expect(
            run.evidence("shown-to-its-own") == [
                "letter 0.0 was shown on device 2.0 at 1.020253978s, and is not for user 2"
            ])
        #expect(run.evidence("never-lost").count == 1)
    }

    /// As in `SingleServerFaultTests`. The recipient's word that it has shown the letter is sent again until
    /// the server is back, and tells the app that its line is gone; the pause before it opens another one is
    /// drawn.
    @Test("S0-28 an app that does not know its letters shows one twice")
    func showsTwice() {
        let run = SingleServerRun(script: Self.letter, app: .showsDuplicates)
        run.crash(at: .milliseconds(1_025))
        _ = run.play()
        #expect(
            run.evidence("shown-once") == [
                "letter 0.0 was shown again on device 1.0 at 2.374959752s; user 1 saw it first at 1.020253978s"
            ])
        #expect(run.ledger.counts.droppedAsDuplicate == 0)
    }

    @Test("near miss: the same app where nothing is sent twice")
    func showsOnce() {
        let run = SingleServerRun(script: Self.letter, app: .showsDuplicates).play()
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    private static let blocked: [ScriptedAct] = [
        .user(1, .block(User(0)), at: .seconds(1)), .user(0, writesTo: 1, at: .seconds(2)),
    ]

    @Test("S0-25 a server and an app that both pay no heed to a block break it")
    func ignoresBlock() {
        let run = SingleServerRun(script: Self.blocked, rules: .ignoresBlocks, app: .ignoresBlocks).play()
        #expect(
            run.evidence("never-across-block") == [
                "letter 0.0 (tapped at 2s) was shown on device 1.0 at 2.020253978s, "
                    + "though user 1 has blocked user 0 since 1s"
            ])
    }

    @Test("near misses: each of the two layers holds without the other, and a letter from before passes")
    func layers() {
        for (server, app) in [(ServerRules.ignoresBlocks, AppRules()), (ServerRules(), .ignoresBlocks)] {
            let run = SingleServerRun(script: Self.blocked, rules: server, app: app).play()
            #expect(run.ledger.counts.shown == 0)
            #expect(run.ledger.invariants.count == 0)
        }
        let before = SingleServerRun(
            script: [
                .user(0, writesTo: 1, at: .seconds(1)), .user(1, .block(User(0)), at: .milliseconds(1_001)),
            ], rules: .ignoresBlocks, app: .ignoresBlocks
        ).play()
        #expect(before.ledger.counts.leaked == 0)
        #expect(before.ledger.invariants.count == 0)
    }

    private static let kept: [ScriptedAct] = [
        .user(1, .goOffline, at: .zero), .user(0, writesTo: 1, at: .seconds(1)),
        .user(0, writesTo: 1, at: .seconds(2)), .user(1, .goOnline, at: .seconds(10)),
    ]

    /// 60 ms of handshake, 10 ms and 302 ns in, 20 us, two letters of 1,326 ns each and 10 ms out.
    @Test("S1-5 where order is promised, a server that turns its queues around breaks it")
    func reorders() {
        let run = SingleServerRun(
            script: Self.kept, rules: .turnsQueuesAround, ledger: { $0.order = .perPair }
        )
        .play()
        #expect(
            run.evidence("order-kept") == [
                "letter 0.0 was shown on device 1.0 at 10.080022954s, after letter 0.1, which was tapped later"
            ])
        #expect(run.ledger.counts.misordered == 1)
    }

    @Test("near misses: no such promise, which is counted alone; or the right order")
    func keepsOrder() {
        let unpromised = SingleServerRun(script: Self.kept, rules: .turnsQueuesAround).play()
        #expect(unpromised.ledger.counts.misordered == 1)
        #expect(unpromised.ledger.invariants.count == 0)
        let ordered = SingleServerRun(script: Self.kept, ledger: { $0.order = .perPair }).play()
        #expect(ordered.ledger.counts.misordered == 0)
        #expect(ordered.ledger.invariants.count == 0)
    }

    @Test(
        "S0-5 where bodies are sealed, a server that looks into them breaks that; near miss: where they are not"
    )
    func reads() {
        let sealed = SingleServerRun(
            script: Self.letter, rules: .readsBodies, ledger: { $0.sealsBodies = true }
        )
        .play()
        #expect(
            sealed.evidence("bodies-sealed") == [
                "machine 0 held the plain text of letter 0.0 at 1.01025235s"
            ])
        let plain = SingleServerRun(script: Self.letter, rules: .readsBodies).play()
        #expect(plain.ledger.invariants.count == 0)
    }
}
