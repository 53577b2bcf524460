import Experiments
import Results
import Testing

/// Why a run failed, and which knobs its own figures speak of.
@Suite("experiments: causes and hints")
struct DiagnosisTests {
    private static func town(
        _ load: String, server: String, threshold: String, faults: String = "  []", client: String = "{}"
    ) -> String {
        """
        hubbub: 1
        name: town
        design: single-server
        seed: 4
        duration: 2m
        drain: 2m
        users: { count: 300 }
        client: \(client)
        load:
        \(load)
        topology: { server: \(server) }
        thresholds: [\(threshold)]
        faults:
        \(faults)
        """
    }

    private static let steady = "  - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }"
    private static let spike = """
          - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }
          - { name: spike, send: 40/m per user, from: 30s, size: 1KB, direct: 100% }
          - { name: calm, send: 2/m per user, from: 40s, size: 1KB, direct: 100% }
        """

    /// 200 letters a second for 10 s, of 10 ms each, are work for 2 cores: 20 s for one.
    @Test("a spike that the cores cannot take: when they were busy, and how many there would have to be")
    func busyCores() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 < 1s",
                client: "{ timeout: 1m }")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("all 1 core of server were busy from 30s to ") })
        let hint = try #require(verdict.hints.first)
        #expect(
            hint.hasPrefix("server.cores is 1: what came in spike (30s–40s) was work for about 2."), "\(hint)"
        )
        #expect(
            hint.contains("--set topology.server.cores=3, or a shorter server.service-time, now 10ms"),
            "\(hint)")
    }

    /// The same with little patience: copies of what waits queue behind it.
    @Test("apps that do not wait long enough are told how long the answers took")
    func retries() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 < 1s",
                client: "{ timeout: 2s, retry: { base: 1s, cap: 2s } }")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("apps sent letters again ") })
        #expect(verdict.hints.contains { $0.hasPrefix("client.timeout is 2s, and the p99 of accept ") })
    }

    @Test("a queue that is full is a cause of its own")
    func fullQueue() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms, queue: 100 }",
                threshold: "delivery p99 < 1s")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("server dropped ") })
        // Those that were dropped were on their way in meanwhile, and no link is to be blamed for it.
        #expect(!verdict.causes.contains { $0.contains("the links alone") })
        #expect(verdict.hints.contains { $0.contains("work for about 2.") && $0.contains("cores=3") })
    }

    @Test("a fault that the slowest letters met, and what decides when phones are back")
    func cut() throws {
        let verdict = try played(
            Self.town(
                Self.steady, server: "{}", threshold: "delivery p99 < 1s",
                faults: "  - { name: split, at: 40s, for: 20s, partition: { between: client, and: server } }")
        ).result.verdict
        // Before where these spent their time.
        let cause = verdict.causes.first ?? ""
        #expect(
            cause.contains("were under way while split was on (partition of client and server)"), "\(cause)")
        #expect(verdict.hints == [])
    }

    @Test("a disk that syncs too slowly")
    func disk() throws {
        let verdict = try played(
            Self.town(Self.spike, server: "{ sync: 200ms }", threshold: "delivery p99 < 100ms")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("the disk of server was busy all the time from ") })
        #expect(verdict.hints.contains { $0.contains("server.sync (200ms)") })
    }

    @Test("links alone, when nothing was broken and nobody was busy")
    func links() throws {
        let verdict = try played(
            Self.town(Self.steady, server: "{}", threshold: "delivery p50 < 1ms")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("nothing was broken and nobody was busy: 'way ") })
        #expect(
            verdict.hints == [
                "delay and loss of the links decide: users.access (wifi 69%, 4g 25%, 5g 6%) and topology.links"
            ])
    }

    @Test("what was missed because something was too fast gets no advice, nor what other knobs cannot mend")
    func noAdvice() throws {
        let fast = try played(
            Self.town(Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 > 10m")
        ).result.verdict
        #expect(fast.word == .failed)
        #expect(fast.causes == [])
        #expect(fast.hints == [])
        // More cores, and the links would still take longer than that.
        let links = try played(
            Self.town(Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p50 < 1ms")
        ).result.verdict
        #expect(links.causes.contains { $0.hasPrefix("all 1 core of server were busy") })
        #expect(!links.hints.contains { $0.contains("cores=") })
        #expect(links.causes.contains { $0.hasPrefix("the links alone miss the limit: 'way ") })
    }

    @Test("a run that passed, and one that failed for another reason than time, get no advice")
    func silent() throws {
        for threshold in ["delivery p99 < 1m", "lost count == 1"] {
            let verdict = try played(Self.town(Self.steady, server: "{}", threshold: threshold)).result
                .verdict
            #expect(verdict.causes == [])
            #expect(verdict.hints.allSatisfy { $0.hasPrefix("nearest to failing: ") })
        }
    }
}
