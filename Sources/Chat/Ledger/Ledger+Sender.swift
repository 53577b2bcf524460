import Vocabulary

/// Letters that have left their sender's app, and wait there again: it was closed or lost its network before the system
/// had them. That time is the sender's, and not the way's.
extension Ledger {
    func returnToSender(_ letter: LetterID, at time: Instant) {
        move(letter, from: Stage.wayIn, to: settings.senderStage, at: time)
    }

    func leaveSenderAgain(_ letter: LetterID, at time: Instant) {
        move(letter, from: settings.senderStage, to: Stage.wayIn, at: time)
    }

    /// Only if it is there: a letter that has come further is where its first copy is.
    private func move(_ id: LetterID, from former: UInt16, to stage: UInt16, at time: Instant) {
        guard let letter = openLetter(id), letter.pointee.stamps != OpenLetter.none,
            stamps[letter.pointee.stamps].stage == former
        else { return }
        let place = Place.phone(of: id.sender)
        if !watches.isEmpty { tellWatches(id, for: nil, stage: stage, place: place, at: time) }
        letter.pointee.stamps = stamps.add(
            Stamp(time: time.nanoseconds, place: place, older: letter.pointee.stamps, stage: stage),
            notBefore: letter.pointee.stamps)
    }
}
