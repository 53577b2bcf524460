import Designs
import Experiments
import Results
import Testing

/// How full machines are said to be where they are not all alike.
@Suite("experiments: busy machines")
struct BusyMachinesTests {
    /// 20 letters a second take 2 · 40 ms each, 1.6 cores, and for 50 s there is one of two. Over the time of both it could be
    /// busy for 50 % at the most, and the one that is up for 20 of 70 s, for 29 %.
    @Test("machines that are down have no idle cores")
    func down() throws {
        let result = try played(
            """
            hubbub: 1
            name: half
            design: sender-service
            seed: 1
            duration: 70s
            drain: 10s
            users: { count: 40, contacts: 10 }
            load: [{ name: usual, send: 30/m per user, size: 1KB, direct: 100% }]
            topology: { gateway: { count: 2, cores: 1, request-time: 40ms } }
            faults: [{ name: dead, at: 10s, crash: { target: "gateway[0]", restart-after: 50s } }]
            thresholds: [delivery p99 < 1s, gateway.utilisation mean > 60% during dead]
            """, on: SenderService.self
        ).result
        #expect(result.thresholds.map(\.outcome) == [.failed, .held])
        let causes = result.verdict.causes
        #expect(
            causes.contains {
                $0.hasPrefix("all cores of gateway that were up, 1 of 2, were busy from ")
            }, "\(causes)")
        let machines = try #require(result.topology.roles.first { $0.name == "gateway" }?.machines)
        #expect(machines[0].utilisation > 300_000)
    }

    /// 13 letters a second and their confirmations, each of 60 ms, are too much for two hosts of one core and for four.
    @Test("machines that were booted are among those that were busy")
    func booted() throws {
        let causes = try played(
            """
            hubbub: 1
            name: scale
            design: sender-service
            seed: 1
            duration: 100s
            drain: 10s
            users: { count: 40, contacts: 10 }
            load: [{ name: usual, send: 20/m per user, size: 1KB, direct: 100% }]
            topology: { chat-host: { count: 2, spare: 2, boot-time: 10s, cores: 1, message-time: 60ms } }
            thresholds: [delivery p99 < 1s]
            """, on: SenderService.self
        ).result.verdict.causes
        #expect(causes.contains { $0.hasPrefix("all 4 cores of chat-host were busy from ") }, "\(causes)")
    }

    /// The phones of a gateway that was gone for 5 s stay with the other one: 13 letters a second take 2 · 40 ms each, more than
    /// one core, and the one that came back has nothing to do.
    @Test("one machine that is full beside others that are not is named")
    func one() throws {
        func causes(crash: String) throws -> [String] {
            try played(
                """
                hubbub: 1
                name: hot
                design: sender-service
                seed: 1
                duration: 60s
                drain: 20s
                users: { count: 40, contacts: 10 }
                load: [{ name: usual, send: 20/m per user, size: 1KB, direct: 100% }]
                topology: { gateway: { count: 2, cores: 1, request-time: 40ms } }
                faults: [\(crash)]
                thresholds: [delivery p99 < 100ms]
                """, on: SenderService.self
            ).result.verdict.causes
        }
        let hot = try causes(
            crash: "{ name: dead, at: 5s, crash: { target: \"gateway[0]\", restart-after: 5s } }")
        let cause = try #require(
            hot.first { $0.hasPrefix("gateway[1] was busy all the time from ") }, "\(hot)")
        #expect(
            cause.firstMatch(of: /, and the rest of gateway for [0-9] % of the time under load$/) != nil,
            "\(cause)")
        #expect(!(try causes(crash: "").contains { $0.contains("the rest of gateway") }))
    }
}
