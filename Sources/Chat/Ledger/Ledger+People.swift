import Vocabulary

/// People come and go, lose devices, block each other, join rooms and leave them.
extension Ledger {
    func openApp(_ device: DeviceID) {
        let person = person(device.user)
        precondition(person.pointee.devices & device.bit != 0, "an app on \(device), which its user has not")
        guard person.pointee.open & device.bit == 0 else { return }
        times(device).pointee.openedTime = now
        if person.pointee.open == 0 {
            person.pointee.backAt = fact
            person.pointee.backTime = now
            person.pointee.missed = person.pointee.owed
        }
        person.pointee.open |= device.bit
    }

    func closeApp(_ device: DeviceID) {
        let person = person(device.user)
        guard person.pointee.open & device.bit != 0 else { return }
        noteChance(of: device, until: now)
        person.pointee.open &= ~device.bit
        times(device).pointee.closedAt = fact
        person.pointee.closedAt = fact
        guard person.pointee.open == 0 else { return }
        person.pointee.wentAt = fact
        if person.pointee.missed > 0 { counts.catchUpsBrokenOff += 1 }
        person.pointee.missed = 0
    }

    /// An app has a line to the system, or has none any more: no fact, since it is the way of all others. Who
    /// is cut off or not let in cannot say that the system broke its word.
    package func noteLine(of device: DeviceID, isThere: Bool, at time: Instant) {
        let had = times(device).pointee.lineTime != DeviceTimes.noLine
        guard isThere != had else { return }
        if had { noteChance(of: device, until: time.nanoseconds) }
        times(device).pointee.lineTime = isThere ? time.nanoseconds : DeviceTimes.noLine
    }

    func loseAccess(_ device: DeviceID) {
        noteChance(of: device, until: now)
        person(device.user).pointee.reach &= ~device.bit
    }

    /// Its app, its access or its line is about to end.
    private func noteChance(of device: DeviceID, until end: UInt64) {
        guard let quietFrom, end > quietFrom.nanoseconds else { return }
        let (person, times) = (person(device.user), times(device))
        guard person.pointee.open & person.pointee.reach & device.bit != 0, times.pointee.lineTime <= end
        else { return }
        let since = max(
            times.pointee.openedTime, times.pointee.gainedTime, times.pointee.lineTime,
            quietFrom.nanoseconds)
        if since <= end, end - since >= UInt64(settings.chance.nanoseconds) { times.pointee.chanceEnd = end }
    }

    func gainAccess(_ device: DeviceID) {
        let person = person(device.user)
        guard person.pointee.reach & device.bit == 0 else { return }
        person.pointee.reach |= device.bit
        times(device).pointee.gainedAt = fact
        times(device).pointee.gainedTime = now
    }

    func addDevice(_ device: DeviceID) {
        let person = person(device.user)
        precondition(device.number < deviceLimit, "\(device) has a number beyond the limit, \(deviceLimit)")
        precondition(person.pointee.devices & device.bit == 0, "\(device) is there already")
        person.pointee.devices |= device.bit
    }

    /// What it had not yet brought into the system goes with it, and is nobody's loss.
    func loseDevice(_ device: DeviceID) {
        closeApp(device)
        person(device.user).pointee.devices &= ~device.bit
        forEachOpenLetter(of: device.user) { letter in
            guard letter.pointee.device == device.number, letter.pointee.acceptAt == 0 else { return }
            letter.pointee.state.insert(.isJudged)
            withdraw(letter)
            closeIfDone(letter)
        }
    }

    /// The system has the block: nothing of the user's is to be shown on any device.
    func block(_ user: User, by: User) {
        beginBlock(of: user, by: by)
        setBlock(of: user, by: by)
    }

    /// The person wants nothing more of the user, and is shown nothing more on this device. Others may not know.
    func list(_ user: User, on device: DeviceID) {
        beginBlock(of: user, by: device.user).pointee.devices |= device.bit
    }

