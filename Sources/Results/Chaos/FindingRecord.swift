public import Vocabulary

/// Something that gave way, with the smallest scenario in which it does, and why.
public struct FindingRecord: Record {
    /// `never-lost`, or a threshold as the file has it.
    public var oracle = ""
    /// Whether it is a bug: a promise that is broken inside the envelope.
    public var isWrong = false
    /// The numbers of the runs in which this was seen.
    public var runs: [UInt64] = []
    public var scenario = ScenarioText()
    public var verdict = Verdict()
    public var digest = Digits(0)
    public var evidence: [String] = []
    public var faults: [FaultEffect] = []
    public var shrinking: [Reduction] = []
    /// Runs that the search for the smallest scenario took, edges and all.
    public var tests: UInt64 = 0
    /// In sentences: where each number begins to matter, and what does not.
    public var edges: [String] = []
    public var indifferent: [String] = []
    public var blame = BlameRecord()
    /// The first event at which it parts from its control run.
    public var parting: String?
    /// Where the slowest of its letters spent their time, the longest first.
    public var waits: [Wait] = []
    /// The way of one of them.
    public var slowest: Delivery?
    /// Delivery over time, of the run and of its control.
    public var latencies: [LatencySeries] = []
    public var duration = Span.zero
    public var warmup = Span.zero
    public var drain = Span.zero

    public init() {}

    package static let fields: [Field<FindingRecord>] = [
        .init("oracle", \.oracle, "what gave way"),
        .init("wrong", \.isWrong, "whether a promise was broken inside the envelope"),
        .init("runs", \.runs, "the numbers of the runs in which it was seen"),
        .init("scenario", \.scenario, "the smallest scenario in which it was seen"),
        .init("verdict", \.verdict, "of that scenario"),
        .init("digest", \.digest, "of that run"),
        .init("evidence", \.evidence, "of the first violations, or the reasons of the verdict"),
        .init("faults", \.faults, "what is broken in it, and what that did"),
        .init("shrinking", \.shrinking, "how the scenario became small"),
        .init("tests", \.tests, "how many runs that took"),
        .init("edges", \.edges, "where each number begins to matter"),
        .init("indifferent", \.indifferent, "what matters, and what does not"),
        .init("blame", \.blame, "which fault did what"),
        .init("parting", \.parting, "the first event at which it parts from its control run"),
        .init("waits", \.waits, "where its slowest letters spent their time"),
        .init("slowest", \.slowest, "the way of one of these"),
        .init("latencies", \.latencies, "delivery over time, of the run and of its control"),
        .init("duration_ns", \.duration, "simulated time in which users send"),
        .init("warmup_ns", \.warmup, "how much at the start counts in no threshold"),
        .init("drain_ns", \.drain, "how much longer the run goes on"),
    ]

    public struct Reduction: Record {
        public var what = ""
        public var before = ""
        public var after = ""
        public var tests: UInt64 = 0

        public init() {}

        package static let fields: [Field<Reduction>] = [
            .init("what", \.what, "was made small"),
            .init("before", \.before, "how much there was"),
            .init("after", \.after, "how much there is"),
            .init("tests", \.tests, "runs that it took"),
        ]
    }

    public struct Wait: Record {
        public var stage = ""
        public var sum = Span.zero

        public init() {}

        package static let fields: [Field<Wait>] = [
            .init("stage", \.stage, "where"),
            .init("sum_ns", \.sum, "of the slowest letters together"),
        ]
    }
}

/// Which fault did what. Sums are over all letters, of the delay beyond that of the control run.
public struct BlameRecord: Record {
    public var excess = Span.zero
    public var later: UInt64 = 0
    public var never: UInt64 = 0
    public var isSampled = false
    public var causes: [Cause] = []
    /// In sentences, `crash-1 alone 0, partition-1 alone 0.30s, both 9.00s`.
    public var interactions: [String] = []

    public init() {}

    package static let fields: [Field<BlameRecord>] = [
        .init("excess_ns", \.excess, "how much later all letters together came than in the control run"),
        .init("later", \.later, "deliveries that came later"),
        .init("never", \.never, "deliveries that never came; they count up to the end of the drain"),
        .init("sampled", \.isSampled, "whether the shares are a mean over some orders only"),
        .init("causes", \.causes, "fault by fault"),
        .init("interactions", \.interactions, "faults that do another thing together than each by itself"),
    ]

    public struct Cause: Record {
        public var fault = ""
        /// What it adds to the excess, or, where it hides other faults, takes off it: one of them is zero.
        public var share = Span.zero
        public var relief = Span.zero
        public var alone = Span.zero
        public var without = Span.zero
        public var isNecessary = false
        public var isSufficient = false

        public init() {}

        package static let fields: [Field<Cause>] = [
            .init("fault", \.fault, "its name"),
            .init("share_ns", \.share, "its share; all shares, less all reliefs, are the excess"),
            .init("relief_ns", \.relief, "what it takes off, where it hides other faults"),
            .init("alone_ns", \.alone, "the excess when there is this fault alone"),
            .init("without_ns", \.without, "the excess when this fault is left out"),
            .init("necessary", \.isNecessary, "whether nothing gives way without it"),
            .init("sufficient", \.isSufficient, "whether it gives way by this fault alone"),
        ]
    }
}
