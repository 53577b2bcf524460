public import Vocabulary

/// How a threshold, a window of health or a run came out.
public enum Outcome: String, Hashable, Sendable, StoredWord {
    case held, failed, inconclusive
}

public struct Verdict: Record {
    public enum Conclusion: String, Hashable, Sendable, StoredWord {
        /// Everything asked for held.
        case passed
        /// A threshold, or health after the faults, did not.
        case failed
        /// It cannot be told.
        case inconclusive
        /// Something happened that the design promises never to let happen.
        case violated
        /// The run was stopped before its end.
        case interrupted
    }

    public var word = Conclusion.passed
    public var exitCode: UInt64 = 0
    /// What to know before all else, in a few words behind the word: `nothing delivered`. Often empty.
    public var headline = ""
    /// Every reason, the gravest first; none for a run that passed.
    public var reasons: [String] = []
    /// What each reason speaks of, in the same order. None in a file of before they were here.
    public var topics: [Topic] = []
    /// What speaks neither for the run nor against it: how much was refused.
    public var notes: [String] = []
    /// Where the cause lies, as far as the run can tell: what the slowest letters waited for, and so on.
    public var causes: [String] = []
    /// What to try or to look at next.
    public var hints: [String] = []

    public init() {}

    package static let fields: [Field<Verdict>] = [
        .init("word", \.word, "how the run came out"),
        .init(
            "exit_code", \.exitCode,
            "0 held, 1 failed, 2 inconclusive, 3 violated, 70 broken off, 130 and 143 stopped"),
        .init(
            "headline", \.headline, "what to know before all else, in a few words; often empty", added: true),
        .init("reasons", \.reasons, "every reason, the gravest first"),
        .init("subjects", \.topics, "what each reason speaks of, in the same order", added: true),
        .init("notes", \.notes, "what speaks neither for the run nor against it", added: true),
        .init("causes", \.causes, "where the cause lies, as far as the run can tell"),
        .init("hints", \.hints, "what to try or to look at next"),
    ]

    /// What a reason speaks of: a threshold, a promise, or the run.
    public struct Topic: Record {
        public enum Kind: String, Hashable, Sendable, StoredWord {
            case threshold, promise, run
        }

        public var kind = Kind.run
        /// `delivery p99 < 10s`, `never-lost`; of the run `hang`, `health after the faults`…
        public var name = ""
        public var word = Conclusion.failed

        public init() {}
        public init(_ kind: Kind, _ name: String, _ word: Conclusion) {
            (self.kind, self.name, self.word) = (kind, name, word)
        }

        package static let fields: [Field<Topic>] = [
            .init("kind", \.kind, "a threshold of the scenario, a promise of the design, or the run itself"),
            .init(
                "name", \.name,
                "the threshold as the scenario has it, the promise by name, or what of the run"),
            .init("word", \.word, "how that came out"),
        ]
    }
}

/// A threshold, and what the run makes of it.
public struct Judgement: Record {
    /// As the file has it, `delivery p99 < 10s during split`.
    public var text = ""
    /// `delivery` or `recipient-log.lag`.
    public var metric = ""
    /// `p99`; empty for a metric that is one number.
    public var statistic = ""
    public var comparison = ""
    public var limit = Amount.count(0)
    /// Nil when there was nothing to measure.
    public var value: Amount?
    public var outcome = Outcome.held
    /// `14 % over`; empty when there is nothing to say.
    public var margin = ""
    /// `split`, or `all, warm-up excluded`.
    public var window = ""
    /// Why nobody can tell, else empty. Files of before it was here have it in place of the window.
    public var reason = ""
    /// The threshold as a sentence.
    public var words = ""

    public init() {}

    package static let fields: [Field<Judgement>] = [
        .init("text", \.text, "as the scenario file has it"),
        .init("metric", \.metric, "what is measured"),
        .init("statistic", \.statistic, "p99, max…; empty for a metric that is one number"),
        .init("comparison", \.comparison, "< <= > >= == !="),
        .init("limit", \.limit, "what it is compared to"),
        .init("value", \.value, "what was measured; null when there was nothing to measure"),
        .init("outcome", \.outcome, "inconclusive is not a pass"),
        .init("margin", \.margin, "how far the value is from the limit, in words"),
        .init("window", \.window, "which part of the run counts"),
        .init("words", \.words, "the threshold as a sentence"),
        .init("reason", \.reason, "why it cannot be told; empty where it can", added: true),
    ]
}

/// How many letters were refused for one reason, after the warm-up.
public struct Refused: Record {
    /// In words, `the body is too large`.
    public var reason = ""
    /// The design does not take such letters; or it could not take this one now.
    public var isByRule = true
    public var count: UInt64 = 0
    /// The knobs that say so, with their values: `server.body-limit is 4096B`. None where no knob does.
    public var limits: [String] = []

    public init() {}

    package static let fields: [Field<Refused>] = [
        .init("reason", \.reason, "in words"),
        .init(
            "by_rule", \.isByRule,
            "true when the design takes no such letters, false when the system was in trouble"),
        .init("count", \.count, "how many letters by a rule, how many times in trouble"),
        .init("limits", \.limits, "the knobs that say so, with their values", added: true),
    ]
}

