public import Chat
public import Infrastructure
public import Vocabulary

/// A record of the message log: a letter as its sender's device has sent it.
public struct PostedLetter: LogPayload {
    public let letter: Letter
    /// Which of the sender's devices it came from.
    public let device: UInt8
    /// Its ciphertexts lie with the message service; this is the envelope.
    let isApart: Bool
    let bytes: UInt32

    init(letter: Letter, device: UInt8, isApart: Bool, size: ByteCount) {
        self.letter = letter
        self.device = device
        self.isApart = isApart
        bytes = UInt32(size.bytes)
    }

    public var size: ByteCount { .bytes(Int64(bytes)) }

    public var mark: UInt64 { Vocabulary.mark(letter.mark, UInt64(device), UInt64(bytes)) }
}

/// A record of the recipient log: a letter for one of its recipients; for a room, where rooms are served in one piece.
public struct AddressedLetter: LogPayload {
    public let letter: Letter
    public let device: UInt8
    private let flags: Flags
    private let recipientWord: UInt32
    let bytes: UInt32

    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let isDelivered = Flags(rawValue: 1)
        static let isApart = Flags(rawValue: 2)
    }

    init(_ posted: PostedLetter, to recipient: Destination, isDelivered: Bool, size: ByteCount) {
        letter = posted.letter
        device = posted.device
        recipientWord = recipient.word
        var flags: Flags = isDelivered ? .isDelivered : []
        if posted.isApart { flags.insert(.isApart) }
        self.flags = flags
        bytes = UInt32(size.bytes)
    }

    public var recipient: Destination { Destination(word: recipientWord) }
    /// Whether there is a device that lacks it: that of a sender with one device is only stored.
    var isDelivered: Bool { flags.contains(.isDelivered) }
    /// Its ciphertexts lie with the message service.
    var isApart: Bool { flags.contains(.isApart) }

    /// Nil where it is for a room.
    var user: User? { if case .direct(let user) = recipient { user } else { nil } }

    public var size: ByteCount { .bytes(Int64(bytes)) }

    public var mark: UInt64 {
        Vocabulary.mark(
            letter.mark, recipient.key, UInt64(device) << 1 | (isDelivered ? 1 : 0), UInt64(bytes))
    }
}
