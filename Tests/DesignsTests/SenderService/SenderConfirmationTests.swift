import Chat
import Designs
import Testing

/// What is said over a line goes with it when it breaks, and nobody tells who has said it.
@Suite("sender-service: confirmations")
struct SenderConfirmationTests {
    private static func run(_ faults: String, seed: Int) throws -> SenderRun {
        try SenderRun(
            users: 40, load: "send: 10/m per user, size: 1KB, direct: 100%", duration: "2m", drain: "150s",
            seed: seed,
            """
            faults: [{ \(faults) }]
            thresholds: ["receipt max < 30s", "read max < 30s", "receipt count > 700", "read count > 700"]
            """)
    }

    /// All lines break nine times; six or seven letters a second are shown then, and some 30 ms of what is said is on its
    /// way.
    @Test("S0-3 confirmations that were on a line that broke come all the same", arguments: [1, 2, 3])
    func reset(_ seed: Int) throws {
        let run = try Self.run(
            "name: broken, at: 30s, every: 10s, reset: { between: chat-host, and: client }", seed: seed)
        #expect(run.missed == [])
    }

    /// Hosts speak to a third of the people, who do not hear them, and find out when these are back after 15 s.
    @Test("S0-3 so do those that were said to somebody without a network", arguments: [1, 2])
    func tunnel(_ seed: Int) throws {
        let run = try Self.run(
            "name: tunnel, at: 20s, every: 35s, for: 15s, disconnect: { target: client, pick: 33% }",
            seed: seed)
        #expect(run.missed == [])
    }

    /// All that it knew goes with it: its people say again what they have said last, and other hosts have stored what they
    /// passed to it. That is one receipt of these 786.
    @Test("S0-3 so do those that a host had in hand when it crashed", arguments: ["3s", "30s"])
    func crash(back: String) throws {
        let run = try Self.run(
            "name: crash, at: 30s, crash: { target: \"chat-host[0]\", lose: process, restart-after: \(back) }",
            seed: 1)
        #expect(run.missed == [])
    }

    /// Thirty people read a letter within some 5 s after 18 s, and most of them say so into a cut that is on from 19 s to
    /// 29 s. At 26 s they close their apps, and nobody sends for them any more what was lost.
    @Test("S0-3 so do those that were said shortly before an app was closed")
    func closed() throws {
        let acts = (0..<30).flatMap { user in
            [
                "  - { at: 18s, user: \(user), send: user \(user + 30) }",
                "  - { at: 26s, user: \(user + 30), go: offline }",
                "  - { at: 35s, user: \(user + 30), go: online }",
            ]
        }
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: "send: 1/d per user, size: 1KB, direct: 100%", duration: "60s",
            """
            script:
            \(acts.joined(separator: "\n"))
            faults: [{ name: cut, at: 19s, for: 10s, partition: { between: client, and: chat-host } }]
            thresholds: ["read max < 30s", "read count >= 15"]
            """)
        #expect(run.missed == [])
    }
}
