import Testing
import Vocabulary

@Suite("vocabulary: data")
struct DataTests {
    @Test(
        "an amount of data is shown in the unit that suits it",
        arguments: [
            (ByteCount.zero, "0B"), (.bytes(999), "999B"), (.kibibytes(4), "4.096KB"),
            (.kilobytes(25), "25KB"), (.megabytes(1_500), "1.5GB"), (.mebibytes(1), "1048.576KB"),
            (.bytes(1_000_001), "1000.001KB"), (.bytes(-1_500), "-1.5KB"),
        ])
    func amounts(amount: ByteCount, text: String) {
        #expect(amount.description == text)
    }

    @Test(
        "a rate is shown in the unit that suits it",
        arguments: [
            (DataRate.gigabitsPerSecond(10), "10Gbit/s"), (.kilobitsPerSecond(15_600), "15.6Mbit/s"),
            (.megabitsPerSecond(8), "8Mbit/s"), (DataRate(bitsPerSecond: 999), "999bit/s"),
        ])
    func rates(rate: DataRate, text: String) {
        #expect(rate.description == text)
    }

    @Test("amounts add up and compare")
    func sums() {
        var amount = ByteCount.kilobytes(3) - .bytes(1) * 2_000
        amount += .bytes(24)
        #expect(amount == .kibibytes(1))
        amount -= .kibibytes(1)
        #expect(amount == .zero)
        #expect(ByteCount.kilobytes(1) < .kibibytes(1))
        #expect(DataRate.kilobitsPerSecond(999) < .megabitsPerSecond(1))
    }

    /// - 4 KiB at 10 Mbit/s: 4096 · 8 / 10⁷ s = 3.2768 ms.
    /// - One byte at 10 Gbit/s: 0.8 ns; at 3 bit/s: 8/3 s = 2,666,666,666.67 ns.
    /// - 10⁹ bytes, the last with 64 bits, and one more, both at 8 Gbit/s: 1 s, and 1 ns more.
    /// - 10¹² bytes at 1 Gbit/s: 8,000 s.
    @Test(
        "a transmission takes size over rate, rounded up",
        arguments: [
            (ByteCount.kibibytes(4), DataRate.megabitsPerSecond(10), Span.nanoseconds(3_276_800)),
            (.bytes(1), .gigabitsPerSecond(10), .nanoseconds(1)),
            (.bytes(1), DataRate(bitsPerSecond: 3), .nanoseconds(2_666_666_667)),
            (.zero, .gigabitsPerSecond(10), .zero),
            (.bytes(1_000_000_000), .gigabitsPerSecond(8), .seconds(1)),
            (.bytes(1_000_000_001), .gigabitsPerSecond(8), .nanoseconds(1_000_000_001)),
            (.megabytes(1_000_000), .gigabitsPerSecond(1), .seconds(8_000)),
        ])
    func transmission(size: ByteCount, rate: DataRate, time: Span) {
        #expect(rate.transmissionTime(of: size) == time)
    }

    @Test("a line that carries nothing has no transmission time")
    func stopped() async {
        await #expect(processExitsWith: .failure) {
            _ = DataRate(bitsPerSecond: 0).transmissionTime(of: .bytes(1))
        }
    }
}
