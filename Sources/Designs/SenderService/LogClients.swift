public import Infrastructure
public import Vocabulary

/// What can be set of the producers of the design.
public struct SenderProducerSettings: Settings {
    public var log: ProducerSettings

    /// S0-15: by consistent hashing. A broker that is gone is given up after 5 s: 30 s, as is usual, would be three times
    /// what S0-8 allows.
    public init() {
        log = ProducerSettings()
        log.partitioning = .consistent
        log.linger = .milliseconds(5)
        log.requestTimeout = .seconds(5)
    }

    public static let knobs: [Knob<Self>] = [
        Knob("partitioning", \.log.partitioning, "how the partition of a record is found", source: "S0-15"),
        Knob("acks", \.log.acks, "who has a record when it counts as stored", source: "log.produce.acksAll"),
        Knob(
            "idempotence", \.log.idempotence, "whether a record that is sent again is told from another one",
            source: "enable.idempotence"),
        Knob(
            "linger", \.log.linger, "how long a record waits for others to go with it", in: Span.bounds,
            source: "log.linger"),
        Knob(
            "request-timeout", \.log.requestTimeout, "how long it waits for a broker",
            source: "log.requestTimeout"),
        Knob(
            "delivery-timeout", \.log.deliveryTimeout, "how long it tries to have a record stored",
            source: "log.deliveryTimeout"),
    ]

    public var conflict: Conflict? { log.conflict }
}

/// What can be set of the consumers of the design.
public struct SenderConsumerSettings: Settings {
    public var log: ConsumerSettings

    /// A consumer that dies is missed within seconds, and not within those 45 that a batch job can wait.
    public init() {
        log = ConsumerSettings()
        log.session = .seconds(10)
        log.requestTimeout = .seconds(5)
    }

    public static let knobs: [Knob<Self>] = [
        Knob(
            "session", \.log.session, "how long its group waits for a word of it",
            in: .seconds(1)...Span.bounds.upperBound, source: "log.consumer.session"),
        Knob(
            "heartbeat", \.log.heartbeat, "how often it says that it is there",
            in: .milliseconds(10)...Span.bounds.upperBound, source: "log.consumer.heartbeat"),
        Knob(
            "rebalance-timeout", \.log.rebalanceTimeout,
            "how long it may work and ask for nothing, and its group waits for it to join once more",
            source: "log.consumer.maxPollInterval"),
        Knob(
            "fetch-timeout", \.log.requestTimeout, "how long it waits for a broker",
            source: "log.requestTimeout"),
        Knob(
            "fetch-records", \.log.fetchRecords, "how many records a fetch brings, of each partition as many",
            in: 1...1_000_000, source: "max.poll.records"),
        Knob(
            "commit-every", \.log.commitEvery, "how often it says how far it is", source: "log.offsetCommit"),
    ]

    public var conflict: Conflict? {
        log.conflict.map { Conflict($0.knob == "request-timeout" ? "fetch-timeout" : $0.knob, $0.message) }
    }
}
