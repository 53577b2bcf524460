import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// What a partitioned log costs Hubbub, and how long its records take in the modelled world: 64 partitions on three
/// brokers with a core each, in three zones of a region, eight producers, eight consumers.
enum LogBench {
    static let benchmarks = [
        Benchmark(
            suite: "infrastructure", name: "log-single",
            title:
                "1,667 records of 1 KB a second, one at a time, all in sync have them, and one group reads them",
            unit: "record", run: { _ in run(perSecond: 1_667, together: 1, acks: .all) }),
        Benchmark(
            suite: "infrastructure", name: "log-batches",
            title: "16,670 records of 1 KB a second, ten at a time", unit: "record",
            run: { _ in run(perSecond: 16_670, together: 10, acks: .all) }),
        Benchmark(
            suite: "infrastructure", name: "log-idle",
            title: "100 records of 1 KB a second, all in sync have them", unit: "record",
            run: { _ in run(perSecond: 100, together: 1, acks: .all) }),
        Benchmark(
            suite: "infrastructure", name: "log-idle-leader",
            title: "100 records of 1 KB a second, the leader has them", unit: "record",
            run: { _ in run(perSecond: 100, together: 1, acks: .leader) }),
        Benchmark(
            suite: "infrastructure", name: "log-half-loaded",
            title: "10,000 records of 1 KB a second, one at a time: half of what three cores can do",
            unit: "record", run: { _ in run(perSecond: 10_000, together: 1, acks: .all) }),
    ]

    private static let hardware = Hardware(
        processor: .init(cores: 1), disk: .init(.nvme, capacity: .megabytes(100_000)),
        uplink: Bandwidth(.gigabitsPerSecond(10)), downlink: Bandwidth(.gigabitsPerSecond(10)))

    private static func run(perSecond: Int64, together: Int, acks: Acks) -> Benchmark.Round {
        let names = ["a", "b", "c"]
        let cluster = Cluster(seed: 1, zones: names) { $0 == $1 ? .sameZone : .crossZone }
        let zones = names.indices.map { Zone(number: $0) }
        let controllers = cluster.reserve(
            "log-controller", of: LogController.self, on: hardware.underJVM, in: zones)
        let brokers = cluster.reserve("log", of: LogBroker.self, on: hardware.underJVM, in: zones)
        let log = PartitionedLog<Slip>(brokers: brokers, controllers: controllers, settings: LogSettings())
        cluster.start(brokers) { seat, _ in log.broker(on: seat) }
        cluster.start(controllers) { seat, _ in log.controller(on: seat) }
        var settings = ProducerSettings()
        settings.acks = acks
        settings.idempotence = acks == .all ? .on : .off
        let gap = Span.nanoseconds(8_000_000_000 * Int64(together) / perSecond)
        let sources = cluster.add("source", count: 8, on: hardware, in: zones[0]) { [settings] seat, _ in
            Source(seat: seat, log: log, settings: settings, gap: gap, together: together)
        }
        let sinks = cluster.add("sink", count: 8, on: hardware, in: zones[0]) { seat, _ in
            Sink(seat: seat, log: log)
        }
        func times<P: Part>(of parts: Endpoints<P>, _ read: (isolated P) -> [UInt64]) -> [[UInt64]] {
            parts.map { cluster.inspect($0, read)! }
        }
        precondition(cluster.run(until: .at(.seconds(6))) == .reachedEnd)
        let before = (cluster.world.eventNumber, times(of: sinks) { $0.times }.map(\.count))
        let known = times(of: sources) { $0.times }.map(\.count)
        let length: Int64 = 60
        let elapsed = ContinuousClock().measure { cluster.run(until: .at(.seconds(6 + length))) }
        let events = cluster.world.eventNumber - before.0
        let read = zip(times(of: sinks) { $0.times }, before.1).flatMap { $0.dropFirst($1) }.sorted()
        let produced = zip(times(of: sources) { $0.times }, known).flatMap { $0.dropFirst($1) }.sorted()
        let stored = acks == .all ? Calibrated(p50: 4, p99: 20) : Calibrated(p50: 2, p99: 5)
        return Benchmark.Round(
            count: UInt64(read.count), elapsed: elapsed, digest: cluster.world.traceDigest.value,
            figures: [.init("events a record", Double(events) / Double(read.count), "")]
                + stored.figures("stored", produced)
                + [("p50", 500), ("p99", 990), ("p99.9", 999)].map { label, share in
                    .init("read \(label)", Calibrated.quantile(share, of: read), "ms")
                })
    }
}
