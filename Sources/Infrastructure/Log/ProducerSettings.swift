public import Vocabulary

/// What can be set of a producer of a log.
public struct ProducerSettings: Settings {
    public var partitioning = Partitioning.hash
    public var acks = Acks.all
    public var idempotence = Idempotence.on
    public var linger = Span.zero
    public var batch = ByteCount.bytes(16_384)
    public var inFlight = 5
    public var recordLimit = ByteCount.bytes(1_048_576)
    public var buffer = ByteCount.bytes(33_554_432)
    public var requestTimeout = Span.seconds(30)
    public var deliveryTimeout = Span.seconds(120)
    public var retryAfter = Span.milliseconds(100)

    /// Whether brokers tell a record that is sent again from another one.
    public enum Idempotence: String, Vocabulary.Choice {
        case on
        case off
    }

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "partitioning", \.partitioning, "how the partition of a record is found by its key",
            source: "S0-15"),
        Knob("acks", \.acks, "who has a record when it counts as stored", source: "log.produce.acksAll"),
        Knob(
            "idempotence", \.idempotence, "whether a record that is sent again is told from another one",
            source: "enable.idempotence"),
        Knob(
            "linger", \.linger, "how long a record waits for others to go with it", in: Span.bounds,
            source: "log.linger"),
        Knob(
            "batch", \.batch, "how much goes together before that time is over", source: "log.batchBytes"),
        Knob(
            "in-flight", \.inFlight, "requests to one broker that are not answered yet", in: 1...1_000,
            source: "max.in.flight.requests.per.connection"),
        Knob(
            "record-limit", \.recordLimit, "the largest record that it sends", source: "max.request.size"),
        Knob(
            "buffer", \.buffer, "how much it keeps that is not stored; then it takes no more",
            source: "buffer.memory"),
        Knob(
            "request-timeout", \.requestTimeout, "how long it waits for the answer to a request",
            source: "log.requestTimeout"),
        Knob(
            "delivery-timeout", \.deliveryTimeout, "how long it tries to have a record stored",
            source: "log.deliveryTimeout"),
        Knob("retry-after", \.retryAfter, "the pause before it tries again", source: "retry.backoff.ms"),
    ]

    public var conflict: Conflict? {
        if idempotence == .on, acks != .all {
            return Conflict(
                "idempotence",
                "a record that is sent again is told from another one only where all in sync have it",
                remedy: "acks: all, or idempotence: off")
        }
        if idempotence == .on, inFlight > 5 {
            return Conflict("in-flight", "brokers remember five requests of a producer, not more")
        }
        return nil
    }
}
