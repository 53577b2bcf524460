import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// Phones with several channels, on a system of a gateway, a discovery service, three chat hosts and a store.
/// User u is at host u modulo 3 at first.
@Suite("app: several channels")
struct FourRolesTests {
    private static let letter = [ScriptedAct.user(0, writesTo: 1, at: .seconds(6))]

    /// 10 ms and 1,326 ns to the gateway; within the system the letter goes from machine to machine twice, with
    /// 28 B of headers at most each, a byte a nanosecond in and out; 10 ms and 1,326 ns to the phone.
    @Test("a letter goes in by the gateway and out by the recipient's host")
    func healthy() {
        let run = FourRolesRun(script: Self.letter).play()
        #expect(run.ledger.counts.shown == 1)
        let time = run.deliveries.first.flatMap { $0 } ?? .zero
        let way = Span.milliseconds(10) + .nanoseconds(1_326)
        #expect(time >= way + way)
        #expect(time <= way + way + .microseconds(6))
        #expect(run.ledger.invariants.count == 0)
    }

    /// Host 1 dies at 5 s. The ping of 10 s has no answer by 20 s; a pause of up to 1 s; then 60 ms to open the
    /// line to discovery, 20 ms to be told of host 2, 60 ms to open a line there, 10 ms for the hello, 10 ms
    /// for the letter: 160 ms, and less than 1 ms for all bytes. The letter was tapped at 6 s.
    @Test("a host dies, and its phones are shown their letters by another one")
    func hostDies() {
        let run = FourRolesRun(script: Self.letter)
        run.crash(host: 1, at: .seconds(5))
        _ = run.play()
        #expect(run.ledger.counts.shown == 1)
        let time = run.deliveries.first.flatMap { $0 } ?? .zero
        #expect(time > .milliseconds(14_160), "\(time)")
        #expect(time < .milliseconds(15_161), "\(time)")
        #expect(run.answers.count == 1)
        #expect(run.answers.first?.hasPrefix("device 1.0: 1 2 at 20") == true, "\(run.answers)")
        #expect(run.ledger.invariants.count == 0)
    }

    /// Discovery takes host 1 for well until it has not answered for 2 s, and sends phones back there until
    /// then; by 20 s all are elsewhere.
    @Test("a word that says 'moved' sends phones to another host")
    func moved() throws {
        let run = FourRolesRun(script: [.user(0, writesTo: 1, at: .seconds(20))])
        run.drain(host: 1, at: .seconds(6))
        _ = run.play()
        let time = try #require(run.deliveries.first.flatMap { $0 })
        #expect(time < .milliseconds(21), "\(time)")
        #expect(run.answers.allSatisfy { $0.hasPrefix("device 1.0: 1 ") })
        #expect(run.answers.last?.hasPrefix("device 1.0: 1 2 at ") == true, "\(run.answers)")
    }

    /// All three are dead when its own host's phone asks: no door is a pause, and then another question.
    @Test("a phone for which there is no host asks again, until there is one")
    func nowhere() {
        let run = FourRolesRun(script: Self.letter)
        for host in 0..<3 { run.crash(host: host, at: .seconds(5), for: .seconds(60)) }
        _ = run.play()
        #expect(run.ledger.counts.shown == 1)
        #expect(run.answers.filter { $0.hasPrefix("device 1.0: 1 4294967295") }.count > 1)
        #expect(run.ledger.invariants.count == 0)
    }

    private static func many(_ plan: inout PopulationPlan) {
        plan.online = 0.6
        plan.session = .exponential(Exponential(mean: 30e9))
        plan.end = .minutes(1)
        plan.phases = [.init(perSecond: 0.05, size: .constant(1_024))]
    }

