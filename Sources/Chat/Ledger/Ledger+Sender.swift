import Vocabulary

/// Letters that have left their sender's app, and wait there again: it was closed or lost its network before the system
/// had them, or it is to seal them anew. That time is the sender's, and not the way's. And letters that are left somewhere when
/// the run is over.
extension Ledger {
    /// What has come to a device cannot be opened there.
    func cannotOpen(_ id: LetterID, on device: DeviceID, at time: Instant) {
        let (stage, place) = (settings.senderStage, Place.phone(of: id.sender))
        for watch in watches {
            watch.cannotOpen(id, on: device, at: time)
            watch.stamp(id, for: device.user, stage: stage, place: place, at: time)
        }
        guard let letter = openLetter(id), let copy = copy(of: letter, for: device.user),
            copy.pointee.isAwaited
        else { return }
        let older = UInt32(truncatingIfNeeded: copy.pointee.firstShown)
        copy.pointee.firstShown = UInt64(
            stamps.add(
                Stamp(time: time.nanoseconds, place: place, older: older, stage: stage), notBefore: older))
    }

    func returnToSender(_ letter: LetterID, at time: Instant) {
        move(letter, from: Stage.wayIn, to: settings.senderStage, Place.phone(of: letter.sender), at: time)
    }

    func leaveSenderAgain(_ letter: LetterID, at time: Instant) {
        move(letter, from: settings.senderStage, to: Stage.wayIn, Place.phone(of: letter.sender), at: time)
    }

    /// Only if it is there: a letter that has come further is where its first copy is.
    public func move(
        _ id: LetterID, from former: UInt16, to stage: UInt16, _ place: UInt32, at time: Instant
    ) {
        guard let letter = openLetter(id), letter.pointee.stamps != OpenLetter.none,
            stamps[letter.pointee.stamps].stage == former
        else { return }
        if !watches.isEmpty { tellWatches(id, for: nil, stage: stage, place: place, at: time) }
        letter.pointee.stamps = stamps.add(
            Stamp(time: time.nanoseconds, place: place, older: letter.pointee.stamps, stage: stage),
            notBefore: letter.pointee.stamps)
    }
}
