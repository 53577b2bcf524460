public import Vocabulary

/// What a user sends, as it travels: who it is for, and how much it weighs. Its words are nobody's business.
@frozen
public struct Letter: Hashable, Sendable, BitwiseCopyable {
    public var id: LetterID
    // A body of 27 bits (128 MB) and an envelope of 21, in 48 bits: so a word to a device with its line fits into 32
    // bytes.
    @usableFromInline var lowerWord: UInt32
    @usableFromInline let destinationWord: UInt32
    /// Where it stands among others, as the plan of the app has it: the system's number for it, or a handle to
    /// its predecessor; 0 where neither is.
    public var order: UInt32 = 0
    @usableFromInline var upperWord: UInt16 = 0

    @usableFromInline static let largestBody: UInt32 = 1 << 27 - 1
    static let largestEnvelope: UInt32 = 1 << 21 - 1

    /// What an app says at once of a letter, with all its ciphertexts.
    public static let pieceSize = ByteCount.bytes(65_536)

    /// - Parameter bytes: of the body; 128 MB at most.
    @inlinable
    public init(id: LetterID, to destination: Destination, bytes: UInt32) {
        self.id = id
        lowerWord = min(bytes, Self.largestBody)
        destinationWord = destination.word
    }

    @inlinable public var destination: Destination { Destination(word: destinationWord) }

    /// Of the body. What sealing adds is the envelope's.
    @inlinable public var bytes: UInt32 { lowerWord & Self.largestBody }

    @inlinable public var size: ByteCount { .bytes(Int64(bytes)) }

    /// A handle into the run's `Envelopes`, of a letter whose body is sealed; 0 of others.
    @inlinable public internal(set) var envelope: UInt32 {
        get { UInt32(upperWord) << 5 | lowerWord >> 27 }
        set {
            lowerWord = newValue << 27 | bytes
            upperWord = UInt16(newValue >> 5)
        }
    }

    @inlinable public var isSealed: Bool { envelope != 0 }

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(
            id.word, UInt64(envelope) << 32 | UInt64(destinationWord), UInt64(order) << 32 | UInt64(bytes))
    }
}

extension LetterID {
    @inlinable
    package init(word: UInt64) {
        self.init(
            of: User(UInt32(truncatingIfNeeded: word >> 32)), UInt32(truncatingIfNeeded: word))
    }
}
