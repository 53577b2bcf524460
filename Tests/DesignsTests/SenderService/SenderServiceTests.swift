import Chat
import Designs
import Testing

@Suite("sender-service: through all hops")
struct SenderServiceTests {
    /// 60 people with 9 letters each on average. Groups of consumers form in the first seconds, and what comes before
    /// waits for them.
    @Test("S0-12 all that is tapped is accepted, shown once to everybody it is due to, and confirmed")
    func letters() throws {
        let run = try SenderRun()
        #expect(run.broken == [])
        #expect(run.counts.taps > 400)
        #expect(run.counts.accepted == run.counts.taps)
        #expect(run.counts.shown == run.counts.due)
        #expect(run.counts.lost == 0)
        #expect(run.counts.duplicate == 0)
        #expect(run.invariant("bodies-sealed")?.state == .held)
        #expect(run.invariant("one-host-a-user")?.state == .held)
    }

    @Test("S0-2 a body above the limit is refused")
    func bodyLimit() throws {
        let run = try SenderRun(topology: ["new-message-service: { body-limit: 999B }"])
        #expect(run.counts.refusedByRule == run.counts.taps)
    }

    @Test("S0-1 a room above the limit is refused")
    func roomLimit() throws {
        let run = try SenderRun(
            people: "  rooms: { one-of-all: true }", load: "send: 1/m per user, size: 1KB, direct: 0%",
            topology: ["new-message-service: { room-limit: 59 }"])
        #expect(run.counts.taps > 40)
        #expect(run.counts.refusedByRule == run.counts.taps)
    }

    /// 59 others for each letter.
    @Test(
        "S0-38 a room gets its letters by messages for each member, and in one piece",
        arguments: ["recipient", "room"])
    func rooms(_ way: String) throws {
        let run = try SenderRun(
            people: "  rooms: { one-of-all: true }", load: "send: 1/m per user, size: 1KB, direct: 0%",
            topology: ["message-generator: { room-delivery: per-\(way) }"])
        #expect(run.broken == [])
        #expect(run.counts.due == 59 * run.counts.accepted)
        #expect(run.counts.shown == run.counts.due)
    }
}
