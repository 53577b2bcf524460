import Vocabulary

/// Shown on a device.
extension Ledger {
    func show(_ id: LetterID, on device: DeviceID) {
        var showing = Showing(letter: id, device: device, time: Instant(nanoseconds: now))
        guard let letter = openLetter(id) else {
            showClosed(word(of: id), &showing)
            return report(showing)
        }
        showing.tapped = Instant(nanoseconds: letter.pointee.tapped)
        if let copy = copy(of: letter, for: device.user) {
            show(letter, copy, &showing)
        } else if device.user == id.sender {
            showing.isRepeat = letter.pointee.shownToSender & device.bit != 0
            letter.pointee.shownToSender |= device.bit
        } else if !mayHaveSeen(letter, device.user) {
            showing.standing = .stranger
        }
        lookForBlock(&showing, tapAt: letter.pointee.tapAt, letter.pointee.tapped)
        report(showing)
        closeIfDone(letter)
    }

    @inline(__always)
    private func report(_ showing: Showing) {
        if showing.isRepeat {
            counts.duplicate += 1
            note(.duplicate, showing)
        }
        if showing.standing == .stranger || showing.blockedSince != nil {
            counts.leaked += 1
            note(.leaked, showing)
        }
        if showing.overtakenBy != nil {
            counts.misordered += 1
            note(.misordered, showing)
        }
        if showing.isOutOfRoomOrder {
            counts.outOfRoomOrder += 1
            note(.disagreement, showing)
        }
        invariants.observe(showing)
    }

    private func note(_ incident: Incident, _ showing: Showing) {
        let destination = LetterWord.destination(word(of: showing.letter).pointee)
        note(
            incident, of: showing.device.user.number, isRoom: destination >> 31 == 1,
            intended: (showing.tapped ?? showing.time).nanoseconds)
    }

    @inline(__always)
    private func show(
        _ letter: UnsafeMutablePointer<OpenLetter>, _ copy: UnsafeMutablePointer<Copy>,
        _ showing: inout Showing
    ) {
        let device = showing.device
        if copy.pointee.shown & device.bit != 0 {
            showing.isRepeat = true
            showing.firstShown =
                copy.pointee.state.contains(.wasShown)
                ? Instant(nanoseconds: copy.pointee.firstShown) : nil
            return
        }
        if copy.pointee.due == 0, device.user != showing.letter.sender, !mayHaveSeen(letter, device.user) {
            showing.standing = .stranger
            return
        }
        compareOrder(letter, copy, &showing)
        copy.pointee.shown |= device.bit
        guard copy.pointee.due != 0 else { return }
        if copy.pointee.state.contains(.isWithdrawn) { takeUp(copy, of: letter) }
        let isFirst = !copy.pointee.state.contains(.wasShown)
        if isFirst { showFirst(letter, copy) }
        showToAll(letter, copy, device)
        finishIfDone(copy, of: letter)
    }

    @inline(__always)
    private func showFirst(_ letter: UnsafeMutablePointer<OpenLetter>, _ copy: UnsafeMutablePointer<Copy>) {
        counts.shown += 1
        if isConnected(copy, to: letter) {
            add(
                .delivery, of: copy.pointee.user, isRoom: letter.isRoom, intended: letter.pointee.tapped,
                latency: now - letter.pointee.tapped)
            tellDelivery(copy, of: letter, latency: Span(nanoseconds: Int64(now - letter.pointee.tapped)))
            takeStages(letter, copy, isShown: true)
        } else if copy.pointee.open != 0 {
            counts.interrupted += 1
            note(.interrupted, of: copy.pointee.user, isRoom: letter.isRoom, intended: letter.pointee.tapped)
        }
        settle(copy, of: letter)
        copy.pointee.state.insert(.wasShown)
        copy.pointee.firstShown = now
    }

    @inline(__always)
    func tellDelivery(
        _ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>, latency: Span?
    ) {
        guard let tell = news.delivery else { return }
        tell(
            letter.pointee.id, User(copy.pointee.user), Instant(nanoseconds: letter.pointee.tapped),
            letter.pointee.acceptAt == 0 ? nil : Instant(nanoseconds: letter.pointee.accepted), latency)
    }

    func takeStages(
        _ letter: UnsafeMutablePointer<OpenLetter>, _ copy: UnsafeMutablePointer<Copy>, isShown: Bool
    ) {
        stages.take(
            letter.pointee.id, to: User(copy.pointee.user),
            tapped: Instant(nanoseconds: letter.pointee.tapped), end: Instant(nanoseconds: now),
            isAccepted: letter.pointee.acceptAt != 0, isShown: isShown, stamps: stamps,
            newest: (letter.pointee.stamps, UInt32(truncatingIfNeeded: copy.pointee.firstShown)))
    }

    /// A copy that was awaited is not any more: its stamps go, and what its recipient is owed becomes less. Where nobody
    /// else is to have the letter, those for all go too, though it stays open as long as somebody might resend it.
    func settle(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        stamps.removeList(from: UInt32(truncatingIfNeeded: copy.pointee.firstShown))
        copy.pointee.firstShown = UInt64(OpenLetter.none)
        if !letter.isRoom {
            stamps.removeList(from: letter.pointee.stamps)
            letter.pointee.stamps = OpenLetter.none
        }
        guard letter.pointee.acceptAt != 0 else { return }
        let recipient = people.address(of: Int(copy.pointee.user))
        recipient.pointee.owed -= 1
        guard recipient.pointee.missed > 0, letter.pointee.acceptAt < recipient.pointee.backAt else { return }
        recipient.pointee.missed -= 1
        guard recipient.pointee.missed == 0 else { return }
        add(
            .catchUp, of: copy.pointee.user, isRoom: false, intended: recipient.pointee.backTime,
            latency: now - recipient.pointee.backTime)
    }

