public import Vocabulary

/// Letters close, and the run ends.
extension Ledger {
    /// A copy is done when it was shown on every device that it was due on and that is still there, and
    /// confirmed as far as the design confirms.
    func finishIfDone(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        guard !copy.pointee.state.contains(.isDone) else { return }
        if copy.pointee.due != 0 {
            let devices = people.address(of: Int(copy.pointee.user)).pointee.devices
            guard copy.pointee.state.contains(.wasShown),
                copy.pointee.due & devices & ~copy.pointee.shown == 0,
                !settings.sendsReceipts || copy.pointee.state.contains(.receiptIsKnown),
                !settings.sendsReads || copy.pointee.state.contains(.readIsKnown)
            else { return }
        }
        copy.pointee.state.insert(.isDone)
        letter.pointee.waiting -= 1
    }

    func closeIfDone(_ letter: UnsafeMutablePointer<OpenLetter>) {
        guard letter.pointee.waiting == 0, letter.pointee.state.contains(.retryIsOver),
            letter.pointee.acceptAt != 0 || !letter.pointee.state.isDisjoint(with: [.isRefused, .isGivenUp])
        else { return }
        if letter.isRoom || !letter.pointee.state.contains(.isBarred) { close(letter) }
    }

    private func close(_ letter: UnsafeMutablePointer<OpenLetter>) {
        let word = word(of: letter.pointee.id)
        let number = LetterWord.openLetter(word.pointee)!  // of this letter
        let rest: UInt32
        switch Destination(word: letter.pointee.destination) {
        case .direct:
            let shown = letter.pointee.direct.shown
            rest = UInt32(letter.pointee.shownToSender) << 8 | UInt32(shown)
        case .room(let room):
            rest = closedInRooms.append(
                tapAt: letter.pointee.tapAt, tapped: letter.pointee.tapped, seats: letter.pointee.copyCount)
            for (seat, copy) in copyAddresses(of: letter).enumerated() {
                closedInRooms.add(copy.pointee.shown, to: Int(rest), seat: seat)
            }
            unlinkFromRoom(letter, room)
        }
        word.pointee = LetterWord.closed(rest, for: letter.pointee.destination)
        for copy in copyAddresses(of: letter) where !copy.pointee.state.contains(.wasShown) {
            stamps.removeList(from: UInt32(truncatingIfNeeded: copy.pointee.firstShown))
        }
        stamps.removeList(from: letter.pointee.stamps)
        if letter.isRoom { copies.remove(letter.pointee.firstCopy, count: Int(letter.pointee.copyCount)) }
        letters.remove(number)
    }

    private func unlinkFromRoom(_ letter: UnsafeMutablePointer<OpenLetter>, _ room: Room) {
        let (older, newer) = (letter.pointee.older, letter.pointee.newer)
        if older != OpenLetter.none { letters.address(of: Int(older)).pointee.newer = newer }
        if newer != OpenLetter.none {
            letters.address(of: Int(newer)).pointee.older = older
        } else {
            rooms.newestLetter(of: room.number).pointee = older
        }
    }

    func lose(
        _ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>,
        _ cause: NeverLost.LostLetter.Fate
    ) {
        counts.lost += 1
        if newestStep(of: copy, of: letter)?.stage == settings.senderStage {
            lostUnopened += 1
            if hasNobodyToSealItAnew(letter) { lostWithSender += 1 }
        }
        note(.lost, of: copy.pointee.user, isRoom: letter.isRoom, intended: letter.pointee.tapped)
        invariants.neverLost.observe(
            NeverLost.LostLetter(
                letter: letter.pointee.id, recipient: User(copy.pointee.user),
                tapped: Instant(nanoseconds: letter.pointee.tapped),
                accepted: Instant(nanoseconds: letter.pointee.accepted), cause: cause),
            at: Instant(nanoseconds: now))
    }

    private func hasNobodyToSealItAnew(_ letter: UnsafeMutablePointer<OpenLetter>) -> Bool {
        let sender = letter.pointee.id.sender
        let ownCopy = copy(of: letter, for: sender)?.pointee.shown ?? letter.pointee.shownToSender
        let have = ownCopy | DeviceID(of: sender, letter.pointee.device).bit
        return have & person(sender).pointee.devices == 0
    }

