import Chat
import Designs
import Synchronization
import Testing

/// A campaign plays thousands of runs in one process: none of them may stay.
@Suite("sender-service: memory")
struct SenderMemoryTests {
    /// One for each run whose parts are still there.
    final class Trace: Sendable {
        static let living = Mutex(0)

        init() { Self.living.withLock { $0 += 1 } }
        deinit { Self.living.withLock { $0 -= 1 } }
    }

    /// Its consumers hold a trace.
    enum Traced: SenderVariant {
        static var rules: SenderRules {
            let trace = Trace()
            return changed(SenderRules()) {
                $0.consumer.checksBlocks = { withExtendedLifetime(trace) { true } }
            }
        }
    }

    @Test("parts, machines and people of a run are gone when it is over")
    func givenBack() throws {
        _ = try SenderRun(
            Traced.self, users: 10, duration: "20s", drain: "10s",
            """
            faults:
              - { name: cut, at: 5s, for: 2s, partition: { between: message-consumer, and: "chat-host[0]" } }
              - { name: crash, at: 10s, crash: { target: message-consumer, restart-after: 1s } }
              - { name: leader, at: 10s, leader-loss: { target: message-log, partition: 0 } }
            thresholds: ["delivery max < 1s"]
            """)
        #expect(Trace.living.withLock { $0 } == 0)
    }
}
