import Infrastructure
import Testing
import Vocabulary

@Suite("log: settings")
struct LogSettingsTests {
    @Test("settings that contradict each other are found")
    func conflicts() {
        func conflict(_ change: (inout LogSettings) -> Void) -> String? {
            var settings = LogSettings()
            change(&settings)
            return settings.conflict?.knob
        }
        #expect(conflict { _ in } == nil)
        #expect(conflict { $0.minInSync = $0.replicas + 1 } == "min-in-sync")
        #expect(conflict { $0.session = $0.heartbeat } == "heartbeat")
    }

    @Test("a producer that is told of fewer than all in sync hears what would be right")
    func acks() {
        var settings = ProducerSettings()
        settings.acks = .leader
        #expect(settings.conflict?.knob == "idempotence")
        #expect(settings.conflict?.remedy == "acks: all, or idempotence: off")
        settings.idempotence = .off
        #expect(settings.conflict == nil)
    }
}
