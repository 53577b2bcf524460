public import Chat
public import Simulation
public import Vocabulary

/// What can be set of the chat hosts.
public struct ChatHostSettings: RoleSettings {
    public var machine = MachineSettings()
    public var messageTime = Varied<Span>("20us")
    public var connectTime = Varied<Span>("500us")
    public var storeAfter = Span.seconds(30)
    public var storeOwedEvery = Span.seconds(1)
    public var storeBatch = 100
    public var passAgainAfter = Span.seconds(1)
    public var moveEvery = Span.milliseconds(100)
    public var moveCount = 100
    public var loadEvery = Span.seconds(5)
    public var beatEvery = Span.seconds(3)
    public var session = Span.seconds(9)
    public var envelope = ByteCount.bytes(250)

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.doorKnobs(at: \.machine) + [
            Knob(
                "message-time", \.messageTime, "CPU time of a push to somebody, and of a word of a device",
                source: "host.cpuPerMessage", relieves: .work),
            Knob(
                "connect-time", \.connectTime, "CPU time of a new line, its handshake included",
                source: "gateway.cpuTlsHandshake", relieves: .lines),
            Knob(
                "store-after", \.storeAfter,
                "how long it waits before it has stored that a letter was shown: most are read in the meantime",
                in: .zero...Span.hours(1)),
            Knob(
                "store-owed-every", \.storeOwedEvery,
                "how long a confirmation for a sender who is away waits to be stored with others",
                in: .milliseconds(1)...Span.hours(1)),
            Knob("store-batch", \.storeBatch, "how many confirmations are stored together", in: 1...10_000),
            Knob(
                "pass-again-after", \.passAgainAfter,
                "the pause before a letter to a room is passed once more to a host that it did not reach, or the message "
                    + "service or the host assigner is asked again; for large letters it doubles, up to 64 times, for "
                    + "look-ups up to 8 times",
                in: .milliseconds(10)...Span.hours(1)),
            Knob(
                "move-every", \.moveEvery,
                "the pause between two groups of users who are sent to another host",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Knob("move-count", \.moveCount, "how many devices are in such a group", in: 1...1_000_000),
            Knob(
                "load-every", \.loadEvery, "how often it tells the autoscaler how busy it is",
                in: .milliseconds(100)...Span.bounds.upperBound),
            Knob(
                "beat-every", \.beatEvery, "how often it tells the registry that it is there",
                in: .milliseconds(10)...Span.hours(1), source: "reg.sessionTimeout"),
            Knob(
                "session", \.session, "how long it serves without an answer of the registry",
                in: .milliseconds(100)...Span.hours(1), source: "reg.sessionTimeout"),
            Knob(
                "envelope", \.envelope, "what a word to a device weighs beside a body",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
        ]
}

/// What a chat host decides, apart from how it carries that out.
public struct ChatHostRules: Sendable {
    /// Whether a member of a room does not get a letter to it, which came there in one piece: its sender is blocked.
    public var isKept: @Sendable (_ from: User, Dispatch, Directory) -> Bool = {
        $2.isBlocked($1.letter.id.sender, by: $0)
    }

    /// Whether it tells people of the new keys of those they write to (S0-23).
    public var spreadsKeys: @Sendable () -> Bool = { true }

    public init() {}

    func isKept(from user: User, _ delivery: Dispatch, _ directory: Directory) -> Bool {
        isKept(user, delivery, directory)
    }
}
