public import Simulation
public import Vocabulary

/// What can be set of a wide-column store, beside its machines.
public struct WideColumnSettings: Settings {
    public var replicas = 3
    public var tokens = 16
    public var writeTimeout = Span.seconds(2)
    public var readTimeout = Span.seconds(5)
    public var requestTimeout = Span.seconds(2)
    public var tries = 3
    public var avoid = Span.seconds(1)
    public var batchLimit = ByteCount.kilobytes(50)
    public var speculateAfter = Span.milliseconds(30)
    public var gossipEvery = Span.seconds(1)
    public var failureDetect = Span.seconds(10)
    public var hintWindow = Span.hours(3)
    public var hintRate = ByteCount.kilobytes(1_049)
    public var hintsEvery = Span.seconds(10)
    public var sync = Sync.periodic
    public var syncEvery = Span.seconds(10)
    public var memtable = ByteCount.megabytes(512)
    public var compactAt = 4
    public var compactionRate = ByteCount.megabytes(67)
    public var grace = Span.hours(240)
    public var requestTime = Varied<Span>("60us")
    public var writeTime = Varied<Span>("40us")
    public var readTime = Varied<Span>("35us")
    public var rowTime = Varied<Span>("1us")

    /// When a replica takes a row for stored.
    public enum Sync: String, Choice {
        /// When it is in the commit log, which is synced from time to time.
        case periodic
        /// When the commit log is synced.
        case batch
    }

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "replicas", \.replicas, "nodes of each region that have each row, or all of fewer", in: 1...7,
            source: "wide"),
        Knob("tokens", \.tokens, "places of a node on the ring", in: 1...256, source: "num_tokens"),
        Knob(
            "write-timeout", \.writeTimeout, "how long a coordinator waits for replicas to write",
            source: "wide.timeout"),
        Knob(
            "read-timeout", \.readTimeout, "how long a coordinator waits for replicas to read",
            source: "wide.timeout"),
        Knob(
            "request-timeout", \.requestTimeout, "how long a client waits for a coordinator",
            source: "basic.request.timeout"),
        Knob("tries", \.tries, "coordinators that a client asks before it gives up", in: 1...10),
        Knob(
            "avoid", \.avoid, "how long a client avoids a coordinator that has failed it",
            in: Span.bounds, source: "advanced.reconnection-policy.base-delay"),
        Knob(
            "batch-limit", \.batchLimit, "rows that a client has a coordinator write together at most",
            in: .kilobytes(1)...ByteCount.bounds.upperBound, source: "batch_size_fail_threshold"),
        Knob(
            "speculate-after", \.speculateAfter,
            "after which a coordinator reads from one more replica when answers are missing",
            in: .milliseconds(1)...Span.bounds.upperBound, source: "wide.read"),
        Knob(
            "gossip-every", \.gossipEvery, "how often a node tells another one whom it has heard of",
            in: .milliseconds(1)...Span.bounds.upperBound, source: "wide.failureDetect"),
        Knob(
            "failure-detect", \.failureDetect, "after which a node that is not heard of is taken to be down",
            source: "wide.failureDetect"),
        Knob(
            "hint-window", \.hintWindow, "how long hints are kept for a node that is down",
            in: Span.bounds, source: "wide.hintWindow"),
        Knob(
            "hint-rate", \.hintRate, "bytes of hints a second that a node sends to another one",
            in: .kilobytes(1)...ByteCount.bounds.upperBound, source: "wide.hintRate"),
        Knob(
            "hints-every", \.hintsEvery, "how often a node looks for hints that it can send",
            in: .milliseconds(1)...Span.bounds.upperBound, source: "hints_flush_period"),
        Knob(
            "sync", \.sync,
            "whether the commit log is synced from time to time, or before rows count as stored",
            source: "wide.commitlogSync", relieves: .loss(value: Sync.batch.rawValue)),
        Knob(
            "sync-every", \.syncEvery, "how often the commit log is synced",
            in: .milliseconds(1)...Span.bounds.upperBound, source: "wide.commitlogSync"),
        Knob(
            "memtable", \.memtable, "rows in memory that make an SSTable",
            in: .kilobytes(1)...ByteCount.bounds.upperBound, source: "memtable_heap_space"),
        Knob(
            "compact-at", \.compactAt, "SSTables of about one size that become one", in: 2...32,
            source: "min_threshold"),
        Knob(
            "compaction-rate", \.compactionRate, "bytes a second that compactions read",
            in: .kilobytes(1)...ByteCount.bounds.upperBound, source: "compaction_throughput"),
        Knob(
            "grace", \.grace, "how long it is remembered that something is deleted",
            in: Span.bounds, source: "wide.failureDetect"),
        Knob(
            "request-time", \.requestTime, "CPU time of a request at its coordinator",
            source: "wide.opsPerNode", relieves: .work),
        Knob("write-time", \.writeTime, "CPU time of a row that a replica writes", source: "wide.opsPerNode"),
        Knob("read-time", \.readTime, "CPU time of a replica that reads", source: "wide.opsPerNode"),
        Knob("row-time", \.rowTime, "CPU time of a row that is read", source: "wide.opsPerNode"),
    ]
}
