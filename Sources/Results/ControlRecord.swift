public import Vocabulary

/// What the same seed did without the faults: `control.json`, beside the result that it is compared with.
public struct ControlRecord: Record {
    /// Of the control run.
    public var digest = Digits(0)
    /// Over all of it, a line for each metric.
    public var summaries: [Summary] = []
    public var latencies: [LatencySeries] = []
    public var spectra: [Spectrum] = []
    /// For each fault of the result, in its order.
    public var excess: [Excess] = []

    public init() {}

    package static let fields: [Field<ControlRecord>] = [
        .init("digest", \.digest, "of the control run"),
        .init("summaries", \.summaries, "latencies of each metric over all of the control run"),
        .init("latencies", \.latencies, "percentiles over time"),
        .init("spectra", \.spectra, "all percentiles of the control run"),
        .init("excess", \.excess, "fault by fault, how much later letters came than in the control run"),
    ]

    /// How much later those deliveries came that were under way while a fault was on: each compared with
    /// itself in the control run. What came sooner counts as no later. What a fault leaves behind meets letters
    /// that were tapped after it ended: of these it has those that came more than a second later, up to the next fault.
    public struct Excess: Record {
        public var fault = ""
        public var from = Instant.start
        /// Deliveries that came in both runs.
        public var compared: UInt64 = 0
        public var mean: Span?
        public var p50: Span?
        public var p99: Span?
        public var max: Span?
        /// Of the compared ones.
        public var laterThanASecond: UInt64 = 0
        /// Deliveries that came in the control run only.
        public var neverCame: UInt64 = 0
        /// Deliveries tapped after its end that came more than a second later.
        public var laterAfter: UInt64 = 0
        /// How much later these came.
        public var meanAfter: Span?
        /// Of those tapped after its end, deliveries that came in the control run only.
        public var neverCameAfter: UInt64 = 0
        /// From its end to the tap of the last one that came so late, or never.
        public var lastAfter: Span?

        public init() {}

        package static let fields: [Field<Excess>] = [
            .init("fault", \.fault, "its name"),
            .init("from_ns", \.from, "when it began, since the start of the run"),
            .init("compared", \.compared, "deliveries under way while it was on, that came in both runs"),
            .init("mean_ns", \.mean, "how much later these came; null when there were none"),
            .init("p50_ns", \.p50, "of how much later these came; null when there were none"),
            .init("p99_ns", \.p99, "of how much later these came; null when there were none"),
            .init("max_ns", \.max, "of how much later these came; null when there were none"),
            .init("later_than_1s", \.laterThanASecond, "how many of these came more than a second later"),
            .init("never_came", \.neverCame, "deliveries that came in the control run only"),
            .init(
                "after_later_than_1s", \.laterAfter,
                "deliveries tapped after it ended, and before another fault, that came more than a second later",
                added: true),
            .init(
                "after_mean_ns", \.meanAfter, "how much later these came; null when there were none",
                added: true),
            .init(
                "after_never_came", \.neverCameAfter,
                "of those tapped after it ended, and before another fault, the ones that came in the control run only",
                added: true),
            .init(
                "after_last_ns", \.lastAfter,
                "from its end to the tap of the last of all these; null when there were none", added: true),
        ]

        /// Whether letters that were tapped after it ended felt it too.
        public var outlastedIt: Bool { laterAfter > 0 || neverCameAfter > 0 }
    }
}

extension RunResult {
    /// With what the same seed did without the faults, for reports: the stored result is the run's alone.
    public func compared(with control: ControlRecord?) -> RunResult {
        guard let control else { return self }
        var both = self
        both.control = control
        for var summary in control.summaries {
            summary.window = "control"
            summary.note = "same seed, no fault"
            let last = both.summaries.lastIndex { $0.metric == summary.metric } ?? both.summaries.count - 1
            both.summaries.insert(summary, at: last + 1)
        }
        both.latencies += control.latencies
        both.spectra += control.spectra
        for (place, excess) in control.excess.enumerated() where place < both.faults.count {
            both.faults[place].excess = excess.mean
        }
        return both
    }
}
