public import Vocabulary

/// That a device showed a letter, and what the ledger knows about it: what most invariants look at.
@frozen
public struct Showing {
    public var letter: LetterID
    public var device: DeviceID
    public var time: Instant
    /// Nil when the letter is closed, and that is no longer known.
    public var tapped: Instant?
    public var standing: Audience = .member
    /// This device has shown it before; the owner saw it first at that time, if that is still known.
    public var isRepeat = false
    public var firstShown: Instant?
    /// Since when the owner blocks the sender, if that was so when the letter was tapped, and is so still.
    public var blockedSince: Instant?
    /// A letter that the same sender tapped later in the same conversation, and that the device has shown
    /// before.
    public var overtakenBy: LetterID?
    /// The device has shown another letter of the room that others were shown after this one.
    public var isOutOfRoomOrder = false

    public enum Audience: Hashable, Sendable {
        /// The letter is for the device's owner, or from them; or they came into the room since.
        case member
        case stranger
    }
}
