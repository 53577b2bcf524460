import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("calls: retries")
struct RetryTests {
    private static let policy = RetryPolicy(
        attempts: 3, base: .milliseconds(100), cap: .seconds(1), retryable: .passing)
    private static func stream() -> RandomStream {
        Streams(seed: 1, purpose: Purpose("retry test")).stream(of: 0)
    }

    /// 100 ms, doubled each time, up to 1 s; by 1.5: 100, 150, 225, 337.5.
    @Test("waits grow by the factor up to the cap")
    func growth() {
        let doubling = Self.policy
        #expect(
            (1...6).map(doubling.longestWait)
                == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
        var gentle = doubling
        gentle.factor = Factor(rounding: 1.5)
        #expect(
            (1...4).map(gentle.longestWait) == [100_000, 150_000, 225_000, 337_500].map { .microseconds($0) })
        var even = doubling
        even.factor = .one
        #expect(even.longestWait(afterAttempt: .max) == .milliseconds(100))
        #expect(doubling.longestWait(afterAttempt: .max) == .seconds(1))
    }

    /// 20,000 waits between 0 and 200 ms, spread evenly: their mean is 100 ms, with a standard error of
    /// 200 / √12 / √20,000 = 0.41 ms. Five of these are met but once in two million seeds.
    @Test("full jitter draws each wait evenly from nothing to the longest, one number each")
    func jitter() {
        var (stream, budget) = (Self.stream(), RetryBudget.unlimited)
        var (sum, shortest, longest) = (0.0, Span.seconds(1), Span.zero)
        for _ in 0..<20_000 {
            let action = Self.policy.failed(
                attempt: 2, .timedOut, at: .start, budget: &budget, drawing: &stream)
            guard case .retry(let wait) = action else { return #expect(action != .giveUp) }
            sum += wait.seconds
            shortest = min(shortest, wait)
            longest = max(longest, wait)
        }
        #expect(abs(sum / 20_000 - 0.1) < 5 * 0.000_41)
        #expect(shortest >= .zero)
        #expect(longest <= .milliseconds(200))
        #expect(longest > .milliseconds(199))
        #expect(stream.drawn == 20_000)
    }

    @Test(
        "which errors are tried again",
        arguments: [
            (CallErrors.passing, [true, true, true, true, false]),
            (.notCarriedOut, [true, false, false, true, false]),
            (CallErrors(), [false, false, false, false, false]),
        ])
    func errors(retryable: CallErrors, retried: [Bool]) {
        var policy = Self.policy
        policy.retryable = retryable
        var (stream, budget) = (Self.stream(), RetryBudget.unlimited)
        for (error, isRetried) in zip(CallError.allCases, retried) {
            let action = policy.failed(attempt: 1, error, at: .start, budget: &budget, drawing: &stream)
            #expect((action != .giveUp) == isRetried, "\(error)")
        }
    }

    @Test("after the last attempt nothing is tried, drawn or spent")
    func lastAttempt() {
        var (stream, budget) = (Self.stream(), RetryBudget(ratio: .one, perSecond: 0, limit: 1))
        let full = budget
        #expect(
            Self.policy.failed(attempt: 3, .reset, at: .start, budget: &budget, drawing: &stream) == .giveUp)
        #expect(stream.drawn == 0)
        #expect(budget == full)
    }

    /// 1,000 calls, all of which fail, with three attempts: 2,000 retries without a budget. With 20 % and 10
    /// saved up: the bucket is full when the first request comes, whose 0.2 are lost; the other 999 fit in,
    /// as each call finds some room. 10 + 0.2 · 999 = 209.8, all of it spent but for what is less than a
    /// retry: 209.
    @Test("a budget bounds what retries add to the load of a server that fails")
    func amplification() {
        func retries(_ start: RetryBudget) -> Int {
            var (stream, budget, retries) = (Self.stream(), start, 0)
            for _ in 0..<1_000 {
                budget.countRequest()
                var attempt = 1
                while Self.policy.failed(
                    attempt: attempt, .overloaded, at: .start, budget: &budget, drawing: &stream) != .giveUp
                {
                    retries += 1
                    attempt += 1
                }
            }
            return retries
        }
        #expect(retries(.unlimited) == 2_000)
        #expect(retries(RetryBudget(ratio: Factor(rounding: 0.2), perSecond: 0, limit: 10)) == 209)
    }

    /// 10 a second: one in 100 ms, and in an hour no more than the limit.
    @Test("time alone gives a few retries to those who seldom ask")
    func overTime() {
        var budget = RetryBudget(ratio: Factor(rounding: 0.2), perSecond: 10, limit: 3)
        func spent(at time: Instant) -> Int {
            var count = 0
            // Bounded, so that a bucket that never empties fails the test instead of hanging it.
            while count < 100, budget.takeRetry(at: time) { count += 1 }
            return count
        }
        #expect(spent(at: .start) == 3)
        #expect(spent(at: .at(.nanoseconds(99_999_999))) == 0)
        #expect(spent(at: .at(.milliseconds(100))) == 1)
        #expect(spent(at: .at(.hours(1))) == 3)
        #expect(spent(at: Instant(nanoseconds: .max)) == 3)
    }
}
