import Designs
import Experiments
import Results
import Testing

/// Interfaces, links and connections that were all in use, and not people's access networks, are to blame.
@Suite("experiments: causes in the network")
struct NetworkDiagnosisTests {
    private static func town(server: String) -> String {
        """
        hubbub: 1
        name: town
        design: single-server
        seed: 4
        duration: 1m
        drain: 1m
        users: { count: 200 }
        load:
          - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }
          - { name: spike, send: 40/m per user, from: 20s, size: 1KB, direct: 100% }
          - { name: calm, send: 2/m per user, from: 30s, size: 1KB, direct: 100% }
        topology: { server: \(server) }
        thresholds: [delivery p99 < 1s]
        """
    }

    /// In the spike 133 letters a second go out, of more than 1 KB: 1.1 Mbit/s at least, over 500 kbit/s.
    @Test("a full network interface is named with its bandwidth, and its metric says when")
    func interface() throws {
        let result = try played(Self.town(server: "{ bandwidth: 500kbit/s }")).result
        let verdict = result.verdict
        #expect(
            verdict.causes.contains {
                $0.hasPrefix("the network interface of server carried all that it can from ")
            }, "\(verdict.causes)")
        #expect(
            verdict.hints == [
                "server.bandwidth is 500kbit/s, and more came than that carries: --set topology.server.bandwidth=1Mbit/s"
            ])
        #expect(!verdict.causes.contains { $0.contains("nobody was busy") || $0.contains("links alone") })
        let gauge = try #require(result.gauges.first { $0.role == "server" && $0.metric == "sending" })
        let values = gauge.values.compactMap { $0 }
        #expect(values.max() ?? 0 >= 950_000)
        #expect(values.max() ?? 0 <= 1_000_000)
        #expect(values.first ?? 0 < 500_000)
    }

    @Test("connections that were refused are named with their limit")
    func connections() throws {
        let verdict = try played(Self.town(server: "{ connections: 100 }")).result.verdict
        #expect(
            verdict.causes.contains {
                $0.hasPrefix("server refused ")
                    && $0.hasSuffix("since it had as many as it takes (server.connections, 100)")
            }, "\(verdict.causes)")
        #expect(
            verdict.hints == [
                "server.connections is 100, and more were wanted: --set topology.server.connections=200"
            ])
        #expect(!verdict.causes.contains { $0.contains("nobody was busy") })
    }

    /// 60 people send 18 letters of 4 KB a second, which are 590 kbit/s, over 300 kbit/s.
    @Test("a full link between servers is named by the rule that says what it carries")
    func links() throws {
        let verdict = try played(
            """
            hubbub: 1
            name: narrow
            design: sender-service
            seed: 1
            duration: 20s
            drain: 20s
            users: { count: 60, contacts: 10 }
            load: [{ name: usual, send: 18/m per user, size: 4KB, direct: 100% }]
            topology:
              gateway: { count: 1 }
              new-message-service: { count: 1 }
              links:
                "gateway <-> new-message-service": { bandwidth: 300kbit/s }
            thresholds: [delivery p99 < 2s]
            """, on: SenderService.self
        ).result.verdict
        #expect(
            verdict.causes.contains {
                $0.hasPrefix(
                    "the links 'gateway <-> new-message-service' carried all that they can, 300kbit/s by topology.links, from "
                )
            }, "\(verdict.causes)")
        #expect(
            verdict.hints.contains(
                "more bandwidth in topology.links: 'gateway <-> new-message-service' has 300kbit/s"))
    }
}
