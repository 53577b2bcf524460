public import Simulation
public import Vocabulary

/// What can be set of a partitioned log, beside its machines.
public struct LogSettings: Settings {
    public var partitions = 64
    public var replicas = 3
    public var minInSync = 2
    public var replicaLag = Span.seconds(30)
    public var fetchWait = Span.milliseconds(500)
    public var recordLimit = ByteCount.kilobytes(1_000)
    public var retention = Span.hours(24 * 7)
    public var retentionSize = ByteCount.megabytes(100_000_000)
    public var retentionCheck = Span.minutes(5)
    public var syncEvery = Span.seconds(30)
    public var requestTimeout = Span.seconds(30)
    public var rebalanceEvery = Span.minutes(5)
    public var fetchLimit = ByteCount.kilobytes(1_049)
    public var retryAfter = Span.milliseconds(100)
    public var fetchRetryAfter = Span.seconds(1)
    public var uncleanElection = Switch.no
    public var session = Span.seconds(9)
    public var heartbeat = Span.seconds(2)
    public var joinDelay = Span.seconds(3)
    public var requestTime = Varied<Span>("20us")
    public var recordTime = Varied<Span>("5us")

    public enum Switch: String, Vocabulary.Choice {
        case no
        case yes
    }

    public init() {}

    public var conflict: Conflict? {
        if minInSync > replicas {
            return Conflict(
                "min-in-sync",
                "there are never \(minInSync) replicas in sync of \(replicas): it would take nothing")
        }
        if requestTimeout <= fetchWait {
            return Conflict(
                "request-timeout",
                "a fetch for which nothing comes is answered after \(fetchWait), and so too late")
        }
        return heartbeat >= session
            ? Conflict("heartbeat", "a session of \(session) is over before the first word of it") : nil
    }

    public static let knobs: [Knob<Self>] = [
        Knob("partitions", \.partitions, "partitions of its topic", in: 1...10_000),
        Knob("replicas", \.replicas, "brokers that have each partition", in: 1...16, source: "log.replicas"),
        Knob(
            "min-in-sync", \.minInSync,
            "replicas in sync without which it takes nothing that wants all to have it",
            in: 1...16, source: "log.minIsr"),
        Knob(
            "replica-lag", \.replicaLag, "how long a replica in sync may lack something",
            source: "log.replicaLagMax"),
        Knob(
            "fetch-wait", \.fetchWait, "how long a follower's fetch waits for records",
            source: "log.replicaFetchWait"),
        Knob("record-limit", \.recordLimit, "the largest record that it takes"),
        Knob("retention", \.retention, "how long records are kept", relieves: .age),
        Knob("retention-size", \.retentionSize, "how much of a partition is kept"),
        Knob(
            "retention-check", \.retentionCheck, "how often a broker looks for records that are too old",
            source: "log.retention.check.interval.ms"),
        Knob(
            "sync-every", \.syncEvery,
            "how often partitions are synced, by the kernel's writing back if by nothing else; 0s for never",
            in: Span.bounds, source: "vm.dirty_expire_centisecs"),
        Knob(
            "request-timeout", \.requestTimeout, "how long a request may take", source: "log.requestTimeout"),
        Knob(
            "rebalance-every", \.rebalanceEvery,
            "how often partitions go back to the brokers that should lead them",
            source: "leader.imbalance.check.interval.seconds"),
        Knob(
            "fetch-limit", \.fetchLimit, "how much of one partition a fetch brings",
            source: "replica.fetch.max.bytes"),
        Knob(
            "retry-after", \.retryAfter, "the pause before a broker asks another controller",
            source: "retry.backoff.ms"),
        Knob(
            "fetch-retry-after", \.fetchRetryAfter, "the pause before a follower asks a leader again",
            source: "replica.fetch.backoff.ms"),
        Knob(
            "unclean-election", \.uncleanElection,
            "whether a replica that is not in sync may lead when none is that is"),
        Knob(
            "session", \.session, "how long the controller waits for a word of a broker",
            source: "log.brokerSession"),
        Knob(
            "heartbeat", \.heartbeat, "how often a broker says that it is there",
            source: "log.brokerHeartbeat"),
        Knob(
            "join-delay", \.joinDelay, "how long a group that was empty waits for more members",
            in: Span.bounds, source: "log.consumer.rebalance"),
        Knob("request-time", \.requestTime, "CPU time of a request", source: "log.recordsPerBroker"),
        Knob("record-time", \.recordTime, "CPU time of a record", source: "log.recordsPerBroker"),
    ]
}

extension LogSettings {
    /// Who has which partition: those of the topic, and behind them as many as there are brokers for what these know of
    /// groups, so that each coordinates as many groups as the others.
    func spread(over brokerCount: Int) -> [[Int]] {
        let topic = ControlState.spread(partitions: partitions, replicas: replicas, over: brokerCount)
        return topic + ControlState.spread(partitions: brokerCount, replicas: replicas, over: brokerCount)
    }
}
