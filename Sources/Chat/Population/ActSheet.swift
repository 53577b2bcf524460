public import Vocabulary

/// An act that scripts know, `send`; those of one design are in its sheet, `tip`.
///
/// Reader, schema, help and `explain` go by this description.
public struct ActSheet: Hashable, Sendable {
    public let name: String
    public let sentence: String
    public let argument: Argument

    /// What stands behind the name of an act.
    public enum Argument: Hashable, Sendable {
        case nothing
        /// `7`
        case user
        /// `room 0`
        case room
        /// `room 0` or `user 7`
        case recipient
        /// `7`, in a range
        case count(ClosedRange<Int>)
        /// One of these.
        case word([String])
    }

    public init(_ name: String, _ sentence: String, _ argument: Argument) {
        self.name = name
        self.sentence = sentence
        self.argument = argument
    }

    /// What people can do in every design.
    public static let ofEveryDesign: [ActSheet] = [
        ActSheet("send", "sends a letter to a room or a user", .recipient),
        ActSheet("go", "opens or closes the app", .word(["offline", "online"])),
        ActSheet("block", "blocks a user", .user),
        ActSheet("unblock", "no longer blocks a user", .user),
        ActSheet("join", "joins a room", .room),
        ActSheet("leave", "leaves a room", .room),
        ActSheet("search", "searches all letters on this device", .nothing),
        ActSheet("new-key", "makes a new key pair on this device", .nothing),
        ActSheet("add-device", "gets one more device", .nothing),
        ActSheet("lose-device", "loses this device", .nothing),
        ActSheet("reinstall", "installs the app on this device anew, which makes it another one", .nothing),
    ]

    /// What stands there, read.
    public enum ArgumentValue: Hashable, Sendable {
        case nothing
        case user(User)
        case room(Room)
        case recipient(Destination)
        case count(Int)
        /// By its place among the words.
        case word(Int)
    }
}

extension ActSheet.ArgumentValue: Marked {
    public var mark: UInt64 {
        switch self {
        case .nothing: Vocabulary.mark(1)
        case .user(let user), .recipient(.direct(let user)): Vocabulary.mark(2, UInt64(user.number))
        case .room(let room), .recipient(.room(let room)): Vocabulary.mark(3, UInt64(room.number))
        case .count(let count): Vocabulary.mark(4, UInt64(count))
        case .word(let place): Vocabulary.mark(5, UInt64(place))
        }
    }
}
