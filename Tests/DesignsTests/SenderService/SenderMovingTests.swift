import Chat
import Designs
import Testing

@Suite("sender-service: people who move")
struct SenderMovingTests {
    /// A phone is far from its host, and near to its gateway: it takes the host longer to hear that the phone is there
    /// than it takes the phone to hear what it has missed. All lines end four times, and people go on writing: 60 of
    /// them with 1.3 devices come back within a second each time, in which some 60 letters are on their way.
    @Test("S0-36 what is on its way while a device comes to its host is not lost")
    func farHosts() throws {
        let run = try SenderRun(
            load: "send: 60/m per user, size: 1KB, direct: 100%", duration: "60s",
            topology: ["gateway: { count: 3, letter-every: 100ms }"],
            """
            faults:
              - { name: far, at: 5s, for: 2m, delay: { between: client, and: chat-host, add: 300ms } }
              - { name: ends, at: 20s, reset: { between: client, and: chat-host } }
              - { name: ends-again, at: 30s, reset: { between: client, and: chat-host } }
              - { name: ends-more, at: 40s, reset: { between: client, and: chat-host } }
              - { name: ends-last, at: 50s, reset: { between: client, and: chat-host } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.shown == run.counts.due)
    }

    /// 60 letters a second are some seven messages of 3 ms each for their hosts: 1.3 cores, which is too much for two of
    /// them. Others boot, and people move there.
    @Test("S0-29 hosts come, people move to them, and nothing is lost")
    func autoscaling() throws {
        let run = try SenderRun(
            load: "send: 60/m per user, size: 1KB, direct: 100%", duration: "60s",
            topology: [
                "gateway: { count: 3, letter-every: 100ms }",
                "chat-host: { count: 2, spare: 4, boot-time: 3s, cores: 1, message-time: 3ms, load-every: 1s }",
                "autoscaler: { look-every: 1s, settle: 5s, upper-limit: 50%, lower-limit: 30% }",
            ],
            """
            thresholds: ["autoscaler.hosts max >= 3"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.shown == run.counts.due)
    }

    /// The hosts of a zone that is cut off send everybody away, and the assigners of their zone name them again. A phone that tried
    /// again at once, all minute long, asked for its history each time, and was told all of it when the cut was healed: 60 words
    /// to hosts for a letter, where some 5 are usual.
    @Test("S0-17 who is sent from one host to the next waits longer each time")
    func sentAway() throws {
        let run = try SenderRun(
            load: "send: 1/m per user, size: 1KB, direct: 100%", duration: "300s", drain: "60s", seed: 24,
            """
            faults:
              - { name: cut, at: 60s, for: 1m, partition: { between: "@home/c", and: "@home/a" } }
              - { name: cut-too, at: 60s, for: 1m, partition: { between: "@home/c", and: "@home/b" } }
            """)
        let edge = try #require(
            run.outcome.result.topology.edges.first { $0.from == "users" && $0.to == "chat-host" })
        #expect(edge.messages < 10 * UInt64(run.counts.shown), "\(edge.messages) of \(run.counts.shown)")
        #expect(run.broken == [])
    }
}
