internal import Vocabulary

/// What a run is worth: each threshold, health before and after the faults, and which of it all decides.
public struct Verdict: Hashable, Sendable {
    /// Numbered as the program's exit codes, which grep and diff number likewise.
    public enum Conclusion: Int32, Hashable, Sendable {
        case held = 0
        /// Too slow, too little, or not healthy again after the faults.
        case failed = 1
        /// Nobody can tell: for whoever waits for a pass, it is none.
        case inconclusive = 2
        /// An invariant of the design was violated, or the system hangs: something is wrong, not slow.
        case broken = 3

        /// Of several, the most grave one decides: wrong, then slow, then unknown.
        fileprivate var gravity: Int {
            switch self {
            case .held: 0
            case .inconclusive: 1
            case .failed: 2
            case .broken: 3
            }
        }
    }

    /// What a reason speaks of.
    public enum Topic: Hashable, Sendable {
        case threshold(Threshold)
        case promise(String)
        case hang
        /// That it was never healthy, before a fault or after all of them.
        case health, healthBefore, healthAfter
        /// What became of the letters as a whole.
        case letters
        /// That the run ended before its time.
        case end
    }

    public struct Reason: Hashable, Sendable {
        public var topic: Topic
        public var conclusion: Conclusion
        public var text: String
    }

    public var judgements: [Judgement]
    /// Whether it was healthy before the faults; nil without faults, or when nobody said what healthy is.
    public var healthBefore: Outcome?
    /// Whether it was healthy again after the last one; nil also when a fault was never healed.
    public var healthAfter: Outcome?
    /// All that speaks against the run: the gravest first, and otherwise in the order of the file.
    public var reasons: [Reason]
    /// What to know before all else, in a few words; empty when the conclusion says all.
    public var headline = ""
    /// Of a run that passed, which threshold was nearest to failing.
    public var nearest: String?
    /// What speaks neither for the run nor against it, and belongs to its verdict: what the design refused.
    public var notes: [String]

    public static let neverHealthy = "never healthy"

    public var conclusion: Conclusion { reasons.first?.conclusion ?? .held }

    /// - Parameters:
    ///   - violated: the invariants that did not hold, by name, with how often.
    ///   - hang: who waits, when the run ran dry while somebody did.
    ///   - abort: when and by which threshold the run was ended before its time, if one did.
    public init(
        of measurement: Measurement, isComplete: Bool, violated: [(name: String, count: UInt64)],
        hang: String?, abort: String? = nil
    ) {
        var judgements = measurement.judgements(isComplete: isComplete)
        let letters = Letters(of: measurement, judgements)
        notes = letters.notes
        let neverHealthy = isComplete && hang == nil && measurement.wasNeverHealthy
        if neverHealthy {
            for place in judgements.indices where judgements[place].outcome == .failed {
                judgements[place].outcome = .inconclusive
                judgements[place].reason = Self.neverHealthy
            }
        }
        self.judgements = judgements
        var reasons = violated.map {
            Reason(
                topic: .promise($0.name), conclusion: .broken,
                text: Self.text(of: $0.name, count: $0.count))
        }
        if let hang {
            reasons.append(
                Reason(topic: .hang, conclusion: .broken, text: "the system hangs: \(hang)"))
        }
        if neverHealthy {
            reasons.append(
                Reason(
                    topic: .health, conclusion: .inconclusive,
                    text: "never healthy, not even before the first fault"))
        }
        if isComplete, let nothing = letters.nothingCame {
            reasons.append(Reason(topic: .letters, conclusion: .inconclusive, text: nothing))
        }
        for judgement in judgements {
            let topic = Topic.threshold(judgement.threshold)
            switch judgement.outcome {
            case .held: break
            case .failed:
                reasons.append(
                    Reason(
                        topic: topic, conclusion: .failed,
                        text: "\(judgement.threshold) is \(judgement.value)"))
            case .inconclusive:
                let value = judgement.measured.approximation == nil ? "" : " is \(judgement.value)"
                let colon = value.isEmpty ? ": " : ", "
                reasons.append(
                    Reason(
                        topic: topic, conclusion: .inconclusive,
                        text: "\(judgement.threshold)\(value)\(colon)\(judgement.reason ?? "nobody can tell")"
                    ))
            }
        }
        if let abort {
            reasons.append(Reason(topic: .end, conclusion: .failed, text: abort))
        } else if !isComplete {
            reasons.append(
                Reason(topic: .end, conclusion: .inconclusive, text: "the run ended too early"))
        }
        (healthBefore, healthAfter) = (nil, nil)
        if isComplete, let health = measurement.health, let first = measurement.timeline.firstFault {
            let before = health.before(first)
            healthBefore = before.outcome
            if !neverHealthy, let reason = before.reason {
                reasons.append(Reason(topic: .healthBefore, conclusion: .inconclusive, text: reason))
            }
            if let end = measurement.timeline.lastEndOfFaults {
                let after = Self.after(health.recovery(from: end))
                healthAfter = after.outcome
                if !neverHealthy, let reason = after.reason { reasons.append(reason) }
            }
        }
        self.reasons = reasons.enumerated()
            .sorted {
                ($1.element.conclusion.gravity, $0.offset) < ($0.element.conclusion.gravity, $1.offset)
            }
            .map(\.element)
        nearest = reasons.isEmpty ? judgements.nearestToFailing : nil
        headline = neverHealthy ? Self.neverHealthy : isComplete ? letters.headline : ""
    }

    private static func after(_ recovery: Health.Recovery) -> (outcome: Outcome, reason: Reason?) {
        switch recovery {
        case .after: (.held, nil)
        case .never:
            (
                .failed,
                Reason(
                    topic: .healthAfter, conclusion: .failed, text: "not healthy again after the faults")
            )
        case .unknown(let why):
            (
                .inconclusive,
                Reason(
                    topic: .healthAfter, conclusion: .inconclusive,
                    text: "nobody knows whether it was healthy after the faults: \(why)")
            )
        }
    }

    private static func text(of invariant: String, count: UInt64) -> String {
        "\(invariant) violated, \(count == 1 ? "once" : "\(grouped(count)) times")"
    }
}

extension Timeline {
    /// When the last fault was healed; nil when there is none, or one never was.
    fileprivate var lastEndOfFaults: Instant? {
        let ends = faults.compactMap(\.lastEnd)
        return ends.count == faults.count ? ends.max() : nil
    }
}
