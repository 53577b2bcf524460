internal import Chaos
internal import Experiments
import Results
import Vocabulary

/// A campaign for a program that watches: a JSON object on each line, in the order of runs, and nothing in it
/// comes from the machine.
struct ChaosLines {
    private let output: Outlet

    init(_ output: Outlet) { self.output = output }

    func begin(_ arena: Arena, command: String) throws(Failure) {
        try write(
            "start",
            [
                ("format", .string(Version.chaosLinesFormat)), ("name", .string(arena.scenario.name)),
                ("design", .string(arena.scenario.design)), ("seed", .integer(UInt64(arena.scenario.seed))),
                ("command", .string(command)), ("from_ns", .integer(UInt64(arena.from.nanoseconds))),
                ("healed_by_ns", .integer(UInt64(arena.healedBy.nanoseconds))),
                ("beyond", .bool(arena.isBeyond)),
            ])
    }

    func tell(_ outcome: TrialOutcome, of run: Int, _ faults: [FaultPlan]) throws(Failure) {
        try write(
            "run",
            [
                ("run", .integer(UInt64(run))), ("faults", .array(faults.map { .string($0.words) })),
                ("broken", .array(outcome.broken.map { .string($0.description) })),
                ("unknown", JSON(outcome.unknown)), ("events", .integer(outcome.events)),
                ("digest", .string(digestText(outcome.digest))),
            ])
    }

    func end(_ record: CampaignRecord, folder: String) throws(Failure) {
        for finding in record.findings {
            try write(
                "finding",
                [
                    ("oracle", .string(finding.oracle)), ("wrong", .bool(finding.isWrong)),
                    ("runs", .array(finding.runs.map(JSON.integer))),
                    ("faults", .array(finding.faults.map { .string("\($0.kind) of \($0.target)") })),
                    ("evidence", .array(finding.evidence.map(JSON.string))),
                    ("tests", .integer(finding.tests)),
                ])
        }
        try write(
            "verdict",
            [
                ("word", .string(record.verdict.word.rawValue)),
                ("exit_code", .integer(record.verdict.exitCode)), ("runs", .integer(record.runs)),
                ("complete", .bool(record.run.isComplete)),
                ("digest", .string(digestText(record.run.digest.value))),
                ("reasons", .array(record.verdict.reasons.map(JSON.string))), ("folder", .string(folder)),
            ])
    }

    private func write(_ kind: String, _ members: [(String, JSON)]) throws(Failure) {
        try output.write(JSON.object([("kind", .string(kind))] + members).line + "\n")
    }
}
