import Chat
import Designs
import Testing

/// Blocks where each device has a list of its own. Users of even numbers write to those of odd ones.
@Suite("sender-service: blocks")
struct SenderBlockTests {
    private static func client(_ conflicts: String) -> String {
        "client: { blocks: { conflicts: \(conflicts), decision: 2s }, clock: { offset: 0s, drift: 0ppm } }"
    }

    /// User 1 blocks user 0 at 20 s; from 30 s on user 0 writes five times.
    private static let letters = """
        script:
          - { at: 20s, user: 1, block: 0 }
        \((0..<5).map { "  - { at: \(30 + $0)s, user: 0, send: user 1 }" }.joined(separator: "\n"))
        """

    private static let quiet = "send: 1/d per user, size: 1KB, direct: 100%"

    @Test("S0-42 a device that knows of the block sends nothing, and asks nobody")
    func firstLayer() throws {
        let run = try SenderRun(
            load: Self.quiet, duration: "60s",
            """
            \(Self.client("ask-user"))
            \(Self.letters)
            thresholds: ["client.sends-saved sum >= 5", "message-consumer.blocked sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    @Test("S0-42 what an app keeps back is refused for what its own list says, or that of the other one")
    func reasons() throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "60s",
            """
            \(Self.client("ask-user"))
            script:
              - { at: 20s, user: 1, block: 0 }
              - { at: 30s, user: 0, send: user 1 }
              - { at: 40s, user: 1, send: user 0 }
            """)
        #expect(
            run.outcome.result.refused.map { "\($0.reason): \($0.count)" }
                == ["the recipient blocked the sender: 1", "the sender blocked the recipient: 1"])
    }

    /// User 1 blocks user 0, and user 3 lifts its block of user 2, while users 0 and 2 are not with any host. At 70 s both
    /// write to them.
    @Test(
        "S0-26, S0-42 who comes back hears who has blocked them meanwhile, and who does so no more",
        arguments: [
            """
            script:
              - { at: 20s, user: 0, go: offline }
              - { at: 20s, user: 2, go: offline }
              - { at: 50s, user: 0, go: online }
              - { at: 50s, user: 2, go: online }
            """,
            """
            faults: [{ name: gone, at: 25s, crash: { target: chat-host, restart-after: 20s } }]
            script:
            """,
        ])
    func back(_ absence: String) throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "80s",
            """
            \(Self.client("ask-user"))
            \(absence)
              - { at: 10s, user: 3, block: 2 }
              - { at: 30s, user: 1, block: 0 }
              - { at: 30s, user: 3, unblock: 2 }
              - { at: 70s, user: 0, send: user 1 }
              - { at: 70s, user: 2, send: user 3 }
            thresholds: ["client.sends-saved sum == 1", "message-consumer.blocked sum == 0", "delivery count == 1"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    @Test(
        "S0-42 a device that is new knows who has blocked its owner before",
        arguments: ["add-device", "reinstall"])
    func new(_ act: String) throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "60s",
            """
            \(Self.client("ask-user"))
            script:
              - { at: 20s, user: 1, block: 0 }
              - { at: 30s, user: 0, \(act): }
              - { at: 50s, user: 0, device: 1, send: user 1 }
            thresholds: ["client.sends-saved sum == 1", "message-consumer.blocked sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    @Test("S0-25 what a hacked app sends all the same is stopped by the server")
    func secondLayer() throws {
        let run = try SenderRun(
            people: "  hacked: 100%", load: Self.quiet, duration: "60s",
            """
            \(Self.client("ask-user"))
            \(Self.letters)
            thresholds: ["client.sends-saved sum == 0", "message-consumer.blocked sum >= 5"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    @Test("S0-38 a letter that comes to a room in one piece is stopped by the host, and counted there")
    func secondLayerOfRooms() throws {
        let run = try SenderRun(
            users: 20, devices: "{ 1: 100% }", people: "  rooms: { sizes: { 20: 100% } }", load: Self.quiet,
            duration: "60s", topology: ["message-generator: { room-delivery: per-room }"],
            """
            script:
              - { at: 10s, user: 3, block: 0 }
              - { at: 30s, user: 0, send: room 0 }
              - { at: 40s, user: 0, send: room 0 }
            thresholds: ["chat-host.blocked sum == 2", "message-consumer.blocked sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    @Test("S0-25 what the server lets pass is not shown by the reader's device, and the server is found out")
    func thirdLayer() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules { changed(SenderRules()) { $0.consumer.checksBlocks = { false } } }
        }
        let run = try SenderRun(
            Mutant.self, people: "  hacked: 100%", load: Self.quiet, duration: "60s",
            Self.client("ask-user") + "\n" + Self.letters)
        #expect(run.isBroken("stopped-at-server"))
        #expect(run.counts.leaked == 0)
    }

    /// User 1's order cannot get through until 45 s, so consumers and hosts let five letters pass, and they lie nowhere any more when
    /// user 1 lifts the block at 60 s.
    @Test(
        "S0-3, S0-25 who sends a letter that is stopped on its recipient's device is not told that it was shown"
    )
    func stopped() throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "90s",
            """
            \(Self.client("ask-user"))
            \(Self.letters)
              - { at: 60s, user: 1, unblock: 0 }
              - { at: 70s, user: 1, go: offline }
              - { at: 72s, user: 1, go: online }
            faults: [{ name: cut, at: 15s, for: 30s, partition: { between: gateway, and: connection-service } }]
            thresholds: ["message-consumer.blocked sum == 0"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
        #expect(run.counts.accepted == 5)
        #expect(run.counts.shown == 0 && run.counts.leaked == 0)
        #expect(run.counts.lateConfirmations == 0)
    }

    /// Ten people block somebody while they are away, and are back at 40 s: the order and what asks for their history are on
    /// their way together. Where that is first the device stops the letter that was sent at 30 s, and else the message service
    /// keeps it. They lift the block, and open the app anew.
    @Test("S0-25, S0-26 what was sent across a block is not shown when that is lifted", arguments: [1, 2])
    func lifted(seed: Int) throws {
        let acts = (0..<10).map { user in
            """
              - { at: 10s, user: \(user), go: offline }
              - { at: 20s, user: \(user), block: \(user + 30) }
              - { at: 30s, user: \(user + 30), send: user \(user) }
              - { at: 40s, user: \(user), go: online }
              - { at: 80s, user: \(user), unblock: \(user + 30) }
              - { at: 90s, user: \(user), go: offline }
              - { at: 95s, user: \(user), go: online }
            """
        }
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "110s", seed: seed,
            """
            \(Self.client("ask-user"))
            script:
            \(acts.joined(separator: "\n"))
            thresholds: ["client.sends-saved sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.accepted == 10)
        #expect(run.counts.lateConfirmations == 0)
    }

    /// The order of 20 s and that of 21 s are dead letters by the time that the way to the connection service is free again.
    @Test("S0-26 a block that came to nothing, like its end, takes no letter out of what is measured")
    func dead() throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: Self.quiet, duration: "220s",
            """
            \(Self.client("ask-user"))
            script:
              - { at: 20s, user: 1, block: 0 }
              - { at: 21s, user: 1, unblock: 0 }
              - { at: 200s, user: 0, send: user 1 }
              - { at: 201s, user: 0, send: user 1 }
            faults: [{ name: cut, at: 15s, for: 170s, partition: { between: gateway, and: connection-service } }]
            thresholds: ["delivery count == 2", "client.dead-letters sum == 2"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
        #expect(run.counts.shown == 2 && run.counts.withdrawn == 0)
    }

    /// Ten people block somebody at 40 s on a device that is away, and comes back at 80 s. Until then nobody else knows: what
    /// is sent at 50 s their other device may show. At 100 s the apps of who is blocked know, too.
    @Test(
        "S0-26 a block on a device that is away holds there at once, and elsewhere when the device is back",
        arguments: [client("ask-user"), client("forbid-unblock-until-synced"), ""], [1, 2])
    func away(_ client: String, seed: Int) throws {
        let acts = (0..<10).map { user in
            """
              - { at: 30s, user: \(user), device: 1, go: offline }
              - { at: 40s, user: \(user), device: 1, block: \(user + 30) }
              - { at: 50s, user: \(user + 30), send: user \(user) }
              - { at: 80s, user: \(user), device: 1, go: online }
              - { at: 100s, user: \(user + 30), send: user \(user) }
            """
        }
        let run = try SenderRun(
            devices: "{ 2: 100% }", load: Self.quiet, duration: "110s", seed: seed,
            """
            \(client)
            script:
            \(acts.joined(separator: "\n"))
            thresholds: ["client.sends-saved sum == 10", "client.block-inconsistency min >= 40s"]
            """)
        #expect(run.broken == [])
        #expect(run.invariant("never-across-block")?.state == .held)
        #expect(run.missed == [])
    }

    /// Both devices of user 1 know that user 0 is blocked, the second one since it was connected last, and are away from
    /// 30 s on. The second one unblocks, the first one does so too and blocks again; then both are back, one after the
    /// other.
    private static let conflict = """
        script:
          - { at: 10s, user: 1, go: offline }
          - { at: 12s, user: 1, go: online }
          - { at: 20s, user: 1, block: 0 }
          - { at: 22s, user: 1, device: 1, go: offline }
          - { at: 24s, user: 1, device: 1, go: online }
          - { at: 30s, user: 1, go: offline }
          - { at: 30s, user: 1, device: 1, go: offline }
          - { at: 31s, user: 1, device: 1, unblock: 0 }
          - { at: 32s, user: 1, unblock: 0 }
          - { at: 33s, user: 1, block: 0 }
          - { at: 40s, user: 1, go: online }
          - { at: 50s, user: 1, device: 1, go: online }
        """

    @Test(
        "S0-27 S0-43 devices that conflict: the person is asked, may not unblock, or the later clock has the word",
        arguments: [
            ("ask-user", "client.block-conflicts sum == 1"),
            ("forbid-unblock-until-synced", "client.unblocks-forbidden sum == 2"),
            ("one-device", "client.block-conflicts sum == 1"),
        ])
    func conflicts(_ setting: String, _ threshold: String) throws {
        let run = try SenderRun(
            devices: "{ 2: 100% }", load: Self.quiet, duration: "90s",
            """
            \(Self.client(setting))
            \(Self.conflict)
            thresholds: ["\(threshold)", "client.blocks-mistaken sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// User 0 has another device from 60 s on, of which those were not told who are silent on their first one. Each of them
    /// taps there: the letter is on its way as soon as the gateway is reached, and is asked for anew before the host of its
    /// sender knows that they are there.
    @Test(
        "S0-43 a device that comes later is shown what was tapped on devices that were silent",
        arguments: [1, 2, 3])
    func comesLater(seed: Int) throws {
        let letters = (1...20).map { "  - { at: \(68 + 2 * $0)s, user: \($0), send: user 0 }" }
        let run = try SenderRun(
            devices: "{ 2: 100% }", load: Self.quiet, duration: "120s", seed: seed,
            """
            client: { blocks: { conflicts: one-device } }
            script:
              - { at: 60s, user: 0, add-device: }
            \(letters.joined(separator: "\n"))
            thresholds: ["client.resends-asked sum >= 20"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// User 1 blocks nobody, and is asked about for each of five letters: of the first one nobody knows.
    @Test("S0-16 what the store has said of somebody's blocks is known for a while")
    func known() throws {
        let letters = (0..<5).map { "  - { at: \(30 + $0)s, user: 0, send: user 1 }" }.joined(separator: "\n")
        func run(_ topology: [String], _ threshold: String) throws -> SenderRun {
            try SenderRun(
                load: Self.quiet, duration: "60s", topology: topology,
                "script:\n\(letters)\nthresholds: [\"\(threshold)\"]")
        }
        #expect(try run([], "connection-service.blocks-known >= 80%").missed == [])
        let forgetful = try run(
            ["connection-service: { block-cache: 0s }"], "connection-service.blocks-known == 0%")
        #expect(forgetful.missed == [])
    }

    /// Its memory is gone, and what it knows of lists is with the store and with the other instances.
    @Test("S0-26 a block survives the crash of whoever has decided about it")
    func crash() throws {
        let run = try SenderRun(
            people: "  hacked: 100%", load: Self.quiet, duration: "70s",
            """
            \(Self.client("ask-user"))
            \(Self.letters.replacing("at: 3", with: "at: 5"))
            faults: [{ name: gone, at: 30s, crash: { target: connection-service, restart-after: 5s } }]
            thresholds: ["message-consumer.blocked sum >= 5"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// Both devices of thirty people have queued changes while they were away. A device that is back asks over one line what
    /// was changed, and hears over another one what comes of its orders: of the older one it hears once more, after the
    /// later one. For the connection service takes 50 ms on the average for each word.
    @Test("S0-27 an older change of a list does not undo a later one")
    func old() throws {
        let acts = (0..<30).map { user in
            """
              - { at: 20s, user: \(user), block: \(user + 30) }
              - { at: 30s, user: \(user), go: offline }
              - { at: 30s, user: \(user), device: 1, go: offline }
              - { at: 31s, user: \(user), device: 1, unblock: \(user + 30) }
              - { at: 32s, user: \(user), unblock: \(user + 30) }
              - { at: 33s, user: \(user), block: \(user + 30) }
              - { at: 40s, user: \(user), go: online }
              - { at: 50s, user: \(user), device: 1, go: online }
            """
        }
        let run = try SenderRun(
            users: 60, devices: "{ 2: 100% }", load: Self.quiet, duration: "80s",
            topology: ["connection-service: { request-time: exp 50ms }"],
            """
            \(Self.client("ask-user"))
            script:
            \(acts.joined(separator: "\n"))
            thresholds: ["client.block-conflicts sum == 30", "client.blocks-mistaken sum == 0"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
    }
}
