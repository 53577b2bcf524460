public import Chat
public import Simulation
public import Vocabulary

/// What can be set of the connection service.
public struct ConnectionServiceSettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 200us")
    public var blockCache = Span.minutes(10)
    public var roomLimit = 1_000
    public var avatarLimit = ByteCount.kilobytes(100)
    public var changeSize = ByteCount.bytes(50)
    public var tellAgainAfter = Span.seconds(1)
    public var sealing = Sealing.perDevice

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime, "CPU time of a request", source: "service.cpuPerRequest",
                relieves: .work),
            Knob(
                "block-cache", \.blockCache,
                "how long it goes by what the store said of somebody's blocks before it asks again",
                in: .zero...Span.hours(1_000)),
            Knob(
                "room-limit", \.roomLimit, "how many a room takes in: who would be one more may not join",
                in: 2...1_000_000, source: "S0-1"),
            Knob(
                "avatar-limit", \.avatarLimit, "the largest picture of a user that it takes",
                in: .bytes(1)...ByteCount.megabytes(10), source: "S0-20"),
            Knob(
                "change-size", \.changeSize, "what a change takes in the store",
                in: .bytes(1)...ByteCount.bytes(10_000)),
            Knob(
                "tell-again-after", \.tellAgainAfter,
                "the pause before it tells a part again what has not arrived there",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Knob(
                "sealing", \.sealing, "for whom apps seal a body with the keys that it gives them",
                source: "S0-35"),
        ]
}

/// What the connection service decides, apart from how it carries that out.
public struct ConnectionServiceRules: Sendable {
    /// Why a change is not taken; nil when it is.
    public var refusal: @Sendable (Change, User, Directory, ConnectionServiceSettings) -> Refusal? = refusal
    /// What it says of a block that there is, or is not (S0-25).
    public var isBlocked: @Sendable (_ isSo: Bool) -> Bool = { $0 }
    /// What it makes of orders of devices that have lists of their own.
    public var lists = BlockLists.Rules()

    public init() {}

    /// S0-1: a room that is full takes nobody any more. S0-33: nobody comes into a room with somebody they have blocked,
    /// or who has blocked them.
    private static func refusal(
        of change: Change, by user: User, _ directory: Directory, _ settings: ConnectionServiceSettings
    ) -> Refusal? {
        guard case .join(let room) = change, !directory.isMember(user, of: room) else { return nil }
        if directory.memberCount(of: room) >= settings.roomLimit { return .roomTooLarge }
        var isApart = false
        directory.forEachMember(of: room) {
            if directory.isBlocked($0, by: user) || directory.isBlocked(user, by: $0) { isApart = true }
        }
        return isApart ? .blocked : nil
    }
}
