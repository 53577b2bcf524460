import Chat
import Experiments
import Results
import Testing
import Vocabulary

/// S0-40: which part has a letter how long.
@Suite("sender-service: where the time went")
struct SenderStageTests {
    /// 300 ms of work in one role, with a letter every two seconds or less often: no core is waited for. All others, logs
    /// included, have it for some milliseconds.
    @Test(
        "S0-40 work is in the stage of who does it, from when a letter has come there",
        arguments: ["message-generator", "message-consumer", "chat-host"], ["recipient", "room"])
    func work(_ role: String, _ way: String) throws {
        let knob = role == "message-generator" ? "letter-time" : "message-time"
        var turned = ["message-generator": ["room-delivery: per-\(way)"]]
        turned[role, default: ["count: 3"]].append("\(knob): 300ms")
        let run = try SenderRun(
            users: 24, people: way == "room" ? "  rooms: { sizes: { 4: 100% } }" : "",
            load: "send: 1/m per user, size: 1KB, direct: \(way == "room" ? 0 : 100)%",
            topology: turned.sorted { $0.key < $1.key }
                .map { "\($0.key): { \($0.value.joined(separator: ", ")) }" })
        let own = run.outcome.result.stages.filter { !$0.isNetwork && $0.component != "phones" }
        #expect(
            own.map(\.component) == [
                "gateway", "new-message-service", "message-log", "message-generator", "recipient-log",
                "message-consumer", "chat-host",
            ])
        for stage in own {
            let median = try #require(stage.p50)
            if stage.component == role {
                #expect(median >= .milliseconds(295), "\(stage.name): \(median)")
            } else {
                #expect(median < .milliseconds(50), "\(stage.name): \(median)")
            }
            #expect(!stage.about.isEmpty)
        }
    }

    /// 10 s of work, and the run ends 6 s after the letter was sent. A hello takes as long at a host, long before that.
    @Test(
        "S0-40 a letter on which a core works when the run ends is with who has it",
        arguments: [
            "message-generator: { letter-time: 10s }",
            "message-consumer: { count: 3, message-time: 10s }",
            "chat-host: { count: 3, message-time: 10s }",
        ])
    func left(_ topology: String) throws {
        let run = try SenderRun(
            users: 3, devices: "{ 1: 100% }", load: "send: 0/s, size: 1KB", duration: "45s", drain: "5s",
            topology: [topology],
            """
            script:
              - { at: 44s, user: 0, send: user 1 }
            """)
        let path = try #require(run.outcome.result.slowest.first).path
        #expect(path.last?.stage == "\(topology.prefix { $0 != ":" }) work and calls", "\(path.map(\.stage))")
    }
}
