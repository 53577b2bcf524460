internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a person taps, until the system has it (S1-7).
///
/// Each time a letter is sent a timer is set: for the timeout and the pause behind it, after the last attempt
/// for the timeout alone. When it goes off, the letter is sent again, or given up. A letter that goes out
/// on a new line has used an attempt like any other; one that waits for a line uses none.
///
/// What was given up is shown to its owner as not sent, and stays so: an answer that comes later changes
/// nothing. The system may have the letter all the same, and show it to whom it is for.
///
/// Answers and timers name a letter, so it is in the outbox once at a time: what is to be sealed anew of it waits until
/// it has been answered (`Phone+Sealing`).
extension Phone {
    /// When the next tap is.
    func planTap() -> Instant? { person.planTap(of: id.user, in: town) }

    /// On one of the devices that are in use.
    func tap(in shift: Shift) {
        switch town.deviceToTap(of: id.user, tap: person.taps) {
        case id.number?: take(town.letter(of: id.user, at: shift.now), in: shift)
        case let other?: town.leave(.tapHere, for: DeviceID(of: id.user, other), at: shift.now)
        case nil: break
        }
        if let next = planTap() { _ = shift.arm(.tap, after: next - shift.now) }
    }

    func take(_ tapped: Letter, in shift: Shift) {
        let letter = ordered(tapped)
        town.tapped?(letter, id, shift.now)
        tell(.tapped(letter.id, on: id, to: letter.destination), in: shift)
        if town.appPlan.blocks != nil, let refusal = refusalToSend(to: letter.destination) {
            town.meters.sendsSaved?.add()
            return tell(.refused(letter.id, refusal), in: shift)
        }
        keep(letter)
        sendFile(of: letter.id, in: shift)
        guard town.appPlan.sealing == .none else { return seal(letter, in: shift) }
        town.outbox.append(SentLetter(letter: letter), to: &outbox)
        sendOrConnect(letter, in: shift)
    }

    func sendOrConnect(_ letter: Letter, in shift: Shift) {
        if isConnected(town.appPlan.routes.letters) {
            send(letter, attempt: 0, in: shift)
        } else if hasStoppedConnecting {
            connectAnew(in: shift)
        }
    }

    /// All that waits, on a line that has just opened. What has used its attempts waits for its answer only.
    func sendWaitingLetters(in shift: Shift) {
        for sent in town.outbox.elements(of: outbox)
        where sent.attempts < town.app.retry.limit && sent.isReady {
            send(sent.letter, attempt: sent.attempts, isLineNew: true, in: shift)
        }
    }

    /// What has gone out and was not answered waits here again: the app is closed, or has no network.
    func takeBackLetters(in shift: Shift) {
        for sent in town.outbox.elements(of: outbox) where sent.attempts > 0 && !isResend(sent.letter) {
            town.ledger.returnToSender(sent.letter.id, at: shift.now)
        }
    }

    /// Attempts count from 0.
    private func send(_ letter: Letter, attempt: UInt32, isLineNew: Bool = false, in shift: Shift) {
        if attempt > 0 {
            town.sentAgain += 1
            town.ledger.sentAgain(letter.id, attempt: Int(attempt) + 1, at: shift.now)
            town.ledger.leaveSenderAgain(letter.id, at: shift.now)
        } else if !isResend(letter) {
            town.ledger.stamp(
                letter.id, for: nil, stage: Stage.wayIn, place: Place.phone(of: id.user), at: shift.now)
        }
        var pieces: UInt32 = 0
        let timer = shift.arm(.retry(letter.id), after: town.wait(for: letter.id, attempt: attempt))
        town.outbox.update(in: outbox, where: { $0.letter.id == letter.id }) {
            if let former = $0.timer { shift.cancel(former) }
            $0.attempts = attempt + 1
            $0.timer = timer
            if isLineNew { $0.pieces = 0 }
            pieces = $0.pieces
        }
        sayPiece(pieces, of: letter, in: shift)
    }

