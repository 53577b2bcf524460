import Vocabulary

/// Receipts and reads, on their way back to the sender.
///
/// They are measured for a sender whose app has been open all the time that the confirmation took.
extension Ledger {
    func confirmShown(_ id: LetterID, to user: User) {
        guard let letter = openLetter(id), let copy = copy(of: letter, for: user),
            copy.pointee.due != 0, copy.pointee.state.contains(.wasShown)
        else { return counts.lateConfirmations += 1 }
        guard copy.pointee.state.insert(.receiptIsKnown).inserted else { return }
        confirm(.receipt, letter, copy, since: copy.pointee.firstShown)
    }

    func read(_ id: LetterID, by user: User) {
        guard let letter = openLetter(id), let copy = copy(of: letter, for: user),
            copy.pointee.state.insert(.wasRead).inserted
        else { return }
        copy.pointee.readTime = now
    }

    func confirmRead(_ id: LetterID, by user: User) {
        guard let letter = openLetter(id), let copy = copy(of: letter, for: user),
            copy.pointee.due != 0, copy.pointee.state.contains([.wasShown, .wasRead])
        else { return counts.lateConfirmations += 1 }
        guard copy.pointee.state.insert(.readIsKnown).inserted else { return }
        confirm(.read, letter, copy, since: copy.pointee.readTime)
    }

    private func confirm(
        _ metric: Sample.Metric, _ letter: UnsafeMutablePointer<OpenLetter>,
        _ copy: UnsafeMutablePointer<Copy>, since: UInt64
    ) {
        if isAtHand(letter.pointee.id.sender, since: since) {
            add(
                metric, of: copy.pointee.user, isRoom: letter.isRoom, intended: letter.pointee.tapped,
                latency: now - since)
        }
        finishIfDone(copy, of: letter)
        closeIfDone(letter)
    }

    /// An app has been open all the time since.
    func isAtHand(_ user: User, since time: UInt64) -> Bool {
        let person = person(user)
        return person.pointee.open != 0 && person.pointee.backTime <= time
    }
}
