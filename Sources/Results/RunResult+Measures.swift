public import Vocabulary

/// A metric that is one number.
public struct Figure: Record {
    public var metric = ""
    public var value: Amount?

    public init() {}

    package static let fields: [Field<Figure>] = [
        .init("metric", \.metric, "what is measured"),
        .init("value", \.value, "null when there was nothing to measure"),
    ]
}

/// The latencies of one metric in one window. A percentile that falls on what was never delivered is nil.
public struct Summary: Record {
    public var metric = ""
    /// `all`, the name of a phase or a fault, or `control`: the same seed without the faults.
    public var window = ""
    public var note = ""
    /// With what was never delivered.
    public var count: UInt64 = 0
    public var undelivered: UInt64 = 0
    public var p50: Span?
    public var p90: Span?
    public var p99: Span?
    public var p99_9: Span?
    public var max: Span?

    public init() {}

    package static let fields: [Field<Summary>] = [
        .init("metric", \.metric, "what is measured"),
        .init("window", \.window, "all, a phase, a fault, or control: the same seed without the faults"),
        .init("note", \.note, "what to know about this window"),
        .init("count", \.count, "how many were due, with those that never came"),
        .init("undelivered", \.undelivered, "how many never came: they are infinitely late"),
        .init("p50_ns", \.p50, "null when it falls on what never came"),
        .init("p90_ns", \.p90, "null when it falls on what never came"),
        .init("p99_ns", \.p99, "null when it falls on what never came"),
        .init("p99_9_ns", \.p99_9, "null when it falls on what never came"),
        .init("max_ns", \.max, "null when anything never came"),
    ]
}

/// Percentiles of one metric over time, in slices of equal width, by the intended moment of sending.
public struct LatencySeries: Record {
    public var metric = ""
    /// True for the run with the same seed and without the faults.
    public var isControl = false
    public var slice = Span.zero
    public var counts: [UInt64] = []
    // In ns. Nil for a slice without samples, and where a percentile falls on what never came.
    public var p50: [UInt64?] = []
    public var p90: [UInt64?] = []
    public var p99: [UInt64?] = []
    public var p99_9: [UInt64?] = []

    public init() {}

    package static let fields: [Field<LatencySeries>] = [
        .init("metric", \.metric, "what is measured"),
        .init("control", \.isControl, "true for the run with the same seed and without the faults"),
        .init("slice_ns", \.slice, "how long each slice is; the first begins with the run"),
        .init("counts", \.counts, "how many were due in each slice"),
        .init("p50_ns", \.p50, "null: nothing was due, or it falls on what never came"),
        .init("p90_ns", \.p90, "null: nothing was due, or it falls on what never came"),
        .init("p99_ns", \.p99, "null: nothing was due, or it falls on what never came"),
        .init("p99_9_ns", \.p99_9, "null: nothing was due, or it falls on what never came"),
    ]
}

/// One measure of one role over time, a value for each slice.
public struct Gauge: Record {
    /// Unit of the values.
    public enum Unit: String, Hashable, Sendable, StoredWord {
        case count, bytes, ns
        case perSecond = "per_second"
        case bytesPerSecond = "bytes_per_second"
        case partsPerMillion = "ppm"
    }

    /// Empty for what is measured of the whole system: sends, deliveries.
    public var role = ""
    /// `utilisation`, `queue`, `lag`…
    public var metric = ""
    public var unit = Unit.count
    public var slice = Span.zero
    public var values: [UInt64?] = []

    public init() {}

    package static let fields: [Field<Gauge>] = [
        .init("role", \.role, "empty for what is measured of the whole system"),
        .init("metric", \.metric, "utilisation, queue, lag, connections, bytes, disk, storage, sends…"),
        .init("unit", \.unit, "of the values"),
        .init("slice_ns", \.slice, "how long each slice is; the first begins with the run"),
        .init("values", \.values, "one for each slice; null when it was not measured"),
    ]
}

/// All percentiles of a metric in a window, as the rows of an `.hgrm` file: five to the first half, five to
/// half of what is left, and so on; and besides, those that people ask for, each exact.
public struct Spectrum: Record {
    public var metric = ""
    public var window = ""
    /// With what was never delivered.
    public var count: UInt64 = 0
    public var undelivered: UInt64 = 0
    /// Row by row: in ns, in parts of 10¹² of all that were due, and how many take no longer. The last row is
    /// of the share that came: what never came is infinitely late.
    public var values: [UInt64] = []
    public var levels: [UInt64] = []
    public var reached: [UInt64] = []
    public var mean = Span.zero
    public var deviation = Span.zero

    public init() {}

