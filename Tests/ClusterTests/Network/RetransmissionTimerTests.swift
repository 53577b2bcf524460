import Cluster
import Testing
import Vocabulary

@Suite("cluster: network: retransmission timer")
struct RetransmissionTimerTests {
    private let low = RetransmissionTimer.Settings(
        initial: .seconds(1), floor: .timeout(.milliseconds(200)), cap: .seconds(60), giveUp: .seconds(924))

    /// - 100 ms: SRTT 100, RTTVAR 50, RTO 100 + 4 · 50 = 300.
    /// - 120 ms: RTTVAR 50 + (20 − 50)/4 = 42.5, SRTT 100 + 20/8 = 102.5, RTO 272.5.
    /// - 62.5 ms: RTTVAR 42.5 + (40 − 42.5)/4 = 41.875, SRTT 102.5 − 40/8 = 97.5, RTO 265.
    @Test("samples move the timeout as RFC 6298 says")
    func samples() {
        var timer = RetransmissionTimer()
        #expect(timer.smoothedRoundTrip == nil)
        #expect(timer.timeout(low) == .seconds(1))
        for (sample, smoothed, deviation, timeout) in [
            (Span.milliseconds(100), Span.milliseconds(100), Span.milliseconds(50), Span.milliseconds(300)),
            (.milliseconds(120), .microseconds(102_500), .microseconds(42_500), .microseconds(272_500)),
            (.microseconds(62_500), .microseconds(97_500), .microseconds(41_875), .milliseconds(265)),
        ] {
            timer.acknowledged(after: sample)
            #expect(timer.smoothedRoundTrip == smoothed)
            #expect(timer.roundTripDeviation == deviation)
            #expect(timer.timeout(low) == timeout)
            #expect(timer.timeout(.rfc6298) == .seconds(1))
        }
    }

    /// 0.5 ms: 0.5 + 4 · 0.25 = 1.5 ms, below the floor. 50 s: 50 + 4 · 25 = 150 s, above the cap.
    @Test("floor and cap hold")
    func bounds() {
        var timer = RetransmissionTimer()
        timer.acknowledged(after: .microseconds(500))
        #expect(timer.timeout(low) == .milliseconds(200))
        timer = RetransmissionTimer()
        timer.acknowledged(after: .seconds(50))
        #expect(timer.timeout(low) == .seconds(60))
        timer.acknowledged(after: .hours(2))
        #expect(timer.timeout(low) == .seconds(60))
        #expect(MemoryLayout<RetransmissionTimer>.stride == 12)
    }

    /// 300 ms after one sample of 100 ms; two expiries make 1.2 s of it. The same sample once more: RTTVAR 50
    /// − 50/4 = 37.5.
    @Test("the doubled timeout stays until the next sample")
    func doubled() {
        var timer = RetransmissionTimer()
        timer.acknowledged(after: .milliseconds(100))
        timer.expired()
        timer.expired()
        #expect(timer.timeout(low) == .milliseconds(1_200))
        timer.acknowledged(after: .milliseconds(100))
        #expect(timer.timeout(low) == .milliseconds(250))
    }

    /// SRTT 100 ms and RTTVAR 50, 37.5, 28.125 ms: four times that, or 200 ms at least, is added.
    @Test("Linux puts its floor under what is added to the round trip")
    func linux() {
        var timer = RetransmissionTimer()
        #expect(timer.timeout(.linux) == .seconds(1))
        for _ in 0..<3 {
            timer.acknowledged(after: .milliseconds(100))
            #expect(timer.timeout(.linux) == .milliseconds(300))
        }
        timer.acknowledged(after: .milliseconds(400))
        // RTTVAR 28.125 + (300 − 28.125)/4 = 96.09, SRTT 100 + 300/8 = 137.5; 137.5 + 384.375
        #expect(timer.timeout(.linux) == .nanoseconds(521_875_000))
    }

    /// 1 + 2 + 4 + 8 + 16 + 32 = 63 s, then every minute.
    @Test("timeouts double up to a minute")
    func schedule() {
        var timer = RetransmissionTimer()
        var times = [Instant.start]
        for _ in 0..<9 {
            times.append(times.last! + timer.timeout(.linux))
            timer.expired()
        }
        #expect(times == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243].map { .at(.seconds($0)) })
    }
}
