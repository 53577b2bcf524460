public import Vocabulary

/// What can be set of a group that agrees.
public struct AgreementSettings: Settings {
    public var electionTimeout = Span.seconds(1)
    public var heartbeat = Span.milliseconds(100)
    public var batch = 64

    /// How many there may be in a group: who has answered is noted in the bits of a word.
    public static let members = 1...64

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "election-timeout", \.electionTimeout,
            "how long a member waits for its leader before it stands for election, and up to twice as long",
            source: "reg.electionTimeout"),
        Knob(
            "heartbeat", \.heartbeat, "how often a leader says that it leads", source: "reg.electionTimeout"),
        Knob("batch", \.batch, "entries that one message carries", in: 1...10_000),
    ]
}
