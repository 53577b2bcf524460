public import Chat
public import Infrastructure
public import Simulation
public import Vocabulary

/// What can be set of the message generators.
public struct MessageGeneratorSettings: RoleSettings {
    public var machine = MachineSettings()
    public var letterTime = Varied<Span>("exp 200us")
    public var batch = 100
    public var capacity = 2_000
    public var checkpointEvery = Span.milliseconds(100)
    public var roomDelivery = RoomDelivery.perRecipient
    public var envelope = ByteCount.bytes(250)
    public var consumer = SenderConsumerSettings()
    public var producer = SenderProducerSettings()
    public var cache = CacheClientSettings()

    /// S0-38: how a letter to a room goes on.
    public enum RoomDelivery: String, Choice {
        /// A message for each member.
        case perRecipient = "per-recipient"
        /// One, to the host that serves the room.
        case perRoom = "per-room"
    }

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "letter-time", \.letterTime, "CPU time of a letter, with all its copies",
                source: "service.cpuPerRequest", relieves: .work),
            Knob(
                "batch", \.batch,
                "how many copies of a letter it sends before it waits for them to be stored",
                in: 1...60_000, source: "S0-14"),
            Knob(
                "capacity", \.capacity, "how many copies may be under way before it takes no more letters",
                in: 1...1_000_000),
            Knob(
                "checkpoint-every", \.checkpointEvery, "how long a checkpoint waits to be saved with others",
                in: .zero...Span.bounds.upperBound, source: "S0-14"),
            Knob(
                "room-delivery", \.roomDelivery,
                "whether a letter to a room becomes a message for each member, or one for the room's host",
                source: "S0-38"),
            Knob(
                "envelope", \.envelope, "what a copy weighs beside its ciphertexts",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
        ] + SenderProducerSettings.knobs.map { Knob($0, of: \.producer) }
        + SenderConsumerSettings.knobs.map { Knob($0, of: \.consumer) }
        + CacheClientSettings.knobs.map { Knob($0, of: \.cache) }

    public var conflict: Conflict? { producer.conflict ?? consumer.conflict }
}

/// What a generator decides, apart from how it carries that out.
public struct MessageGeneratorRules: Sendable {
    /// Who gets a copy of a letter.
    public var recipients: @Sendable (PostedLetter, Directory, MessageGeneratorSettings) -> [Destination] =
        recipients
    /// Whether a checkpoint is saved before what it covers is stored.
    public var savesFirst: @Sendable () -> Bool = { false }
    /// Whether it looks where it was, after a crash.
    public var remembers: @Sendable () -> Bool = { true }
    /// What is done with the words of a letter, which can be had by opening it: nothing, they are carried (S0-5).
    public var words: @Sendable (Letter, _ open: () -> Void) -> Void = { _, _ in }

    public init() {}

    /// The sender is one of them: the message service has what they sent too (S0-19), for their other devices (S0-22).
    private static func recipients(
        of posted: PostedLetter, _ directory: Directory, _ settings: MessageGeneratorSettings
    ) -> [Destination] {
        switch posted.letter.destination {
        case .direct(let user): return [.direct(user), .direct(posted.letter.id.sender)]
        case .room(let room):
            if settings.roomDelivery == .perRoom { return [.room(room)] }
            var members: [Destination] = []
            members.reserveCapacity(directory.memberCount(of: room))
            directory.forEachMember(of: room) { members.append(.direct($0)) }
            return members
        }
    }
}