    /// 2,000 people with 1 to 3 devices, 2 on average, at 3 letters each.
    @Test("2,000 people with two devices on average lose nothing when a host dies")
    func people() {
        let run = FourRolesRun(
            users: 2_000, devices: [0.25, 0.5, 0.25], plan: Self.many)
        run.crash(host: 1, at: .seconds(20))
        _ = run.play(until: .minutes(4))
        #expect(run.ledger.counts.taps > 3_000)
        #expect(run.ledger.counts.shown > 3_000)
        #expect(run.ledger.counts.lost == 0)
        #expect(run.ledger.invariants.count == 0)
    }

    // MARK: Order

    /// Host 1 dies at 5 s, and takes letter 0.0 with it, since this store leaves letters to hosts. User 1 is at
    /// another one from 22 s on, where 0.1, 2.0 and 0.2 come.
    private static func gap(_ order: AppPlan.OrderRule, returns: Bool = false) -> FourRolesRun {
        var choice = FourRoles.Choice()
        choice.numbers = order == .serverID
        choice.handsOver = true
        var script: [ScriptedAct] = [
            .user(0, writesTo: 1, at: .seconds(6)), .user(0, writesTo: 1, at: .seconds(30)),
            .user(2, writesTo: 1, at: .seconds(31)), .user(0, writesTo: 1, at: .seconds(32)),
        ]
        if returns {
            script += [.user(1, .goOffline, at: .seconds(40)), .user(1, .goOnline, at: .seconds(50))]
        }
        let run = FourRolesRun(
            app: FourRoles.app(order: order, asks: returns ? [.history] : []), choice, script: script)
        run.crash(host: 1, at: .seconds(5))
        return run.play()
    }

    @Test("S1-5 a letter whose predecessor is lost waits behind a placeholder; those of others do not")
    func orderRules() {
        let plain = Self.gap(.none)
        #expect(plain.ledger.counts.shown == 3)
        #expect(plain.town.placeholders == 0)
        // 0.1 and 0.2 wait; 2.0 is shown.
        let held = Self.gap(.predecessor)
        #expect(held.ledger.counts.shown == 1)
        #expect(held.town.placeholders == 2)
        let numbered = Self.gap(.serverID)
        #expect(numbered.ledger.counts.shown == 3)
        #expect(numbered.town.placeholders == 0)
    }

    /// The history that user 1 asks for at 50 s has 0.0. It is above nothing that was shown: by numbers it is
    /// not new, and is never shown (S2-13); without a rule it comes behind those that were tapped later.
    @Test("what history brings late is shown in its order, out of order, or not at all")
    func history() {
        let plain = Self.gap(.none, returns: true)
        #expect(plain.ledger.counts.shown == 4)
        #expect(plain.ledger.counts.misordered == 1)
        let held = Self.gap(.predecessor, returns: true)
        #expect(held.ledger.counts.shown == 4)
        #expect(held.ledger.counts.misordered == 0)
        let numbered = Self.gap(.serverID, returns: true)
        #expect(numbered.ledger.counts.shown == 3)
        #expect(numbered.evidence("never-lost").count == 1)
    }

    // MARK: People

    @Test("people tap the same, byte for byte, whatever system and app they have")
    func taps() {
        func run(_ order: AppPlan.OrderRule) -> [String] {
            let run = FourRolesRun(
                users: 200, devices: [0.5, 0.5], app: FourRoles.app(order: order), plan: Self.many)
            run.crash(host: 1, at: .seconds(20))
            return run.play(until: .minutes(2)).taps
        }
        let single = SingleServerRun(
            users: 200,
            plan: {
                $0.devices = [0.5, 0.5]
                $0.deviceLimit = 2
                Self.many(&$0)
            }
        ).play(until: .minutes(2)).taps
        #expect(single.count > 300)
        #expect(single.contains { $0.contains(".1 to ") })
        #expect(run(.none) == single)
        #expect(run(.predecessor) == single)
        #expect(run(.serverID) == single)
    }

