public import Vocabulary

/// What a user sends, as it travels: who it is for, and how much it weighs. Its words are nobody's business.
@frozen
public struct Letter: Hashable, Sendable {
    public var id: LetterID
    public var destination: Destination
    public var bytes: UInt32

    @inlinable
    public init(id: LetterID, to destination: Destination, bytes: UInt32) {
        self.id = id
        self.destination = destination
        self.bytes = bytes
    }

    @inlinable public var size: ByteCount { .bytes(Int64(bytes)) }

    @inlinable public var mark: UInt64 { Vocabulary.mark(id.word, UInt64(destination.word), UInt64(bytes)) }
}

extension LetterID {
    @inlinable
    init(word: UInt64) {
        self.init(
            of: User(UInt32(truncatingIfNeeded: word >> 32)), UInt32(truncatingIfNeeded: word))
    }
}
