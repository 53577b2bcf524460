public import Vocabulary

/// A letter on its way to somebody who has not been shown it yet.
public struct WaitingLetter: Hashable, Sendable {
    public var letter: LetterID
    public var recipient: User
    public var tapped: Instant
    /// Whether the sender's device knows that the system has it.
    public var isAccepted: Bool
    /// Whether an app of the recipient has been open ever since the tap: nobody else waits for it.
    public var isConnected: Bool
    /// The stage that began last, where, and when; nil while the letter has not left the sender's app.
    public var step: Delivery.Waypoint?
}

extension Ledger {
    /// What is not shown yet at this moment of the run, per recipient, the oldest first.
    ///
    /// It goes through all open letters: to be asked when a run stands still.
    public func waiting() -> [WaitingLetter] {
        var waiting: [WaitingLetter] = []
        for number in 0..<letters.places {
            let letter = letters.address(of: number)
            guard letter.pointee.state.isDisjoint(with: [.isFree, .isRefused]) else { continue }
            for copy in copyAddresses(of: letter) where copy.pointee.isAwaited {
                waiting.append(
                    WaitingLetter(
                        letter: letter.pointee.id, recipient: User(copy.pointee.user),
                        tapped: Instant(nanoseconds: letter.pointee.tapped),
                        isAccepted: letter.pointee.acceptAt != 0, isConnected: isConnected(copy, to: letter),
                        step: newestStep(of: copy, of: letter)))
            }
        }
        return waiting.sorted {
            ($0.tapped, $0.letter, $0.recipient) < ($1.tapped, $1.letter, $1.recipient)
        }
    }

    /// What would never have come if the run ended at `time`, catch-ups left out: its latency is how long it has been
    /// waited for by then.
    package func forEachWait(at time: Instant, _ body: (Sample) -> Void) {
        for number in 0..<letters.places {
            let letter = letters.address(of: number)
            guard letter.pointee.state.isDisjoint(with: [.isFree, .isRefused]) else { continue }
            func tell(_ metric: Sample.Metric, of user: UInt32, since start: UInt64) {
                body(
                    Sample(
                        metric, tags(of: user, isRoom: letter.isRoom),
                        intended: Instant(nanoseconds: letter.pointee.tapped),
                        latency: time - Instant(nanoseconds: start)))
            }
            if letter.pointee.awaitsAcceptance {
                tell(.accept, of: letter.pointee.id.sender.number, since: letter.pointee.tapped)
            }
            for copy in copyAddresses(of: letter) {
                forEachWait(for: copy, of: letter) { tell($0, of: copy.pointee.user, since: $1) }
            }
        }
    }

    /// What is not there yet of a letter and one of its recipients, and since when it is waited for.
    func forEachWait(
        for copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>,
        _ body: (Sample.Metric, UInt64) -> Void
    ) {
        let (state, sender) = (copy.pointee.state, letter.pointee.id.sender)
        guard copy.pointee.due != 0, !state.contains(.isWithdrawn) else { return }
        if copy.pointee.isAwaited, isConnected(copy, to: letter) { body(.delivery, letter.pointee.tapped) }
        if missesOpenDevice(copy, of: letter) { body(.deliveryToAll, letter.pointee.tapped) }
        guard state.contains(.wasShown), !state.contains(.isWithheld) else { return }
        if settings.sendsReceipts, !state.contains(.receiptIsKnown),
            isAtHand(sender, since: copy.pointee.firstShown)
        {
            body(.receipt, copy.pointee.firstShown)
        }
        if settings.sendsReads, state.contains(.wasRead), !state.contains(.readIsKnown),
            isAtHand(sender, since: copy.pointee.readTime)
        {
            body(.read, copy.pointee.readTime)
        }
    }

    /// A device that was open at the tap, and has been ever since, has not shown it.
    private func missesOpenDevice(
        _ copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>
    ) -> Bool {
        guard !copy.pointee.state.contains(.missesAll) else { return false }
        var missing = copy.pointee.open & ~copy.pointee.shown
        guard missing != 0 else { return false }
        while missing != 0 {
            let device = DeviceID(of: User(copy.pointee.user), UInt8(missing.trailingZeroBitCount))
            if times(device).pointee.closedAt > letter.pointee.tapAt { return false }
            missing &= missing - 1
        }
        return true
    }

    /// For this recipient, once there is one: what is told of it for all is about a copy that was sent again then.
    func newestStep(
        of copy: UnsafeMutablePointer<Copy>, of letter: UnsafeMutablePointer<OpenLetter>
    ) -> Delivery.Waypoint? {
        [UInt32(truncatingIfNeeded: copy.pointee.firstShown), letter.pointee.stamps]
            .first { $0 != OpenLetter.none }
            .map { stamps[$0] }
            .map { Delivery.Waypoint(time: Instant(nanoseconds: $0.time), stage: $0.stage, place: $0.place) }
    }

    /// Hands over the samples that are waiting for their batch to fill.
    public func flush() { samples.flush() }
}
