import Cluster
import Simulation
import Vocabulary

/// Queues before one machine, and one machine after the other.
///
/// A service takes a millisecond on the average. The first 20,000 customers are discarded. In front of one
/// core at a utilisation of 0.8 they take 25 s, and M/M/1 forgets how it began as e^(−t/τ) does, τ = s/(1 −
/// √ρ)² = 90 ms; in front of eight they take 3.1 s, and τ is an eighth. So what is left of the beginning is
/// below e⁻²⁷⁰.
enum Queues {
    static let benchmarks = [half, high, constant, two, eight, logNormal, tandem]

    private static let exponential = Spread.exponential(Exponential(mean: 1e6))

    private static let half = Queue(utilisation: 0.5, service: exponential, customers: 100_000).benchmark(
        "mm1-50", title: "M/M/1 at utilisation 0.5: the time customers spend in the system",
        quantities: [
            Fidelity.Quantity(
                "M/M/1 at 0.5: mean time in system", unit: "ms",
                closedForm: ClosedForms.timeInSystem(utilisation: 0.5, service: 1))
        ]
    ) { [$0.meanTimeInSystem] }

    private static let high = Queue(utilisation: 0.8, service: exponential, customers: 300_000).benchmark(
        "mm1-80",
        title: "M/M/1 at utilisation 0.8: the time in the system, and the queue as its meter has it",
        quantities: [
            Fidelity.Quantity(
                "M/M/1 at 0.8: mean time in system", unit: "ms",
                closedForm: ClosedForms.timeInSystem(utilisation: 0.8, service: 1)),
            Fidelity.Quantity(
                "M/M/1 at 0.8: p99 of time in system", unit: "ms",
                closedForm: ClosedForms.timeInSystem(quantile: 0.99, utilisation: 0.8, service: 1)),
            Fidelity.Quantity(
                "M/M/1 at 0.8: mean queue, as metered", unit: "",
                closedForm: ClosedForms.queueLength(utilisation: 0.8)),
        ]
    ) { [$0.meanTimeInSystem, $0.p99TimeInSystem, $0.meanQueueLength] }

    private static let constant = Queue(utilisation: 0.8, service: .constant(1e6), customers: 200_000)
        .benchmark(
            "md1-80", title: "M/D/1 at utilisation 0.8: the wait before service that always takes as long",
            quantities: [
                Fidelity.Quantity(
                    "M/D/1 at 0.8: mean wait", unit: "ms",
                    closedForm: ClosedForms.wait(utilisation: 0.8, service: 1, squaredVariation: 0))
            ]
        ) { [$0.meanWait] }

    private static let two = several(cores: 2, customers: 300_000)
    private static let eight = several(cores: 8, customers: 400_000)

    private static func several(cores: Int, customers: UInt64) -> Benchmark {
        Queue(cores: cores, utilisation: 0.8, service: exponential, customers: customers).benchmark(
            "mm\(cores)-80", title: "M/M/\(cores) at utilisation 0.8: the wait for one of \(cores) cores",
            quantities: [
                Fidelity.Quantity(
                    "M/M/\(cores) at 0.8: mean wait", unit: "ms",
                    closedForm: ClosedForms.wait(servers: cores, utilisation: 0.8, service: 1))
            ]
        ) { [$0.meanWait] }
    }

    /// Service of mean 1 and variance v is lognormal with σ² = ln(1 + v) and μ = −σ²/2, times a million for
    /// nanoseconds.
    private static let logNormal: Benchmark = {
        let squaredVariation = 2.0
        let variance = Elementary.log(1 + squaredVariation)
        let service = LogNormal(mu: Elementary.log(1e6) - variance / 2, sigma: variance.squareRoot())
        return Queue(utilisation: 0.8, service: .logNormal(service), customers: 500_000).benchmark(
            "mg1-80",
            title: "M/G/1 at utilisation 0.8: the wait before lognormal service of squared variation 2",
            quantities: [
                Fidelity.Quantity(
                    "M/G/1 lognormal at 0.8: mean wait", unit: "ms",
                    closedForm: ClosedForms.wait(
                        utilisation: 0.8, service: 1, squaredVariation: squaredVariation))
            ]
        ) { [$0.meanWait] }
    }()

