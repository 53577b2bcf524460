import Chat
import Designs
import Testing

/// What the rules of the design come to where they are as they should be: each of these fails when one of them is not.
@Suite("sender-service: rules")
struct SenderRuleTests {
    /// Neither who waits for the log nor who has not been heard is told that a letter is accepted.
    @Test("S0-13 what was accepted is in the log, whatever becomes of the service that said so")
    func acceptedInLog() throws {
        let run = try SenderRun(
            drain: "120s",
            """
            faults:
              - { name: logs, at: 30s, crash: { target: message-log, lose: process, restart-after: 20s } }
              - { name: kill, at: 40s, crash: { target: new-message-service, lose: process, restart-after: 1s } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
    }

    /// Groups say every 30 s how far they are, and checkpoints are saved every 100 ms: of 6 letters a second the new
    /// generators make one or two again, where they would make 90 without the cache.
    @Test("S0-14, S0-21 what a checkpoint covers is not made again")
    func checkpoints() throws {
        let run = try SenderRun(
            topology: ["message-generator: { commit-every: 30s }"],
            "faults: [{ name: kill, at: 45s, crash: { target: message-generator, lose: process, restart-after: 1s } }]"
        )
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
        #expect(run.counts.droppedAsDuplicate < 20)
    }

    @Test("S0-17 two assigners say the same of a user, when one has been away")
    func sameHost() throws {
        let run = try SenderRun(
            duration: "90s",
            "faults: [{ name: kill, at: 30s, crash: { target: \"host-assigner[0]\", restart-after: 20s } }]")
        #expect(run.broken == [])
        #expect(run.invariant("one-host-a-user")?.state == .held)
    }

    /// The host does not come back, and its users have to go elsewhere.
    @Test("S0-17 who was with a host that is gone gets another one")
    func otherHost() throws {
        let run = try SenderRun(
            drain: "120s", "faults: [{ name: kill, at: 31s, crash: { target: \"chat-host[0]\" } }]")
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    private static let block = """
        script:
          - { at: 5s, user: 1, block: 0 }
          - { at: 30s, user: 0, send: user 1 }
          - { at: 40s, user: 0, send: user 1 }
          - { at: 50s, user: 0, send: user 1 }
        """

    /// User 1's devices would hide the letters, and an honest app would not send them: this is the layer between.
    @Test("S0-25 what somebody who is blocked sends gets no further than the consumer")
    func blocked() throws {
        let run = try SenderRun(people: "  hacked: 100%", duration: "90s", Self.block)
        #expect(run.broken == [])
        #expect(run.invariant("stopped-at-server")?.state == .held)
        #expect(run.counts.accepted == run.counts.taps)
    }

    /// Room 0 has all in it but user 59, who blocks one of them; and it is the block that keeps them out.
    @Test("S0-33 nobody comes into a room with somebody they block")
    func apart() throws {
        let run = try SenderRun(
            people: "  rooms: { one-of-all: true }",
            """
            script:
              - { at: 5s, user: 1, leave: room 0 }
              - { at: 10s, user: 1, block: 0 }
              - { at: 20s, user: 1, join: room 0 }
            """)
        #expect(run.broken == [])
    }

    /// Kept for 20 s, and its reader is away for 50.
    @Test("S0-37 what nobody has fetched when the retention ends is gone")
    func retention() throws {
        let run = try SenderRun(
            load: "send: 0/m per user, size: 1KB, direct: 100%",
            topology: ["message-service: { retention: 20s }"],
            """
            script:
              - { at: 10s, user: 1, go: offline }
              - { at: 20s, user: 0, send: user 1 }
              - { at: 70s, user: 1, go: online }
            """)
        #expect(run.counts.accepted == 1)
        #expect(run.counts.shown == 0)
        #expect(run.isBroken("never-lost"))
    }
}