    /// All of a letter, or the next piece of one that is too large for that: what else is to be said on the line, and
    /// by others through the same door, goes in between.
    private func sayPiece(_ number: UInt32, of letter: Letter, in shift: Shift) {
        let rest = rest(of: letter, from: number)
        let channel = town.appPlan.routes.letters
        if rest > Letter.pieceSize {
            say(.piece(letter, UInt16(number)), over: channel, size: Letter.pieceSize, in: shift)
        } else {
            say(.send(letter), over: channel, size: rest, in: shift)
        }
    }

    /// What a letter weighs from one of its pieces on; less than nothing where it has no such piece.
    private func rest(of letter: Letter, from piece: UInt32) -> ByteCount {
        let size = letter.isSealed ? town.envelopes.size(of: letter) : letter.size
        return size - Letter.pieceSize * Int64(piece)
    }

    /// The other end of the line has a piece, and has not had it before. A piece that was said twice is answered twice,
    /// the second time perhaps when what goes out of the letter is sealed anew, and has no piece behind that one.
    func sendNextPiece(of letter: LetterID, behind number: UInt32, in shift: Shift) {
        guard let sent = town.outbox.first(in: outbox, where: { $0.letter.id == letter }),
            sent.pieces == number, sent.attempts > 0, rest(of: sent.letter, from: number + 1) > .zero
        else { return }
        let timer = shift.arm(.retry(letter), after: town.wait(for: letter, attempt: sent.attempts - 1))
        town.outbox.update(in: outbox, where: { $0.letter.id == letter }) {
            if let former = $0.timer { shift.cancel(former) }
            $0.pieces = number + 1
            $0.timer = timer
        }
        sayPiece(number + 1, of: sent.letter, in: shift)
    }

    /// A letter that the system has had before, sealed anew for one device: no news for the ledger.
    private func isResend(_ letter: Letter) -> Bool {
        letter.isSealed && town.envelopes.addressee(of: letter) != nil
    }

    /// The time for an answer is over, and the pause behind it.
    func missAnswer(to letter: LetterID, in shift: Shift) {
        guard let sent = town.outbox.first(in: outbox, where: { $0.letter.id == letter }) else { return }
        if sent.attempts >= town.app.retry.limit {
            _ = town.outbox.removeFirst(from: &outbox, where: { $0.letter.id == letter })
            if !isResend(sent.letter) { tell(.gaveUp(letter), in: shift) }
            return sealPostponed(letter, in: shift)
        }
        town.outbox.update(in: outbox, where: { $0.letter.id == letter }) { $0.timer = nil }
        if isConnected(town.appPlan.routes.letters) {
            send(sent.letter, attempt: sent.attempts, in: shift)
        }
    }

    /// The system has answered for a letter. False when it had before, or the letter was given up; and of one that was
    /// sealed anew, which nobody waits for. What has not been said yet is not what was answered: that went out before,
    /// more than once.
    func settle(_ letter: LetterID, in shift: Shift) -> Bool {
        guard
            let sent = town.outbox.removeFirst(
                from: &outbox, where: { $0.letter.id == letter && $0.attempts > 0 })
        else { return false }
        if let timer = sent.timer { shift.cancel(timer) }
        link(town.appPlan.routes.letters) { $0.beginAnew() }
        sealPostponed(letter, in: shift)
        return !isResend(sent.letter)
    }

    /// Whether a letter is not to be sent again. Who has tapped too much is told so, and may tap again; what is sealed anew
    /// nobody taps, and when it is too much for now, it goes out later.
    func isFinal(_ refusal: Refusal, of letter: LetterID) -> Bool {
        refusal.isByRule && (refusal != .rateLimited || awaits(letter))
    }

    /// Whether its sender waits to hear of a letter.
    func awaits(_ letter: LetterID) -> Bool {
        town.outbox.first(in: outbox) { $0.letter.id == letter }.map { !isResend($0.letter) } ?? false
    }
}