    private static let tandem: Benchmark = {
        let (gap, services) = (1e6, [0.6e6, 0.8e6, 0.7e6])
        return Fidelity.benchmark(
            "tandem", title: "Jackson's tandem: three servers with utilisations of 0.6, 0.8 and 0.7",
            unit: "customer",
            quantities: [
                Fidelity.Quantity(
                    "tandem of three: mean time end to end", unit: "ms",
                    closedForm: ClosedForms.timeInTandem(gap: gap / 1e6, services: services.map { $0 / 1e6 }))
            ]
        ) { seed in
            let cluster = Cluster.lab(seed: seed)
            let streams = services.indices.map { cluster.stream("service", of: $0) }
            let servers = cluster.add(
                "server", Server.self, count: services.count, on: .server(cores: 1), in: .lab
            ) {
                Server(
                    seat: $0, service: .exponential(Exponential(mean: services[$1])), stream: streams[$1],
                    warmUp: Queue.warmUp)
            }
            for (server, next) in zip(servers, servers.dropFirst()) {
                cluster.inspect(server) { $0.lead(to: next) }
            }
            let customers: UInt64 = 200_000
            cluster.open(to: servers[0], gap: gap, customers: customers)
            cluster.runDry()
            return Fidelity.Estimates(
                values: [cluster.inspect(servers[services.count - 1]) { $0.timesInSystem.mean! }! / 1e6],
                count: customers + Queue.warmUp, digest: cluster.world.traceDigest)
        }
    }()
}

/// Poisson arrivals, a queue, and a machine of some cores.
package struct Queue: Sendable {
    static let warmUp: UInt64 = 20_000

    var cores = 1
    let utilisation: Double
    let service: Spread  // ns
    /// How many are measured, after the warm-up.
    let customers: UInt64
    /// Of the machine: slower than 1, it works more slowly than the closed form is told.
    var speed = Factor.one

    package init(
        cores: Int = 1, utilisation: Double, service: Spread, customers: UInt64, speed: Factor = .one
    ) {
        self.cores = cores
        self.utilisation = utilisation
        self.service = service
        self.customers = customers
        self.speed = speed
    }

    /// Times in milliseconds.
    package struct Measured {
        package let meanTimeInSystem: Double
        package let p99TimeInSystem: Double
        package let meanWait: Double
        package let meanQueueLength: Double
    }

    package func benchmark(
        _ name: String, title: String, quantities: [Fidelity.Quantity],
        values: @escaping @Sendable (Measured) -> [Double]
    ) -> Benchmark {
        Fidelity.benchmark(name, title: title, unit: "customer", quantities: quantities) { seed in
            let cluster = Cluster.lab(seed: seed)
            let measured = play(in: cluster)
            return Fidelity.Estimates(
                values: values(measured), count: customers + Self.warmUp, digest: cluster.world.traceDigest)
        }
    }

    /// The customers after the warm-up are measured, all of them, however long the last ones take. The meter
    /// of the queue is read over time: from the warm-up's expected end until nineteen twentieths of all have
    /// come, as far as can be expected.
    private func play(in cluster: Cluster) -> Measured {
        let gap = service.mean / (utilisation * Double(cores))
        let stream = cluster.stream("service")
        let server =
            cluster.add("server", Server.self, count: 1, on: .server(cores: cores, speed: speed), in: .lab) {
                seat, _ in
                Server(seat: seat, service: service, stream: stream, warmUp: Self.warmUp)
            }[0]
        let all = Self.warmUp + customers
        cluster.open(to: server, gap: gap, customers: all)
        let readings = [Double(Self.warmUp), 0.95 * Double(all)].map { arrivals in
            cluster.run(until: .at(Span(roundingNanoseconds: arrivals * gap)))
            return cluster.processorReading(of: server)!
        }
        cluster.runDry()
        return cluster.inspect(server) { server in
            Measured(
                meanTimeInSystem: server.timesInSystem.mean! / 1e6,
                p99TimeInSystem: Double(server.timesInSystem.value(at: .p99)!) / 1e6,
                meanWait: server.waits.mean! / 1e6,
                meanQueueLength: readings[1].meanQueueLength(since: readings[0]))
        }!
    }
}

extension Cluster {
    /// Opens the entrance before a server.
    fileprivate func open(to server: Endpoint<Server>, gap: Double, customers: UInt64) {
        let stream = stream("arrival")
        let entrance =
            add("entrance", Entrance.self, count: 1, on: .outside, in: .lab) { seat, _ in
                Entrance(
                    seat: seat, server: server, gap: Exponential(mean: gap), customers: customers,
                    stream: stream)
            }[0]
        deliver(.next, to: entrance, at: .start)
    }
}
