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