/// Something that must never happen, and whether it did.
public struct InvariantOutcome: Record {
    public var name = ""
    public var requirement = ""
    /// The promise as a sentence.
    public var promise = ""
    public var state = PromiseState.held
    /// How often it was broken, of which the first are listed.
    public var broken: UInt64 = 0
    public var violations: [Violation] = []

    public init() {}

    package static let fields: [Field<InvariantOutcome>] = [
        .init("name", \.name, "of the invariant"),
        .init("requirement", \.requirement, "which requirement it stands for"),
        .init("promise", \.promise, "what must never happen, as a sentence"),
        .init(
            "state", \.state,
            "whether it held; what was not tested, not promised, or cannot be told, did not", added: true),
        .init("broken", \.broken, "how often it was broken"),
        .init("violations", \.violations, "the first of these"),
    ]

    public enum PromiseState: String, Hashable, Sendable, StoredWord {
        case held, broken
        /// Nothing happened that could have broken it.
        case notTested = "not tested"
        /// The design does not promise it.
        case notPromised = "not promised"
        /// Not broken by the time at which the run ended too early, and it might have been later.
        case notKnown = "cannot be told"
    }

    public struct Violation: Record {
        public var time = Instant.start
        public var evidence = ""
        public var letter = ""
        /// All that is known of that letter, in order.
        public var history: [EvidenceLine] = []

        public init() {}

        package static let fields: [Field<Violation>] = [
            .init("time_ns", \.time, "when it was seen, since the start of the run"),
            .init("evidence", \.evidence, "what was seen"),
            .init("letter", \.letter, "which letter it is about"),
            .init("history", \.history, "all that is known of that letter, in order"),
        ]
    }

    public struct EvidenceLine: Record {
        public var time = Instant.start
        public var place = ""
        public var what = ""

        public init() {}
        public init(_ time: Instant, _ place: String, _ what: String) {
            (self.time, self.place, self.what) = (time, place, what)
        }

        package static let fields: [Field<EvidenceLine>] = [
            .init("time_ns", \.time, "since the start of the run"),
            .init("place", \.place, "on which machine or device"),
            .init("what", \.what, "in words"),
        ]
    }
}

/// Whether the system was healthy, in windows one after the other, by what the scenario calls healthy.
public struct Health: Record {
    /// What the scenario expects in each window.
    public var expected: [String] = []
    public var window = Span.zero
    /// From the first window after the warm-up.
    public var start = Instant.start
    public var windows: [Outcome] = []
    /// Nil when there were no faults, or no definition.
    public var before: Outcome?
    public var after: Outcome?

    public init() {}

    package static let fields: [Field<Health>] = [
        .init("expect", \.expected, "what the scenario calls healthy"),
        .init("window_ns", \.window, "how long each window is"),
        .init("start_ns", \.start, "when the first window begins"),
        .init("windows", \.windows, "how each window came out"),
        .init("before", \.before, "whether it was healthy before the first fault; null without faults"),
        .init("after", \.after, "whether it became healthy after the last fault; null without faults"),
    ]
}

/// What was broken, when, and what that did.
public struct FaultEffect: Record {
    public var name = ""
    public var kind = ""
    public var target = ""
    public var from = Instant.start
    /// Nil when it was never healed.
    public var to: Instant?
    /// From its end until the system is healthy again; nil when that is not known, or not asked for.
    public var recovery: Amount?
    /// Deliveries that were under way while it was on: tapped before its end, not shown before its start.
    public var lettersTouched: UInt64 = 0
    /// How many machines it hit; none where it befell people's devices alone. Nil in files of before it was here.
    public var machinesHit: UInt64?
    /// At how many of them it met work in progress.
    public var metWork: UInt64 = 0
    /// How much later these came than in the control run, on average; nil without one.
    public var excess: Span?
    public var changes: [MetricChange] = []

    public init() {}

    package static let fields: [Field<FaultEffect>] = [
        .init("name", \.name, "as the scenario calls it"),
        .init("kind", \.kind, "partition, crash…"),
        .init("target", \.target, "what it hit"),
        .init("from_ns", \.from, "since the start of the run"),
        .init("to_ns", \.to, "since the start of the run; null when it was never healed"),
        .init("recovery", \.recovery, "from its end until the system was healthy; null when not known"),
        .init("letters_touched", \.lettersTouched, "deliveries that were under way while it was on"),
        .init("met_work", \.metWork, "at how many machines it met work in progress"),
        .init(
            "machines_hit", \.machinesHit,
            "how many machines it hit; 0 where it befell people's devices alone, null where nobody counted",
            added: true),
        .init(
            "mean_excess_ns", \.excess,
            "how much later these came than in the control run, which is in a file of its own: null here"),
        .init("changes", \.changes, "metrics before, during and after"),
    ]

    public struct MetricChange: Record {
        /// `delivery p99`.
        public var metric = ""
        public var before: Amount?
        public var during: Amount?
        public var after: Amount?

        public init() {}

        package static let fields: [Field<MetricChange>] = [
            .init("metric", \.metric, "with its statistic"),
            .init("before", \.before, "null when there was nothing to measure"),
            .init("during", \.during, "null when there was nothing to measure"),
            .init("after", \.after, "null when there was nothing to measure"),
        ]
    }
}
