import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: network: loss")
struct LossModelTests {
    private static let fading = GilbertElliott(
        worsens: Bernoulli(0.01), recovers: Bernoulli(0.2), lossWhenGood: Bernoulli(0.001),
        lossWhenBad: Bernoulli(0.5))

    /// 0.01/(0.01 + 0.2) = 1/21 of the packets find the bad state: 0.5 · 1/21 + 0.001 · 20/21 = 0.52/21.
    @Test("the long run of a bursty link has a closed form")
    func closedForm() {
        #expect((Self.fading.badShare - 1.0 / 21).magnitude < 1e-15)
        #expect((Self.fading.mean - 0.52 / 21).magnitude < 1e-15)
        #expect(Self.fading.meanBurst == 5)
        let never = GilbertElliott(worsens: Bernoulli(0), recovers: Bernoulli(0))
        #expect(never.mean == 0)
        #expect(LossModel.independent(Bernoulli(0.25)).mean == 0.25)
        #expect(LossModel.none.mean == 0)
    }

    @Test("independent loss is as frequent as stated", arguments: Chance.seeds)
    func independent(seed: UInt64) {
        let packets = 200_000
        let lost = losses(.independent(Bernoulli(0.03)), packets, seed).count { $0 }
        #expect(
            Chance.isNear(
                Double(lost), 0.03 * Double(packets),
                standardError: (Double(packets) * 0.03 * 0.97).squareRoot()))
    }

    /// Neighbours are alike: with λ = 1 − p − r, the loss of packets k apart has the covariance
    /// (b − g)²·πGood·πBad·λᵏ, summed over k on both sides: 2λ/(1 − λ) times the first.
    @Test("bursty loss is as frequent as stated", arguments: Chance.seeds)
    func bursty(seed: UInt64) {
        let packets = 400_000
        let lost = losses(.bursts(Self.fading), packets, seed).count { $0 }
        let mean = Self.fading.mean
        let memory = 1 - 0.01 - 0.2
        let states = 0.499 * 0.499 * (20.0 / 21) * (1.0 / 21)
        let variance = mean * (1 - mean) + 2 * states * memory / (1 - memory)
        #expect(
            Chance.isNear(
                Double(lost), mean * Double(packets),
                standardError: (variance * Double(packets)).squareRoot()))
    }

    /// When the bad state loses all and the good one none, a run of losses is a stay in the bad state:
    /// geometric, its mean 1/r = 4 and its variance (1 − r)/r² = 12.
    @Test("bursts are as long as stated", arguments: Chance.seeds)
    func burstLengths(seed: UInt64) {
        let model = GilbertElliott(worsens: Bernoulli(0.02), recovers: Bernoulli(0.25))
        var lengths: [Int] = []
        var length = 0
        for lost in losses(.bursts(model), 400_000, seed) {
            if lost { length += 1 }
            if !lost && length > 0 {
                lengths.append(length)
                length = 0
            }
        }
        let count = Double(lengths.count)
        let mean = Double(lengths.reduce(0, +)) / count
        #expect(Chance.isNear(mean, model.meanBurst, standardError: (12 / count).squareRoot()))

        var counts = [Int](repeating: 0, count: 13)
        for length in lengths { counts[min(length, 13) - 1] += 1 }
        var rest = 1.0
        var expected: [Double] = []
        for _ in 0..<12 {
            expected.append(count * rest * 0.25)
            rest *= 0.75
        }
        expected.append(count * rest)
        #expect(Chance.fits(counts, expected))
        // Twice as long bursts would be seen.
        #expect(!Chance.isNear(mean, 8, standardError: (12 / count).squareRoot()))
        #expect(!Chance.fits(counts.reversed(), expected))
    }

    @Test("chosen packets are lost, and no others")
    func chosen() {
        let lost = losses(.chosen([2, 5, 63]), 70, 1)
        #expect(lost.indices.filter { lost[$0] } == [2, 5, 63])
    }

    private func losses(_ model: LossModel, _ packets: Int, _ seed: UInt64) -> [Bool] {
        let conditions = LinkConditions(LinkProfile(loss: model), named: "link", seed: seed)
        var link = LinkState(entity: 7)
        return (0..<packets).map { _ in !link.passes(under: conditions) }
    }
}
