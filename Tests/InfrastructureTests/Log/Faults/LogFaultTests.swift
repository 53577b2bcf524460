import Cluster
import Foundation
import Infrastructure
import Testing

/// A log under faults that seeds draw. `HUBBUB_LOG_SEEDS=1000` plays so many of them: `make soak` does.
@Suite("log: under faults")
struct LogFaultTests {
    static let seeds = ProcessInfo.processInfo.environment["HUBBUB_LOG_SEEDS"].flatMap { UInt64($0) } ?? 20

    private func played(
        _ seed: UInt64, _ envelope: LogTrial.Envelope = .inside, breaking mutant: LogTrial.Mutant = .init()
    ) -> LogTrial {
        var trial = LogTrial(seed: seed, envelope, breaking: mutant)
        trial.run()
        return trial
    }

    /// One member of each set at a time, and the next when all is in sync: what is acknowledged is there in the end, on all
    /// replicas, once, in order, and each group has done it; and no epoch has had two leaders. Every kind of fault has met work
    /// of every role that is not spared it.
    @Test("inside the envelope a log keeps all of its promises")
    func inside() {
        var table = LogStroke.table
        for seed in 1...Self.seeds {
            let trial = played(seed)
            #expect(trial.findings == [], "seed \(seed)")
            table.note(trial.encounters)
        }
        table.check(isWhole: Self.seeds >= 1_000)
    }

    /// All brokers may be gone at once, with what they had not synced.
    @Test("outside of the envelope it may lose what it has acknowledged, and that is seen")
    func outside() {
        let losses = (1...max(5, Self.seeds / 5)).filter { seed in
            played(seed, .outside).findings.contains { $0.contains("acknowledged records are lost") }
        }
        #expect(!losses.isEmpty)
    }

    /// Whatever the seeds: within 200 of them each mistake shows.
    @Test(
        "each mistake shows within 200 seeds", .enabled(if: Self.seeds > 20), arguments: LogMutants.all)
    func search(mutant: LogMutants.Named) {
        let seed = (1...min(200, Self.seeds)).first {
            played($0, breaking: mutant.rules).findings.contains { $0.contains(mutant.finding) }
        }
        #expect(seed != nil)
        print("\(mutant.testDescription): seed \(seed.map(String.init) ?? "none")")
    }

    /// Each of them with a seed by which it is found out, by what it does, and with which the log that breaks no rule holds.
    @Test("who breaks a rule is found out", arguments: LogMutants.all)
    func mutants(mutant: LogMutants.Named) {
        let findings = played(mutant.seed, breaking: mutant.rules).findings
        #expect(findings.contains { $0.contains(mutant.finding) }, "\(findings)")
        #expect(played(mutant.seed).findings == [])
    }
}
