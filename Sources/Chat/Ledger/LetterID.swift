public import Vocabulary

/// A person of the model, by number.
@frozen
public struct User: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public var number: UInt32

    @inlinable
    public init(_ number: UInt32) { self.number = number }

    @inlinable public static func < (a: User, b: User) -> Bool { a.number < b.number }

    public var description: String { "user \(number)" }
}

/// A device of a person: `device 5.0` is the first of user 5. A number is given once, so an app that was
/// installed anew is another device.
@frozen
public struct DeviceID: Hashable, Sendable, CustomStringConvertible {
    public var user: User
    public var number: UInt8

    @inlinable
    public init(of user: User, _ number: UInt8) {
        self.user = user
        self.number = number
    }

    @inlinable var bit: UInt8 { 1 << number }

    public var description: String { "device \(user.number).\(number)" }
}

/// A conversation of several people, by number.
@frozen
public struct Room: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public var number: UInt32

    @inlinable
    public init(_ number: UInt32) { self.number = number }

    public var description: String { "room \(number)" }
}

/// Whom a letter is for.
@frozen
public enum Destination: Hashable, Sendable, BitwiseCopyable {
    case direct(User)
    case room(Room)

    /// In 32 bits: the top one tells rooms from users.
    @inlinable var word: UInt32 {
        switch self {
        case .direct(let user): user.number
        case .room(let room): room.number | 1 << 31
        }
    }

    @inlinable
    init(word: UInt32) {
        self = word >> 31 == 0 ? .direct(User(word)) : .room(Room(word & ~(1 << 31)))
    }

    /// A number for users and rooms alike: that of a room has one bit more.
    public var key: UInt64 {
        switch self {
        case .direct(let user): UInt64(user.number)
        case .room(let room): UInt64(room.number) | 1 << 40
        }
    }
}

/// The letter that a user tapped as its first (0), second (1), third…: `letter 17.3` is the fourth of user
/// 17.
@frozen
public struct LetterID: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The user in the upper half, the number in the lower.
    public var word: UInt64

    @inlinable
    public init(of sender: User, _ number: UInt32) { word = UInt64(sender.number) << 32 | UInt64(number) }

    @inlinable public var sender: User { User(UInt32(truncatingIfNeeded: word >> 32)) }
    @inlinable public var number: UInt32 { UInt32(truncatingIfNeeded: word) }

    @inlinable public static func < (a: LetterID, b: LetterID) -> Bool { a.word < b.word }

    public var description: String { "letter \(sender.number).\(number)" }
}

extension LetterID: Marked {
    @inlinable public var mark: UInt64 { word }
}
