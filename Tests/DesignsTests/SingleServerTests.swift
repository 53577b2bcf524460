import Chat
import Cluster
import Designs
import Testing
import Vocabulary

@Suite("single-server: letters")
struct SingleServerTests {
    /// In: 1,024 + 250 + 52 B on the wire, 1,326 ns, behind 10 ms. CPU 200 us, disk 1,024 ns, sync 50 us:
    /// 10,252,350 ns. Out: the acknowledgement, 302 B, 302 ns, and then the letter, 1,326 ns more; 10 ms
    /// each. Receipt and read: 302 ns and 10 ms in, 20 us, 302 ns and 10 ms out.
    @Test("S4-13 a letter, its receipt and its read take two ways, the CPU and the disk")
    func way() {
        let run = SingleServerRun(script: [.user(0, writesTo: 1, at: .seconds(1))]).play()
        #expect(run.samples(.accept) == ["@1s 20252.652us"])
        #expect(run.samples(.delivery) == ["@1s 20253.978us"])
        #expect(run.samples(.receipt) == ["@1s 20020.604us"])
        #expect(run.samples(.read) == ["@1s 20020.604us"])
        #expect(run.ledger.invariants.count == 0)
    }

    /// The same way; a stage ends where the next begins, and the last one when the letter is shown.
    @Test("its stages add up to its way")
    func stages() {
        let run = SingleServerRun(script: [.user(0, writesTo: 1, at: .seconds(1))]).play()
        let path = run.ledger.stages.run.slowest(1)[0].path
        #expect(
            path.map { "\($0.stage) \($0.time)" } == [
                "0 1s",  // way in
                "2 1010001.326us",  // at the server
                "3 1010001.326us",  // on its CPU
                "4 1010201.326us",  // to the disk
                "2 1010202.35us",  // written: at the server
                "4 1010202.35us",  // to the disk, for a sync
                "2 1010252.35us",  // safe: at the server
                "4 1010252.35us",
                "1 1010252.35us",  // way out
            ])
    }

    @Test("S4-14 a recipient who is away is shown it when they are back")
    func away() {
        let run = SingleServerRun(script: [
            .user(1, .goOffline, at: .milliseconds(500)), .user(0, writesTo: 1, at: .seconds(1)),
            .user(1, .goOnline, at: .seconds(60)),
        ]).play()
        // 60 ms of handshake; hello 302 ns and 10 ms in, 20 us, the letter 1,326 ns and 10 ms out. The line
        // costs 500 us of CPU, 10 ms before the hello comes.
        #expect(run.samples(.catchUp) == ["@60s 80021.628us"])
        #expect(run.samples(.delivery) == [])
        #expect(run.ledger.counts.shown == 1)
    }

    /// The letter is on its way out at 1.0103 s. The app that would have shown it is gone at 1.015 s; in the second case the
    /// next one comes at 30 s, to a server that has been down meanwhile.
    @Test("S4-14 what a lost device has not confirmed is shown on the next one")
    func handedOver() {
        func run(_ acts: [ScriptedAct], crash: Bool) -> SingleServerRun {
            let run = SingleServerRun(
                script: [.user(0, writesTo: 1, at: .seconds(1))] + acts, plan: { $0.deviceLimit = 2 })
            if crash { run.crash(at: .seconds(10)) }
            return run.play()
        }
        let anew = run([.user(1, .reinstall, at: .milliseconds(1_015))], crash: false)
        let later = run(
            [.user(1, .loseDevice, at: .milliseconds(1_015)), .user(1, .addDevice, at: .seconds(30))],
            crash: true)
        for run in [anew, later] {
            #expect(run.ledger.counts.shown == 1)
            #expect(run.ledger.counts.lost == 0)
            #expect(run.ledger.invariants.count == 0)
        }
        #expect(later.ledger.counts.held == 0)
    }

    @Test("a receipt waits for a sender who is away")
    func receiptWaits() {
        let run = SingleServerRun(script: [
            .user(1, .goOffline, at: .milliseconds(500)), .user(0, writesTo: 1, at: .seconds(1)),
            .user(0, .goOffline, at: .seconds(2)), .user(1, .goOnline, at: .seconds(60)),
            .user(0, .goOnline, at: .seconds(100)),
        ]).play()
        #expect(run.ledger.counts.shown == 1)
        // Known, but long after: no sample for somebody who was away meanwhile, and none that never came.
        #expect(run.samples(.receipt) == [])
        #expect(run.ledger.counts.lateConfirmations == 0)
        #expect(run.ledger.openLetterCount == 0)  // closed: all that was awaited has come
    }

    @Test("a letter to a room reaches every member but its sender")
    func room() {
        let run = SingleServerRun(users: 4, room: true, script: [.user(2, writesToRoomAt: .seconds(1))])
            .play()
        #expect(run.samples(.delivery).count == 3)
        #expect(run.ledger.counts.shown == 3)
        #expect(run.ledger.counts.droppedAsDuplicate == 0)
        #expect(run.ledger.invariants.count == 0)
    }

    /// The sender's second device shows it as well; the recipient's two devices give one receipt.
    @Test("every device shows it, and the sender hears of it once")
    func devices() {
        let run = SingleServerRun(devices: 2, script: [.user(0, writesTo: 1, at: .seconds(1))]).play()
        #expect(run.samples(.delivery).count == 1)
        #expect(run.samples(.deliveryToAll).count == 1)
        #expect(run.samples(.receipt).count == 1)
        #expect(run.ledger.counts.droppedAsDuplicate == 0)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test(
        "a letter that breaks a rule is refused, and nobody waits for it",
        arguments: [
            (["body-limit": "1000B"], [ScriptedAct.user(0, writesTo: 1, at: .seconds(1))]),  // S0-2
            (["room-limit": "2"], [.user(0, writesToRoomAt: .seconds(1))]),  // S0-1: there are three
            ([:], [.user(0, .leave(Room(0)), at: .zero), .user(0, writesToRoomAt: .seconds(1))]),
            ([:], [.user(1, .block(User(0)), at: .zero), .user(0, writesTo: 1, at: .seconds(1))]),  // S0-25
        ])
    func refused(knobs: [String: String], script: [ScriptedAct]) {
        let run = SingleServerRun(users: 3, room: true, server: knobs, script: script).play()
        #expect(run.ledger.counts.refusedByRule == 1)
        #expect(run.ledger.counts.shown == 0)
        #expect(run.samples(.delivery) == [])  // nobody waits
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("S0-1, S0-2 a body and a room of the very limit are taken")
    func atTheLimit() {
        let body = SingleServerRun(
            server: ["body-limit": "1024B"], script: [.user(0, writesTo: 1, at: .seconds(1))]
        )
        .play()
        #expect(body.ledger.counts.refusedByRule == 0)
        #expect(body.ledger.counts.shown == 1)
        let room = SingleServerRun(
            users: 3, room: true, server: ["room-limit": "3"], script: [.user(0, writesToRoomAt: .seconds(1))]
        ).play()
        #expect(room.ledger.counts.refusedByRule == 0)
        #expect(room.ledger.counts.shown == 2)
    }

    @Test("S0-25 who blocks the sender sees nothing in a room, whether the server knows already or not")
    func blockInRoom() {
        let run = SingleServerRun(
            users: 3, room: true,
            script: [
                // 9 ms later: the letter overtakes the news of the block, which only the app of user 1 knows.
                .user(1, .block(User(0)), at: .milliseconds(1_009)),
                .user(0, writesToRoomAt: .milliseconds(1_010)), .user(0, writesToRoomAt: .seconds(2)),
            ]
        ).play()
        #expect(run.ledger.counts.shown == 2)  // both to user 2
        #expect(run.ledger.counts.leaked == 0)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("S0-26 a block that was set offline holds at once, and reaches the server later")
    func blockOffline() {
        let run = SingleServerRun(script: [
            .user(1, .goOffline, at: .seconds(1)), .user(1, .block(User(0)), at: .seconds(2)),
            .user(0, writesTo: 1, at: .seconds(3)),  // the server takes it
            .user(1, .goOnline, at: .seconds(4)), .user(0, writesTo: 1, at: .seconds(5)),  // and this not
        ]).play()
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.refusedByRule == 1)
        #expect(run.ledger.counts.shown == 0)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("letters pass again when the server has taken the block back")
    func unblocked() {
        let run = SingleServerRun(script: [
            .user(1, .block(User(0)), at: .seconds(1)), .user(1, .unblock(User(0)), at: .seconds(2)),
            .user(0, writesTo: 1, at: .seconds(3)),
        ]).play()
        #expect(run.samples(.delivery) == ["@3s 20253.978us"])
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("who has joined a room sees its letters, who has left it does not")
    func comingAndGoing() {
        let run = SingleServerRun(
            users: 3, room: true,
            script: [
                .user(1, .leave(Room(0)), at: .seconds(1)), .user(0, writesToRoomAt: .seconds(2)),
                .user(1, .join(Room(0)), at: .seconds(3)), .user(0, writesToRoomAt: .seconds(4)),
            ]
        ).play()
        #expect(run.samples(.delivery).map { $0.prefix(3) } == ["@2s", "@4s", "@4s"])
        #expect(run.ledger.invariants.count == 0)
    }

    /// Two for each letter stay for the whole run.
    @Test("a record of the disk takes 24 bytes")
    func recordSize() { #expect(MemoryLayout<Server.Record>.stride == 24) }
}
