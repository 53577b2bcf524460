import Glibc
import Simulation
import Testing

@Suite("measures: independent replications")
struct ReplicationsTests {
    /// 2, 4, 4, 4, 5, 5, 7, 9: mean 40 / 8 = 5, squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32.
    /// Deviation √(32 / 7) = 2.1380899, error √(32 / 7 / 8) = 0.7559289, t(7) = 2.364624 and 3.499483.
    @Test("eight values, worked by hand")
    func byHand() throws {
        let replications = Replications([2, 4, 4, 4, 5, 5, 7, 9])
        let estimate = try #require(replications.estimate)
        #expect(estimate.mean == 5)
        #expect(isClose(replications.standardDeviation, 2.138_089_9))
        #expect(isClose(estimate.standardError, 0.755_928_9))
        #expect(isClose(estimate.halfWidth(.percent95), 1.787_487_8))
        #expect(isClose(estimate.halfWidth(.percent99), 2.645_360_5))
    }

    /// 4, 7, 13, 16: squared distances from 10 are 36 + 9 + 9 + 36 = 90, the variance is 30. A sum of squares
    /// would be 4·10^18, whose last bit alone is worth 512.
    @Test("a spread that is small against the mean is not lost")
    func stable() throws {
        let replications = Replications([4, 7, 13, 16].map { 1e9 + $0 })
        #expect(replications.mean == 1e9 + 10)
        #expect(replications.standardDeviation == 30.0.squareRoot())
    }

    @Test("one value has a mean and no error, none has neither")
    func few() {
        #expect(Replications([3]).mean == 3)
        #expect(Replications([3]).standardDeviation == nil)
        #expect(Replications([3]).estimate == nil)
        #expect(Replications().mean == nil)
        #expect(Replications([3, 3]).estimate?.standardError == 0)
    }

    @Test("a value that never came is no number to average")
    func infinite() async {
        await #expect(processExitsWith: .failure) {
            var replications = Replications()
            replications.record(.infinity)
        }
    }

    /// Against the distribution function for whole degrees of freedom, a finite sum.
    @Test("Student's t is right to 0.00003, from 1 to 1,000 degrees of freedom")
    func studentT() {
        for degrees in 1...1_000 {
            for (confidence, probability) in [(Estimate.Confidence.percent95, 0.95), (.percent99, 0.99)] {
                let t = confidence.studentT(degreesOfFreedom: degrees)
                #expect(Self.probabilityWithin(t - 0.000_03, degrees: degrees) < probability)
                #expect(Self.probabilityWithin(t + 0.000_03, degrees: degrees) > probability)
            }
        }
    }

    /// The probability that |T| < t: Abramowitz and Stegun, 26.7.3 and 26.7.4.
    private static func probabilityWithin(_ t: Double, degrees: Int) -> Double {
        let angle = atan(t / Double(degrees).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        let isOdd = degrees % 2 == 1
        var term = isOdd ? cosine : 1
        var sum = degrees == 1 ? 0 : term
        var k = isOdd ? 3 : 2
        while k <= degrees - 2 {
            term *= cosine * cosine * Double(k - 1) / Double(k)
            sum += term
            k += 2
        }
        return isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
    }
}

@Suite("measures: batch means")
struct BatchMeansTests {
    /// A process in which each value keeps the share `memory` of the one before and adds a number from -1/2
    /// to 1/2.
    private func observe(memory: Double, count: Int, seed: UInt64) -> BatchMeans {
        var draws = TestDraws(seed: seed)
        var value = 0.0
        for _ in 0..<1_000 { value = memory * value + draws.unit() - 0.5 }  // forget the start
        var batches = BatchMeans()
        for _ in 0..<count {
            value = memory * value + draws.unit() - 0.5
            batches.record(value)
        }
        return batches
    }

    /// 40,000 observations fill 39 batches of 1,024. The squared error of a mean of n is s²/n with s² =
    /// (1/12) / (1 - memory)² for n much longer than the memory. The estimate of a variance from 39 batches
    /// scatters by √(2 / 38) = 23 %, the mean of 200 such by 1.6 %; 6 % are allowed. The memory of 0.9 makes
    /// the naive error, from the variance (1/12) / (1 - 0.81), √19 times too small.
    @Test("the squared error is that of theory, with memory and without", arguments: [0, 0.5, 0.9])
    func againstTheory(memory: Double) throws {
        let runs = (0..<200).map { observe(memory: memory, count: 40_000, seed: $0) }
        let estimates = try runs.map { try #require($0.estimate) }
        #expect(runs.allSatisfy { $0.batchCount == 39 && $0.batchSize == 1_024 })
        let theory = 1.0 / 12 / ((1 - memory) * (1 - memory)) / (39 * 1_024)
        let found = estimates.reduce(0) { $0 + $1.standardError * $1.standardError } / 200
        #expect(abs(found / theory - 1) < 0.06)

        // The true mean is 0. Of 200 intervals of 95 %, 190 ± 3 cover it; four deviations are allowed.
        let covering = estimates.count { abs($0.mean) <= $0.halfWidth(.percent95) }
        #expect((178...200).contains(covering))

        // A false alarm in one of twenty at most.
        #expect(runs.count { $0.batchesLookIndependent } >= 180)
    }

    /// 2,000 observations with a memory of about 1,000 are two independent ones, not 62.
    @Test("batches that are too short are noticed")
    func tooShort() {
        let runs = (0..<50).map { observe(memory: 0.999, count: 2_000, seed: $0) }
        #expect(runs.allSatisfy { !$0.batchesLookIndependent })
    }

    /// 1,000 observations: 64 batches of 8 are full at 512 and become 32 of 16; 62 of these are whole at 992.
    @Test("batches are means of neighbours, without a gap")
    func batches() {
        var draws = TestDraws(seed: 5)
        let observations = (0..<1_000).map { _ in draws.unit() }
        var batches = BatchMeans()
        for observation in observations {
            batches.record(observation)
            #expect(batches.batchCount < 64)
        }
        #expect(batches.batchSize == 16)
        #expect(batches.batchCount == 62)
        for (index, mean) in batches.means.enumerated() {
            let sum = observations[16 * index..<16 * (index + 1)].reduce(0, +)
            #expect(abs(mean - sum / 16) < 1e-12)
        }
    }

    /// 1, 2, 3, 4 around 2.5: products 0.75 - 0.25 + 0.75 = 1.25, squares 2.25 + 0.25 + 0.25 + 2.25 = 5.
    @Test("the correlation of neighbours, worked by hand")
    func autocorrelation() {
        var batches = BatchMeans()
        for observation in [1, 2, 3, 4] as [Double] { batches.record(observation) }
        #expect(batches.autocorrelation == 0.25)
        #expect(batches.estimate == Replications([1, 2, 3, 4]).estimate)
        #expect(!batches.batchesLookIndependent)
    }

    @Test("few observations and equal ones")
    func edges() {
        var batches = BatchMeans()
        #expect(batches.estimate == nil)
        #expect(batches.autocorrelation == nil)
        for _ in 0..<100 { batches.record(7) }
        #expect(batches.estimate?.mean == 7)
        #expect(batches.estimate?.standardError == 0)
        #expect(batches.autocorrelation == nil)
        #expect(batches.batchesLookIndependent)
    }
}

private func isClose(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-6 } ?? false }
