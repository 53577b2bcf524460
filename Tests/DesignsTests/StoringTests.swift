import Chat
import Cluster
import Testing
import Vocabulary

/// What devices keep themselves, on the four roles. A letter has 1,024 B.
@Suite("app: a store on the device")
struct StoringTests {
    /// Two letters to user 1, one from them: 3,072 B there, at 1,024 B a second 3 s. User 2 has none of it, and is
    /// done at once.
    @Test("S0-32, S0-44 a search takes what the device holds by the rate at which it reads")
    func search() {
        let run = FourRolesRun(
            app: FourRoles.app(keepsStore: true),
            script: [
                .user(0, writesTo: 1, at: .seconds(1)), .user(0, writesTo: 1, at: .seconds(2)),
                .user(1, writesTo: 0, at: .seconds(3)), .user(1, .search, at: .seconds(10)),
                .user(2, .search, at: .seconds(10)),
            ], settings: { $0.scanRate = .bytes(1_024) }
        ).play()
        #expect(run.durations(.search) == [.zero, .seconds(3)])
        // With the three that user 0 has.
        #expect(run.total(.storedBytes) == 6 * 1_024)
        #expect(run.total(.storedLetters) == 6)
    }

    /// Who closes the app while it searches sees nothing.
    @Test("a search ends with the app")
    func closed() {
        let run = FourRolesRun(
            app: FourRoles.app(keepsStore: true),
            script: [
                .user(0, writesTo: 1, at: .seconds(1)), .user(1, .search, at: .seconds(10)),
                .user(1, .goOffline, at: .milliseconds(10_500)),
            ], settings: { $0.scanRate = .bytes(1_024) }
        ).play()
        #expect(run.durations(.search) == [])
    }

    /// 120 letters are three pages of 50, 50 and 20. A new device opens its line to the gateway, 60 ms, and asks three
    /// times, 20 ms each: 120 ms; the 120 · (1,024 + 250) B of letters, their headers, and the windows of a new stream
    /// (14, 28 and 56 KB in a round trip of 20 ms) add to that. What was on the lost one is gone.
    @Test("S0-22 a new device gets its owner's history, and holds it")
    func history() {
        let letters = (0..<120).map { ScriptedAct.user(0, writesTo: 1, at: .milliseconds(100 * $0)) }
        let run = FourRolesRun(
            app: FourRoles.app(asks: [.history], keepsStore: true),
            script: letters + [
                .user(1, .loseDevice, at: .seconds(20)), .user(1, .addDevice, at: .seconds(30)),
            ]
        ).play()
        #expect(run.total(.historyBytes) == 120 * 1_024)
        let times = run.durations(.historyDownload)
        #expect(times.count == 1)
        let time = (times.first ?? nil) ?? .zero
        #expect(time >= .milliseconds(120) && time < .milliseconds(250), "\(times)")
        #expect(run.total(.storedLetters) == 240)
        #expect(run.ledger.invariants.count == 0)
    }

    /// A letter to user 1, 1,024 B, at 1 B a second.
    @Test("S0-32 a search that is not over at the end has taken for ever")
    func searchForEver() {
        let run = FourRolesRun(
            app: FourRoles.app(keepsStore: true),
            script: [.user(0, writesTo: 1, at: .seconds(1)), .user(1, .search, at: .seconds(10))],
            settings: { $0.scanRate = .bytes(1) }
        ).play(until: .minutes(1))
        #expect(run.durations(.search) == [nil])
    }

    /// The store that has the history is gone from 20 s on.
    @Test(
        "S0-22 a new device that never gets its owner's history waits for ever, and one that is lost for nothing",
        arguments: [(nil, [nil]), (Span.seconds(40), [])] as [(Span?, [Span?])])
    func historyForEver(lost: Span?, waited: [Span?]) {
        let run = FourRolesRun(
            app: FourRoles.app(asks: [.history], keepsStore: true),
            script: [.user(0, writesTo: 1, at: .seconds(1)), .user(1, .addDevice, at: .seconds(30))]
                + (lost.map { [ScriptedAct(at: $0, user: User(1), device: 1, .loseDevice)] } ?? []))
        run.crash("store", at: .seconds(20))
        #expect(run.play(until: .minutes(2)).durations(.historyDownload) == waited)
    }

    @Test("S1-1 who opens the app again is told their conversations, those with the newest letters first")
    func conversations() {
        let run = FourRolesRun(
            app: FourRoles.app(asks: [.conversations]),
            script: [
                .user(0, writesTo: 1, at: .seconds(1)), .user(2, writesTo: 1, at: .seconds(2)),
                .user(1, writesTo: 0, at: .seconds(3)), .user(1, .goOffline, at: .seconds(4)),
                .user(1, .goOnline, at: .seconds(5)),
            ]
        ).play()
        #expect(run.lists.last == "device 1.0: user 0, user 2")
    }

    /// Of two people, user 0 is away from 1 s to 5 s. User 1 opens the app at 3 s and at 8 s.
    @Test("S2-15 who opens the app is told whether their first contact is there")
    func status() {
        let run = FourRolesRun(
            users: 2, app: FourRoles.app(asks: [.status]),
            script: [
                .user(0, .goOffline, at: .seconds(1)), .user(0, .goOnline, at: .seconds(5)),
                .user(1, .goOffline, at: .seconds(2)), .user(1, .goOnline, at: .seconds(3)),
                .user(1, .goOffline, at: .seconds(7)), .user(1, .goOnline, at: .seconds(8)),
            ]
        ).play()
        let kind = Question.Kind.status.number
        let answers = run.answers.filter { $0.hasPrefix("device 1.0: \(kind) ") }
        #expect(answers.map { $0.dropFirst(14).prefix(1) } == ["0", "1"], "\(answers)")
    }
}
