public import Vocabulary

/// How many retries there may be for so many requests, so that they cannot multiply the load of a server in
/// distress.
///
/// A bucket that every request fills by a share of a retry, time by a few retries a second for those who ask
/// seldom, and every retry empties by one; what does not fit in is lost (after the `RetryBudget` of Finagle:
/// 20 % and 10 a second). With three attempts and no budget, a server that fails is asked three times as
/// often; with 20 %, 1.2 times.
@frozen
public struct RetryBudget: Hashable, Sendable {
    // In thousand-millionths of a retry: a rate per second times nanoseconds then needs no division.
    @usableFromInline let perRequest: UInt64
    @usableFromInline let perSecond: UInt64  // retries; times elapsed ns, thousand-millionths of a retry
    @usableFromInline let limit: UInt64
    @usableFromInline var balance: UInt64
    @usableFromInline var filledAt: UInt64 = 0  // ns since the start of the run

    /// `ratio` retries for each request and `perSecond` more, of which `limit` can be saved up. It starts
    /// full.
    public init(ratio: Factor, perSecond: Int, limit: Int) {
        precondition(perSecond >= 0)
        precondition((1...1_000_000).contains(limit), "a budget of \(limit) retries")
        perRequest = ratio.millionths * 1_000
        self.perSecond = UInt64(perSecond)
        self.limit = UInt64(limit) * Self.retry
        balance = self.limit
    }

    private init() { (perRequest, perSecond, limit, balance) = (0, 0, .max, .max) }

    /// For those who do without a budget.
    public static let unlimited = RetryBudget()

    /// A call is made for the first time.
    @inlinable
    public mutating func countRequest() {
        if limit == .max { return }
        balance = min(limit, balance + perRequest)
    }

    /// Whether there is a retry left; if so, it is spent.
    public mutating func takeRetry(at now: Instant) -> Bool {
        if limit == .max { return true }
        let (sum, overflow) = perSecond.multipliedReportingOverflow(by: now.nanoseconds - filledAt)
        balance = overflow || sum > limit - balance ? limit : balance + sum
        filledAt = now.nanoseconds
        guard balance >= Self.retry else { return false }
        balance -= Self.retry
        return true
    }

    private static let retry: UInt64 = 1_000_000_000
}
