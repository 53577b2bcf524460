import Results
import Vocabulary

/// Why a run did not pass, in parts that those of other seeds can be laid beside.
package struct SeedReason: Hashable, Sendable {
    /// What seeds can have in common: `delivery p99 < 10s`, `never-lost violated`, `the system hangs`; where it is none
    /// of these, all of the reason.
    let subject: String
    /// `delivery p99 < 10s is 12.1s`
    let text: String
    /// Of a threshold that failed.
    let judgement: Judgement?

    private static let hang = "the system hangs"

    /// The gravest first.
    static func all(of result: RunResult) -> [SeedReason] {
        result.verdict.reasons.map { reason in
            let asked = result.thresholds.first { judgement in
                [" is ", ": "].contains { reason.hasPrefix(judgement.text + $0) }
            }
            let broken = result.invariants.map { "\($0.name) violated" }.first { reason.hasPrefix("\($0), ") }
            let hang = reason.hasPrefix("\(hang): ") ? hang : nil
            return SeedReason(
                subject: asked?.text ?? broken ?? hang ?? reason, text: reason,
                judgement: asked?.outcome == .failed ? asked : nil)
        }
    }

    /// What speaks against these runs, each reason once with all seeds that have it: the commonest first, and otherwise
    /// the gravest.
    package static func lines(of results: [RunResult]) -> [String] {
        var subjects: [String] = []
        var having: [String: [(seed: UInt64, reason: SeedReason)]] = [:]  // looked up only, never iterated
        for result in results {
            for reason in all(of: result) {
                if having[reason.subject] == nil { subjects.append(reason.subject) }
                having[reason.subject, default: []].append((result.run.seed, reason))
            }
        }
        return subjects.map { having[$0] ?? [] }.enumerated().sorted {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }.map { "\(seedNames($0.element.map(\.seed))): \(text(of: $0.element))" }
    }

    /// One reason of several seeds: `delivery p99 < 10s is 11.8s to 12.1s`. Where no range says it, as the first of
    /// them has it.
    static func text(of reasons: [(seed: UInt64, reason: SeedReason)]) -> String {
        let first = reasons[0]
        guard reasons.contains(where: { $0.reason.text != first.reason.text }) else {
            return first.reason.text
        }
        let judgements = reasons.compactMap(\.reason.judgement)
        let values = judgements.compactMap(\.value).sorted {
            ($0.magnitude ?? .infinity) < ($1.magnitude ?? .infinity)
        }
        guard values.count == reasons.count, let least = values.first, let most = values.last else {
            return "\(first.reason.text) (seed \(first.seed))"
        }
        let (low, high) = (
            least.text(apartFrom: judgements[0].limit), most.text(apartFrom: judgements[0].limit)
        )
        return "\(first.reason.subject) is \(low)" + (low == high ? "" : " to \(high)")
    }
}

/// `seed 7`, `seeds 1 to 5`, `seeds 1, 3 to 5, 9`
package func seedNames(_ seeds: [UInt64]) -> String {
    var runs: [ClosedRange<UInt64>] = []
    for seed in seeds.sorted() {
        if let last = runs.last, last.upperBound < seed, seed - last.upperBound == 1 {
            runs[runs.count - 1] = last.lowerBound...seed
        } else {
            runs.append(seed...seed)
        }
    }
    let names = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
    return "seed\(seeds.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
}

/// The verdict of a seed beside that of the baseline, and how those of many are told.
struct SeedVerdict: Sendable {
    /// What seeds agree in that are told together.
    private struct Course: Hashable {
        let before: Results.Verdict.Conclusion?
        let now: Results.Verdict.Conclusion
        let subjects: [String]

        var words: String {
            guard let before else { return "not in the baseline" }
            return before == now ? "as in the baseline" : "\(before.rawValue), now \(now.rawValue)"
        }
    }

    /// Nil for a seed that the baseline does not have.
    let before: Results.Verdict.Conclusion?
    let outcome: SeedOutcome

    /// `seeds 1 to 5: passed, now failed: delivery p99 < 10s is 11.8s to 12.1s`: a line for all that went the same way
    /// for the same reasons, by the first of their seeds.
    static func lines(_ verdicts: [SeedVerdict]) -> [String] {
        var courses: [Course] = []
        var members: [Course: [SeedOutcome]] = [:]  // looked up only, never iterated
        for verdict in verdicts {
            let course = Course(
                before: verdict.before, now: verdict.outcome.verdict,
                subjects: verdict.outcome.reasons.map(\.subject))
            if members[course] == nil { courses.append(course) }
            members[course, default: []].append(verdict.outcome)
        }
        return courses.map { course in
            let outcomes = members[course] ?? []
            let reasons = course.subjects.indices.map { place in
                SeedReason.text(of: outcomes.map { ($0.seed, $0.reasons[place]) })
            }
            return "\(seedNames(outcomes.map(\.seed))): \(course.words)"
                + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
        }
    }
}
