import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

@Suite("sender-service: limits of rates")
struct SenderLimitTests {
    /// User 3 sends 60 letters within 6 s. 10 pass at once and one each 2 s, so 12 or 13. Between two that pass 19 are
    /// refused, and 10 in a row stand out.
    private static let script =
        "script:\n"
        + (0..<60).map { "  - { at: \(30_000 + 100 * $0)ms, user: 3, send: user 4 }" }.joined(separator: "\n")

    private static let limits = "gateway: { count: 3, letter-every: 2s, letter-burst: 10, flag-after: 10 }"
    private static let flagged = "thresholds: [\"gateway.flagged max == 1\"]"

    @Test("S0-30 who sends too much is limited and flagged, and nobody else is")
    func abuser() throws {
        let run = try SenderRun(
            load: "send: 1/d per user, size: 1KB, direct: 100%", topology: [Self.limits],
            Self.script + "\n" + Self.flagged)
        #expect(run.broken == [])
        let refused = run.counts.refusedByRule
        #expect((47...48).contains(refused))
        #expect(run.counts.accepted + refused == run.counts.taps)
        #expect(run.missed == [])
    }

    /// For 25 s no letter gets behind the gateway, so apps send theirs again, up to three times. People write once in 10 s as a
    /// rule, and may twice as often: 25 of these 246 letters are too many, and would be 43 if each attempt counted.
    @Test("S0-30 what an app sends again counts once", arguments: [1, 2])
    func again(_ seed: Int) throws {
        func run(_ faults: String = "") throws -> LedgerCounts {
            try SenderRun(
                users: 30, devices: "{ 1: 100% }", drain: "90s",
                topology: ["gateway: { count: 1, letter-every: 5s, letter-burst: 2 }"], seed: seed, faults
            ).counts
        }
        let (usual, cut) = try (
            run(),
            run(
                "faults: [{ name: cut, at: 30s, for: 25s, partition: { between: gateway, and: new-message-service } }]"
            )
        )
        #expect(usual.refusedByRule > 0)
        #expect(cut.refusedByRule <= usual.refusedByRule)
        #expect(cut.accepted + cut.refusedByRule == cut.taps)
    }

    /// Copies of 2 MB, where the log takes 1 MB: each is tried again and again, and what is behind it waits.
    @Test("a copy that is larger than the log takes stands in the way of what is behind it")
    func tooLarge() throws {
        let run = try SenderRun(topology: ["message-generator: { count: 3, envelope: 2MB }"])
        #expect(run.counts.accepted > 0)
        #expect(run.counts.shown == 0)
        #expect(run.broken.count == 1)
        #expect(run.broken.allSatisfy { $0.hasPrefix("never-lost: ") })
    }

    @Test("S0-30 without a limit all of it passes")
    func withoutLimit() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules { changed(SenderRules()) { $0.gateway.passes = { _ in true } } }
        }
        let run = try SenderRun(
            Mutant.self, load: "send: 1/d per user, size: 1KB, direct: 100%", topology: [Self.limits],
            Self.script)
        #expect(run.counts.refusedByRule == 0)
    }

    /// Forty come into a room of ten at once, with two devices each: for most of them a sender has no key yet, and seals the
    /// letter for each one that asks. A burst of twenty would be used up.
    @Test("what is sealed anew for devices that ask for it is no tap")
    func sealedAnew() throws {
        let acts = (0..<40).map { "  - { at: 20s, user: \($0), join: room 0 }" }
        let run = try SenderRun(
            users: 40, devices: "{ 2: 100% }", people: "  rooms: { sizes: { 10: 100% } }",
            load: "send: 1/h per user, size: 1KB, direct: 100%",
            """
            script:
            \(acts.joined(separator: "\n"))
              - { at: 40s, user: 0, send: room 0 }
            thresholds: ["delivery max < 10s", "refused.by-rule count == 0"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
    }
}
