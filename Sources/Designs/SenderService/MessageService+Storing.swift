internal import Chat
internal import Cluster
internal import Infrastructure
internal import Simulation
public import Vocabulary

/// A letter as the message store has it: sealed.
public struct StoredLetter: Marked {
    let letter: Letter
    /// Which of its sender's devices has it already.
    let device: UInt8
    /// Its ciphertexts are rows by themselves.
    let isApart: Bool

    public var mark: UInt64 { Vocabulary.mark(letter.mark, UInt64(device)) }
}

/// A confirmation that is to be stored. It is owed to the sender of its letter if no device of theirs has heard of it.
public struct StoredConfirmation: Hashable, Marked {
    let confirmation: Confirmation
    let isOwed: Bool

    public var mark: UInt64 { Vocabulary.mark(confirmation.mark, isOwed ? 1 : 0) }
}

/// What whoever has something stored hears.
public enum Stored: UInt64, Marked {
    case stored = 1
    /// Some of it may be stored, and some not.
    case failed

    public var mark: UInt64 { rawValue }
}

/// The tables of the message store. A partition is of one user.
enum MessageTable {
    static func letters(of user: User) -> UInt64 { UInt64(user.number) }
    static func shown(on device: DeviceID) -> UInt64 {
        UInt64(1 + UInt64(device.number)) << 32 | UInt64(device.user.number)
    }
    static func owed(to user: User) -> UInt64 { 32 << 32 | UInt64(user.number) }
    static func pending(at instance: Int) -> UInt64 { 33 << 32 | UInt64(instance) }
    static func copies(of letter: LetterID) -> UInt64 { 1 << 63 | letter.word }

    static func owedKey(_ confirmation: Confirmation) -> UInt64 {
        UInt64(confirmation.letter.number) << 32 | UInt64(confirmation.device.user.number) << 1
            | (confirmation.kind == .read ? 1 : 0)
    }
    static func owedConfirmation(_ key: UInt64, to user: User) -> Confirmation {
        Confirmation(
            key & 1 == 1 ? .read : .shown, LetterID(of: user, UInt32(truncatingIfNeeded: key >> 32)),
            on: DeviceID(of: User(UInt32(truncatingIfNeeded: key & 0xFFFF_FFFF) >> 1), 0))
    }

    // A scenario has less than 2^30 people: bit 31 is free in the keys of confirmations.
    private static let wishBit: UInt64 = 1 << 31

    static func isWish(_ key: UInt64) -> Bool { key & wishBit != 0 }
    /// A device may ask for a letter with several keys, one after the other: the latest counts.
    static func owedKey(of letter: LetterID, for device: DeviceID) -> UInt64 {
        precondition(letter.number < 1 << 29, "the key of a wish has 29 bits for the number of a letter")
        return UInt64(device.number) << 61 | UInt64(letter.number) << 32 | wishBit
            | UInt64(device.user.number)
    }
    static func owedWish(_ key: UInt64, of sender: User, value: UInt64) -> Wish {
        Wish(
            letter: LetterID(of: sender, UInt32(truncatingIfNeeded: key >> 32) & (1 << 29 - 1)),
            device: DeviceID(of: User(UInt32(truncatingIfNeeded: key & (wishBit - 1))), UInt8(key >> 61)),
            key: UInt16(truncatingIfNeeded: value))
    }
}

/// What the message service has stored, in batches: it says *stored* when a quorum has all of it.
extension MessageService {
    /// Those to a room wait until it is sure who is in there, as with a generator that makes a copy for each of them.
    func keep(_ letters: [AddressedLetter], _ ticket: Ticket<Stored>, in shift: Shift) {
        let hasRooms = letters.contains { if case .room = $0.recipient { true } else { false } }
        guard !hasRooms || learner.isUpToDate(in: shift) else { return unsure.append((letters, ticket)) }
        var rows: [WideRow] = []
        for message in letters {
            let stored = StoredLetter(
                letter: message.letter, device: message.device, isApart: message.isApart)
            // S0-24: what was sealed anew fulfils a wish, and lies where its device is going to confirm the letter.
            if let addressee = envelopes.addressee(of: message.letter) {
                rows.append(
                    .deletion(
                        in: MessageTable.owed(to: message.letter.id.sender),
                        at: MessageTable.owedKey(of: message.letter.id, for: addressee)))
                rows.append(
                    WideRow(
                        in: MessageTable.shown(on: addressee), at: message.letter.id.word,
                        body: letterPool.write(stored), mark: stored.mark, weight: message.size,
                        lifetime: rules.lifetime(settings)))
                continue
            }
            rules.words(message.letter) { shift.openBody(of: message.letter, telling: ledger) }
            func row(of user: User, size: ByteCount) -> WideRow {
                // A sender's only device has nothing to read of it, and envelopes may be set to nothing.
                WideRow(
                    in: MessageTable.letters(of: user), at: message.letter.id.word,
                    body: letterPool.write(stored), mark: stored.mark, weight: max(size, .bytes(1)),
                    lifetime: rules.lifetime(settings))
            }
            switch message.recipient {
            case .direct(let user): rows.append(row(of: user, size: message.size))
            case .room(let room):
                // Each has its own ciphertexts, and all the same envelope.
                let isApart = message.isApart
                let envelope =
                    isApart ? message.size : message.size - envelopes.size(of: message.letter)
                directory.forEachMember(of: room) { user in
                    let devices = directory.devices(of: user).count
                    let own = envelopes.size(of: message.letter, for: user, devices: devices)
                    rows.append(row(of: user, size: (isApart ? .zero : own) + envelope))
                }
            }
        }
        store.write(rows, at: .quorum, then: .stored(ticket), in: shift)
    }

    func keepUnsure(in shift: Shift) {
        guard !unsure.isEmpty, learner.isUpToDate(in: shift) else { return }
        for (letters, ticket) in unsure { keep(letters, ticket, in: shift) }
        unsure.removeAll()
    }

    func keep(_ wish: Wish, _ ticket: Ticket<Stored>, in shift: Shift) {
        let row = WideRow(
            in: MessageTable.owed(to: wish.letter.sender),
            at: MessageTable.owedKey(of: wish.letter, for: wish.device), value: UInt64(wish.key),
            weight: settings.confirmationSize, lifetime: settings.retention)
        store.write([row], at: .quorum, then: .stored(ticket), in: shift)
    }

    func keep(_ confirmations: [StoredConfirmation], _ ticket: Ticket<Stored>, in shift: Shift) {
        let rows = confirmations.map { stored in
            let confirmation = stored.confirmation
            return stored.isOwed
                ? WideRow(
                    in: MessageTable.owed(to: confirmation.letter.sender),
                    at: MessageTable.owedKey(confirmation),
                    value: 1, weight: settings.confirmationSize, lifetime: settings.retention)
                : row(of: confirmation)
        }
        store.write(rows, at: .quorum, then: .stored(ticket), in: shift)
    }

    /// Its device needs the letter no more.
    func row(of confirmation: Confirmation) -> WideRow {
        WideRow(
            in: MessageTable.shown(on: confirmation.device), at: confirmation.letter.word,
            value: UInt64(confirmation.kind.rawValue), weight: settings.confirmationSize,
            lifetime: settings.retention)
    }
}
