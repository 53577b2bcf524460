public import Vocabulary

/// What a user sends, as it travels: who it is for, and how much it weighs. Its words are nobody's business.
@frozen
public struct Letter: Hashable, Sendable {
    public var id: LetterID
    public var bytes: UInt32
    @usableFromInline let destinationWord: UInt32
    /// Where it stands among others, as the plan of the app has it: the system's number for it, or a handle to
    /// its predecessor; 0 where neither is.
    public var order: UInt32 = 0

    @inlinable
    public init(id: LetterID, to destination: Destination, bytes: UInt32) {
        self.id = id
        self.bytes = bytes
        destinationWord = destination.word
    }

    @inlinable public var destination: Destination { Destination(word: destinationWord) }

    @inlinable public var size: ByteCount { .bytes(Int64(bytes)) }

    @inlinable public var mark: UInt64 {
        order == 0
            ? Vocabulary.mark(id.word, UInt64(destinationWord), UInt64(bytes))
            : Vocabulary.mark(id.word, UInt64(destinationWord), UInt64(order) << 32 | UInt64(bytes))
    }
}

extension LetterID {
    @inlinable
    init(word: UInt64) {
        self.init(
            of: User(UInt32(truncatingIfNeeded: word >> 32)), UInt32(truncatingIfNeeded: word))
    }
}
