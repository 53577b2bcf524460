import Simulation
import Testing

@Suite("simulation: random: streams")
struct RandomStreamTests {
    @Test(
        "a draw depends on seed, purpose, entity and place alone, not on what was drawn before or elsewhere")
    func places() {
        let streams = Streams(seed: 14, purpose: Purpose("loss"))
        var whole = streams.stream(of: 3)
        let numbers = (0..<10).map { _ in whole.next() }
        #expect(whole.drawn == 10)

        for place in (0..<10).reversed() {
            var other = streams.stream(of: 4, drawn: UInt64(place))
            _ = other.next()
            var again = Streams(seed: 14, purpose: Purpose("loss")).stream(of: 3, drawn: UInt64(place))
            #expect(again.next() == numbers[place])
        }
    }

    @Test("a stream is 16 bytes, a family 8")
    func sizes() {
        #expect(MemoryLayout<RandomStream>.size == 16)
        #expect(MemoryLayout<Streams>.size == 8)
    }

    /// 53 bits and 52, by division where the stream multiplies: both are exact.
    @Test("a unit is in [0, 1), an open unit in (0, 1)", arguments: Significance.seeds)
    func units(seed: UInt64) {
        var numbers = Streams(seed: seed, purpose: Purpose("unit")).stream(of: 0)
        var units = numbers
        var openUnits = numbers
        for _ in 0..<10_000 {
            let number = numbers.next()
            #expect(units.unit() == Double(number >> 11) / 9_007_199_254_740_992)
            #expect(openUnits.openUnit() == (Double(number >> 12) + 0.5) / 4_503_599_627_370_496)
        }
        // What the same steps make of the greatest number.
        #expect(Double(UInt64.max >> 11) * 0x1p-53 == (1.0).nextDown)
        #expect((Double(UInt64.max >> 12) + 0.5) * 0x1p-52 == (1.0).nextDown)
    }

    @Test("every number below a count is equally likely", arguments: [1, 2, 10, 1_000], Significance.seeds)
    func below(count: Int, seed: UInt64) {
        var stream = Streams(seed: seed, purpose: Purpose("below")).stream(of: 0)
        var counts = [Int](repeating: 0, count: count)
        for _ in 0..<200_000 { counts[stream.below(count)] += 1 }
        if count > 1 { #expect(Battery.areEven(counts)) }
    }

    /// Of 2⁶⁴ draws, 3·2⁶¹ numbers get two each and a quarter of the draws is refused: 4/3 draws a number.
    /// Without the refusal, the multiples of 3 and those above them would get three draws and the rest two.
    @Test("no number is favoured where the count is no power of two", arguments: Significance.seeds)
    func belowWithRefusal(seed: UInt64) {
        let count = 3 << 61
        var stream = Streams(seed: seed, purpose: Purpose("below")).stream(of: 1)
        let samples = 200_000
        var residues = [0, 0, 0]
        for _ in 0..<samples { residues[stream.below(count) % 3] += 1 }
        #expect(Battery.areEven(residues))

        let accepted = Double(samples) - Double(stream.drawn) * 0.75
        #expect(
            accepted.magnitude <= Significance.binomial(trials: Int(stream.drawn), probability: 0.75))

        var unrefused = [0, 0, 0]
        for _ in 0..<samples {
            unrefused[Int(UInt64(count).multipliedFullWidth(by: stream.next()).high) % 3] += 1
        }
        #expect(!Battery.areEven(unrefused))
    }

    /// Computed apart from this program, from the description in `RandomStream`, `Streams` and `Purpose`. A
    /// run's digest stands on these: whoever changes them makes every recorded result another.
    @Test(
        "known answers",
        arguments: [
            (0, "", 0, [0x877D_4657_A607_6682, 0x91C2_FE82_F399_7C0D, 0xC19E_1F85_6CD4_4B6A]),
            (1, "loss", 0, [0xAF7B_6FCF_5AC5_A869, 0xFC02_BC9E_7115_4377, 0x3FB7_15DA_C74E_BEE9]),
            (1, "loss", 1, [0xF610_3B5F_9F21_6C44, 0x1265_0AAE_2766_CBC1, 0xD6E2_3FC0_9B50_0B97]),
            (2, "loss", 0, [0xFA1C_A10A_68BB_F0CE, 0x43C0_96F7_4B96_D050, 0x5522_C45E_B16E_FFE1]),
            (1, "typing", 0, [0x0D78_C17C_FF7F_C616, 0x5BD5_161D_AF01_49DF, 0xAB67_7034_3131_0F28]),
            (
                .max, "Wartezeit ü", .max,
                [0x8D75_0032_80F5_A0D0, 0x7EAB_941A_7F34_32EC, 0x8399_3C2A_3CFA_A62A]
            ),
        ] as [(UInt64, String, UInt64, [UInt64])])
    func knownAnswers(seed: UInt64, purpose: String, entity: UInt64, numbers: [UInt64]) {
        var stream = Streams(seed: seed, purpose: Purpose(purpose)).stream(of: entity)
        #expect(numbers.map { _ in stream.next() } == numbers)
    }
}
