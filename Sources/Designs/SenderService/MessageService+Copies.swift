internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// Ciphertexts of letters that were too large for the logs. They come before the envelope, piece by piece; each lies in
/// rows of its own, so that a device is given what is for it and no more. An envelope may never come, since the app has
/// given up or was refused: what has none after `without-envelope` is removed.
///
///     a piece     | …ciphertext 3 | ciphertext 4 | cipher…    rows (3, piece), (4, piece), (5, piece) of that letter
extension MessageService {
    func keep(_ piece: UInt16, of letter: Letter, _ ticket: Ticket<Stored>, in shift: Shift) {
        let (copy, all) = (envelopes.copySize(of: letter).bytes, envelopes.size(of: letter).bytes)
        let first = Int64(piece) * Letter.pieceSize.bytes
        let end = min(all, first + Letter.pieceSize.bytes)
        var rows: [WideRow] = []
        for number in first / copy...(end - 1) / copy {
            rows.append(
                WideRow(
                    in: MessageTable.copies(of: letter.id), at: UInt64(number) << 16 | UInt64(piece),
                    value: 1,
                    weight: .bytes(min(end, (number + 1) * copy) - max(first, number * copy)),
                    lifetime: rules.lifetime(settings)))
        }
        if piece == 0 {
            rows.append(
                WideRow(
                    in: MessageTable.pending(at: seat.number), at: letter.id.word,
                    value: seconds(of: shift), weight: settings.confirmationSize,
                    lifetime: rules.lifetime(settings)))
        }
        store.write(rows, at: .quorum, then: .stored(ticket), in: shift)
    }

    /// The ciphertext of a device. They lie in the order in which the app has sealed them, and say for whom they are; all
    /// weigh the same.
    func copy(of letter: Letter, for device: DeviceID) -> WideRead {
        let copies = UInt64(envelopes.envelope(of: letter)?.copies ?? 1)
        let number = UInt64(directory.number(of: device)) % max(1, copies)
        return WideRead(
            of: MessageTable.copies(of: letter.id), rows: number << 16...(number << 16 | 0xFFFF), limit: 5_000
        )
    }

    func fetch(_ letter: Letter, _ device: DeviceID, _ ticket: Ticket<Copy>, in shift: Shift) {
        store.read(
            copy(of: letter, for: device), at: .quorum,
            then: .fetched(ticket, size: envelopes.copySize(of: letter)), in: shift)
    }

    // MARK: Without an envelope

    /// What its clock says.
    private func seconds(of shift: Shift) -> UInt64 {
        UInt64(max(0, shift.localTime.nanoseconds) / 1_000_000_000)
    }

    /// What this instance was given.
    func lookForPending(from first: UInt64, in shift: Shift) {
        store.read(
            WideRead(of: MessageTable.pending(at: seat.number), rows: first ... .max, limit: 1_000),
            at: .quorum,
            then: .pending, in: shift)
    }

    func takePending(_ page: WidePage, in shift: Shift) {
        let now = seconds(of: shift)
        let age = UInt64(settings.withoutEnvelope.nanoseconds / 1_000_000_000)
        for row in page.rows where row[0].value + age <= now {
            let letter = LetterID(
                of: User(UInt32(truncatingIfNeeded: row[0].clustering >> 32)),
                UInt32(truncatingIfNeeded: row[0].clustering))
            // Whoever gets it, its sender does.
            store.read(
                WideRead(
                    of: MessageTable.letters(of: letter.sender), rows: letter.word...letter.word, limit: 1),
                at: .quorum, then: .envelope(letter), in: shift)
        }
        page.letGo()
    }

    func settle(_ letter: LetterID, hasEnvelope: Bool, in shift: Shift) {
        var rows = [WideRow.deletion(in: MessageTable.pending(at: seat.number), at: letter.word)]
        if rules.removes(hasEnvelope) {
            rows.append(.deletion(in: MessageTable.copies(of: letter), of: 0 ... .max))
            removed.add()
        }
        store.write(rows, at: .quorum, then: .forgotten, in: shift)
    }
}
