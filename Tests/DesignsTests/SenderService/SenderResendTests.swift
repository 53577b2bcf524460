import Designs
import Testing

/// Letters that are sealed for devices which are nobody's any more, by people who have not heard of the new ones. The new
/// ones ask for them (S0-24), and those who are to seal them anew are not there.
@Suite("sender-service: resends")
struct SenderResendTests {
    private func run(_ duration: String, _ script: [String], thresholds: String) throws -> SenderRun {
        try SenderRun(
            devices: "{ 1: 100% }", load: "send: 1/d per user, size: 1KB, direct: 100%", duration: duration,
            "thresholds: [\(thresholds)]\nscript:\n" + script.map { "  - { \($0) }" }.joined(separator: "\n"))
    }

    /// Thirty people write on a new device in its first 0.2 s, over the line to its gateway: the one to its host takes
    /// three round trips more, and in them most of their letters are asked for again.
    @Test(
        "S0-24 who writes on a device that is not with its host yet hears later that a letter is asked for again"
    )
    func newDevice() throws {
        let script = (0..<30).flatMap {
            [
                "at: 20s, user: \(30 + $0), reinstall: ", "at: 30s, user: \($0), add-device: ",
                "at: \(30_020 + 6 * $0)ms, user: \($0), device: 1, send: user \(30 + $0)",
            ]
        }
        let run = try run("60s", script, thresholds: "client.resends-asked sum == 30")
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.shown == 30)
        #expect(run.counts.due == 30)
    }

    /// All six write to each other. Three of them have new keys, one each way, while user 0 is away.
    @Test("S0-23 who was away when others had new keys seals with these once they are back")
    func newKeys() throws {
        let run = try SenderRun(
            users: 6, devices: "{ 1: 100% }", load: "send: 1/d per user, size: 1KB, direct: 100%",
            duration: "80s",
            """
            client: { keys: { grace: 5s } }
            script:
              - { at: 20s, user: 0, go: offline }
              - { at: 30s, user: 1, new-key: }
              - { at: 30s, user: 2, add-device: }
              - { at: 30s, user: 3, reinstall: }
              - { at: 50s, user: 0, go: online }
              - { at: 70s, user: 0, send: user 1 }
              - { at: 70s, user: 0, send: user 2 }
              - { at: 70s, user: 0, send: user 3 }
            thresholds: ["client.resends-asked sum == 0", "delivery count == 3"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// Six people write to each other, with three devices each: 15 devices of others are told of a new key, and two of the owner's.
    @Test(
        "S0-23 who is told of a new key counts, and not who is told that a device is gone",
        arguments: [("reinstall", 17), ("lose-device", 0)])
    func notices(_ act: String, told: Int) throws {
        let run = try SenderRun(
            users: 6, devices: "{ 3: 100% }", people: "  rooms: { one-of-all: true }",
            load: "send: 1/d per user, size: 1KB, direct: 100%", duration: "60s",
            """
            script: [{ at: 30s, user: 0, \(act): }]
            thresholds: ["chat-host.key-notices sum == \(told)"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// Five people write, and are gone when their letters are asked for, for half a minute. They seal each once more, and not
    /// again when they have been away for the second time: five ciphertexts for devices that are gone, and five more.
    @Test("S0-24 who is away hears of it when they are back, and no more when it is done")
    func away() throws {
        let script = (0..<5).flatMap {
            [
                "at: 20s, user: \(30 + $0), reinstall: ", "at: 25s, user: \(30 + $0), device: 1, go: offline",
                "at: 30s, user: \($0), send: user \(30 + $0)", "at: 35s, user: \($0), go: offline",
                "at: 40s, user: \(30 + $0), device: 1, go: online", "at: 70s, user: \($0), go: online",
                "at: 80s, user: \($0), go: offline", "at: 85s, user: \($0), go: online",
            ]
        }
        let run = try run(
            "90s", script,
            thresholds: "client.resends-asked sum == 5, client.ciphertexts sum == 10")
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.shown == 5)
        #expect(run.counts.due == 5)
    }

    /// User 0 writes on device 0, and device 1 is shown it. Device 0 is away when both devices of user 1 ask, with new keys;
    /// device 1 leaves it to that, and seals it for both when they ask again, 10 s later: three ciphertexts, and two more.
    @Test("S0-24 what was tapped on a device that is away another one of its owner's seals anew")
    func otherDevice() throws {
        let run = try SenderRun(
            users: 6, devices: "{ 2: 100% }", load: "send: 1/d per user, size: 1KB, direct: 100%",
            duration: "120s",
            """
            client: { keys: { grace: 5s } }
            thresholds: [client.resends-asked sum == 2, client.ciphertexts sum == 5]
            script:
              - { at: 20s, user: 1, device: 0, go: offline }
              - { at: 20s, user: 1, device: 1, go: offline }
              - { at: 30s, user: 0, device: 0, send: user 1 }
              - { at: 35s, user: 0, device: 0, go: offline }
              - { at: 40s, user: 1, device: 0, new-key: }
              - { at: 40s, user: 1, device: 1, new-key: }
              - { at: 60s, user: 1, device: 0, go: online }
              - { at: 60s, user: 1, device: 1, go: online }
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.shown == 1)
        #expect(run.counts.due == 1)
    }

    /// Those to whom they write ask, and are away when what is sealed anew comes. When they are back, who has sealed it is away.
    @Test("S0-24 what was sealed anew for who is away comes with their history")
    func bothAway() throws {
        let script = (0..<5).flatMap {
            [
                "at: 20s, user: \(30 + $0), reinstall: ", "at: 25s, user: \(30 + $0), device: 1, go: offline",
                "at: 30s, user: \($0), send: user \(30 + $0)", "at: 35s, user: \($0), go: offline",
                "at: 40s, user: \(30 + $0), device: 1, go: online",
                "at: 45s, user: \(30 + $0), device: 1, go: offline",
                "at: 60s, user: \($0), go: online", "at: 65s, user: \($0), go: offline",
                "at: 70s, user: \(30 + $0), device: 1, go: online",
            ]
        }
        let run = try run(
            "90s", script,
            thresholds: "client.resends-asked sum == 5, client.ciphertexts sum == 10")
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.shown == 5)
        #expect(run.counts.due == 5)
    }

    /// User 1 is away when user 0 writes to their room, and has a new key when they are back. By then user 0 is in the room
    /// no more.
    @Test("S0-24 who has left a room seals anew what they wrote there")
    func left() throws {
        let run = try SenderRun(
            users: 6, devices: "{ 1: 100% }", people: "  rooms: { sizes: { 3: 100% } }",
            load: "send: 1/d per user, size: 1KB, direct: 100%",
            """
            client: { keys: { grace: 5s } }
            thresholds: [client.resends-asked sum == 1]
            script:
              - { at: 20s, user: 0, join: room 0 }
              - { at: 20s, user: 1, join: room 0 }
              - { at: 30s, user: 1, go: offline }
              - { at: 40s, user: 0, send: room 0 }
              - { at: 41s, user: 0, leave: room 0 }
              - { at: 42s, user: 1, new-key: }
              - { at: 60s, user: 1, go: online }
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.accepted == 1)
        #expect(run.counts.shown == run.counts.due)
    }

    /// User 1 asks user 0, who is away, for a letter, and blocks them then: user 0 hears nothing of that when they are back,
    /// and seals nothing but the letter.
    @Test("S0-24, S0-25 who blocks somebody wants nothing anew of them")
    func blocked() throws {
        let run = try run(
            "120s",
            [
                "at: 20s, user: 31, reinstall: ", "at: 25s, user: 31, device: 1, go: offline",
                "at: 30s, user: 1, send: user 31", "at: 35s, user: 1, go: offline",
                "at: 40s, user: 31, device: 1, go: online", "at: 45s, user: 31, device: 1, block: 1",
                "at: 60s, user: 1, go: online",
            ],
            thresholds:
                "client.resends-asked sum == 1, client.ciphertexts sum == 1, message-consumer.blocked sum == 0"
        )
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.shown == 0)
    }

    /// All hosts begin anew at 105 s, and gateways have connections to those before. Three people come into all rooms at 110 s,
    /// and ask for the first letter of each of the others: what a gateway says to a host for the first time is lost with
    /// the connection. An app asks anew after 10 s.
    @Test("S0-24 that a letter is asked for again is not lost with a host that has begun anew")
    func newHosts() throws {
        let acts = [3, 13, 23].flatMap { user in
            (0..<3).map { "  - { at: 110s, user: \(user), join: room \($0) }" }
        }
        let run = try SenderRun(
            users: 30, devices: "{ 1: 100% }", people: "  rooms: { sizes: { 10: 100% } }",
            load: "send: 3/m per user, size: 1KB, direct: 0%", duration: "140s", drain: "25s",
            """
            script:
            \(acts.joined(separator: "\n"))
            faults: [{ name: crash, at: 100s, crash: { target: chat-host, restart-after: 5s } }]
            thresholds: ["delivery max < 8s after crash"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }
}
