import Glibc
import Simulation
import Testing

/// Counts and ranks, to hold against their probabilities.
struct DiscreteCase: Sendable, CustomTestStringConvertible {
    typealias Sampler = @Sendable (inout RandomStream) -> Int

    var name: String
    var sample: Sampler
    /// The same with one parameter off.
    var twin: Sampler
    var moments: (mean: Double, variance: Double)?
    /// What lies outside has no part worth mentioning.
    var support: ClosedRange<Int>
    var probability: @Sendable (Int) -> Double

    var testDescription: String { name }

    enum Flaw: Hashable { case mean, variance, shape }

    static let samples = 200_000

    func flaws(of sample: Sampler, seed: UInt64) -> Set<Flaw> {
        var stream = Streams(seed: seed, purpose: Purpose(name)).stream(of: 0)
        let values = (0..<Self.samples).map { _ in sample(&stream) }
        var flaws: Set<Flaw> = []
        let n = Double(values.count)

        if let (mean, variance) = moments {
            let sampleMean = values.reduce(0) { $0 + Double($1) } / n
            if (sampleMean - mean).magnitude > Significance.standardErrors * (variance / n).squareRoot() {
                flaws.insert(.mean)
            }
            let squares = values.map { (Double($0) - mean) * (Double($0) - mean) }
            let sampleVariance = squares.reduce(0, +) / n
            let fourth = squares.reduce(0) { $0 + $1 * $1 } / n
            let deviation = ((fourth - sampleVariance * sampleVariance) / n).squareRoot()
            if (sampleVariance - variance).magnitude > Significance.standardErrors * deviation {
                flaws.insert(.variance)
            }
        }

        // Neighbours share a cell until 50 samples are expected in it; what remains goes into the last.
        var expected = [0.0]
        var cells: [Int] = []
        for value in support {
            if expected[expected.count - 1] >= 50 { expected.append(0) }
            expected[expected.count - 1] += n * probability(value)
            cells.append(expected.count - 1)
        }
        if expected.count > 1, let rest = expected.last, rest < 50 {
            expected.removeLast()
            expected[expected.count - 1] += rest
        }
        var counts = [Int](repeating: 0, count: expected.count)
        for value in values {
            let place = min(max(value, support.lowerBound), support.upperBound) - support.lowerBound
            counts[min(cells[place], counts.count - 1)] += 1
        }
        if !Significance.fits(counts, expected) { flaws.insert(.shape) }
        return flaws
    }
}

@Suite("simulation: random: discrete distributions")
struct DiscreteDistributionTests {
    @Test(
        "samples have the mean, the variance and the probabilities claimed",
        arguments: DiscreteCase.all, Significance.seeds)
    func samples(distribution: DiscreteCase, seed: UInt64) {
        #expect(distribution.flaws(of: distribution.sample, seed: seed) == [])
    }

    @Test("a parameter a few percent off is found", arguments: DiscreteCase.all)
    func twins(distribution: DiscreteCase) {
        #expect(distribution.flaws(of: distribution.twin, seed: 1) != [])
    }

    /// Instead of a mean and variance of 4: the sum of two halves, which is the same; a half doubled; 4.05; a
    /// coin.
    @Test("each kind of flaw is found for what it is")
    func kinds() {
        let poisson = DiscreteCase.poisson(mean: 4)
        let half = Poisson(mean: 2)
        #expect(poisson.flaws(of: { half.sample(&$0) + half.sample(&$0) }, seed: 1) == [])
        #expect(poisson.flaws(of: { 2 * half.sample(&$0) }, seed: 1) == [.variance, .shape])
        let shifted = Poisson(mean: 4.05)
        #expect(poisson.flaws(of: { shifted.sample(&$0) }, seed: 1).contains(.mean))
        // 2 or 6, each half of the time: mean 4 and variance 4.
        #expect(poisson.flaws(of: { 2 + 4 * $0.below(2) }, seed: 1) == [.shape])
    }

    @Test("nothing to count or to choose gives the only answer, and takes its draw")
    func certainties() {
        var stream = Streams(seed: 1, purpose: Purpose("certain")).stream(of: 0)
        for _ in 0..<1_000 {
            #expect(Poisson(mean: 0).sample(&stream) == 0)
            #expect(Zipf(count: 1, exponent: 1).sample(&stream) == 1)
            #expect(Weighted([3]).sample(&stream) == 0)
            #expect(Weighted([0, 0, 1e-300, 0]).sample(&stream) == 2)
            #expect(!Bernoulli(0).sample(&stream))
            #expect(Bernoulli(1).sample(&stream))
        }
        #expect(stream.drawn == 6_000)
    }

