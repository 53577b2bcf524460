import Chat
import Cluster
import Testing
import Vocabulary

@Suite("single-server: what breaks")
struct SingleServerFaultTests {
    /// User 1 is away, so that only the server has the letter.
    private static let kept: [ScriptedAct] = [
        .user(1, .goOffline, at: .milliseconds(500)), .user(0, writesTo: 1, at: .seconds(1)),
        .user(1, .goOnline, at: .seconds(10)),
    ]

    @Test("a crash that loses what is not synced takes no letter that was accepted")
    func storedFirst() {
        let run = SingleServerRun(script: Self.kept)
        run.crash(at: .seconds(2))
        _ = run.play()
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("with `store: behind` it takes it")
    func storedBehind() {
        let run = SingleServerRun(server: ["store": "behind"], script: Self.kept)
        run.crash(at: .seconds(2))
        _ = run.play()
        // Without the disk, 51,024 ns sooner than else.
        #expect(
            run.evidence("never-lost") == [
                "letter 0.0, tapped at 1s and accepted at 1.020201628s, "
                    + "was not shown to user 1 by 300s, reachable since 10s"
            ])
    }

    /// The kernel has written it back at 30 s.
    @Test("but nothing that was accepted before the last sync")
    func storedBehindLongAgo() {
        let run = SingleServerRun(
            server: ["store": "behind"],
            script: [
                .user(1, .goOffline, at: .milliseconds(500)), .user(0, writesTo: 1, at: .seconds(1)),
                .user(1, .goOnline, at: .seconds(50)),
            ])
        run.crash(at: .seconds(31))
        #expect(run.play().ledger.invariants.count == 0)
        #expect(run.ledger.counts.shown == 1)
    }

    @Test("but not a crash of the process alone: what was written is in the page cache")
    func storedBehindProcess() {
        let run = SingleServerRun(server: ["store": "behind"], script: Self.kept)
        run.crash(at: .seconds(2), losing: .process)
        #expect(run.play().ledger.invariants.count == 0)
        #expect(run.ledger.counts.shown == 1)
    }

    /// The process dies while the letter's sync runs, for 50 ms, and comes back with the letter in the page cache; the
    /// app sends it once more. Then the power goes, sooner or later.
    @Test("what a restarted server finds in the page cache it makes safe before it promises it again")
    func securedFirst() {
        for wait in Int64(0)..<100 {
            let run = SingleServerRun(server: ["sync": "50ms"], script: Self.kept)
            run.crash(at: .milliseconds(1_040), losing: .process)
            run.crash(at: .milliseconds(2_045 + 10 * wait))
            _ = run.play()
            #expect(run.evidence("never-lost") == [], "\(wait)")
        }
    }

    /// While the sync of the first letter runs, for 50 ms, the others come to the disk one by one. Who asked
    /// for a sync together with each append would have the third share a sync that begins before it is
    /// written.
    @Test("letters that share a sync are on the disk when it begins")
    func sharedSyncs() {
        let run = SingleServerRun(
            server: ["sync": "50ms"],
            script: [.user(1, .goOffline, at: .milliseconds(500))]
                + (0..<5).map { .user(0, writesTo: 1, at: .milliseconds(1_000 + $0)) }
                + [.user(1, .goOnline, at: .seconds(10))])
        run.crash(at: .seconds(2))
        _ = run.play()
        #expect(run.ledger.counts.accepted == 5)
        #expect(run.ledger.counts.shown == 5)
        #expect(run.evidence("never-lost") == [])
    }

