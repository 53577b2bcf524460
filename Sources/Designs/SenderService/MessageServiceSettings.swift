public import Chat
public import Simulation
public import Vocabulary

/// What can be set of the message service.
public struct MessageServiceSettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 200us")
    public var rowTime = Varied<Span>("20us")
    public var retention = Span.hours(24 * 21)
    public var page = 100
    public var withoutEnvelope = Span.hours(1)
    public var lookEvery = Span.minutes(10)
    public var confirmationSize = ByteCount.bytes(50)

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime, "CPU time of a request", source: "service.cpuPerRequest",
                relieves: .work),
            Knob(
                "row-time", \.rowTime, "CPU time of each message or confirmation in it", source: "parse.json"),
            Knob(
                "retention", \.retention, "how long messages are kept",
                in: .seconds(1)...Span.hours(24 * 190), source: "S0-19", relieves: .age),
            Knob(
                "without-envelope", \.withoutEnvelope,
                "how long ciphertexts of a large letter are kept whose envelope does not come: longer than its app tries, and than the logs are behind",
                in: .seconds(1)...Span.hours(24 * 7)),
            Knob(
                "look-every", \.lookEvery, "how often it looks for such ciphertexts",
                in: .seconds(1)...Span.hours(24)),
            Knob("page", \.page, "how many messages are read together", in: 1...5_000),
            Knob(
                "confirmation-size", \.confirmationSize, "what a confirmation takes in the store",
                in: .bytes(1)...ByteCount.bytes(10_000)),
        ]
}

/// What the message service decides, apart from how it carries that out.
public struct MessageServiceRules: Sendable {
    /// How long a letter is kept (S0-37).
    public var lifetime: @Sendable (MessageServiceSettings) -> Span? = { $0.retention }
    /// Whether ciphertexts are removed that have waited for their envelope for long enough, when it has come or has not.
    public var removes: @Sendable (_ hasEnvelope: Bool) -> Bool = { !$0 }
    /// Whether a letter is kept from its reader, who has blocked its sender since.
    public var isKept: @Sendable (_ from: User, _ reader: User, Directory) -> Bool = {
        $2.isBlocked($0, by: $1)
    }
    /// What is done with the words of a letter, which can be had by opening it: nothing, they are carried (S0-5).
    public var words: @Sendable (Letter, _ open: () -> Void) -> Void = { _, _ in }

    public init() {}
}
