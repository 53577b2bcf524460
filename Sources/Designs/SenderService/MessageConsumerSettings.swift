public import Chat
public import Infrastructure
public import Simulation
public import Vocabulary

/// What can be set of the consumers of the message-sending service.
public struct MessageConsumerSettings: RoleSettings {
    public var machine = MachineSettings()
    public var messageTime = Varied<Span>("exp 200us")
    public var capacity = 1_000
    public var patience = Span.seconds(2)
    public var storeLinger = Span.milliseconds(10)
    public var storeBatch = 100
    public var storePatience = Span.seconds(5)
    public var storedLate = Span.milliseconds(50)
    public var retryAfter = Span.milliseconds(100)
    public var consumer = SenderConsumerSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "message-time", \.messageTime, "CPU time of a message, with all that comes of it",
                source: "service.cpuPerRequest", relieves: .work),
            Knob(
                "capacity", \.capacity, "how many messages it has in hand before it takes no more of the log",
                in: 1...1_000_000, source: "S0-39"),
            Knob(
                "patience", \.patience, "how long it waits for a service before it asks another one",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Knob(
                "store-linger", \.storeLinger, "how long a message waits for others to be stored with it",
                in: .zero...Span.bounds.upperBound),
            Knob("store-batch", \.storeBatch, "how many are stored together at most", in: 1...10_000),
            Knob(
                "store-patience", \.storePatience,
                "how long it waits for the message service before it asks another instance",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Knob(
                "stored-late", \.storedLate,
                "how long storing may take before a message is delivered once more: less than a handshake takes",
                in: .zero...Span.bounds.upperBound),
            Knob(
                "retry-after", \.retryAfter,
                "the pause before it asks again what nobody has answered; for look-ups it doubles, up to 64 times",
                in: .milliseconds(1)...Span.bounds.upperBound),
        ] + SenderConsumerSettings.knobs.map { Knob($0, of: \.consumer) }

    public var conflict: Conflict? { consumer.conflict }
}

/// What a consumer decides, apart from how it carries that out.
public struct MessageConsumerRules: Sendable {
    /// Whether it asks for blocks at all (S0-25).
    public var checksBlocks: @Sendable () -> Bool = { true }
    public var commits = ConsumerRules()

    public init() {}
}
