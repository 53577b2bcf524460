import Results
import Vocabulary

/// Why a run did not pass, in parts that those of other seeds can be laid beside.
package struct SeedReason: Hashable, Sendable {
    let topic: Verdict.Topic
    /// `delivery p99 < 10s is 12.1s`
    let text: String
    /// Of a threshold.
    let judgement: Judgement?

    /// What seeds can have in common, and what a baseline calls it: `threshold delivery p99 < 10000ms`, `promise never-lost`.
    var about: String { Self.about(topic.kind, judgement.map { Demand($0).exactText } ?? topic.name) }

    static func about(_ kind: Verdict.Topic.Kind, _ name: String) -> String { "\(kind.rawValue) \(name)" }

    /// The gravest first.
    static func all(of result: RunResult) -> [SeedReason] {
        zip(result.verdict.reasons, result.verdict.topics).map { text, topic in
            SeedReason(
                topic: topic, text: text,
                judgement: topic.kind == .threshold
                    ? result.thresholds.first { $0.text == topic.name } : nil)
        }
    }

    /// What speaks against these runs, each reason once with all seeds that have it: the commonest first, and otherwise
    /// the gravest.
    package static func lines(of results: [RunResult]) -> [String] {
        var subjects: [String] = []
        var having: [String: [(seed: UInt64, reason: SeedReason)]] = [:]  // looked up only, never iterated
        for result in results {
            for reason in all(of: result) {
                if having[reason.about] == nil { subjects.append(reason.about) }
                having[reason.about, default: []].append((result.run.seed, reason))
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
        let judgements = reasons.filter { $0.reason.topic.word == .failed }.compactMap(\.reason.judgement)
        let values = judgements.compactMap(\.value).sorted {
            ($0.magnitude ?? .infinity) < ($1.magnitude ?? .infinity)
        }
        guard values.count == reasons.count, let least = values.first, let most = values.last else {
            return "\(first.reason.text) (seed \(first.seed))"
        }
        let (low, high) = (
            least.text(apartFrom: judgements[0].limit), most.text(apartFrom: judgements[0].limit)
        )
        return "\(first.reason.topic.name) is \(low)" + (low == high ? "" : " to \(high)")
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
        let isForMore: Bool
        let subjects: [String]

        var words: String {
            guard let before else { return "not in the baseline" }
            if isForMore { return "\(now.rawValue) as in the baseline, and now also" }
            return before == now ? "as in the baseline" : "\(before.rawValue), now \(now.rawValue)"
        }
    }

    /// Nil for a seed that the baseline does not have.
    let before: Results.Verdict.Conclusion?
    let outcome: SeedOutcome
    /// What speaks against it now that did not in the baseline, or less; all, where the baseline does not say.
    let worse: [SeedReason]

    /// - Parameter now: what the scenario asks now.
    init(_ outcome: SeedOutcome, in baseline: Baseline.Reference?, now: [Demand]) {
        self.outcome = outcome
        guard let baseline, let place = baseline.seeds.firstIndex(of: outcome.seed) else {
            (before, worse) = (nil, outcome.reasons)
            return
        }
        before = baseline.verdicts[place]
        let isKnown = before == .passed || baseline.against.contains { $0.words[place] != nil }
        worse = outcome.reasons.filter { reason in
            guard isKnown else { return outcome.verdict.gravity > baseline.verdicts[place].gravity }
            let about = baseline.former(reason, now: now)
            let word = baseline.against.first { $0.about == about }?.words[place]
            return reason.topic.word.gravity > (word ?? .passed).gravity
        }
    }

    /// Whether something else speaks against the run than did, and the verdict is the same.
    private var isForMore: Bool { before == outcome.verdict && !worse.isEmpty }

    var isAsBefore: Bool { before == outcome.verdict && worse.isEmpty }

    var isWorse: Bool {
        guard let before else { return false }
        return outcome.verdict.gravity > before.gravity || !worse.isEmpty
    }

    var isBetter: Bool { before.map { outcome.verdict.gravity < $0.gravity } == true && worse.isEmpty }

    /// `seeds 1 to 5: passed, now failed: delivery p99 < 10s is 11.8s to 12.1s`: a line for all that went the same way
    /// for the same reasons, by the first of their seeds.
    static func lines(
        _ verdicts: [SeedVerdict], words: ((Results.Verdict.Conclusion) -> String)? = nil
    ) -> [String] {
        var courses: [Course] = []
        // Looked up only, never iterated.
        var members: [Course: [(seed: UInt64, reasons: [SeedReason])]] = [:]
        for verdict in verdicts {
            let told = verdict.isForMore ? verdict.worse : verdict.outcome.reasons
            let course = Course(
                before: verdict.before, now: verdict.outcome.verdict, isForMore: verdict.isForMore,
                subjects: told.map(\.about))
            if members[course] == nil { courses.append(course) }
            members[course, default: []].append((verdict.outcome.seed, told))
        }
        return courses.map { course in
            let seeds = members[course] ?? []
            let reasons = course.subjects.indices.map { place in
                SeedReason.text(of: seeds.map { ($0.seed, $0.reasons[place]) })
            }
            return "\(seedNames(seeds.map(\.seed))): \(words?(course.now) ?? course.words)"
                + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
        }
    }
}

extension SeedOutcome {
    /// `seeds 1 to 5: inconclusive: delivery p99 < 1s: no samples`, of those that did not pass.
    package static func shortcomings(of outcomes: [SeedOutcome]) -> [String] {
        SeedVerdict.lines(
            outcomes.filter { $0.verdict != .passed }.map { SeedVerdict($0, in: nil, now: []) },
            words: \.rawValue)
    }
}

extension Results.Verdict.Conclusion {
    var gravity: Int {
        switch self {
        case .passed: 0
        case .inconclusive: 1
        case .failed: 2
        case .violated: 3
        case .interrupted: 4
        }
    }
}
