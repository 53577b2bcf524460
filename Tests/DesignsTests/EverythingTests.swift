import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// 2,000 people with two devices each, who write three letters each in a minute, on the four roles; and all that can
/// befall a few of them. The others see nothing of it.
@Suite("app: everything at once")
struct EverythingTests {
    private static func act(_ user: UInt32, _ device: UInt8, _ act: ScriptedAct.Act, at time: Span)
        -> ScriptedAct
    {
        ScriptedAct(at: time, user: User(user), device: device, act)
    }

    private static func away(_ user: UInt32, from: Span, to: Span) -> [ScriptedAct] {
        [0, 1].flatMap {
            [act(user, $0, .goOffline, at: from), act(user, $0, .goOnline, at: to)]
        }
    }

    /// User 30's devices conflict about user 33, as in `BlockingTests`. User 90 loses a device at 10 s and gets one at
    /// 40 s. User 120 installs an app anew at 10 s. User 150 has a new key at 12 s; the former one is good until 17 s.
    /// Users 153 and 156 are away then, and do not know; what they write goes out before they are told.
    private static let script: [ScriptedAct] =
        [
            act(30, 0, .block(User(33)), at: .seconds(1)),
            act(30, 0, .goOffline, at: .seconds(10)), act(30, 1, .goOffline, at: .seconds(10)),
            act(30, 1, .unblock(User(33)), at: .seconds(11)),
            act(30, 0, .unblock(User(33)), at: .seconds(12)),
            act(30, 0, .block(User(33)), at: .seconds(13)),
            act(30, 0, .goOnline, at: .seconds(20)), act(30, 1, .goOnline, at: .seconds(30)),
            act(90, 0, .loseDevice, at: .seconds(10)), act(90, 0, .addDevice, at: .seconds(40)),
            act(120, 1, .reinstall, at: .seconds(10)),
            act(150, 0, .newKey, at: .seconds(12)),
            act(153, 0, .send(.direct(User(150))), at: .seconds(13)),
            act(156, 0, .send(.direct(User(150))), at: .seconds(20)),
        ] + away(153, from: .seconds(11), to: .seconds(14)) + away(156, from: .seconds(11), to: .seconds(25))

    @Test("what befalls a few of 2,000 people comes out right, and nobody loses anything")
    func everything() throws {
        let run = FourRolesRun(
            users: 2_000, devices: [0, 1],
            app: FourRoles.app(asks: [.history], sealing: .perDevice, blocks: .askUser, keepsStore: true),
            script: Self.script,
            settings: {
                $0.sealing.grace = .seconds(5)
                $0.clocks.offset = .constant(0)
                $0.decision = .delay(.seconds(5))
            },
            plan: {
                $0.end = .minutes(1)
                $0.phases = [.init(perSecond: 0.05, size: .constant(1_024))]
            })
        run.crash(host: 1, at: .seconds(20))
        run.revoke(60, at: .seconds(15))
        _ = run.play(until: .minutes(4))

        #expect(run.ledger.counts.taps > 5_000)
        #expect(run.ledger.counts.lost == 0)
        #expect(run.ledger.invariants.count == 0)
        // Both devices of user 60 are let in once more.
        #expect(run.town.logins == 2)
        #expect(run.total(.blockConflicts) == 1)
        #expect(run.total(.blocksMistaken) == 0)
        // Those that were new: 90.2 and 120.2.
        #expect(run.durations(.historyDownload).count == 2)

        // A new device shows all that its owner ever got or wrote elsewhere: what was not sealed for it, it asked for.
        for device in ["device 90.2", "device 120.2"] {
            let user = device.split(separator: " ")[1].split(separator: ".")[0]
            let own = run.taps.filter { $0.hasPrefix("letter \(user).") && !$0.contains("on \(device) ") }
            let others = run.taps.filter {
                $0.contains(" to direct(user \(user)),") || $0.contains(" to user \(user),")
            }
            let shown = run.showings.filter { $0.contains(" on \(device) ") }
            #expect(own.count + others.count > 0)
            #expect(shown.count == own.count + others.count, "\(device)")
        }

        // In the grace period the former key opens what user 153 has written; behind it what user 156 has written is
        // asked for anew: 60 ms until they are there, 20 ms for the letter, 20 ms to ask for it, and 60 ms more until it
        // is there, sealed with the other key.
        let shown = run.showings.filter { $0.contains(" on device 150.0 ") }
        let inGrace = shown.first { $0.hasPrefix("letter 153.") && $0.contains(" at 14") }
        #expect(inGrace != nil, "\(shown)")
        let behind = shown.first { $0.hasPrefix("letter 156.") && $0.contains(" at 25") }
        #expect(behind != nil, "\(shown)")
    }
}
