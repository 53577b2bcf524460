public import Chat
public import Vocabulary

/// A letter on its way to a chat host: for somebody, or for those who are in a room.
public struct Dispatch: Hashable, Marked {
    public let letter: Letter
    public let recipient: Destination
    /// What its consumer has it by.
    let slot: UInt32
    /// From which of its sender's devices it came: that one has it.
    let origin: UInt8
    /// Its ciphertexts are to be fetched from the message service.
    let isApart: Bool
    /// Who wants to hear if somebody is not there; nil when it was told so before.
    let consumer: UInt8?

    private init(
        _ letter: Letter, to recipient: Destination, from origin: UInt8, isApart: Bool, slot: UInt32,
        by consumer: UInt8?
    ) {
        (self.letter, self.recipient, self.origin, self.isApart) = (letter, recipient, origin, isApart)
        (self.slot, self.consumer) = (slot, consumer)
    }

    init(_ message: AddressedLetter, slot: UInt32, by consumer: Int?) {
        self.init(
            message.letter, to: message.recipient, from: message.device, isApart: message.isApart, slot: slot,
            by: consumer.map { UInt8($0) })
    }

    /// The same for the second time.
    var again: Dispatch {
        Dispatch(letter, to: recipient, from: origin, isApart: isApart, slot: slot, by: nil)
    }

    /// Whether it came from that device.
    func isFrom(_ device: DeviceID) -> Bool { device.user == letter.id.sender && device.number == origin }

    public var mark: UInt64 {
        Vocabulary.mark(
            letter.mark, recipient.key, UInt64(slot), UInt64(origin) << 8 | UInt64(consumer ?? .max))
    }
}
