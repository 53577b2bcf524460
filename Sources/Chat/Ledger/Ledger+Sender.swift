import Vocabulary

/// Letters that have left their sender's app, and wait there again: it was closed or lost its network before the system
/// had them, they were refused for now, or it is to seal them anew. That time is the sender's, and not the way's. And letters
/// that are left somewhere when the run is over.
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
        move(letter, to: settings.senderStage, Place.phone(of: letter.sender), at: time) { $0 == Stage.wayIn }
    }

    /// Where it was refused before any part has said that it has it, another copy may wait there, whose part says so when it
    /// is done.
    func returnRefused(_ letter: LetterID) {
        let sender = settings.senderStage
        move(letter, to: sender, Place.phone(of: letter.sender), at: Instant(nanoseconds: now)) {
            $0 >= Stage.own && $0 != sender
        }
    }

    func leaveSenderAgain(_ letter: LetterID, at time: Instant) {
        let sender = settings.senderStage
        move(letter, to: Stage.wayIn, Place.phone(of: letter.sender), at: time) { $0 == sender }
    }

    /// Only from where it is thought to be: a letter that has come further is where its first copy is.
    public func move(
        _ id: LetterID, to stage: UInt16, _ place: UInt32, at time: Instant, from isThere: (UInt16) -> Bool
    ) {
        guard let letter = openLetter(id), letter.pointee.stamps != OpenLetter.none,
            isThere(stamps[letter.pointee.stamps].stage)
        else { return }
        if !watches.isEmpty { tellWatches(id, for: nil, stage: stage, place: place, at: time) }
        letter.pointee.stamps = stamps.add(
            Stamp(time: time.nanoseconds, place: place, older: letter.pointee.stamps, stage: stage),
            notBefore: letter.pointee.stamps)
    }
}