    /// Who closes an app before it has shown the letter leaves this measure, as one leaves `delivery`.
    private func showToAll(
        _ letter: UnsafeMutablePointer<OpenLetter>, _ copy: UnsafeMutablePointer<Copy>, _ device: DeviceID
    ) {
        guard copy.pointee.open & device.bit != 0 else { return }
        // Asked of the person first: the times of a device lie elsewhere, and are most often not needed.
        if person(device.user).pointee.closedAt > letter.pointee.tapAt,
            times(device).pointee.closedAt > letter.pointee.tapAt
        {
            copy.pointee.state.insert(.missesAll)
        }
        guard copy.pointee.open & ~copy.pointee.shown == 0, !copy.pointee.state.contains(.missesAll)
        else { return }
        add(
            .deliveryToAll, of: copy.pointee.user, isRoom: letter.isRoom, intended: letter.pointee.tapped,
            latency: now - letter.pointee.tapped)
    }

    /// Order is a matter of those who receive; a sender's own devices may show it at the tap.
    private func compareOrder(
        _ letter: UnsafeMutablePointer<OpenLetter>, _ copy: UnsafeMutablePointer<Copy>,
        _ showing: inout Showing
    ) {
        let device = showing.device
        guard device.user != showing.letter.sender else { return }
        if letter.pointee.next != OpenLetter.none {
            let next = LetterID(of: showing.letter.sender, letter.pointee.next)
            if wasShown(next, on: device) { showing.overtakenBy = next }
        }
        guard case .room(let room) = Destination(word: letter.pointee.destination) else { return }
        if letter.pointee.rank == 0 { letter.pointee.rank = rooms.nextRank(in: room.number) }
        let seat = rooms.seat(of: device.user.number, in: room.number)!  // it has a copy
        let highest = rooms.highestRank(of: device.number, seat: seat, in: room.number)
        counts.roomShowings += 1
        showing.isOutOfRoomOrder = letter.pointee.rank < highest.pointee
        highest.pointee = max(highest.pointee, letter.pointee.rank)
    }

    /// Whether a recipient's device has shown a letter.
    private func wasShown(_ id: LetterID, on device: DeviceID) -> Bool {
        let word = word(of: id).pointee
        if let number = LetterWord.openLetter(word) {
            let copy = copy(of: letters.address(of: number), for: device.user)
            return copy.map { $0.pointee.shown & device.bit != 0 } ?? false
        }
        switch Destination(word: LetterWord.destination(word)) {
        case .direct: return UInt8(truncatingIfNeeded: word) & device.bit != 0
        case .room(let room):
            let letter = Int(LetterWord.rest(word))
            guard let seat = rooms.seat(of: device.user.number, in: room.number),
                seat < closedInRooms[letter].seats
            else { return false }
            return closedInRooms.shown(letter, seat: seat) & device.bit != 0
        }
    }

    /// It has been shown wherever it was due, so this is a duplicate, a new device that fetches the past,
    /// or a leak.
    private func showClosed(_ word: UnsafeMutablePointer<UInt64>, _ showing: inout Showing) {
        let device = showing.device
        switch Destination(word: LetterWord.destination(word.pointee)) {
        case .direct(let recipient):
            guard device.user == recipient || device.user == showing.letter.sender else {
                return showing.standing = .stranger
            }
            let bit = UInt64(device.bit) << (device.user == recipient ? 0 : 8)
            showing.isRepeat = word.pointee & bit != 0
            word.pointee |= bit
        case .room(let room):
            let letter = Int(LetterWord.rest(word.pointee))
            let record = closedInRooms[letter]
            showing.tapped = Instant(nanoseconds: record.tapped)
            let seat = rooms.seat(of: device.user.number, in: room.number)
            if let seat, seat < record.seats, closedInRooms.shown(letter, seat: seat) & device.bit != 0 {
                return showing.isRepeat = true
            }
            if let seat,
                device.user == showing.letter.sender
                    || rooms.record(of: seat, in: room.number).pointee.mayHaveSeen(
                        record.tapAt, record.tapped, spreads: settings.changesSpread)
            {
                if seat < record.seats { closedInRooms.add(device.bit, to: letter, seat: seat) }
            } else {
                showing.standing = .stranger
            }
            lookForBlock(&showing, tapAt: record.tapAt, record.tapped)
        }
    }

    /// Whether who sees the letter had blocked its sender at the tap, and does so still.
    @inline(__always)
    private func lookForBlock(_ showing: inout Showing, tapAt: UInt64, _ tapped: UInt64) {
        guard person(showing.device.user).pointee.hasBlocked, !showing.isRepeat, showing.standing == .member
        else { return }
        showing.blockedSince = blockSince(
            showing.letter.sender, on: showing.device, before: tapAt, tapped)
    }

    /// Whether a letter is for somebody to whom it is not due.
    private func mayHaveSeen(_ letter: UnsafeMutablePointer<OpenLetter>, _ user: User) -> Bool {
        switch Destination(word: letter.pointee.destination) {
        case .direct(let recipient): return user == recipient
        case .room(let room):
            guard let seat = rooms.seat(of: user.number, in: room.number) else { return false }
            return rooms.record(of: seat, in: room.number).pointee.mayHaveSeen(
                letter.pointee.tapAt, letter.pointee.tapped, spreads: settings.changesSpread)
        }
    }
}