    /// Ends the run: what is still open becomes a sample that never came, for those who wanted it to come.
    ///
    /// - Not accepted: infinitely late for its sender, and for recipients whose app was open all the time. Where patience
    ///   was not over it is no tap of which availability says anything.
    /// - A recipient who closed the app is no sample, but `interrupted`; who was away all the time, neither.
    /// - Accepted and not shown: *lost* to a recipient who could be reached during all of the last
    ///   `chance`, unless it is known to come later, otherwise *held*.
    /// - A catch-up is infinitely late if it began `chance` ago or earlier; a younger one is cut short,
    ///   and no sample.
    ///
    /// - Parameters:
    ///   - isEarly: whether the run was to go on: then what was not shown may still come, and nothing is lost.
    ///   - later: what is known to come later, if the run goes on.
    public func finish(at end: Instant, isEarly: Bool = false, later: Set<AwaitedCopy> = []) {
        advance(to: end)
        fact += 1
        for number in 0..<letters.places {
            let letter = letters.address(of: number)
            if letter.pointee.state.isDisjoint(with: [.isFree, .isRefused]) {
                finish(letter, isEarly, later)
            }
        }
        for user in 0..<people.count where people.address(of: user).pointee.missed > 0 {
            let backTime = people.address(of: user).pointee.backTime
            if now - backTime >= UInt64(settings.chance.nanoseconds) {
                add(.catchUp, of: UInt32(user), isRoom: false, intended: backTime, latency: nil)
            } else {
                counts.catchUpsCutShort += 1
            }
        }
        samples.flush()
    }

    private func finish(
        _ letter: UnsafeMutablePointer<OpenLetter>, _ isEarly: Bool, _ later: Set<AwaitedCopy>
    ) {
        if letter.pointee.awaitsAcceptance {
            addAcceptance(of: letter, latency: nil)
            if !letter.pointee.state.contains(.isJudged) {
                news.cutShort(
                    tags(of: letter.pointee.id.sender.number, isRoom: letter.isRoom),
                    Instant(nanoseconds: letter.pointee.tapped))
            }
        }
        for copy in copyAddresses(of: letter)
        where copy.pointee.due != 0 && !copy.pointee.state.contains(.isWithdrawn) {
            forEachWait(for: copy, of: letter) { metric, _ in
                addNever(metric, letter, of: copy.pointee.user)
            }
            if copy.pointee.isAwaited {
                if isConnected(copy, to: letter) {
                    tellDelivery(copy, of: letter, latency: nil)
                    takeStages(letter, copy, isShown: false)
                } else if copy.pointee.open != 0 {
                    counts.interrupted += 1
                    note(
                        .interrupted, of: copy.pointee.user, isRoom: letter.isRoom,
                        intended: letter.pointee.tapped)
                }
                finishAwaited(copy, of: letter, isEarly, later)
            }
        }
    }

    private func finishAwaited(
        _ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>, _ isEarly: Bool,
        _ later: Set<AwaitedCopy>
    ) {
        guard letter.pointee.acceptAt != 0 else { return }
        if isEarly { return counts.held += 1 }
        if let fate = fate(of: copy, of: letter, at: now) {
            if !later.contains(AwaitedCopy(copy, of: letter)) { return lose(copy, of: letter, fate) }
            return counts.held += 1
        }
        counts.held += 1
        let accepted = letter.pointee.accepted
        if reachableSince(copy, accepted, at: now) != nil {
            heldForLess += 1
        } else if let ready = reachableSince(copy, accepted, at: now, needsLine: false),
            now - ready >= UInt64(settings.chance.nanoseconds)
        {
            heldWithoutLine += 1
        }
    }

    /// What would be lost if the run ended there, and of a run that has come there.
    public func losses(at end: Instant) -> Set<AwaitedCopy> {
        awaited { fate(of: $0, of: $1, at: end.nanoseconds) != nil }
    }

    /// Those of them that have not come.
    public func awaited(among some: Set<AwaitedCopy>) -> Set<AwaitedCopy> {
        awaited { some.contains(AwaitedCopy($0, of: $1)) }
    }

