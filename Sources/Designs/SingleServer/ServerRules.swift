public import Chat

/// What the server decides, apart from how it carries that out: a value, so that a test can put another rule
/// in the place of one, and see who finds it out.
public struct ServerRules: Sendable {
    /// Why a letter is not taken; nil when it is.
    public var refusal: @Sendable (Letter, Directory, ServerSettings) -> Refusal? = refusal
    /// Which devices are to show a letter that came from one.
    public var readers: @Sendable (Letter, DeviceID, Directory, (DeviceID) -> Void) -> Void = readers
    /// Whether a letter has come before, when it is among those that the server knows or not (S1-7).
    public var isKnown: @Sendable (Letter, _ isKnown: Bool) -> Bool = { $1 }
    /// When a record is acted upon: once it is on the disk, or at once.
    public var store: @Sendable (Server.Record, ServerSettings) -> ServerSettings.Store = { $1.store }
    /// What the sender of a letter is told that could not be stored; nothing when it is accepted all the same.
    public var unstored: @Sendable (Letter) -> Refusal? = { _ in .failed }
    /// Whether a letter is kept for a device, which may be there now, until that has confirmed it (S4-14).
    public var keeps: @Sendable (Letter, DeviceID, _ isThere: Bool) -> Bool = { _, _, _ in true }
    /// Which records of the disk hold after a restart, each by its place.
    public var restores: @Sendable (Server.Record, _ place: Int, _ count: Int) -> Bool = { _, _, _ in true }
    /// Whether a server serves that could not read its disk.
    public var servesUnread: @Sendable () -> Bool = { false }
    /// In which order a device that is back is told what was kept for it.
    public var order: @Sendable ([ToDevice]) -> [ToDevice] = { $0 }
    /// Why a change is not taken; nil when it is.
    public var refusalOfChange: @Sendable (Change, Directory, ServerSettings) -> Refusal? = refusalOfChange
    /// What a change of a user's changes.
    public var change: @Sendable (Change, User, Directory) -> Void = { $2.take($0, by: $1) }
    /// What is done with the words of a letter, which can be had by opening it: nothing, they are carried.
    public var words: @Sendable (Letter, _ open: () -> Void) -> Void = { _, _ in }

    public init() {}

    private static func refusal(
        of letter: Letter, _ directory: Directory, _ settings: ServerSettings
    ) -> Refusal? {
        if letter.size > settings.bodyLimit { return .bodyTooLarge }
        switch letter.destination {
        case .direct(let user): return directory.isBlocked(letter.id.sender, by: user) ? .blocked : nil
        case .room(let room):
            if directory.memberCount(of: room) > settings.roomLimit { return .roomTooLarge }
            return directory.isMember(letter.id.sender, of: room) ? nil : .notMember
        }
    }

    /// S0-1: a room that is full takes nobody any more.
    private static func refusalOfChange(
        _ change: Change, _ directory: Directory, _ settings: ServerSettings
    ) -> Refusal? {
        guard case .join(let room) = change, directory.memberCount(of: room) >= settings.roomLimit else {
            return nil
        }
        return .roomTooLarge
    }

    /// Those of its recipients, and the sender's others.
    private static func readers(
        of letter: Letter, from device: DeviceID, _ directory: Directory, _ body: (DeviceID) -> Void
    ) {
        func visit(_ user: User) {
            guard !directory.isBlocked(device.user, by: user) else { return }
            for number in directory.devices(of: user) {
                let reader = DeviceID(of: user, number)
                if reader != device { body(reader) }
            }
        }
        switch letter.destination {
        case .direct(let user):
            visit(user)
            visit(device.user)
        case .room(let room): directory.forEachMember(of: room, visit)
        }
    }
}
