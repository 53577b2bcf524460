import Cluster
import Simulation
import Vocabulary

/// Datagrams over links whose delays and losses are drawn.
///
/// Each datagram draws its own delay, so nothing has to warm up there. A Gilbert–Elliott link starts in its
/// good state, and forgets that within 1/(p + r), 5 packets of 200,000.
enum Links {
    static let benchmarks = [delays, losses]

    private static let datagrams = 200_000
    private static let plan = Sender.Plan(
        atOnce: 1, times: datagrams, interval: .milliseconds(1), size: smallMessage)

    /// All values of a play are sorted, so these are percentiles and not the middles of buckets.
    private static let delays: Benchmark = {
        let (median, p99) = (Span.milliseconds(40), Span.milliseconds(120))
        let link = LinkProfile(delay: .delay(median: median, p99: p99))
        return Fidelity.benchmark(
            "link-delay", title: "a lognormal link with a median of 40 ms and a p99 of 120 ms",
            unit: "datagram",
            quantities: [
                Fidelity.Quantity(
                    "lognormal link: p50 of delay", unit: "ms", closedForm: median.milliseconds),
                Fidelity.Quantity("lognormal link: p99 of delay", unit: "ms", closedForm: p99.milliseconds),
                Fidelity.Quantity(
                    "lognormal link: p99.9 of delay", unit: "ms",
                    closedForm: ClosedForms.logNormalP99_9(
                        median: median.milliseconds, p99: p99.milliseconds),
                    errorLimit: 0.03),
            ]
        ) { seed in
            let cluster = Cluster.lab(seed: seed, link: link)
            let delays = cluster.send(plan, from: .outside, to: .outside).map(\.delay).sorted()
            return Fidelity.Estimates(
                values: [Percentile.p50, .p99, .p99_9].map {
                    delays[Int($0.rank(among: UInt64(delays.count))) - 1].milliseconds
                },
                count: UInt64(datagrams), digest: cluster.world.traceDigest)
        }
    }()

    private static let losses: Benchmark = {
        let (worsens, recovers) = (0.01, 0.2)
        let link = LinkProfile(
            loss: .bursts(GilbertElliott(worsens: Bernoulli(worsens), recovers: Bernoulli(recovers))))
        return Fidelity.benchmark(
            "burst-loss",
            title: "a Gilbert-Elliott link that worsens for 1 packet in 100 and recovers for 1 in 5",
            unit: "datagram",
            quantities: [
                Fidelity.Quantity(
                    "Gilbert-Elliott link: share lost", unit: "",
                    closedForm: ClosedForms.gilbertLoss(worsens: worsens, recovers: recovers)),
                Fidelity.Quantity(
                    "Gilbert-Elliott link: mean burst", unit: "packets",
                    closedForm: ClosedForms.gilbertBurst(recovers: recovers)),
            ]
        ) { seed in
            let cluster = Cluster.lab(seed: seed, link: link)
            let gaps = gaps(among: cluster.send(plan, from: .outside, to: .outside).map(\.number))
            let lost = gaps.reduce(0, +)
            return Fidelity.Estimates(
                values: [Double(lost) / Double(datagrams), Double(lost) / Double(gaps.count)],
                count: UInt64(datagrams), digest: cluster.world.traceDigest)
        }
    }()

    /// How many numbers are missing at each place where some are. The link has no delay, so they come in
    /// order.
    private static func gaps(among arrived: [Int]) -> [Int] {
        zip([-1] + arrived, arrived + [datagrams]).map { $1 - $0 - 1 }.filter { $0 > 0 }
    }
}
