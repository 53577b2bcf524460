public import Chat
internal import Infrastructure
public import Simulation
public import Vocabulary

/// What can be set of the new-message service.
public struct NewMessageSettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 200us")
    public var bodyLimit = ByteCount.bytes(4_096)
    public var roomLimit = 1_000
    public var envelope = ByteCount.bytes(250)
    public var producer = SenderProducerSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime, "CPU time of a letter", source: "service.cpuPerRequest",
                relieves: .work),
            Knob("body-limit", \.bodyLimit, "the largest body it takes", source: "S0-2", limits: .letter),
            Knob(
                "room-limit", \.roomLimit, "the largest room it serves", in: 2...1_000_000, source: "S0-1",
                limits: .room),
            Knob(
                "envelope", \.envelope, "what a letter weighs in the log beside its ciphertexts",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
        ] + SenderProducerSettings.knobs.map { Knob($0, of: \.producer) }

    public var conflict: Conflict? { producer.conflict }
}

/// What the new-message service decides, apart from how it carries that out.
public struct NewMessageRules: Sendable {
    /// Why a letter is not taken; nil when it is.
    public var refusal: @Sendable (Letter, Directory, NewMessageSettings) -> Refusal? = refusal
    /// Whether it says *accepted* before the log has the letter.
    public var answersAtOnce: @Sendable () -> Bool = { false }

    public init() {}

    /// S0-2 before S0-1.
    private static func refusal(
        of letter: Letter, _ directory: Directory, _ settings: NewMessageSettings
    ) -> Refusal? {
        if letter.size > settings.bodyLimit { return .bodyTooLarge }
        guard case .room(let room) = letter.destination else { return nil }
        if directory.memberCount(of: room) > settings.roomLimit { return .roomTooLarge }
        return directory.isMember(letter.id.sender, of: room) ? nil : .notMember
    }
}