    /// The person wants something of the user again, and not all that could be done about it has been.
    func unlist(_ user: User, on device: DeviceID) {
        guard let number = blockNumbers.value(device.user.number, user.number) else { return }
        let record = blocks.address(of: Int(number))
        record.pointee.devices &= ~device.bit
        record.pointee.heldAt = nil
    }

    /// A letter on its way may be shown or not from now on: it is due no more. One that was shown may be confirmed or not.
    @discardableResult
    private func beginBlock(of user: User, by: User) -> UnsafeMutablePointer<BlockRecord> {
        forEachOpenLetter(of: user) { letter in
            guard let copy = copy(of: letter, for: by) else { return }
            guard copy.pointee.isAwaited else {
                copy.pointee.state.insert(.isWithheld)
                return
            }
            withdraw(copy, of: letter)
            closeIfDone(letter)
        }
        return blockRecord(of: user, by: by)
    }

    /// The system has it from now on.
    func setBlock(of user: User, by: User) {
        let record = blockRecord(of: user, by: by)
        guard record.pointee.heldAt == nil else { return }  // said once more: it began before
        record.pointee.heldAt = fact
        record.pointee.heldTime = now
    }

    /// One that is in force: it begins now, if it had not before.
    private func blockRecord(of user: User, by: User) -> UnsafeMutablePointer<BlockRecord> {
        let new = BlockRecord(setAt: fact, setTime: now)
        person(by).pointee.hasBlocked = true
        guard let number = blockNumbers.value(by.number, user.number) else {
            let number = blocks.append(new)
            blockNumbers.enter(UInt32(number), for: by.number, user.number)
            return blocks.address(of: number)
        }
        let record = blocks.address(of: Int(number))
        if !record.pointee.isInForce { record.pointee = new }
        return record
    }

    func unblock(_ user: User, by: User) {
        guard let number = blockNumbers.value(by.number, user.number) else { return }
        blocks.address(of: Int(number)).pointee.isInForce = false
    }

    func blockInForce(of user: User, by: User) -> BlockRecord? {
        guard let number = blockNumbers.value(by.number, user.number) else { return nil }
        return blocks[Int(number)].isInForce ? blocks[Int(number)] : nil
    }

    /// Since when a block that is still in force had been so at a tap: on this device, or everywhere, with time enough to
    /// spread.
    func blockSince(
        _ user: User, on device: DeviceID, before tapAt: UInt64, _ tapped: UInt64
    ) -> Instant? {
        guard let block = blockInForce(of: user, by: device.user), block.setAt < tapAt else { return nil }
        let spreads = block.setAt == 0 ? 0 : UInt64(settings.changesSpread.nanoseconds)
        let hasSpread = block.heldAt.map { $0 < tapAt && block.heldTime + spreads <= tapped } ?? false
        guard hasSpread || block.devices & device.bit != 0 else { return nil }
        return Instant(nanoseconds: block.setTime)
    }

    /// Letters that they were not shown are due to them no more.
    func leave(_ room: Room, _ user: User) {
        guard let seat = rooms.seat(of: user.number, in: room.number) else { return }
        rooms.leave(room.number, seat: seat, at: fact, now)
        var number = rooms.newestLetter(of: room.number).pointee
        while number != OpenLetter.none {
            let letter = letters.address(of: Int(number))
            number = letter.pointee.older
            guard let copy = copy(of: letter, for: user), copy.pointee.isAwaited else { continue }
            withdraw(copy, of: letter)
            closeIfDone(letter)
        }
    }

    /// Rare enough for a walk over all that somebody ever sent.
    private func forEachOpenLetter(of sender: User, _ body: (UnsafeMutablePointer<OpenLetter>) -> Void) {
        for number in 0..<person(sender).pointee.letters {
            if let letter = openLetter(LetterID(of: sender, number)) { body(letter) }
        }
    }
}
