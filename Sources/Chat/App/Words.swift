public import Vocabulary

/// What an app says to its backend, over the line that it keeps open.
@frozen
public enum FromDevice: Marked {
    /// Who is there, and by what it is known that it is they: the first word on every line.
    case hello(DeviceID, Credential)
    /// Who is there wants to be let in anew.
    case login(DeviceID)
    case send(Letter)
    /// A letter has been shown, or had been before: nobody needs to send it to this device again.
    case shown(LetterID)
    /// A letter will not be shown, since its sender is blocked (S0-25): nobody needs to send it to this device again, and
    /// its sender is to hear nothing.
    case stopped(LetterID)
    case read(LetterID)
    case change(Change)
    case ask(Question)
    /// A piece of a letter that is too large to be sent at once; the last one is the letter itself. They are
    /// numbered from 0, and each begins `Letter.pieceSize` behind the one before. The next one comes when this one is
    /// answered.
    case piece(Letter, UInt16)
    /// Where each device has a list of blocks of its own. It is answered.
    case block(BlockOrder)
    /// The device knows its owner's list up to this version.
    case blocksSynced(UInt32)

    @inlinable public var mark: UInt64 {
        switch self {
        case .hello(let device, .first): Vocabulary.mark(1, device.mark)
        case .hello(let device, let credential): Vocabulary.mark(1, device.mark, UInt64(credential.number))
        case .login(let device): Vocabulary.mark(10, device.mark)
        case .send(let letter): Vocabulary.mark(2, letter.mark)
        case .shown(let letter): Vocabulary.mark(3, letter.word)
        case .read(let letter): Vocabulary.mark(4, letter.word)
        case .change(let change): change.mark
        case .ask(let question): Vocabulary.mark(9, question.mark)
        case .piece(let letter, let number): Vocabulary.mark(14, letter.id.word, UInt64(number))
        case .block(let order): Vocabulary.mark(15, order.mark)
        case .blocksSynced(let version): Vocabulary.mark(16, UInt64(version))
        case .stopped(let letter): Vocabulary.mark(17, letter.word)
        }
    }
}

/// What a user changes of what the system knows.
@frozen
public enum Change: Hashable, Marked {
    /// It holds in the app at once, and in the system when this is known there (S0-25, S0-26).
    case block(User)
    /// It holds when the app is told `unblocked`.
    case unblock(User)
    /// Who is in a room is for the system to say; it tells the ledger too.
    case join(Room)
    case leave(Room)
    /// A device of this number is the user's from now on, or not any more.
    case addDevice(UInt8)
    case removeDevice(UInt8)
    /// A device of the user's has this key from now on. All who write to them are to be told, and the user's other
    /// devices (S0-23).
    case newKey(UInt8, UInt16)

    @inlinable public var mark: UInt64 {
        switch self {
        case .block(let user): Vocabulary.mark(5, UInt64(user.number))
        case .unblock(let user): Vocabulary.mark(6, UInt64(user.number))
        case .join(let room): Vocabulary.mark(7, UInt64(room.number))
        case .leave(let room): Vocabulary.mark(8, UInt64(room.number))
        case .addDevice(let device): Vocabulary.mark(11, UInt64(device))
        case .removeDevice(let device): Vocabulary.mark(12, UInt64(device))
        case .newKey(let device, let version): Vocabulary.mark(13, UInt64(device), UInt64(version))
        }
    }
}

/// What an app is told.
@frozen
public enum ToDevice: Marked {
    /// The system has the letter; the app need not send it again (S1-7).
    case accepted(LetterID)
    case refused(LetterID, Refusal)
    case letter(Letter)
    /// This user's device has shown the letter, or this user has read it (S0-3).
    case receipt(LetterID, from: User)
    case readReceipt(LetterID, from: User)
    /// Letters of this user pass again.
    case unblocked(User)
    /// What the user changed is not so in the system, and will not be.
    case changeRefused(Change, Refusal)
    case answer(Answer)
    /// This line leads nowhere any more: the app is to ask for another door.
    case moved
    /// Nobody is known on this line until they have logged in (S3-1).
    case loginNeeded
    /// What the device says hello with from now on.
    case loggedIn(Credential)
    /// A device of somebody has another key now, or none any more (S0-23).
    case newKey(PublicKey)
    /// A device could not open a letter of this user's, and has this key (S0-24).
    case resendWanted(LetterID, by: DeviceID, key: UInt16)
    case pieceTaken(LetterID, UInt32)
    /// What came of the order of this number.
    case blockAnswered(UInt32, BlockAnswer)
    /// A line of the owner's list of blocks.
    case blockSet(BlockEntry)
    /// Devices of the owner's do not agree about this user: what is meant? (S0-27)
    case blockQuestion(User)
    /// This user has blocked the owner, or does so no more (S0-42); the version is that of this user's list.
    case blockedBy(BlockEntry)
    /// What others have changed while the device was away (`MissedNews`): it lies on this page.
    case missed(page: UInt32)
    /// Another device of the owner's is connected now, and this one is not to be (S0-43).
    case elsewhere

    /// The letter that it is about, if it is about one.
    @inlinable public var letter: LetterID? {
        switch self {
        case .accepted(let letter), .refused(let letter, _), .receipt(let letter, _),
            .readReceipt(let letter, _):
            letter
        case .letter(let letter): letter.id
        case .unblocked, .changeRefused, .answer, .moved, .loginNeeded, .loggedIn, .newKey, .resendWanted,
            .pieceTaken, .blockAnswered, .blockSet, .blockQuestion, .blockedBy, .missed, .elsewhere:
            nil
        }
    }

    @inlinable public var mark: UInt64 {
        switch self {
        case .accepted(let letter): Vocabulary.mark(1, letter.word)
        case .refused(let letter, let refusal): Vocabulary.mark(2, letter.word, UInt64(refusal.rawValue))
        case .letter(let letter): Vocabulary.mark(3, letter.mark)
        case .receipt(let letter, let user): Vocabulary.mark(4, letter.word, UInt64(user.number))
        case .readReceipt(let letter, let user): Vocabulary.mark(5, letter.word, UInt64(user.number))
        case .unblocked(let user): Vocabulary.mark(6, UInt64(user.number))
        case .changeRefused(let change, let refusal):
            Vocabulary.mark(7, change.mark, UInt64(refusal.rawValue))
        case .answer(let answer): Vocabulary.mark(8, answer.mark)
        case .moved: Vocabulary.mark(9)
        case .loginNeeded: Vocabulary.mark(10)
        case .loggedIn(let credential): Vocabulary.mark(11, UInt64(credential.number))
        case .newKey(let key): Vocabulary.mark(12, key.mark)
        case .resendWanted(let letter, let device, let key):
            Vocabulary.mark(13, letter.word, device.mark, UInt64(key))
        case .pieceTaken(let letter, let number): Vocabulary.mark(14, letter.word, UInt64(number))
        case .blockAnswered(let order, let answer):
            Vocabulary.mark(15, UInt64(order), UInt64(answer.rawValue))
        case .blockSet(let entry): Vocabulary.mark(16, entry.mark)
        case .blockQuestion(let user): Vocabulary.mark(17, UInt64(user.number))
        case .blockedBy(let entry): Vocabulary.mark(18, entry.mark)
        case .elsewhere: Vocabulary.mark(19)
        case .missed(let page): Vocabulary.mark(20, UInt64(page))
        }
    }
}
