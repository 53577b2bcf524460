import Infrastructure
import Testing
import Vocabulary

@Suite("front: limits of rates")
struct RateLimiterTests {
    private func limiter(burst: Int = 3, anomalyAfter: Int = 4) -> RateLimiter {
        var settings = RateLimiterSettings()
        settings.interval = .milliseconds(100)
        settings.burst = burst
        settings.anomalyAfter = anomalyAfter
        return RateLimiter(settings)
    }

    /// Three at once; then one each 100 ms, and what was not used is saved up, three at most.
    @Test("S0-30 a burst, then one each interval")
    func burst() {
        var limiter = limiter()
        let start = Instant.at(.seconds(1))
        func taken(_ count: Int, at span: Span) -> Int {
            (0..<count).count { _ in limiter.take(0, at: start + span) == .allowed }
        }
        #expect(taken(5, at: .zero) == 3)
        #expect(taken(2, at: .milliseconds(99)) == 0)
        #expect(taken(2, at: .milliseconds(100)) == 1)
        #expect(taken(2, at: .milliseconds(250)) == 1)
        #expect(taken(9, at: .seconds(10)) == 3)
        #expect(limiter.tokens(of: 0, at: start + .seconds(10)) == 0)
        #expect(limiter.tokens(of: 0, at: start + .seconds(10) + .milliseconds(250)) == 2)
        #expect(limiter.tokens(of: 0, at: start + .seconds(60)) == 3)
    }

    @Test("users do not share their tokens")
    func users() {
        var limiter = limiter(burst: 1)
        #expect(limiter.take(7, at: .start) == .allowed)
        #expect(limiter.take(7, at: .start) == .limited)
        #expect(limiter.take(3, at: .start) == .allowed)
        #expect(limiter.tokens(of: 5, at: .start) == 1)
    }

    /// One token each 100 ms. The first one refused has none, and takes one when it comes again.
    @Test("S0-30 what comes again takes no second token, as long as it is one of the latest 64")
    func again() {
        var limiter = limiter(burst: 1)
        func take(_ number: UInt32, at time: Int64) -> RateLimiter.Admission {
            limiter.take(0, number: number, at: .at(.milliseconds(time)))
        }
        #expect(take(0, at: 0) == .allowed)
        #expect(take(1, at: 0) == .limited)
        #expect(take(0, at: 50) == .allowed)
        #expect(take(1, at: 100) == .allowed)
        #expect(take(0, at: 100) == .allowed)
        #expect(take(64, at: 100) == .limited)
        #expect(take(64, at: 200) == .allowed)
        #expect(take(1, at: 200) == .allowed)
        #expect(take(0, at: 200) == .limited)
        #expect(take(500, at: 300) == .allowed)
        #expect(take(64, at: 300) == .limited)
    }

    /// The fourth refusal in a row stands out; one that is allowed ends the row.
    @Test("S0-30 who goes on all the same stands out")
    func anomaly() {
        var limiter = limiter(burst: 1)
        let verdicts = (0..<6).map { _ in limiter.take(0, at: .start) }
        #expect(verdicts == [.allowed, .limited, .limited, .limited, .anomalous, .anomalous])
        #expect(limiter.flagged == 1)
        #expect(limiter.take(0, at: .at(.milliseconds(100))) == .allowed)
        #expect(limiter.take(0, at: .at(.milliseconds(100))) == .limited)
    }
}
