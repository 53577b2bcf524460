public import Chat
public import Vocabulary

/// S0-3: that a letter was shown on a device, or read, on its way to who has sent it. 16 bytes.
public struct Confirmation: Hashable, Marked {
    public enum Kind: UInt8, Sendable {
        case shown = 1
        case read
    }

    public let letter: LetterID
    let reader: UInt32
    public let deviceNumber: UInt8
    public let kind: Kind

    init(_ kind: Kind, _ letter: LetterID, on device: DeviceID) {
        self.kind = kind
        self.letter = letter
        reader = device.user.number
        deviceNumber = device.number
    }

    /// Nil where a word is none. Which of its reader's devices it was is nothing to the sender.
    init?(_ word: ToDevice) {
        switch word {
        case .receipt(let letter, let reader): self.init(.shown, letter, on: DeviceID(of: reader, 0))
        case .readReceipt(let letter, let reader): self.init(.read, letter, on: DeviceID(of: reader, 0))
        default: return nil
        }
    }

    public var device: DeviceID { DeviceID(of: User(reader), deviceNumber) }

    /// As it is said to a device of the sender's.
    var word: ToDevice {
        switch kind {
        case .shown: .receipt(letter, from: User(reader))
        case .read: .readReceipt(letter, from: User(reader))
        }
    }

    public var mark: UInt64 { Vocabulary.mark(letter.word, device.mark, UInt64(kind.rawValue)) }
}