    /// Copies of accepted letters that have not been shown, for looking on.
    private func awaited(
        where isMeant: (UnsafeMutablePointer<Copy>, UnsafeMutablePointer<OpenLetter>) -> Bool
    ) -> Set<AwaitedCopy> {
        var found: Set<AwaitedCopy> = []
        for number in 0..<letters.places {
            let letter = letters.address(of: number)
            guard letter.pointee.state.isDisjoint(with: [.isFree, .isRefused]), letter.pointee.acceptAt != 0
            else { continue }
            for copy in copyAddresses(of: letter)
            where copy.pointee.due != 0 && !copy.pointee.state.contains(.isWithdrawn)
                && copy.pointee.isAwaited && isMeant(copy, letter)
            {
                found.insert(AwaitedCopy(copy, of: letter))
            }
        }
        return found
    }

    /// How an accepted letter is lost that is not shown by the end, if nothing happens until then.
    func fate(
        of copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>, at end: UInt64
    ) -> NeverLost.LostLetter.Fate? {
        let accepted = letter.pointee.accepted
        if let reachable = reachableSince(copy, accepted, at: end),
            end - reachable >= UInt64(settings.chance.nanoseconds)
        {
            return .notShown(
                reachableSince: Instant(nanoseconds: reachable), end: Instant(nanoseconds: end))
        }
        return missedChance(copy, accepted).map { .missed(reachableUntil: Instant(nanoseconds: $0)) }
    }

    /// Those on which a copy was due that are still there. Where none is, those that have come in their place: a new device
    /// is to have what its owner has missed (S0-22).
    func dueDevices(of copy: UnsafeMutablePointer<Copy>) -> UInt8 {
        let devices = people.address(of: Int(copy.pointee.user)).pointee.devices
        return copy.pointee.due & devices == 0 ? devices : copy.pointee.due & devices
    }

    /// When the latest chance ended that one of its devices had after the letter was accepted; nil when none had any.
    private func missedChance(_ copy: UnsafeMutablePointer<Copy>, _ accepted: UInt64) -> UInt64? {
        let user = User(copy.pointee.user)
        var devices = dueDevices(of: copy)
        while devices != 0 {
            let end = times(DeviceID(of: user, UInt8(devices.trailingZeroBitCount))).pointee.chanceEnd
            devices &= devices - 1
            if end > accepted, end - accepted >= UInt64(settings.chance.nanoseconds) { return end }
        }
        return nil
    }

    /// Since when, at most from `accepted` on, app and access of one of the devices have worked: of the one
    /// for which that is longest. Where a line is needed, a device counts whose app has had one for the time of patience:
    /// who was cut off, or not let in, could not be reached.
    private func reachableSince(
        _ copy: UnsafeMutablePointer<Copy>, _ accepted: UInt64, at end: UInt64, needsLine: Bool = true
    ) -> UInt64? {
        let person = people.address(of: Int(copy.pointee.user))
        var working = dueDevices(of: copy) & person.pointee.open & person.pointee.reach
        var since: UInt64?
        let leastLine = UInt64(min(settings.patience, settings.chance).nanoseconds)
        while working != 0 {
            let times = times(DeviceID(of: User(copy.pointee.user), UInt8(working.trailingZeroBitCount)))
            working &= working - 1
            let line = times.pointee.lineTime
            guard !needsLine || line <= end && end - line >= leastLine else { continue }
            let worked = max(times.pointee.openedTime, times.pointee.gainedTime, accepted)
            since = min(since ?? worked, worked)
        }
        return since
    }

    func addNever(
        _ metric: Sample.Metric, _ letter: UnsafeMutablePointer<OpenLetter>, of user: UInt32
    ) {
        add(metric, of: user, isRoom: letter.isRoom, intended: letter.pointee.tapped, latency: nil)
    }
}

/// A letter that somebody waits for.
public struct AwaitedCopy: Hashable, Sendable {
    let letter: LetterID
    let user: UInt32

    init(_ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>) {
        (self.letter, user) = (letter.pointee.id, copy.pointee.user)
    }
}
