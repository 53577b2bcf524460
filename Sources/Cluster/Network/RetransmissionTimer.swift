public import Vocabulary

/// How long a sender waits for an acknowledgement before it sends again: RFC 6298.
///
/// From each round trip R: RTTVAR += (|SRTT − R| − RTTVAR)/4, then SRTT += (R − SRTT)/8, and the timeout is
/// SRTT + 4·RTTVAR between a floor and a cap. Each expiry doubles it, and it stays doubled until the next
/// sample. Both estimates are counted in steps of 125 ns, the eighth of a microsecond in which Linux counts.
@frozen
public struct RetransmissionTimer: Hashable, Sendable {
    /// What keeps a timeout from being too short.
    @frozen
    public enum Floor: Hashable, Sendable {
        /// The timeout is at least so long: RFC 6298.
        case timeout(Span)
        /// It is at least so much longer than SRTT: Linux.
        case deviation(Span)

        var span: Span {
            switch self {
            case .timeout(let span), .deviation(let span): span
            }
        }
    }

    @frozen
    public struct Settings: Hashable, Sendable {
        /// Before the first sample.
        public var initial: Span
        public var floor: Floor
        public var cap: Span
        /// Counted from the last progress. Calibrated in time, not in retries, because the time is what a
        /// user feels: Linux turns its 15 retries into 924 s as well, whatever the round trip.
        public var giveUp: Span

        public init(initial: Span, floor: Floor, cap: Span, giveUp: Span) {
            precondition(floor.span > .zero, "a timeout of \(floor) would resend at once, for ever")
            precondition(floor.span <= cap, "a timeout of at least \(floor) and at most \(cap)")
            self.initial = initial
            self.floor = floor
            self.cap = cap
            self.giveUp = giveUp
        }

        /// `tcp.rto`: Linux `TCP_RTO_MIN` 200 ms, `tcp_retries2` 15.
        public static let linux = Settings(
            initial: .seconds(1), floor: .deviation(.milliseconds(200)), cap: .seconds(60),
            giveUp: .seconds(924))

        /// RFC 6298, 2.4: a timeout of less than a second should be rounded up to one.
        public static let rfc6298 = Settings(
            initial: .seconds(1), floor: .timeout(.seconds(1)), cap: .seconds(60), giveUp: .seconds(924))
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
        var base = settings.initial
        if let smoothedRoundTrip {
            base =
                switch settings.floor {
                case .timeout(let floor): max(smoothedRoundTrip + roundTripDeviation * 4, floor)
                case .deviation(let floor): smoothedRoundTrip + max(roundTripDeviation * 4, floor)
                }
        }
        return min(min(base, settings.cap) * (1 << Int64(doublings)), settings.cap)
    }

    /// Nothing came back in time.
    public mutating func expired() {
        // Past 2¹⁶ every timeout has met its cap.
        if doublings < 16 { doublings += 1 }
    }

    /// An acknowledgement came, `roundTrip` after what it is for had left.
    public mutating func acknowledged(after roundTrip: Span) {
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
