import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("machine: clock")
struct LocalClockTests {
    private func seconds(_ n: Int64) -> Instant { .at(.seconds(n)) }

    @Test("a clock that is behind shows times before the start of the run")
    func behind() {
        let clock = LocalClock(offset: -.milliseconds(5))
        #expect(clock.reading(at: .start).nanoseconds == -5_000_000)
        #expect(clock.offset(at: seconds(100)) == -.milliseconds(5))
    }

    /// 3,600 s · 50·10⁻⁶ = 0.18 s.
    @Test("a drift of 50 ppm is 180 ms an hour, in either direction")
    func drift() {
        let fast = LocalClock(drift: .partsPerMillion(50))
        let slow = LocalClock(drift: -.partsPerMillion(50))
        #expect(fast.offset(at: seconds(3_600)) == .milliseconds(180))
        #expect(slow.offset(at: seconds(3_600)) == -.milliseconds(180))
        // One ns is gained in 20,000: the reading is rounded down.
        #expect(fast.offset(at: Instant(nanoseconds: 19_999)) == .zero)
        #expect(fast.offset(at: Instant(nanoseconds: 20_000)) == .nanoseconds(1))
        #expect(slow.offset(at: Instant(nanoseconds: 1)) == .nanoseconds(-1))
    }

    /// Ten years, 3.15·10¹⁷ ns, times 10⁵ is more than 64 bits hold. 315,360,000 s · 10⁻⁴ = 31,536 s.
    @Test("a drift of years is exact")
    func years() {
        #expect(
            LocalClock(drift: .partsPerMillion(100)).offset(at: seconds(315_360_000)) == .seconds(31_536))
        #expect(
            LocalClock(drift: -.partsPerMillion(100)).offset(at: seconds(315_360_000)) == -.seconds(31_536))
    }

    @Test("steps go both ways, and one that is taken back leaves nothing")
    func steps() {
        var clock = LocalClock()
        clock.step(by: -.seconds(3), at: seconds(10))
        #expect(clock.reading(at: seconds(10)) == LocalTime(nanoseconds: 7_000_000_000))
        #expect(clock.offset(at: seconds(20)) == -.seconds(3))
        clock.step(by: .seconds(3), at: seconds(30))
        #expect(clock.offset(at: seconds(30)) == .zero)
    }

    /// Changed 1,000 times, every 7 ns, between two drifts: 500 · 7 · (333 + 777) ppm = 3.885 ns are gained,
    /// so 3.
    @Test("changes of drift lose nothing to rounding")
    func carriedRest() {
        var clock = LocalClock(drift: .partsPerMillion(333))
        for change in 1...1_000 as ClosedRange<UInt64> {
            let difference = Drift.partsPerMillion(change % 2 == 1 ? 444 : -444)
            clock.changeDrift(by: difference, at: Instant(nanoseconds: change * 7))
        }
        #expect(clock.offset(at: Instant(nanoseconds: 7_000)) == .nanoseconds(3))
        #expect(clock.drift == .partsPerMillion(333))
    }

    /// 10 ms at 500 ppm take 20 s; after 5 s a quarter is corrected.
    @Test("a small error is slewed away, and the clock never runs backwards")
    func slew() {
        var clock = LocalClock(offset: .milliseconds(10))
        #expect(clock.correct(.milliseconds(10), at: seconds(100)) == .slews(until: seconds(120)))
        #expect(clock.offset(at: seconds(105)) == .microseconds(7_500))
        #expect(clock.offset(at: seconds(120) - .nanoseconds(1)) == .nanoseconds(1))
        #expect(clock.offset(at: seconds(120)) == .zero)
        #expect(clock.offset(at: seconds(500)) == .zero)
        var last = clock.reading(at: seconds(100))
        for t in 1...10_000 as ClosedRange<UInt64> {
            let next = clock.reading(at: Instant(nanoseconds: 100_000_000_000 + t))
            #expect(next >= last)
            last = next
        }
    }

    @Test("from 128 ms on an error is taken off at once")
    func stepCorrection() {
        var clock = LocalClock(offset: -.milliseconds(128))
        #expect(clock.correct(-.milliseconds(128), at: seconds(1)) == .stepped)
        #expect(clock.offset(at: seconds(1)) == .zero)
        clock = LocalClock(offset: .nanoseconds(127_999_999))
        #expect(clock.correct(.nanoseconds(127_999_999), at: seconds(1)) != .stepped)
    }

    /// +10 ms is slewed off from 0 on; at 8 s, 4 ms are gone. A server then says +6 ms, or +1 ms: what it
    /// says replaces the rest.
    @Test("a new correction replaces what is left of an earlier one")
    func correctAgain() {
        var clock = LocalClock(offset: .milliseconds(10))
        clock.correct(.milliseconds(10), at: .start)
        #expect(clock.correct(.milliseconds(1), at: seconds(8)) == .slews(until: seconds(10)))
        #expect(clock.offset(at: seconds(60)) == .milliseconds(5))
    }

    /// Drift 500 ppm against a slew of 500 ppm: the offset stays, until the slew is over.
    @Test("drift goes on during a correction")
    func driftAndSlew() {
        var clock = LocalClock(offset: .milliseconds(50), drift: .partsPerMillion(500))
        #expect(clock.correct(.milliseconds(50), at: .start) == .slews(until: seconds(100)))
        #expect(clock.offset(at: seconds(50)) == .milliseconds(50))
        #expect(clock.offset(at: seconds(200)) == .milliseconds(100))
    }

    /// Each piece of the line is summed up exactly, in 10⁻⁹ ns; the clock must show that, rounded down.
    @Test("whatever changes, a clock shows the exact sum of its steps and drifts")
    func random() {
        var stream = Streams(seed: 1, purpose: Purpose("clock test")).stream(of: 0)
        var clock = LocalClock(offset: .nanoseconds(-12_345))
        var (time, drift, exact) = (UInt64(0), Int128(0), Int128(-12_345) * 1_000_000_000)
        for _ in 0..<10_000 {
            let span = stream.next() >> UInt64(20 + stream.below(40))
            time += span
            exact += Int128(span) * (1_000_000_000 + drift)
            let now = Instant(nanoseconds: time)
            switch stream.below(3) {
            case 0:
                let step = Int64(stream.below(1_000_000)) - 500_000
                clock.step(by: .nanoseconds(step), at: now)
                exact += Int128(step) * 1_000_000_000
            case 1:
                let change = Int64(stream.below(400_000)) - 200_000
                clock.changeDrift(by: Drift(partsPerBillion: change), at: now)
                drift += Int128(change)
            default: break
            }
            let floor = (exact - (exact >= 0 ? 0 : 999_999_999)) / 1_000_000_000
            #expect(Int128(clock.reading(at: now).nanoseconds) == floor)
        }
    }
}
