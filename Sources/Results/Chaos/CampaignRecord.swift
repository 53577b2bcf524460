public import Vocabulary

/// What a search for faults has found: `chaos.json`. Deterministic as a result is: the same command line
/// writes the same bytes, on any number of threads.
public struct CampaignRecord: Record {
    public var run = Identity()
    /// What repeats it.
    public var command = ""
    /// `held`, `failed`, `inconclusive` or `violated`, and the exit code.
    public var verdict = Verdict()
    public var runs: UInt64 = 0
    public var events: UInt64 = 0
    public var beyond = false
    public var control = Control()
    public var findings: [FindingRecord] = []
    /// Runs that gave way and were not looked into, by what gave way.
    public var others: [Other] = []
    /// Runs of which nobody can tell how they came out.
    public var inconclusive: UInt64 = 0
    public var oracles: [String] = []
    public var coverage: [CoverageRecord] = []
    /// The same over all campaigns that are remembered.
    public var merged: [CoverageRecord.Merged] = []
    /// What is to be known about how the search was made, in sentences.
    public var remarks: [String] = []

    public init() {}

    package static let fields: [Field<CampaignRecord>] = [
        .init("run", \.run, "which campaign this is"),
        .init("command", \.command, "what repeats it"),
        .init("verdict", \.verdict, "how it came out, and why"),
        .init("runs", \.runs, "how many runs were played in the search"),
        .init("events", \.events, "of the simulation, in all of these runs"),
        .init("beyond", \.beyond, "whether faults were drawn outside of the envelope"),
        .init("control", \.control, "the same people without faults"),
        .init("findings", \.findings, "what gave way, each made small"),
        .init("others", \.others, "runs that gave way and were not looked into"),
        .init("inconclusive", \.inconclusive, "runs of which nobody can tell how they came out"),
        .init("oracles", \.oracles, "who could give way, in the order of the columns of coverage"),
        .init("coverage", \.coverage, "what was tested: faults by roles by oracles"),
        .init("merged", \.merged, "runs over all remembered campaigns of the scenario, this one included"),
        .init("remarks", \.remarks, "what is to be known about the search"),
    ]

    /// A campaign in which there was nothing to search, and why.
    public func inconclusive(because reason: String) -> CampaignRecord {
        var record = self
        (record.verdict.word, record.verdict.exitCode) = (.inconclusive, 2)
        record.verdict.reasons = [reason]
        record.control.isHealthy = false
        return record
    }

    /// The run without faults.
    public struct Control: Record {
        public var digest = Digits(0)
        public var isHealthy = true
        public var deliveries: UInt64 = 0
        public var p99: Span?

        public init() {}

        package static let fields: [Field<Control>] = [
            .init("digest", \.digest, "of the control run"),
            .init("healthy", \.isHealthy, "whether all held in it"),
            .init("deliveries", \.deliveries, "how many"),
            .init("p99_ns", \.p99, "of delivery"),
        ]
    }

    public struct Other: Record {
        public var oracle = ""
        public var runs: [UInt64] = []

        public init() {}

        package static let fields: [Field<Other>] = [
            .init("oracle", \.oracle, "what gave way"),
            .init("runs", \.runs, "the numbers of the runs"),
        ]
    }
}

/// A kind of fault on a role, or on the people.
public struct CoverageRecord: Record {
    public var kind = ""
    public var role = ""
    public var hit: UInt64 = 0
    public var met: UInt64 = 0
    public var first: UInt64?
    public var judged: [UInt64] = []
    public var impossible: String?

    public init() {}

    package static let fields: [Field<CoverageRecord>] = [
        .init("kind", \.kind, "of fault"),
        .init("role", \.role, "whom it befalls"),
        .init("hit", \.hit, "runs in which it came"),
        .init("met", \.met, "runs in which it met work in progress"),
        .init("first", \.first, "the first of these runs; null when there is none"),
        .init("judged", \.judged, "runs in which it met work and the oracle could give way, by oracle"),
        .init("impossible", \.impossible, "why it cannot be met; null where it can"),
    ]

    /// How often a fault met work in a role, over several campaigns.
    public struct Merged: Record {
        public var kind = ""
        public var role = ""
        public var runs: UInt64 = 0
        public var met: UInt64 = 0

        public init() {}

        package static let fields: [Field<Merged>] = [
            .init("kind", \.kind, "of fault"),
            .init("role", \.role, "whom it befalls"),
            .init("runs", \.runs, "of all these campaigns"),
            .init("met", \.met, "runs in which it met work in progress"),
        ]
    }
}
