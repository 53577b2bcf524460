import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

@Suite("sender-service: a message log that has lost its disks")
struct SenderLostLogTests {
    /// All brokers lose their disks at 30 s, and are back at 33 s with logs that begin anew, while the generators' checkpoints
    /// are of some hundred letters. What only those disks had is lost: the letters that no generator had read by then.
    @Test("S0-14 no checkpoint covers a letter that was accepted after its return")
    func checkpoints() throws {
        let run = try SenderRun(
            users: 30, load: "send: 20/m per user, size: 1KB, direct: 100%",
            topology: ["message-log: { replicas: 1, min-in-sync: 1 }"],
            """
            faults:
              - { name: power, at: 30s, crash: { target: message-log, lose: disk, restart-after: 3s } }
            thresholds:
              - lost count == 0 before power
              - lost count == 0 after power
            """)
        #expect(run.missed == [])
        #expect(!run.isBroken("checkpoint-never-skips"))
        #expect(run.counts.due - run.counts.shown <= 5)
    }
}