    @Test("counts, choices and decisions take one draw, large counts and ranks a few")
    func draws() {
        func draws(_ sample: (inout RandomStream) -> Void) -> Double {
            var stream = Streams(seed: 1, purpose: Purpose("draws")).stream(of: 0)
            for _ in 0..<10_000 { sample(&stream) }
            return Double(stream.drawn) / 10_000
        }
        #expect(draws { _ = Poisson(mean: 10).sample(&$0) } == 1)
        #expect(draws { _ = Weighted([1, 2, 3]).sample(&$0) } == 1)
        #expect(draws { _ = Bernoulli(0.5).sample(&$0) } == 1)
        // Two a trial; the method needs 1.33 trials at 10 and fewer above.
        #expect((2...2.7).contains(draws { _ = Poisson(mean: 10.5).sample(&$0) }))
        #expect((2...2.4).contains(draws { _ = Poisson(mean: 1e6).sample(&$0) }))
        #expect((1...1.1).contains(draws { _ = Zipf(count: 1_000_000, exponent: 1.1).sample(&$0) }))
        #expect((1...1.1).contains(draws { _ = Zipf(count: 2, exponent: 3).sample(&$0) }))
    }
}

extension DiscreteCase {
    static let all: [DiscreteCase] =
        [0.3, 4, 10, 10.5, 100, 10_000, 1e6].map(poisson)
        + [(2, 1), (10, 3), (1_000, 0.5), (1_000, 1), (1_000, 1.2), (100_000, 1), (100_000, 2.5)].map(zipf)
        + [
            weighted([1, 2, 5]), weighted([0, 3, 0, 1, 1]), weighted((1...100).map { 1 / Double($0) }),
            bernoulli,
        ]

    static func poisson(mean: Double) -> DiscreteCase {
        let claimed = Poisson(mean: mean)
        // 3 % of the mean, or of the deviation where that is smaller.
        let twin = Poisson(mean: mean + 0.03 * min(mean, mean.squareRoot()))
        let reach = 12 * mean.squareRoot() + 12
        return DiscreteCase(
            name: "poisson of mean \(mean)", sample: claimed.sample, twin: twin.sample,
            moments: (claimed.mean, claimed.variance),
            support: Int(max(0, mean - reach))...Int(mean + reach),
            probability: { Glibc.exp(Double($0) * Glibc.log(mean) - mean - lgamma(Double($0) + 1)) })
    }

    static func zipf(count: Int, exponent: Double) -> DiscreteCase {
        let claimed = Zipf(count: count, exponent: exponent)
        let twin = Zipf(count: count, exponent: exponent * 1.05)
        let sum = (1...count).reversed().reduce(0) { $0 + Glibc.pow(Double($1), -exponent) }
        return DiscreteCase(
            name: "zipf over \(count) of exponent \(exponent)", sample: claimed.sample, twin: twin.sample,
            // Of 100,000 ranks falling that steeply, one sample may outweigh the others: no Gaussian sum.
            moments: exponent == 2.5 ? nil : (claimed.mean, claimed.variance), support: 1...count,
            probability: { Glibc.pow(Double($0), -exponent) / sum })
    }

    /// The twin gives the last choice twice its weight.
    static func weighted(_ weights: [Double]) -> DiscreteCase {
        let claimed = Weighted(weights)
        let twin = Weighted(weights.dropLast() + [weights[weights.count - 1] * 2])
        let sum = weights.reduce(0, +)
        return DiscreteCase(
            name: "weighted of \(weights.count)", sample: claimed.sample, twin: twin.sample,
            support: 0...weights.count - 1, probability: { weights[$0] / sum })
    }

    static var bernoulli: DiscreteCase {
        let claimed = Bernoulli(0.01)
        let twin = Bernoulli(0.0125)
        return DiscreteCase(
            name: "bernoulli", sample: { claimed.sample(&$0) ? 1 : 0 }, twin: { twin.sample(&$0) ? 1 : 0 },
            moments: (claimed.mean, claimed.variance), support: 0...1,
            probability: { $0 == 1 ? 0.01 : 0.99 })
    }
}