    @Test("an act of a script happens on the device that it names")
    func device() {
        let run = FourRolesRun(
            devices: [0, 1],
            script: [ScriptedAct(at: .seconds(1), user: User(0), device: 1, .send(.direct(User(1))))]
        ).play()
        #expect(run.taps.map { $0.prefix(26) } == ["letter 0.0 on device 0.1 t"])
        #expect(run.ledger.counts.shown == 1)
    }

    // MARK: Devices

    /// The device is lost at 3 s; its owner has no other one, and reports it on the new one. Letter 0.1 was
    /// tapped when nobody could show it. The new device opens lines to gateway, discovery and host, says hello
    /// and asks the gateway, all within 60 ms + 20 ms.
    @Test("S0-22 what was on a lost device, and what came meanwhile, comes to the new one from history")
    func lostDevice() {
        let run = FourRolesRun(
            app: FourRoles.app(asks: [.history]),
            script: [
                .user(0, writesTo: 1, at: .seconds(2)), .user(1, .loseDevice, at: .seconds(3)),
                .user(0, writesTo: 1, at: .seconds(4)), .user(1, .addDevice, at: .seconds(10)),
                .user(0, writesTo: 1, at: .seconds(20)),
            ]
        ).play()
        let places = run.showings.map { $0.split(separator: " at ")[0] }
        #expect(
            places == [
                "letter 0.0 on device 1.0", "letter 0.0 on device 1.1", "letter 0.1 on device 1.1",
                "letter 0.2 on device 1.1",
            ])
        #expect(run.showings.dropFirst().first?.contains("at 100800") == true, "\(run.showings)")
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("an app that is installed anew is another device, and the old one shows nothing any more")
    func reinstalled() {
        let run = FourRolesRun(
            script: [
                .user(0, writesTo: 1, at: .seconds(2)), .user(1, .reinstall, at: .seconds(3)),
                .user(0, writesTo: 1, at: .seconds(10)), .user(1, writesTo: 0, at: .seconds(11)),
            ]
        ).play()
        let places = run.showings.map { $0.split(separator: " at ")[0] }
        // A script names devices by their numbers: device 0 of user 1 taps nothing any more.
        #expect(places == ["letter 0.0 on device 1.0", "letter 0.1 on device 1.1"])
        #expect(run.ledger.invariants.count == 0)
    }

    // MARK: Credentials

    /// Revoked at 6 s, when letter 0.0 is tapped too. The gateway says so at once; the letter is there at
    /// 6.010 s, and waits. The app hears of it at 6.010 s and logs in, is let in at 6.030 s, and says hello, which
    /// is there at 6.040 s: the letter goes on, 30 ms later than the 20 ms of others.
    @Test("S3-1 whose credential is revoked logs in; what they sent meanwhile waits")
    func revoked() {
        let run = FourRolesRun(script: Self.letter)
        run.revoke(0, at: .seconds(6))
        _ = run.play()
        #expect(run.town.logins == 1)
        let time = run.deliveries.first.flatMap { $0 } ?? .zero
        #expect(time > .milliseconds(50), "\(time)")
        #expect(time < .milliseconds(51), "\(time)")
        #expect(run.ledger.invariants.count == 0)
    }

    // MARK: The kit

    /// User 1 has gone before the letter is tapped. The store that does not know that leaves it to the host.
    @Test("X-4 a host kit that forgets who was on a line that has ended loses letters")
    func kitForgets() {
        func run(_ kit: Sessions.Rules) -> FourRolesRun {
            var choice = FourRoles.Choice()
            choice.handsOver = true
            choice.kit = kit
            return FourRolesRun(
                choice,
                script: [.user(1, .goOffline, at: .seconds(1)), .user(1, .goOnline, at: .seconds(10))]
                    + Self.letter
            ).play()
        }
        #expect(run(Sessions.Rules()).ledger.invariants.count == 0)
        let forgetful = run(changed(Sessions.Rules()) { $0.recalls = { _ in false } })
        #expect(forgetful.evidence("never-lost").count == 1)
    }
}
