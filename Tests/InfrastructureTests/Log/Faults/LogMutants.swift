import Infrastructure
import Testing

/// Plausible mistakes of a log, each with a seed by which it is found out and a part of what is found then.
enum LogMutants {
    struct Named: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let seed: UInt64
        let finding: String
        let change: @Sendable (inout LogTrial.Mutant) -> Void

        var rules: LogTrial.Mutant {
            var rules = LogTrial.Mutant()
            change(&rules)
            return rules
        }
    }

    static let all = [
        Named(
            testDescription: "acknowledges before it replicates", seed: 1,
            finding: "acknowledged records are lost"
        ) { $0.log.awaited = { $0 == .all ? .leader : $0 } },
        Named(
            testDescription: "votes more than once in an epoch", seed: 6, finding: "has two leaders in epoch"
        ) { $0.agreement.grants = { _, _, isUpToDate in isUpToDate } },
        Named(
            testDescription: "counts as committed what the leader alone has", seed: 5,
            finding: "what is not there"
        ) { $0.log.highWatermark = { _, end in end } },
        Named(testDescription: "keeps what its leader has not", seed: 1, finding: "differ") {
            $0.log.diverges = { _, _, _, _ in false }
        },
        Named(testDescription: "commits before the work is done", seed: 12, finding: "have not done") {
            $0.consumer.commits = { given, _ in given }
        },
        Named(
            testDescription: "forgets producers when another one leads", seed: 2, finding: "stored twice"
        ) { $0.log.remembersProducers = { false } },
    ]
}
