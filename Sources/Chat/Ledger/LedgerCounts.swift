/// What the ledger has counted. Letters are counted once per recipient where it says so.
public struct LedgerCounts: Hashable, Sendable {
    public var taps: UInt64 = 0
    public var accepted: UInt64 = 0
    public var refusedByRule: UInt64 = 0
    public var refusedInTrouble: UInt64 = 0
    /// Not accepted by the last attempt of their senders' apps.
    public var givenUp: UInt64 = 0

    /// Taps whose time of patience is over or that were accepted within it, and the latter; without those
    /// refused by a rule.
    public var judged: UInt64 = 0
    public var acceptedInTime: UInt64 = 0
    /// Of the judged, those whose device had no network access all that time: not the service's fault.
    public var withoutAccess: UInt64 = 0

    /// Per recipient: letters that were due, and of these the ones that were shown on a device at least, in
    /// time or not.
    public var due: UInt64 = 0
    public var shown: UInt64 = 0
    /// Per recipient: due letters that were taken off again, since the recipient blocked the sender, or nobody knows
    /// whether they do, or left the room or had just come into it, or the sender's device was lost before the system had
    /// the letter.
    public var withdrawn: UInt64 = 0
    /// Per recipient: who had an app open at the tap, and closed it before the letter was shown.
    public var interrupted: UInt64 = 0
    /// Per recipient: accepted, not shown at the end, and not lost, since the recipient could not be reached.
    public var held: UInt64 = 0
    public var lost: UInt64 = 0

    /// Per device.
    public var duplicate: UInt64 = 0
    public var droppedAsDuplicate: UInt64 = 0
    /// Shown to strangers, or across a block.
    public var leaked: UInt64 = 0
    /// Shown after a later letter of the same sender in the same conversation.
    public var misordered: UInt64 = 0
    /// Showings in rooms for which order was compared, and those that came after a letter which others were
    /// shown later.
    public var roomShowings: UInt64 = 0
    public var outOfRoomOrder: UInt64 = 0

    /// Catch-ups that were broken off since the recipient went away again, and those that began too shortly
    /// before the end to be judged.
    public var catchUpsBrokenOff: UInt64 = 0
    public var catchUpsCutShort: UInt64 = 0
    /// Receipts and reads that came for a letter when nobody waited for them any more.
    public var lateConfirmations: UInt64 = 0

    public init() {}
}
