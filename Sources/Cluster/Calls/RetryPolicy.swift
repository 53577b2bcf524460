public import Simulation
public import Vocabulary

/// How often a failed call is tried again, after how long, and after which errors.
///
/// The wait before retry n is drawn evenly from zero to base · factorⁿ⁻¹, at most the cap: *full jitter*.
/// Waits of exactly that length would bring all who failed together back together (M. Brooker, "Exponential
/// Backoff And Jitter", aws.amazon.com/blogs/architecture, 2015).
@frozen
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is tried in all; once means that it is never retried.
    public var attempts: Int
    public var base: Span
    public var factor: Factor
    public var cap: Span
    /// After any other error a call is given up.
    public var retryable: CallErrors

    public init(
        attempts: Int, base: Span, factor: Factor = .times(2), cap: Span, retryable: CallErrors
    ) {
        precondition(attempts >= 1, "a call that is never tried")
        precondition(base >= .zero)
        precondition(cap >= base, "the longest wait, \(cap), is shorter than the first, \(base)")
        precondition(factor.millionths >= 1_000_000, "waits that become shorter")
        self.attempts = attempts
        self.base = base
        self.factor = factor
        self.cap = cap
        self.retryable = retryable
    }

    /// Of calls whose caller decides itself what to do next.
    public static var never: RetryPolicy { RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: []) }

    /// What to do about a call that failed.
    @frozen
    public enum Action: Hashable, Sendable {
        case retry(after: Span)
        case giveUp
    }

    /// `attempt` is the one that failed, from 1. A retry takes one number from the stream and one from the
    /// budget; giving up takes neither.
    public func failed(
        attempt: Int, _ error: CallError, at now: Instant, budget: inout RetryBudget,
        drawing stream: inout RandomStream
    ) -> Action {
        precondition(attempt >= 1, "attempts count from 1")
        guard attempt < attempts, retryable.contains(CallErrors(error)) else { return .giveUp }
        guard budget.takeRetry(at: now) else { return .giveUp }
        return .retry(after: wait(afterAttempt: attempt, drawing: &stream))
    }

    public func wait(afterAttempt attempt: Int, drawing stream: inout RandomStream) -> Span {
        Span(nanoseconds: Int64(stream.below(Int(longestWait(afterAttempt: attempt).nanoseconds) + 1)))
    }

    /// Rounded down at each power of the factor.
    public func longestWait(afterAttempt attempt: Int) -> Span {
        var wait = UInt128(base.nanoseconds)
        var power = 1
        while power < attempt, wait > 0, wait < UInt128(cap.nanoseconds), factor != .one {
            wait = wait * UInt128(factor.millionths) / 1_000_000
            power += 1
        }
        return min(cap, Span(nanoseconds: Int64(min(wait, UInt128(cap.nanoseconds)))))
    }
}
