public import Vocabulary

/// How often each user may do something: a token bucket per user (S0-30).
///
/// A bucket holds `burst` tokens and gets one each `interval`; what a user does takes one. Of the tokens only the moment
/// is kept at which the bucket will be full again: each one that is taken moves it on by an interval, and it
/// lies at most `burst` intervals ahead.
///
///     ──────now────|────|────|──── full again            three tokens are missing
///
/// Who goes on when the bucket is empty stands out, whatever it is that they do: the contents are not looked at.
public struct RateLimiter: Sendable {
    public enum Admission: Hashable, Sendable {
        case allowed
        case limited
        /// Limited, and so many times in a row that somebody should look at it.
        case anomalous
    }

    private struct Bucket {
        var fullAt = Instant.start
        /// Of what has a number: a bit for each of the 64 up to the highest one that has taken a token, and that one.
        var taken: UInt64 = 0
        var highest: UInt32 = 0
        /// Refusals since it last was allowed something.
        var refusals: UInt32 = 0

        func hasTaken(_ number: UInt32) -> Bool {
            number <= highest && highest - number < 64 && taken >> UInt64(highest - number) & 1 == 1
        }

        mutating func note(_ number: UInt32) {
            if number > highest {
                // A shift by more bits than there are leaves none.
                taken <<= UInt64(number - highest)
                highest = number
            }
            taken |= 1 << UInt64(highest - number)
        }
    }

    public let interval: Span
    public let burst: Int
    /// Refusals in a row that stand out.
    public let anomalyAfter: Int
    private var buckets: [Bucket] = []  // by number of the user; those that are missing are full
    /// Users who have stood out at least once; looked up only, never iterated.
    private var stoodOut: Set<Int> = []

    public init(_ settings: RateLimiterSettings) {
        (interval, burst, anomalyAfter) = (settings.interval, settings.burst, settings.anomalyAfter)
    }

    /// Takes a token of a user, if there is one.
    public mutating func take(_ user: Int, at now: Instant) -> Admission {
        while buckets.count <= user { buckets.append(Bucket()) }
        let fullAt = max(buckets[user].fullAt, now) + interval
        guard fullAt - now <= interval * Int64(burst) else {
            buckets[user].refusals += 1
            guard buckets[user].refusals >= anomalyAfter else { return .limited }
            stoodOut.insert(user)
            return .anomalous
        }
        buckets[user].fullAt = fullAt
        buckets[user].refusals = 0
        return .allowed
    }

    /// Takes a token for something with a number of its own, of those that a user counts up, unless it has one: what became of it
    /// the user may not have heard, and does it again.
    public mutating func take(_ user: Int, number: UInt32, at now: Instant) -> Admission {
        if user < buckets.count, buckets[user].hasTaken(number) { return .allowed }
        let admission = take(user, at: now)
        if admission == .allowed { buckets[user].note(number) }
        return admission
    }

    /// How many users have stood out at least once.
    public var flagged: Int { stoodOut.count }

    /// How many a user has.
    public func tokens(of user: Int, at now: Instant) -> Int {
        guard user < buckets.count, buckets[user].fullAt > now else { return burst }
        let missing = (buckets[user].fullAt - now).nanoseconds
        return burst - Int((missing + interval.nanoseconds - 1) / interval.nanoseconds)
    }
}

/// What can be set of a limit per user.
public struct RateLimiterSettings: Settings {
    public var interval = Span.seconds(1)
    public var burst = 20
    public var anomalyAfter = 100

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("interval", \.interval, "how long it takes until a user may do one thing more", source: "S0-30"),
        Knob(
            "burst", \.burst, "how many things a user may do at once who has done nothing for a while",
            in: 1...1_000_000, source: "S0-30"),
        Knob(
            "anomaly-after", \.anomalyAfter, "how many refusals in a row stand out", in: 1...1_000_000,
            source: "S0-30"),
    ]
}
