import Cluster
import Simulation
import Vocabulary

/// Tapped, accepted, refused, and what falls due by itself after a tap.
extension Ledger {
    func tap(_ id: LetterID, on device: DeviceID, to destination: Destination) {
        let sender = person(id.sender)
        lastLetters.prefetch(id.sender.number, destination.word)
        precondition(device.user == id.sender, "\(id) was tapped on \(device)")
        precondition(id.number == sender.pointee.letters, "\(id) is not the next one of its sender")
        counts.taps += 1

        let isRoom: Bool
        let count: Int
        switch destination {
        case .direct(let recipient):
            precondition(recipient != id.sender, "\(id) is to its own sender")
            (isRoom, count) = (false, 1)
            people.prefetch(Int(recipient.number))
        case .room(let room): (isRoom, count) = (true, rooms.seatCount(of: room.number))
        }
        let number = letters.add(
            OpenLetter(
                id: id, tapped: now, tapAt: fact, destination: destination.word,
                firstCopy: isRoom ? copies.add(count) : OpenLetter.none, copyCount: UInt32(count),
                device: device.number))
        let letter = letters.address(of: number)
        if sender.pointee.reach & device.bit == 0 { letter.pointee.state.insert(.hadNoAccess) }
        index.append(LetterWord.open(number, for: destination.word), to: sender)

        switch destination {
        case .direct(let recipient): letter.pointee.direct = newCopy(of: letter, for: recipient.number)
        case .room(let room):
            let first = Int(letter.pointee.firstCopy)
            for seat in 0..<count {
                let record = rooms.record(of: seat, in: room.number)
                var copy = Copy(user: record.pointee.user)
                if record.pointee.isMember, record.pointee.user != id.sender.number {
                    copy = newCopy(of: letter, for: record.pointee.user)
                    if copy.isAwaited, !record.pointee.isSettled(at: now, spreads: settings.changesSpread) {
                        putAside(&copy, of: letter)
                    }
                }
                copies.address(of: first + seat).initialize(to: copy)
            }
            linkToRoom(letter, number, room.number)
        }
        linkToPredecessor(letter, isRoom: isRoom)

        let place = UInt32(number)
        patient.append(Due(time: now + UInt64(settings.patience.nanoseconds), letter: id, place: place))
        retried.append(Due(time: now + UInt64(settings.longestRetry.nanoseconds), letter: id, place: place))
        nextDue = min(patient[0].time, retried[0].time)
    }

    private func newCopy(of letter: UnsafeMutablePointer<OpenLetter>, for user: UInt32) -> Copy {
        let recipient = people.address(of: Int(user))
        var copy = Copy(user: user)
        let block =
            recipient.pointee.hasBlocked
            ? blockInForce(of: letter.pointee.id.sender, by: User(user)) : nil
        if let block {
            letter.pointee.state.insert(.isBarred)
            guard block.isDoubtful else {
                invariants.neverAcrossBlock.test()
                return copy
            }
        }
        copy.due = recipient.pointee.devices
        copy.open = recipient.pointee.open
        if copy.due != 0 {
            letter.pointee.waiting += 1
            counts.due += 1
            if block != nil { putAside(&copy, of: letter) }
        }
        return copy
    }

    /// Nobody waits for it, and it may be shown all the same: then it counts as one that was waited for.
    private func putAside(_ copy: inout Copy, of letter: UnsafeMutablePointer<OpenLetter>) {
        counts.withdrawn += 1
        copy.state.insert([.isWithdrawn, .isDone])
        letter.pointee.waiting -= 1
    }

    private func linkToRoom(_ letter: UnsafeMutablePointer<OpenLetter>, _ number: Int, _ room: UInt32) {
        let newest = rooms.newestLetter(of: room)
        letter.pointee.older = newest.pointee
        if newest.pointee != OpenLetter.none {
            letters.address(of: Int(newest.pointee)).pointee.newer = UInt32(number)
        }
        newest.pointee = UInt32(number)
    }

