import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

@Suite("sender-service: random faults that recover first")
struct SenderRecoveryTests {
    /// A broker goes every 4 s, for 4 s: the next one is drawn for the moment at which the one before is back, which is in
    /// sync when it has what it missed and the controllers know it.
    private static func run(recoverFirst: Bool, healedBy: String = "80s", seed: Int = 1) throws -> SenderRun {
        try SenderRun(
            duration: "90s", drain: "120s", seed: seed,
            """
            random:
              kinds: [crash]
              targets: [message-log]
              every: 4s
              for: 4s
              healed-by: \(healedBy)
              recover-first: \(recoverFirst)
            """)
    }

    @Test("what is drawn waits until the set is in sync, and the result lists when it came")
    func waits() throws {
        let asked = try Self.run(recoverFirst: true)
        let unasked = try Self.run(recoverFirst: false)
        let (came, drawn) = (asked.outcome.result.faults, unasked.outcome.result.faults)
        #expect(drawn.map(\.from) == drawn.map(\.from).sorted())
        #expect(drawn.count > 2)
        // The first one finds all well; then each comes when the one before is over for long enough.
        #expect(came.first?.from == drawn.first?.from)
        #expect(came.contains { fault in drawn.contains { $0.name == fault.name && $0.from < fault.from } })
        for (former, next) in zip(came, came.dropFirst()) {
            #expect(next.from > former.to ?? next.from, "\(next.name)")
        }
        let waiting = asked.outcome.result.events.filter {
            $0.what.contains("waits until message-log is in sync")
        }
        #expect(!waiting.isEmpty)
        #expect(asked.broken == [])
        #expect(asked.counts.shown == asked.counts.due)
    }

    @Test("it begins and is healed where the result says, and nowhere else")
    func told() throws {
        let result = try Self.run(recoverFirst: true).outcome.result
        for fault in result.faults {
            let told = result.events.filter { $0.what.hasPrefix("\(fault.name) begins") }.map(\.time)
            #expect(told == [fault.from], "\(fault.name)")
        }
        let begun = result.events.count { $0.kind == "fault" && $0.what.contains(" begins") }
        #expect(begun == result.faults.count)
    }

    @Test("what has waited until all is healed does not come")
    func never() throws {
        // Drawn for 32 s, when the one of 28 s has begun too late to be over.
        let result = try Self.run(recoverFirst: true, healedBy: "32050ms").outcome.result
        #expect(result.events.contains { $0.what.contains("does not come") })
        #expect(result.faults.allSatisfy { $0.to.map { $0 <= .at(.milliseconds(32_050)) } ?? false })
    }

    @Test("again the same to the bit")
    func again() throws {
        let (first, second) = (try Self.run(recoverFirst: true), try Self.run(recoverFirst: true))
        #expect(first.outcome.result.run.digest == second.outcome.result.run.digest)
        #expect(first.outcome.result.faults.map(\.from) == second.outcome.result.faults.map(\.from))
    }
}
