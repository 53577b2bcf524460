public import Vocabulary

/// What can be set of a consumer of a log.
public struct ConsumerSettings: Settings {
    public var session = Span.seconds(45)
    public var heartbeat = Span.seconds(3)
    public var rebalanceTimeout = Span.seconds(300)
    public var fetchWait = Span.milliseconds(500)
    public var partitionLimit = ByteCount.bytes(1_048_576)
    public var fetchLimit = ByteCount.bytes(52_428_800)
    public var fetchRecords = 500
    public var commitEvery = Span.seconds(5)
    public var requestTimeout = Span.seconds(30)
    public var retryAfter = Span.milliseconds(100)

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "session", \.session, "how long its group waits for a word of it",
            source: "log.consumer.session"),
        Knob(
            "heartbeat", \.heartbeat, "how often it says that it is there",
            source: "log.consumer.heartbeat"),
        Knob(
            "rebalance-timeout", \.rebalanceTimeout,
            "how long it may work and ask for nothing, and its group waits for it to join once more",
            source: "log.consumer.maxPollInterval"),
        Knob(
            "fetch-wait", \.fetchWait, "how long a fetch waits for records", source: "log.consumer.fetchWait"),
        Knob(
            "partition-limit", \.partitionLimit, "how much of one partition a fetch brings",
            source: "max.partition.fetch.bytes"),
        Knob("fetch-limit", \.fetchLimit, "how much a fetch brings", source: "fetch.max.bytes"),
        Knob(
            "fetch-records", \.fetchRecords, "how many records a fetch brings, of each partition as many",
            in: 1...1_000_000, source: "max.poll.records"),
        Knob(
            "commit-every", \.commitEvery,
            "how often it says how far it is; 0s for at once, when something is done",
            source: "log.offsetCommit"),
        Knob(
            "request-timeout", \.requestTimeout, "how long it waits for the answer to a request",
            source: "log.requestTimeout"),
        Knob("retry-after", \.retryAfter, "the pause before it tries again", source: "retry.backoff.ms"),
    ]

    /// As many times it says that it is there, and its part has no time to hear what is said to that.
    var patientBeats: Int {
        Int((rebalanceTimeout.nanoseconds + heartbeat.nanoseconds - 1) / heartbeat.nanoseconds)
    }

    public var conflict: Conflict? {
        if requestTimeout <= fetchWait {
            return Conflict(
                "request-timeout",
                "a fetch for which nothing comes is answered after \(fetchWait), and so too late")
        }
        return heartbeat * 3 > session
            ? Conflict("heartbeat", "a session that ends when two words of it are lost is too short") : nil
    }
}