    /// The letter before it learns which one follows: that tells a device which shows it too late.
    private func linkToPredecessor(_ letter: UnsafeMutablePointer<OpenLetter>, isRoom: Bool) {
        let id = letter.pointee.id
        let last = lastLetters.enter(id.number, for: id.sender.number, letter.pointee.destination)
        if last != nil { invariants.orderKept.test() }
        if let last, let predecessor = openLetter(LetterID(of: id.sender, last)) {
            predecessor.pointee.next = id.number
        }
    }

    func accept(_ id: LetterID) {
        guard let letter = openLetter(id), letter.pointee.acceptAt == 0 else { return }  // told once more
        // Its device was lost meanwhile, or has given it up.
        guard letter.pointee.state.isDisjoint(with: [.isRefused, .isGivenUp]) else { return }
        letter.pointee.accepted = now
        letter.pointee.acceptAt = fact
        counts.accepted += 1
        invariants.neverLost.test()
        invariants.bodiesSealed.test()
        let latency = now - letter.pointee.tapped
        if !letter.pointee.state.contains(.isJudged) {
            letter.pointee.state.insert(.isJudged)
            counts.judged += 1
            counts.acceptedInTime += 1
        }
        addAcceptance(of: letter, latency: latency)
        for copy in copyAddresses(of: letter) where copy.pointee.isAwaited {
            people.address(of: Int(copy.pointee.user)).pointee.owed += 1
        }
        closeIfDone(letter)
    }

    /// Infinitely late for its sender, and not accepted in time. The system may have it all the same, so whom
    /// it is due to still waits.
    func giveUp(_ id: LetterID) {
        guard let letter = openLetter(id), letter.pointee.acceptAt == 0,
            letter.pointee.state.isDisjoint(with: [.isRefused, .isGivenUp])
        else { return }
        letter.pointee.state.insert(.isGivenUp)
        counts.givenUp += 1
        if !letter.pointee.state.contains(.isJudged) {
            letter.pointee.state.insert(.isJudged)
            counts.judged += 1
        }
        addAcceptance(of: letter, latency: nil)
        closeIfDone(letter)
    }

    /// How long the sender waited to know that the system has it, nil: in vain. A tap that nothing could come
    /// of without a network is excused with it: what a rule refuses has no sample, and needs no excuse.
    func addAcceptance(of letter: UnsafeMutablePointer<OpenLetter>, latency: UInt64?) {
        let sender = letter.pointee.id.sender.number
        add(
            .accept, of: sender, isRoom: letter.isRoom, intended: letter.pointee.tapped, latency: latency)
        if letter.pointee.state.contains(.isExcused) {
            news.excuse(
                tags(of: sender, isRoom: letter.isRoom), Instant(nanoseconds: letter.pointee.tapped))
        }
    }

    func refuse(_ id: LetterID, _ refusal: Refusal) {
        guard let letter = openLetter(id), !letter.pointee.state.contains(.isRefused) else { return }
        if refusal.isByRule { counts.refusedByRule += 1 } else { counts.refusedInTrouble += 1 }
        news.refusal(
            refusal, tags(of: id.sender.number, isRoom: letter.isRoom),
            Instant(nanoseconds: letter.pointee.tapped))
        if letter.pointee.acceptAt != 0 {
            takeBack(letter)
        } else if refusal.isByRule {
            letter.pointee.state.insert(.isJudged)
            withdraw(letter)
        } else {
            // Its app sends it again, when it would have without an answer.
            returnRefused(id)
        }
        closeIfDone(letter)
    }

    /// The system breaks its word: whoever has not seen the letter has lost it.
    private func takeBack(_ letter: UnsafeMutablePointer<OpenLetter>) {
        letter.pointee.state.insert(.isRefused)
        for copy in copyAddresses(of: letter) where copy.pointee.isAwaited {
            lose(copy, of: letter, .takenBack(at: Instant(nanoseconds: now)))
            release(copy, of: letter)
        }
    }

    /// Nobody waits for the letter any more. An attempt before the one that was refused may have got through: who is shown the
    /// letter counts as one who waited.
    func withdraw(_ letter: UnsafeMutablePointer<OpenLetter>) {
        letter.pointee.state.insert(.isRefused)
        for copy in copyAddresses(of: letter) where copy.pointee.isAwaited {
            putAside(&copy.pointee, of: letter)
        }
    }

