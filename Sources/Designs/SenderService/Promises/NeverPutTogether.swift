public import Chat
public import Vocabulary

/// S0-33: nobody is put into a room with somebody they have blocked, or who has blocked them.
public struct NeverPutTogether: ChatInvariant {
    public static let promise = Promise(
        "never-put-together",
        "Nobody comes into a room with somebody they have blocked, or who has blocked them.",
        requirements: ["S0-33"])

    /// Somebody came into a room, and who was there that there is a block between.
    public struct Joining: Sendable {
        var user: User
        var room: Room
        var other: User?
    }

    public init() {}

    public func isBroken(by joining: Joining) -> Bool { joining.other != nil }

    public func evidence(_ joining: Joining) -> String {
        let other = joining.other.map(\.description) ?? "nobody"
        return
            "\(joining.user) came into room \(joining.room.number) with \(other), and one of them blocks the other"
    }
}
