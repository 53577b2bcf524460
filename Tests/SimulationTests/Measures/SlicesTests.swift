import Simulation
import Testing
import Vocabulary

@Suite("measures: slices over time")
struct SlicesTests {
    @Test("a value falls into the slice of its time")
    func slices() {
        let slices = Slices(width: .seconds(1))
        slices.record(10, at: .start)
        slices.record(20, at: .at(.nanoseconds(999_999_999)))
        slices.record(30, at: .at(.seconds(1)))
        slices.record(40, at: .at(.seconds(3)), count: 2)
        slices.record(50, at: .at(.milliseconds(1_500)))
        #expect(slices.count == 4)
        #expect((0..<4).map { slices[$0]?.sum } == [30, 80, nil, 80])
        #expect(slices.start(of: 3) == .at(.seconds(3)))
        #expect(slices.width == .seconds(1))
    }

    /// 719.9 s is in the last of 720 seconds; 720 s needs slices of two seconds, and a year 65,536 s:
    /// 31,536,000 / 720 = 43,800, and the next power of two is 65,536.
    @Test("beyond 720 slices the width doubles")
    func doubling() {
        let slices = Slices(width: .seconds(1))
        for second in 0..<720 as Range<Int64> { slices.record(UInt64(second), at: .at(.seconds(second))) }
        slices.record(5, at: .at(.milliseconds(719_900)))
        #expect(slices.count == 720)
        #expect(slices.width == .seconds(1))

        slices.record(5, at: .at(.seconds(720)))
        #expect(slices.count == 361)
        #expect(slices.width == .seconds(2))
        #expect(slices[0]?.sum == 1)  // 0 + 1
        #expect(slices[359]?.sum == 1_442)  // 718 + 719 + 5

        slices.record(1, at: .at(.seconds(31_536_000)))
        #expect(slices.count == 482)
        #expect(slices.width == .seconds(65_536))
        #expect(slices[0]?.count == 722)
        #expect(slices[1] == nil)

        // 2^64 ns are 18,446,744,073.7 s. 2^25 s · 550 is more than that, 2^24 s · 720 is not.
        slices.record(1, at: Instant(nanoseconds: .max))
        #expect(slices.width == .seconds(1 << 25))
        #expect(slices.count == 550)
        slices.record(1, at: .start)
        #expect(slices[0]?.count == 724)
        #expect(slices[549]?.count == 1)
        slices.record(1, at: .at(.seconds(1 << 30)), count: 0)
        #expect(slices[32] == nil)
    }

    /// Against histograms that had the final width from the beginning, for times that come in any order.
    @Test("a slice is as if it had always been that wide", arguments: 0..<40)
    func againstFinalWidth(seed: UInt64) throws {
        var draws = TestDraws(seed: seed)
        let slices = Slices(
            width: .nanoseconds(Int64(1 + draws.next() % 100)), limit: Int(2 + draws.next() % 9))
        let span = UInt64(1) << (draws.next() % 20)
        let records = (0..<300).map { _ in
            (draws.next() % 1_000_000, Instant(nanoseconds: draws.next() % span))
        }
        for (value, time) in records { slices.record(value, at: time) }
        for index in 0..<slices.count {
            let expected = CoarseHistogram()
            let end = slices.start(of: index) + slices.width
            for (value, time) in records where time >= slices.start(of: index) && time < end {
                expected.record(value)
            }
            expectEqual(slices[index] ?? CoarseHistogram(), expected)
        }
        #expect(slices.start(of: slices.count) > records.map(\.1).max()!)
        #expect(slices[slices.count - 1] != nil)
    }
}
