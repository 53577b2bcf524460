import Designs
import Experiments
import Results
import Testing

@Suite("sender-service: overload that outlasts what it came from")
struct SenderOverloadTests {
    /// 20 letters a second, each with two confirmations, are 60 look-ups, of which three assigners do 158: they are 38 % busy.
    /// When the zone is back, what has waited takes them more than the 2 s for which it is waited for an answer. Where each
    /// letter and each confirmation asks again by itself, that are more look-ups than they do, and hardly any answer is in
    /// time until the end of the run.
    @Test("assigners that a zone's way back overloads are well again within 40 s", arguments: [1, 2])
    func lookUps(_ seed: Int) throws {
        try expectRecovery(of: "host-assigner: { count: 3, cores: 1, request-time: exp 19ms }", seed)
    }

    /// 20 questions a second, of which two connection services do 50, and three 75. Those of a minute that two of them were
    /// late with are some hundred: asked again together, each time that they are not answered, they would be late for ever.
    @Test(
        "connection services that a zone's way back overloads are well again within 40 s", arguments: [1, 2])
    func checks(_ seed: Int) throws {
        try expectRecovery(of: "connection-service: { count: 3, cores: 1, request-time: exp 40ms }", seed)
    }

    /// 60 letters a second for 40 s are some five messages of 8 ms each for their hosts: 2.4 cores, and there are two. What
    /// waits before one of them is some 10 s of work at last, and so long is what is silent taken for alive. Where hosts were
    /// taken for dead and for alive in turn, they were busy for minutes with the people that moved.
    @Test("hosts that a rush overloads are well again within a minute", arguments: [1, 3])
    func rush(_ seed: Int) throws {
        let letters = "size: 1KB, direct: 100%"
        let run = try SenderRun(
            load: "send: 4/m per user, \(letters) }, "
                + "{ name: rush, from: 20s, send: 60/m per user, \(letters) }, "
                + "{ name: calm, from: 60s, send: 4/m per user, \(letters)",
            duration: "3m",
            topology: [
                "gateway: { count: 3, letter-every: 100ms }",
                "chat-host: { count: 2, spare: 0, cores: 1, message-time: 8ms }",
            ],
            seed: seed, "thresholds: [chat-host.utilisation mean < 60% during calm]")
        #expect(run.missed == [])
        #expect(run.broken == [])
        // A letter that an app sends again may come too soon after another one.
        #expect(run.counts.shown + run.counts.refusedByRule == run.counts.due)
    }

    private func expectRecovery(of role: String, _ seed: Int) throws {
        let run = try SenderRun(
            devices: "{ 1: 100% }", load: "send: 20/m per user, size: 1KB, direct: 100%", duration: "150s",
            drain: "30s", topology: [role], seed: seed,
            """
            faults:
              - { name: dead, at: 30s, crash: { target: "@home/a", restart-after: 60s } }
            healthy:
              window: 10s
              hold: 2
              expect: [delivery p50 < 1s, delivery ratio >= 95%]
            thresholds:
              - recovery < 40s after dead
              - lost count == 0
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
        // A letter that an app sends again may come too soon after another one.
        #expect(run.counts.shown + run.counts.refusedByRule == run.counts.due)
    }
}
