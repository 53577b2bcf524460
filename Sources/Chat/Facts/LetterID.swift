public import Vocabulary

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
