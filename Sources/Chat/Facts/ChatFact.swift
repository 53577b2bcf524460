public import Vocabulary

/// What happens to people and letters, as those who do it tell it. The behaviour digest folds these facts,
/// and the ledger keeps its books by them.
@frozen
public enum ChatFact: Hashable, Sendable {
    /// The person meant to send: latency counts from here.
    case tapped(LetterID, on: DeviceID, to: Destination)
    /// The sender's device learned that the system will not have it.
    case refused(LetterID, Refusal)
    /// The sender's device learned that the system has it.
    case accepted(LetterID)
    /// The sender's device will not send it again, and shows it as not sent.
    case gaveUp(LetterID)
    case shown(LetterID, on: DeviceID)
    /// A device got it once more and kept that to itself.
    case droppedAsDuplicate(LetterID, on: DeviceID)
    /// The sender's device learned that the letter was shown to this user.
    case receiptKnown(LetterID, from: User)
    case read(LetterID, by: User)
    /// The sender's device learned that this user read it.
    case readKnown(LetterID, from: User)
    /// A service held the body in this form; the place is a number that the run has a name for.
    case seen(LetterID, BodyForm, at: UInt32)

    /// The person wants to be connected from now on.
    case appOpened(DeviceID)
    case appClosed(DeviceID)
    case accessLost(DeviceID)
    case accessGained(DeviceID)
    case deviceAdded(DeviceID)
    case deviceLost(DeviceID)
    /// A device has somebody on its list of blocks from now on, or not any more, whoever knows of it.
    case listed(User, on: DeviceID)
    case unlisted(User, on: DeviceID)
    /// A device learned that the system has the block, and keeps it everywhere.
    case blocked(User, by: User)
    case unblocked(User, by: User)
    /// Somebody has asked to come into a room: from now on parts of the system may have them there.
    case joining(Room, User)
    case joined(Room, User)
    case left(Room, User)
}

/// Why a letter was refused.
@frozen
public enum Refusal: UInt8, Hashable, Sendable, CaseIterable {
    case roomTooLarge, bodyTooLarge, notAuthenticated, notMember, unknownRecipient, blocked, rateLimited
    case overloaded, failed
    /// The sender has blocked the recipient; `blocked` is the other way round.
    case recipientBlocked

    /// A refusal by a rule of the design: the answer is right, and nobody waits for the letter. The others
    /// are troubles of the system; the letter stays due, as the person wanted it sent.
    @inlinable public var isByRule: Bool {
        switch self {
        case .roomTooLarge, .bodyTooLarge, .notAuthenticated, .notMember, .unknownRecipient, .blocked,
            .recipientBlocked, .rateLimited:
            true
        case .overloaded, .failed: false
        }
    }
}

@frozen
public enum BodyForm: UInt8, Hashable, Sendable {
    case sealed, plain
}

extension ChatFact: Fact {
    @inlinable public var mark: UInt64 {
        switch self {
        case .tapped(let letter, let device, let destination):
            Vocabulary.mark(1, letter.word, UInt64(device.number), UInt64(destination.word))
        case .refused(let letter, let refusal): Vocabulary.mark(2, letter.word, UInt64(refusal.rawValue))
        case .accepted(let letter): Vocabulary.mark(3, letter.word)
        case .shown(let letter, let device): Vocabulary.mark(4, letter.word, device.mark)
        case .droppedAsDuplicate(let letter, let device): Vocabulary.mark(5, letter.word, device.mark)
        case .receiptKnown(let letter, let user): Vocabulary.mark(6, letter.word, UInt64(user.number))
        case .read(let letter, let user): Vocabulary.mark(7, letter.word, UInt64(user.number))
        case .readKnown(let letter, let user): Vocabulary.mark(8, letter.word, UInt64(user.number))
        case .seen(let letter, let form, let place):
            Vocabulary.mark(9, letter.word, UInt64(form.rawValue), UInt64(place))
        case .appOpened(let device): Vocabulary.mark(10, device.mark)
        case .appClosed(let device): Vocabulary.mark(11, device.mark)
        case .accessLost(let device): Vocabulary.mark(12, device.mark)
        case .accessGained(let device): Vocabulary.mark(13, device.mark)
        case .deviceAdded(let device): Vocabulary.mark(14, device.mark)
        case .deviceLost(let device): Vocabulary.mark(15, device.mark)
        case .blocked(let user, let by): Vocabulary.mark(16, UInt64(user.number), UInt64(by.number))
        case .unblocked(let user, let by): Vocabulary.mark(17, UInt64(user.number), UInt64(by.number))
        case .joined(let room, let user): Vocabulary.mark(18, UInt64(room.number), UInt64(user.number))
        case .joining(let room, let user):
            Vocabulary.mark(23, UInt64(room.number), UInt64(user.number))
        case .left(let room, let user): Vocabulary.mark(19, UInt64(room.number), UInt64(user.number))
        case .gaveUp(let letter): Vocabulary.mark(20, letter.word)
        case .listed(let user, let device): Vocabulary.mark(21, UInt64(user.number), device.mark)
        case .unlisted(let user, let device): Vocabulary.mark(22, UInt64(user.number), device.mark)
        }
    }
}
