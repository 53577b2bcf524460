import Benchmarks
import Cluster
import Simulation
import Testing

@Suite("fidelity: rows can fail")
struct SlowMachineTests {
    /// M/M/1 at 0.5, 5,000 customers under each of 20 seeds: a standard error of about 1 %.
    private func verdict(speed: Factor) throws -> KnownAnswer {
        let queue = Queue(
            utilisation: 0.5, service: .exponential(Exponential(mean: 1e6)), customers: 5_000, speed: speed)
        let benchmark = queue.benchmark(
            "small", title: "a small queue",
            quantities: [
                Fidelity.Quantity(
                    "mean time in system", unit: "ms",
                    closedForm: ClosedForms.timeInSystem(utilisation: 0.5, service: 1))
            ]
        ) { [$0.meanTimeInSystem] }
        return try #require(benchmark.run(0).answers.first)
    }

    @Test("a machine as fast as claimed is in band")
    func asClaimed() throws {
        #expect(try verdict(speed: .one).problem == nil)
    }

    /// A service takes 1.05 ms and the utilisation is 0.525: 1.05/0.475 = 2.211 ms in the system instead of
    /// 2.
    @Test("a machine that works 5 % more slowly than claimed is out of band")
    func slower() throws {
        let answer = try verdict(speed: Factor(rounding: 1 / 1.05))
        #expect(
            try #require(answer.problem).hasSuffix(
                "standard errors above its closed form, and 3 are the most"))
        #expect((answer.measured - 2.211).magnitude <= 3 * (answer.standardError ?? 0))
    }
}
