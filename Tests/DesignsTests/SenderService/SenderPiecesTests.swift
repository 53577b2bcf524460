import Chat
import Designs
import Testing

/// Bodies whose ciphertexts are too much for a record of a log.
@Suite("sender-service: large bodies")
struct SenderPiecesTests {
    private static let limit = "new-message-service: { count: 3, body-limit: 1MB }"

    /// 100 KB for two devices or more are four pieces or more. Ten people are away for a minute.
    @Test("S0-19 large bodies come, and the history has them too")
    func comeBack() throws {
        let away = (0..<10).flatMap {
            ["  - { at: 20s, user: \($0), go: offline }", "  - { at: 80s, user: \($0), go: online }"]
        }
        let run = try SenderRun(
            load: "send: 3/m per user, size: 100KB, direct: 100%", topology: [Self.limit],
            "script:\n" + away.joined(separator: "\n"))
        #expect(run.broken == [])
        #expect(run.counts.accepted == run.counts.taps)
        #expect(run.counts.shown == run.counts.due)
    }

    @Test("S0-38 a room's letters of many ciphertexts come, by both ways", arguments: ["recipient", "room"])
    func rooms(_ way: String) throws {
        let run = try SenderRun(
            people: "  rooms: { one-of-all: true }", load: "send: 1/m per user, size: 4KB, direct: 0%",
            duration: "40s", topology: ["message-generator: { room-delivery: per-\(way) }"])
        #expect(run.broken == [])
        #expect(run.counts.due == 59 * run.counts.accepted)
        #expect(run.counts.shown == run.counts.due)
    }

    /// One letter to 60 people with 5 devices each, who are all there: 300 hosts' questions at the same moment, each for one of
    /// 300 ciphertexts.
    ///
    /// A store to which a row is a millisecond answers them by reading 300 rows twice, 0.6 s of its 24 cores. Were it to read all
    /// of the letter for each, that would be 180 s, and nobody waits for more than 2.
    ///
    /// One to which a read is 50 ms has up to three replicas read for each, 45 s of work: too long for some to
    /// be answered in time. Those are asked again, and come in the pauses, which become longer.
    @Test(
        "S0-14 S0-35 each device of a large room gets its ciphertext, and a slow store is not asked to death",
        arguments: ["row-time: 1ms", "read-time: 50ms"])
    func largeRoom(store: String) throws {
        let run = try SenderRun(
            devices: "{ 5: 100% }", people: "  rooms: { one-of-all: true }\n  access: { wifi: 100% }",
            load: "send: 0/m per user, size: 4KB, direct: 0%", duration: "40s", drain: "3m",
            topology: ["message-store: { count: 3, \(store) }"],
            "script: [{ at: 20s, user: 3, send: room 0 }]")
        #expect(run.broken == [])
        #expect(run.counts.due == 59)
        #expect(run.counts.shown == 59)
    }

    /// Three people's gateway dies while they send six pieces or more: their apps begin again at another one. Five
    /// others send while no envelope can get into the log, and give up after the second attempt: theirs are the
    /// ciphertexts that are removed, a minute after they came.
    private static let trouble = """
        client: { timeout: 10s, retry: { attempts: 2, base: 1s } }
        script:
          - { at: 30600ms, user: 6, send: user 7 }
          - { at: 30700ms, user: 9, send: user 10 }
          - { at: 30800ms, user: 12, send: user 13 }
        \((20..<25).map { "  - { at: 55s, user: \($0), send: user 30 }" }.joined(separator: "\n"))
        faults:
          - { name: between, at: 31s, crash: { target: "gateway[0]", lose: process, restart-after: 5s } }
          - { name: no-envelopes, at: 50s, crash: { target: new-message-service, restart-after: 50s } }
        """

    @Test("S0-13 a crash between pieces and envelope loses nothing accepted, and leaves nothing behind")
    func crash() throws {
        let run = try SenderRun(
            load: "send: 1/d per user, size: 300KB, direct: 100%", duration: "150s", drain: "30s",
            topology: [Self.limit, "message-service: { count: 3, without-envelope: 60s, look-every: 5s }"],
            Self.trouble + "\nthresholds: [\"message-service.removed sum == 5\"]")
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.taps - run.counts.accepted == 5)
        #expect(run.counts.due - run.counts.shown == 5)
    }

    /// User 7 comes back when the ciphertexts of what they were sent are gone.
    @Test("S0-19 a service that removes what has its envelope loses it")
    func removesAll() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) { $0.messageService.removes = { _ in true } }
            }
        }
        let away = """
            script:
              - { at: 20s, user: 7, go: offline }
              - { at: 30s, user: 6, send: user 7 }
              - { at: 120s, user: 7, go: online }
            """
        func run(_ design: any Design.Type) throws -> SenderRun {
            try SenderRun(
                design, people: "", load: "send: 1/d per user, size: 300KB, direct: 100%", duration: "130s",
                topology: [
                    Self.limit, "message-service: { count: 3, without-envelope: 60s, look-every: 5s }",
                ],
                away)
        }
        #expect(try run(Mutant.self).isBroken("never-lost"))
        #expect(try run(SenderService.self).broken == [])
    }
}
