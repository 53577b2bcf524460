import Chat
import Designs
import Testing
import Vocabulary

/// What the message store holds of letters, as a thief finds it (S0-37): bodies of 900 B, 1,000 B as a ciphertext, and 250 B
/// around what is for one person.
@Suite("sender-service: what is stored of a letter")
struct SenderStoredTests {
    /// Five people write, one after the other, and somebody gets in when all of it is stored.
    private func stolen(
        _ sealing: String, devices: Int, to whom: String, users: Int, room: String = "",
        delivery: String = "recipient", is bytes: Int
    ) throws -> [String] {
        let acts = (0..<5).map { "  - { at: \(20 + $0)s, user: \($0), send: \(whom) }" }
        let run = try SenderRun(
            users: users, devices: "{ \(devices): 100% }", people: room,
            load: "send: 0/m per user, size: 900B, direct: 100%", duration: "40s", drain: "20s",
            topology: ["message-generator: { room-delivery: per-\(delivery) }"],
            """
            client: { sealing: \(sealing) }
            script:
            \(acts.joined(separator: "\n"))
              - { at: 35s, user: 0, breach: }
            thresholds: ["message-service.stolen-bytes sum == \(bytes)B"]
            """)
        #expect(run.broken == [])
        return run.missed
    }

    /// With one device each an app makes one ciphertext, 1,000 B + 2 · 250 B; with three it makes three for the reader and two for
    /// the other ones of the sender, 5,000 B + 2 · 250 B. What is not sealed lies there once for each of both.
    @Test(
        "S0-35 S0-37 a letter to one person is stored as its app has sealed it",
        arguments: [
            ("per-device", 1, 1_500), ("per-device", 3, 5_500), ("none", 1, 2_300), ("none", 3, 2_300),
        ])
    func direct(_ sealing: String, devices: Int, bytes: Int) throws {
        #expect(try stolen(sealing, devices: devices, to: "user 9", users: 20, is: 5 * bytes) == [])
    }

    /// Seven people with three devices each, of which the sender's is one. Per device 20 · 1,000 B + 7 · 250 B; with a group key
    /// each of them has the body once, and its key of 132 B for each device: 7 · (1,000 + 250) B + 20 · 132 B.
    @Test(
        "S0-35 S0-37 a letter to a room is stored once for each member where a key opens it on all devices",
        arguments: [("per-device", 21_750), ("group-key", 11_390)], ["recipient", "room"])
    func room(_ sealing: (name: String, bytes: Int), delivery: String) throws {
        let missed = try stolen(
            sealing.name, devices: 3, to: "room 0", users: 7, room: "  rooms: { one-of-all: true }",
            delivery: delivery, is: 5 * sealing.bytes)
        #expect(missed == [])
    }

    /// Its sender has one device, for which there is nothing, and an envelope weighs nothing.
    @Test(
        "S0-35 a letter of which there is nothing for its sender is stored", arguments: ["recipient", "room"])
    func nothing(delivery: String) throws {
        let run = try SenderRun(
            users: 10, devices: "{ 1: 100% }", people: "  rooms: { one-of-all: true }",
            load: "send: 6/m per user, size: 1KB, direct: 50%", duration: "20s", drain: "20s",
            topology: [
                "message-generator: { room-delivery: per-\(delivery), envelope: 0B }",
                "new-message-service: { envelope: 0B }",
            ])
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }
}
