import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

@Suite("sender-service: changes that fail")
struct SenderChangeTests {
    /// The app is installed anew while two of three nodes of the store are down: gateways give up after three instances of
    /// the connection service, and until the new device is known nothing that is sent to it can arrive.
    @Test("a device that nobody could note is noted when the store is back", arguments: 1...3)
    func reinstall(seed: Int) throws {
        let run = try SenderRun(
            duration: "150s", drain: "90s", seed: seed,
            """
            script:
              - { at: 36s, user: 9, device: 0, reinstall: }
            faults:
              - { name: f, at: 30s, for: 30s, crash: { target: "connection-store[0..1]" } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// Gateways do not come to the connection service from 20 s on.
    @Test("S0-20 who looks at somebody and is told nothing waits for ever")
    func look() throws {
        let run = try SenderRun(
            users: 20, load: "send: 1/d per user, size: 1KB, direct: 100%", duration: "40s",
            """
            script: [{ at: 10s, user: 0, look-at: 1 }, { at: 30s, user: 0, look-at: 1 }]
            faults: [{ name: cut, at: 20s, for: 10m, partition: { between: gateway, and: connection-service } }]
            thresholds: ["gateway.profile-look max < 1h"]
            """)
        #expect(run.outcome.result.thresholds.first?.value == .never(undelivered: 1, of: 2))
    }

    @Test("S0-20 a picture that is larger than the limit is not taken, and counted")
    func picture() throws {
        let run = try SenderRun(
            users: 20, load: "send: 1/d per user, size: 1KB, direct: 100%", duration: "40s",
            topology: ["connection-service: { avatar-limit: 100KB }"],
            """
            script: [{ at: 20s, user: 0, avatar: 100 }, { at: 21s, user: 0, avatar: 101 }]
            thresholds: ["connection-service.pictures-refused sum == 1"]
            """)
        #expect(run.missed == [])
    }
}
