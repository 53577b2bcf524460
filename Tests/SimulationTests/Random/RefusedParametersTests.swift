import Simulation
import Testing

/// Parameters come from checked files: a wrong one here is a mistake of the program, and stops it.
@Suite("simulation: random: refused parameters")
struct RefusedParametersTests {
    @Test("a distribution that does not exist is not made")
    func refused() async {
        await #expect(processExitsWith: .failure) { _ = Exponential(mean: 0) }
        await #expect(processExitsWith: .failure) { _ = Uniform(from: 2, to: 1) }
        await #expect(processExitsWith: .failure) { _ = LogNormal(median: 20, share: 0.99, below: 20) }
        await #expect(processExitsWith: .failure) { _ = Pareto(from: 2, shape: 1, to: 2) }
        await #expect(processExitsWith: .failure) { _ = Weighted([0, 0]) }
        await #expect(processExitsWith: .failure) { _ = Weighted([1, .nan]) }
        await #expect(processExitsWith: .failure) { _ = QuantileTable([(0, 1), (0.9, 2)]) }
        await #expect(processExitsWith: .failure) { _ = QuantileTable([(0, 1), (0.5, 3), (1, 2)]) }
        await #expect(processExitsWith: .failure) { _ = Bernoulli(1.01) }
        await #expect(processExitsWith: .failure) { _ = Normal(mean: 0, deviation: 1).quantile(.nan) }
    }

    @Test("there is no number below zero to choose")
    func below() async {
        await #expect(processExitsWith: .failure) {
            var stream = Streams(seed: 1, purpose: Purpose("below")).stream(of: 0)
            _ = stream.below(0)
        }
    }
}
