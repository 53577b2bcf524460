import Chat
import Designs
import Testing

@Suite("sender-service: faults")
struct SenderFaultTests {
    private static func crash(_ target: String, losing kind: String = "unsynced", back: String = "20s")
        -> String
    {
        "faults: [{ name: fault, at: 30s, crash: { target: \"\(target)\", lose: \(kind), restart-after: \(back) } }]"
    }

    @Test(
        "X-4 the crash of any one machine loses nothing that was accepted",
        arguments: [
            "gateway[0]", "new-message-service[0]", "message-log[0]", "message-log-controller[0]",
            "message-generator[0]", "cache[0]", "recipient-log[0]", "message-consumer[0]", "host-assigner[0]",
            "host-registry[0]", "chat-host[0]", "message-service[0]", "message-store[0]",
            "connection-service[0]",
            "connection-store[0]", "autoscaler[0]",
        ])
    func crash(_ target: String) throws {
        let run = try SenderRun(drain: "120s", Self.crash(target))
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.duplicate == 0)
        #expect(run.counts.shown == run.counts.due)
    }

    /// A chat host that stands still for longer than a session, 10 s, is given up, and its users' messages are stored
    /// for them by others. It goes on within 100 ms of being known again, before it has told anybody to move: who was
    /// connected to it all the time has to ask for what they have missed.
    @Test("S0-17 a chat host that was given up and comes back has its users ask for what they missed")
    func takenBack() throws {
        let run = try SenderRun(
            drain: "120s", "faults: [{ name: fault, at: 30s, for: 14s, pause: { target: \"chat-host[0]\" } }]"
        )
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }
}