    /// Nothing comes down from 1.005 s to 21 s: neither the answer nor the letter. The app sends again once
    /// before that, and may do so once behind.
    @Test("S1-7 a letter that was sent again because no answer came is stored and shown once")
    func lostAnswer() {
        let run = SingleServerRun(script: [.user(0, writesTo: 1, at: .seconds(1))])
        run.cluster.plan(
            DeviceCut(between: DeviceSet(), direction: .down), at: .at(.milliseconds(1_005)),
            for: .seconds(20))
        _ = run.play()
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    /// The server has stored the letter and sent it, the recipient has shown it; that news is 10 ms on its
    /// way when the power goes. The next incarnation sends the letter again, and the app says once more that
    /// it has it.
    @Test("S0-28 what is sent again after a crash is dropped by the app")
    func duplicates() {
        let run = SingleServerRun(script: [.user(0, writesTo: 1, at: .seconds(1))])
        run.crash(at: .milliseconds(1_025))
        _ = run.play()
        #expect(run.ledger.counts.droppedAsDuplicate == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
        #expect(run.samples(.receipt).count == 1)
    }

    /// Reading 1,024 B takes 101 us, reading 100 MB of them much longer: who comes meanwhile is turned away,
    /// and comes again.
    @Test("a server that still reads its disk turns people away; nobody stays who is not known")
    func comesTooEarly() {
        let run = SingleServerRun(
            server: ["disk-rate": "1KB/s"],  // so the letter is written at 2 s, and read in 1 s
            script: [
                .user(0, writesTo: 1, at: .seconds(1)), .user(0, writesTo: 1, at: .seconds(30)),
            ])
        run.crash(at: .seconds(10), for: .milliseconds(1), losing: .process)
        _ = run.play()
        #expect(run.ledger.counts.shown == 2)
        #expect(run.ledger.invariants.count == 0)
        #expect(run.samples(.delivery).count == 2)
        #expect(run.samples(.delivery).allSatisfy { !$0.contains("never") })
    }

    @Test("a letter that cannot be stored is refused, and sent again until it can")
    func diskFull() {
        let run = SingleServerRun(script: [.user(0, writesTo: 1, at: .seconds(1))])
        run.cluster.plan(
            DiskFault(run.cluster.allMachines, .full), at: .at(.milliseconds(500)), for: .seconds(3))
        _ = run.play()
        #expect(run.ledger.counts.refusedInTrouble == 1)
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("a server whose disk cannot be read serves nobody until it can")
    func diskUnreadable() {
        let run = SingleServerRun(script: Self.kept)
        run.cluster.plan(
            DiskFault(run.cluster.allMachines, .failingReads), at: .at(.seconds(2)), for: .seconds(20))
        run.crash(at: .seconds(3))
        _ = run.play()
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }

    /// The devices hear of the crash at 2.01 s, and are refused until 12 s; what is tapped meanwhile waits
    /// in the app. Who has waited longest tries again at most a minute later.
    @Test(
        "S4-13 one crash stops all service; apps come back by themselves and bring what was tapped meanwhile")
    func comesBack() {
        let run = SingleServerRun(
            users: 20,
            script: (0..<20).map { .user($0, writesTo: ($0 + 1) % 20, at: .seconds(5)) })
        run.crash(at: .seconds(2), for: .seconds(10), losing: .process)
        _ = run.play()
        #expect(run.ledger.counts.accepted == 20)
        #expect(run.ledger.counts.shown == 20)
        #expect(run.ledger.counts.droppedAsDuplicate == 0)
        #expect(run.ledger.counts.acceptedInTime < 20)
        #expect(run.ledger.invariants.count == 0)
    }

    /// User 1 is away when their credential is revoked, and when the server loses its power. It knows all the same, from
    /// its disk: they log in when they are back, and nobody else has to.
    @Test("S3-1 a revocation survives a crash")
    func revocationSurvives() {
        let run = SingleServerRun(script: [
            .user(1, .goOffline, at: .seconds(1)), .user(1, .goOnline, at: .seconds(10)),
            .user(0, writesTo: 1, at: .seconds(11)),
        ])
        run.revoke(1, at: .seconds(2))
        run.crash(at: .seconds(3))
        _ = run.play()
        #expect(run.logins == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.invariants.count == 0)
    }
}