    package static let fields: [Field<Spectrum>] = [
        .init("metric", \.metric, "what is measured"),
        .init("window", \.window, "as in the summaries"),
        .init("count", \.count, "how many were due, with those that never came"),
        .init("undelivered", \.undelivered, "how many never came: they are infinitely late"),
        .init("value_ns", \.values, "row by row, the latency"),
        .init(
            "level_e12", \.levels,
            "row by row, the share of all that were due, in parts of 10^12; above the last: infinite"),
        .init("reached", \.reached, "row by row, how many were delivered within that latency"),
        .init("mean_ns", \.mean, "of what was delivered"),
        .init("deviation_ns", \.deviation, "standard deviation of what was delivered"),
    ]
}

/// How many letters took how long, over time.
public struct HeatMap: Record {
    public var metric = ""
    public var slice = Span.zero
    /// Where the classes of latency begin, in ns, rising; each reaches to the next.
    public var classes: [UInt64] = []
    /// For each slice its classes, and last of all how many never came.
    public var counts: [UInt64] = []

    public init() {}

    package static let fields: [Field<HeatMap>] = [
        .init("metric", \.metric, "what is measured"),
        .init("slice_ns", \.slice, "how long each slice is; the first begins with the run"),
        .init("class_ns", \.classes, "where the classes of latency begin, rising"),
        .init("counts", \.counts, "slice by slice: a number for each class, and one for what never came"),
    ]
}

/// What part of its way a letter was on: a wait, work, or a hop.
public struct Stage: Record {
    /// `chat-host queue`.
    public var name = ""
    /// What there is in it, where its name does not say so.
    public var about = ""
    /// The role that has the letter meanwhile, `network` or `phones`.
    public var component = ""
    public var isNetwork = false
    public var count: UInt64 = 0
    /// Over all letters that were shown, the warm-up excluded.
    public var sum = Span.zero
    public var p50: Span?
    public var p99: Span?
    /// Over the slowest letters only: 1 of 100, or what the run says.
    public var sumAmongSlowest = Span.zero
    /// Whom the role asked, where the stage has waits for that; the longest waits in all first.
    public var calls: [Calls] = []

    public init() {}

    package static let fields: [Field<Stage>] = [
        .init("name", \.name, "of the component and what it did, or of the hop"),
        .init("about", \.about, "what there is in it, where its name does not say so"),
        .init("component", \.component, "the role that has the letter meanwhile, network or phones"),
        .init("network", \.isNetwork, "true for a hop"),
        .init("count", \.count, "how often letters went through it"),
        .init("sum_ns", \.sum, "over all letters that were shown, the warm-up excluded"),
        .init("p50_ns", \.p50, "of one passage"),
        .init("p99_ns", \.p99, "of one passage"),
        .init("sum_among_slowest_ns", \.sumAmongSlowest, "over the slowest letters only"),
        .init(
            "calls", \.calls,
            "whom the role asked, where the stage has waits for that, in all of the run and not for letters alone",
            added: true),
    ]

    /// The calls of a role to another one.
    public struct Calls: Record {
        public var callee = ""
        public var made: UInt64 = 0
        /// Those that had another outcome than a reply.
        public var unanswered: UInt64 = 0
        /// From a call to its outcome, with all its retries.
        public var p50: Span?
        public var p99: Span?

        public init() {}

        package static let fields: [Field<Calls>] = [
            .init("to", \.callee, "the role that was asked"),
            .init("made", \.made, "how many"),
            .init("unanswered", \.unanswered, "how many had another outcome than a reply"),
            .init("p50_ns", \.p50, "from a call to its outcome, with all its retries"),
            .init("p99_ns", \.p99, "from a call to its outcome, with all its retries"),
        ]
    }
}

/// One letter to one recipient, and the way it took.
public struct Delivery: Record {
    public var letter = ""
    public var sender = ""
    public var recipient = ""
    public var sent = Instant.start
    /// Nil when it never came.
    public var taken: Span?
    public var path: [Waypoint] = []

    public init() {}

    package static let fields: [Field<Delivery>] = [
        .init("letter", \.letter, "which letter"),
        .init("sender", \.sender, "who sent it"),
        .init("recipient", \.recipient, "to whom"),
        .init("sent_ns", \.sent, "when it was meant to be sent, since the start of the run"),
        .init("taken_ns", \.taken, "until it was shown; null when it never was"),
        .init("path", \.path, "its way, in order of time"),
    ]

    /// At `time` the letter had `stage` behind it, and was at `place`. When the step before was at another
    /// place, the stage is the hop between them.
    public struct Waypoint: Record {
        public var time = Instant.start
        public var stage = ""
        public var place = ""

        public init() {}
        public init(_ time: Instant, _ stage: String, at place: String) {
            (self.time, self.stage, self.place) = (time, stage, place)
        }

        package static let fields: [Field<Waypoint>] = [
            .init("time_ns", \.time, "when the stage ended, since the start of the run"),
            .init("stage", \.stage, "what it had behind it then"),
            .init("place", \.place, "where it was then; another place than before: the stage is a hop"),
        ]
    }
}
