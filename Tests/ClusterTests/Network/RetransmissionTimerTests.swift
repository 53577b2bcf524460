import Cluster
import Testing
import Vocabulary

@Suite("cluster: network: retransmission timer")
struct RetransmissionTimerTests {
    private let low = RetransmissionTimer.Settings(
        initial: .seconds(1), floor: .milliseconds(200), cap: .seconds(60), giveUp: .seconds(924))

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
            timer.acknowledged(after: sample, retransmitted: false)
            #expect(timer.smoothedRoundTrip == smoothed)
            #expect(timer.roundTripDeviation == deviation)
            #expect(timer.timeout(low) == timeout)
            #expect(timer.timeout(.standard) == .seconds(1))
        }
    }

    /// 0.5 ms: 0.5 + 4 · 0.25 = 1.5 ms, below the floor. 50 s: 50 + 4 · 25 = 150 s, above the cap.
    @Test("floor and cap hold")
    func bounds() {
        var timer = RetransmissionTimer()
        timer.acknowledged(after: .microseconds(500), retransmitted: false)
        #expect(timer.timeout(low) == .milliseconds(200))
        timer = RetransmissionTimer()
        timer.acknowledged(after: .seconds(50), retransmitted: false)
        #expect(timer.timeout(low) == .seconds(60))
        timer.acknowledged(after: .hours(2), retransmitted: false)
        #expect(timer.timeout(low) == .seconds(60))
        #expect(MemoryLayout<RetransmissionTimer>.stride == 12)
    }

    /// 300 ms after one sample of 100 ms; two expiries make 1.2 s of it. The same sample once more: RTTVAR 50
    /// − 50/4 = 37.5.
    @Test("what was sent twice gives no sample, and the doubled timeout stays (Karn)")
    func karn() {
        var timer = RetransmissionTimer()
        timer.acknowledged(after: .milliseconds(100), retransmitted: false)
        timer.expired()
        timer.expired()
        #expect(timer.timeout(low) == .milliseconds(1_200))
        let before = timer
        timer.acknowledged(after: .seconds(3), retransmitted: true)
        #expect(timer == before)
        timer.acknowledged(after: .milliseconds(100), retransmitted: false)
        #expect(timer.timeout(low) == .milliseconds(250))
    }

    /// 1 + 2 + 4 + 8 + 16 + 32 = 63 s, then every minute up to 63 + 14 · 60 = 903 s; the next would be at 963
    /// s.
    @Test("timeouts double up to a minute, and end after 924 s")
    func schedule() {
        var timer = RetransmissionTimer()
        var times: [Instant] = [.start]
        while let last = times.last, last < .at(.seconds(924)) {
            times.append(timer.next(after: last, since: .start, .standard))
            timer.expired()
        }
        let minutes = (0...14).map { 63 + 60 * Int64($0) }
        #expect(times == ([0, 1, 3, 7, 15, 31] + minutes + [924]).map { .at(.seconds($0)) })
    }
}