    /// One recipient has been shown it all the same.
    func takeUp(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        counts.withdrawn -= 1
        copy.pointee.state.subtract([.isWithdrawn, .isDone])
        letter.pointee.waiting += 1
        // It was owed to nobody when it was accepted.
        guard letter.pointee.acceptAt != 0 else { return }
        let recipient = people.address(of: Int(copy.pointee.user))
        recipient.pointee.owed += 1
        if recipient.pointee.missed > 0, letter.pointee.acceptAt < recipient.pointee.backAt {
            recipient.pointee.missed += 1
        }
    }

    /// One recipient does not wait for the letter any more.
    func withdraw(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        counts.withdrawn += 1
        release(copy, of: letter)
    }

    private func release(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        settle(copy, of: letter)
        copy.pointee.due = 0
        copy.pointee.open = 0
        finishIfDone(copy, of: letter)
    }

    func copyAddresses(of letter: UnsafeMutablePointer<OpenLetter>) -> CopyAddresses {
        letter.isRoom
            ? CopyAddresses(
                first: copies.address(of: Int(letter.pointee.firstCopy)), count: Int(letter.pointee.copyCount)
            )
            : CopyAddresses(first: letter.direct, count: 1)
    }

    /// Judges what has fallen due before `time`; of what falls due at that very moment the facts come first.
    @inline(__always)
    func advance(to time: Instant) {
        precondition(time.nanoseconds >= now, "a fact of \(time) is told at \(Instant(nanoseconds: now))")
        now = time.nanoseconds
        if nextDue < now { judgeDue() }
    }

    private func judgeDue() {
        while patient.count > 0, patient[0].time < now {
            lookAhead(in: patient, closing: false)
            judge(patient.removeFirst())
        }
        while retried.count > 0, retried[0].time < now {
            lookAhead(in: retried, closing: true)
            if let letter = openLetter(retried.removeFirst()) {
                letter.pointee.state.insert(.retryIsOver)
                closeIfDone(letter)
            }
        }
        nextDue = min(
            patient.count > 0 ? patient[0].time : .max, retried.count > 0 ? retried[0].time : .max)
    }

    /// Whose turn it will be soon is known, so their memory is asked for: of a letter that will close also
    /// what the index has of it, in two steps, since one leads to the other.
    @inline(__always)
    private func lookAhead(in ring: borrowing Ring<Due>, closing: Bool) {
        if ring.count > 4 {
            letters.prefetch(place: ring[4].place)
            if closing { people.prefetch(Int(ring[4].letter.sender.number)) }
        }
        if closing, ring.count > 2 { Simulation.prefetch(word(of: ring[2].letter)) }
    }

    private func openLetter(_ due: Due) -> UnsafeMutablePointer<OpenLetter>? {
        let letter = letters.address(of: Int(due.place))
        return letter.pointee.id == due.letter && !letter.pointee.state.contains(.isFree) ? letter : nil
    }

    /// The sender's patience is over.
    private func judge(_ due: Due) {
        guard let letter = openLetter(due), !letter.pointee.state.contains(.isJudged) else { return }
        letter.pointee.state.insert(.isJudged)
        counts.judged += 1
        let device = DeviceID(of: due.letter.sender, letter.pointee.device)
        if letter.pointee.state.contains(.hadNoAccess), times(device).pointee.gainedAt < letter.pointee.tapAt
        {
            counts.withoutAccess += 1
            letter.pointee.state.insert(.isExcused)
        }
    }
}

/// The addresses of a letter's copies, one after the other.
struct CopyAddresses: Sequence, IteratorProtocol {
    var first: UnsafeMutablePointer<Copy>
    var count: Int

    @inline(__always)
    mutating func next() -> UnsafeMutablePointer<Copy>? {
        guard count > 0 else { return nil }
        defer { first += 1 }
        count -= 1
        return first
    }
}

extension Copy {
    /// It is due, and was shown nowhere.
    @inline(__always) var isAwaited: Bool { due != 0 && state.isDisjoint(with: [.wasShown, .isWithdrawn]) }
}
