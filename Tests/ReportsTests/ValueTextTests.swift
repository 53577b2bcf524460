import Results
import Testing
import Vocabulary

@Suite("results: how values are written")
struct ValueTextTests {
    @Test(
        "times in three or four digits of a fitting unit",
        arguments: [
            (4_123_456_789, "4.12s"), (480_000_000, "0.48s"), (102_600_000_000, "102.6s"), (0, "0s"),
            (7, "7ns"),
            (99_999, "100.0us"), (150_000, "150us"), (99_000_000, "99.0ms"), (3_600_000_000_000, "3,600s"),
        ] as [(Int64, String)])
    func times(nanoseconds: Int64, text: String) {
        #expect(shortText(.nanoseconds(nanoseconds)) == text)
    }

    @Test(
        "counts, sizes, shares and rates",
        arguments: [
            (0, 1, .count, "0"), (9_999, 1, .count, "9,999"), (61_234, 1, .count, "61.2k"),
            (61_000, 1, .count, "61k"), (123_456, 1, .count, "123k"), (5_937_516, 1, .count, "5.94M"),
            (12_345_678, 1, .count, "12.3M"), (5, 2, .count, "2.5"), (1, 300, .rate, "0.0033/s"),
            (99_994, 100_000, .share, "99.994%"), (1, 3, .share, "33.3%"), (1, 1, .share, "100%"),
            (0, 1, .share, "0%"),
            // One of ten million is missing: not all. And one is not nothing.
            (9_999_999, 10_000_000, .share, "99.999%"), (1, 10_000_000, .share, "<0.001%"),
            (5, 100_000, .share, "0.005%"), (31_400, 1, .bytes, "31.4 KB"), (999, 1, .bytes, "999 B"),
            (9_100_000, 1, .byteRate, "9.1 MB/s"), (1_667, 1, .rate, "1,667/s"),
        ] as [(Int, Int, Metric.Unit, String)])
    func others(numerator: Int, denominator: Int, unit: Metric.Unit, text: String) {
        #expect(ValueText.text(Quotient(numerator, over: denominator), unit) == text)
    }

    @Test(
        "a value never comes out on the other side of its limit",
        arguments: [
            (.time(.nanoseconds(9_999_100_000)), .time(.seconds(10)), "9.999s"),
            (.time(.nanoseconds(10_000_000_001)), .time(.seconds(10)), "10.000000001s"),
            (.time(.seconds(10)), .time(.seconds(10)), "10.00s"),
            (.count(199_999), .count(200_000), "199.999k"), (.count(200_001), .count(200_000), "200.001k"),
            (.count(0), .count(1), "0"),
            (.quotient(2_443, over: 50, of: .rate), .perSecond(48), "48.86/s"),
            (.quotient(21, over: 4, of: .count), .count(5), "5.25"),
            (.quotient(49_999, over: 10_000, of: .count), .count(5), "4.9999"),
            (.quotient(5_001, over: 2, of: .byteRate), .bytesPerSecond(2_500), "2.501 KB/s"),
            (.share(part: 999_996, whole: 1_000_000), .share(part: 999_995, whole: 1_000_000), "99.9996%"),
            (.share(part: 1, whole: 10_000_000), .share(part: 0, whole: 1), "0.00001%"),
        ] as [(Amount, Amount, String)])
    func limits(value: Amount, limit: Amount, text: String) {
        #expect(value.text(apartFrom: limit) == text)
    }

    /// A quarter of the difference has to show: of 0.4 ms a tenth, in seconds the fourth decimal.
    @Test(
        "two values of a change are rounded alike, in three digits and as many more as the change needs",
        arguments: [
            (.time(.microseconds(145_000)), .time(.microseconds(144_580)), "0.1450s", "0.1446s"),
            (.time(.microseconds(144_000)), .time(.microseconds(135_900)), "0.144s", "0.136s"),
            (.time(.microseconds(263_100)), .time(.microseconds(257_600)), "0.263s", "0.258s"),
            (.time(.microseconds(4_120_000)), .time(.microseconds(4_710_000)), "4.12s", "4.71s"),
            (.time(.zero), .time(.milliseconds(5)), "0s", "5.00ms"),
            (.count(0), .quotient(2, over: 5, of: .count), "0", "0.4"),
            (.quotient(4, over: 5, of: .count), .quotient(3, over: 5, of: .count), "0.8", "0.6"),
            (.count(5), .count(7), "5", "7"), (.count(61_000), .count(61_020), "61k", "61.02k"),
            (.count(5), .count(5), "5", "5"),
            (.share(part: 612, whole: 1_000), .share(part: 668, whole: 1_000), "61.2%", "66.8%"),
            (.time(.seconds(1)), .never(undelivered: 0, of: 0), "1.00s", "∞"),
        ] as [(Amount, Amount, String, String)])
    func changes(before: Amount, after: Amount, old: String, new: String) {
        let said = Amount.change(from: before, to: after)
        #expect(said.before == old)
        #expect(said.after == new)
    }

    @Test(
        "a limit is written with all its digits",
        arguments: [
            (.quotient(97_731, over: 2_000, of: .rate), "48.8655/s"), (.perSecond(12_345), "12.345k/s"),
            (.count(200_000), "200k"), (.share(part: 9_999, whole: 10_000), "99.99%"),
            (.bytes(1_234_567), "1.234567 MB"),
        ] as [(Amount, String)])
    func exactLimits(limit: Amount, text: String) { #expect(limit.limitText == text) }

    /// 5.25 of a queue and 48.86 a second are no whole numbers, and 10 over 2 is one. 2⁸⁰ + 1 over 3 · 2⁴⁰ is
    /// 366,503,875,925.33, and has to do with 64 bits.
    @Test("what is measured is not cut to whole numbers")
    func exact() {
        #expect(Amount(Quotient(42, over: 8), .count) == .quotient(21, over: 4, of: .count))
        #expect(
            Amount(Quotient(2_443_000_000_000, over: 50_000_000_000), .rate)
                == .quotient(2_443, over: 50, of: .rate))
        #expect(Amount(Quotient(10, over: 2), .bytes) == .bytes(5))
        #expect(Amount(Quotient(7, over: 2), .time) == .time(.nanoseconds(3)))
        #expect(Amount(Quotient(2, over: 6), .share) == .share(part: 2, whole: 6))
        let large = Amount(Quotient(UInt128(1) << 80 + 1, over: UInt128(3) << 40), .byteRate)
        #expect(large.magnitude.map { abs($0 / 366_503_875_925.33 - 1) < 1e-6 } == true)
    }
}
