import Simulation
import Vocabulary

/// The known answers: small systems on simulated machines, built of the parts that every design is built of,
/// and quantities of them for which the truth is known.
///
/// Each system is played under the seeds 1 to 20 as they come, and each play gives one value of a quantity:
/// only such values are independent, customers of one play are not. Under one seed the customers of all
/// systems come at the same draws, so rows of one table lean to the same side together. A play discards its
/// beginning, where the system still remembers that it started empty; how long that is stands at each.
/// Interfaces carry messages of 100 bytes at 1 Tbit/s, a nanosecond each, where times of a millisecond and
/// more are measured.
package enum Fidelity {
    static let benchmarks =
        Queues.benchmarks + LoadBalancing.benchmarks + [FanOut.benchmark] + Links.benchmarks
        + [Interfaces.benchmark, Calls.benchmark]

    static let seeds: ClosedRange<UInt64> = 1...20

    /// Something about a system that can be measured in every play of it.
    package struct Quantity: Sendable {
        let what: String
        let unit: String
        let closedForm: Double
        let errorLimit: Double

        package init(_ what: String, unit: String, closedForm: Double, errorLimit: Double = 0.02) {
            self.what = what
            self.unit = unit
            self.closedForm = closedForm
            self.errorLimit = errorLimit
        }
    }

    /// What one play gave.
    struct Estimates {
        /// A value of each quantity, in their order.
        let values: [Double]
        /// What has a name and no closed form.
        var figures: [Double] = []
        let count: UInt64
        let digest: Digest
    }

    /// A benchmark that plays a system under every seed, and sets the mean of each quantity beside its closed
    /// form.
    static func benchmark(
        _ name: String, title: String, unit: String, quantities: [Quantity], figures: [String] = [],
        play: @escaping @Sendable (_ seed: UInt64) -> Estimates
    ) -> Benchmark {
        Benchmark(suite: "fidelity", name: name, title: title, unit: unit, aim: .fidelity) { _ in
            var values = quantities.map { _ in Replications() }
            var means = figures.map { _ in Replications() }
            var count: UInt64 = 0
            var digest = Digest()
            let elapsed = ContinuousClock().measure {
                for seed in seeds {
                    let findings = play(seed)
                    precondition(findings.values.count == values.count, "\(name): a value for each quantity")
                    precondition(findings.figures.count == means.count, "\(name): a value for each figure")
                    for (index, value) in findings.values.enumerated() { values[index].record(value) }
                    for (index, value) in findings.figures.enumerated() { means[index].record(value) }
                    count += findings.count
                    digest.fold(findings.digest.value)
                }
            }
            return Benchmark.Round(
                count: count, elapsed: elapsed, digest: digest.value,
                figures: zip(figures, means).map { .init($0, $1.mean!, "") },
                answers: zip(quantities, values).map { quantity, values in
                    KnownAnswer(
                        quantity.what, unit: quantity.unit, closedForm: quantity.closedForm,
                        estimate: values.estimate!, errorLimit: quantity.errorLimit)
                })
        }
    }
}
