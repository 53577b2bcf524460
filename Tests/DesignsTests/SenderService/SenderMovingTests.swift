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

    /// Two hosts of one slow core each are too few, so others boot; at a quarter of the load they are too many, and
    /// those who are with them move back.
    @Test("S0-29 hosts come and go, people move between them, and nothing is lost")
    func autoscaling() throws {
        let run = try SenderRun(
            load: "send: 60/m per user, size: 1KB, direct: 100%", duration: "60s",
            topology: [
                "chat-host: { count: 2, spare: 4, boot-time: 3s, cores: 1, message-time: 6ms, load-every: 1s }",
                "autoscaler: { look-every: 1s, settle: 5s, upper-limit: 50%, lower-limit: 30% }",
            ],
            """
            thresholds: ["autoscaler.hosts max >= 3", "autoscaler.hosts last <= 3"]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.shown == run.counts.due)
    }
}
