public import Vocabulary

/// What sending a message has led to, and what it cost.
public struct Transfer: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        /// The whole message, and all before it, is at the receiver.
        case available(at: Instant)
        /// Timeouts run; the next attempt is due at `next`.
        case pending(PendingMessage)
    }

    public let outcome: Outcome
    public let segments: Int
    /// Segments sent more than once, each time counted.
    public let retransmissions: Int
    /// All bytes that have left for it, headers and repetitions included.
    public let wire: ByteCount

    init(
        _ outcome: Outcome, _ size: ByteCount, _ segments: Int, _ retransmissions: Int, unsent: Int,
        _ settings: StreamSettings
    ) {
        self.outcome = outcome
        self.segments = segments
        self.retransmissions = retransmissions
        let full = settings.segment + settings.header
        let once =
            unsent == 0 ? settings.wireSize(of: size) : full * Int64(segments - unsent)
        wire = once + full * Int64(retransmissions)
    }
}

/// A message that has not got through: what is left of it, and when it is tried again. It exists only while a
/// path is
/// unwell, so that a healthy one stays small.
public struct PendingMessage: Hashable, Sendable {
    public let size: ByteCount
    public let segments: Int
    /// Segments that the sender does not know to have arrived.
    var missing: Int
    var unsent: Int
    /// Since when nothing of it has got through; giving up counts from here.
    public internal(set) var waitingSince: Instant
    /// When the next attempt is due.
    public internal(set) var next: Instant
    /// What has arrived so far did so by then.
    var arrival: Instant
    /// Segments sent more than once, each time counted.
    public internal(set) var repeated: Int
    var wasSent: Bool
    /// The receiver has it all, and the sender does not know.
    var isReceived = false

    /// Segments leave: first those that had left before. Their number is the result.
    @discardableResult
    mutating func transmit(_ count: Int) -> Int {
        let again = min(count, max(0, missing - unsent))
        repeated += again
        unsent = max(0, unsent - (count - again))
        return again
    }
}

/// What an attempt to bring over a pending message has led to.
public enum Attempt: Hashable, Sendable {
    /// The whole message is there, and the sender learns of it.
    case delivered(at: Instant)
    /// The whole message is there, and the sender does not learn of it: it will try again.
    case received(at: Instant, retry: Instant)
    /// The sender learns that the receiver has had it for long.
    case acknowledged
    case retry(at: Instant)
    /// The connection is broken.
    case gaveUp
}
