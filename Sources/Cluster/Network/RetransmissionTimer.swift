public import Vocabulary

/// How long a sender waits for an acknowledgement before it sends again: RFC 6298.
///
/// From each clean round trip R: RTTVAR += (|SRTT − R| − RTTVAR)/4, then SRTT += (R − SRTT)/8, and the
/// timeout is
/// SRTT + 4·RTTVAR between a floor and a cap. Each expiry doubles it. What was sent twice gives no sample,
/// since nobody
/// knows which copy was acknowledged (P. Karn's rule), and the doubled timeout stays until a clean one.
///
/// 12 bytes: each of 100,000 idle connections has one for each direction. So both estimates are counted in
/// steps
/// of 125 ns, the eighth of a microsecond in which Linux counts too.
@frozen
public struct RetransmissionTimer: Hashable, Sendable {
    @frozen
    public struct Settings: Hashable, Sendable {
        /// Before the first sample.
        public var initial: Span
        public var floor: Span
        public var cap: Span
        /// Counted from the first transmission. Calibrated in time, not in retries, because the time is what
        /// a user
        /// feels: Linux turns its 15 retries into 924 s as well, whatever the round trip.
        public var giveUp: Span

        public init(initial: Span, floor: Span, cap: Span, giveUp: Span) {
            precondition(floor > .zero, "a timeout of \(floor) would resend at once, for ever")
            precondition(floor <= cap, "a timeout of at least \(floor) and at most \(cap)")
            self.initial = initial
            self.floor = floor
            self.cap = cap
            self.giveUp = giveUp
        }

        /// `tcp.rto`: RFC 6298; Linux `tcp_retries2`.
        public static let standard = Settings(
            initial: .seconds(1), floor: .seconds(1), cap: .seconds(60), giveUp: .seconds(924))
    }

    private static let step: Int64 = 125  // ns
    private static let longest: Int64 = 1 << 31  // steps: 268 s

    private var smoothed: UInt32 = 0  // steps; 0 before the first sample
    private var deviation: UInt32 = 0  // steps
    /// How many timeouts in a row there were.
    private(set) var doublings: UInt8 = 0

    public init() {}

    /// SRTT; nil before the first sample.
    public var smoothedRoundTrip: Span? {
        smoothed > 0 ? Span(nanoseconds: Int64(smoothed) * Self.step) : nil
    }

    /// RTTVAR.
    public var roundTripDeviation: Span { Span(nanoseconds: Int64(deviation) * Self.step) }

    /// RTO: how long to wait from now on.
    public func timeout(_ settings: Settings) -> Span {
        let estimate =
            smoothed > 0
            ? Span(nanoseconds: (Int64(smoothed) + 4 * Int64(deviation)) * Self.step) : settings.initial
        let base = min(max(estimate, settings.floor), settings.cap)
        return min(base * (1 << Int64(doublings)), settings.cap)
    }

    /// When to send again what was last sent at `now` and for the first time at `first`; at the latest when
    /// it is given up.
    public func next(after now: Instant, since first: Instant, _ settings: Settings) -> Instant {
        min(now + timeout(settings), first + settings.giveUp)
    }

    /// Nothing came back in time.
    public mutating func expired() {
        // Past 2¹⁶ every timeout has met its cap.
        if doublings < 16 { doublings += 1 }
    }

    /// An acknowledgement came, `roundTrip` after the segment had left.
    public mutating func acknowledged(after roundTrip: Span, retransmitted: Bool) {
        if retransmitted { return }
        doublings = 0
        let sample = min(max(1, (roundTrip.nanoseconds + Self.step - 1) / Self.step), Self.longest)
        if smoothed == 0 {
            smoothed = UInt32(sample)
            deviation = UInt32(sample / 2)
        } else {
            // Shifts round down, differences below zero too.
            let error = sample - Int64(smoothed)
            deviation = UInt32(Int64(deviation) + ((Int64(error.magnitude) - Int64(deviation)) >> 2))
            smoothed = UInt32(max(1, Int64(smoothed) + (error >> 3)))
        }
    }
}
