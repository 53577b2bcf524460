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
    @inlinable package var word: UInt32 {
        switch self {
        case .direct(let user): user.number
        case .room(let room): room.number | 1 << 31
        }
    }

    @inlinable
    package init(word: UInt32) {
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
