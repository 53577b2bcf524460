import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// What cache, registry and wide-column store cost Hubbub, and how long their answers take in the modelled world, beside
/// what the calibration has for them.
enum StoreBench {
    static let benchmarks = [
        Benchmark(
            suite: "infrastructure", name: "cache-calls",
            title: "20,000 calls of a cache a second, of which half write", unit: "call",
            run: { _ in cache() }),
        Benchmark(
            suite: "infrastructure", name: "registry-writes",
            title: "1,000 writes of a registry a second, by three servers in three zones", unit: "write",
            run: { _ in registry(.write) }),
        Benchmark(
            suite: "infrastructure", name: "registry-half-loaded",
            title: "10,000 writes of a registry a second, by ten clients", unit: "write",
            run: { _ in registry(.write, clients: 10) }),
        Benchmark(
            suite: "infrastructure", name: "registry-reads",
            title: "1,000 reads of a registry a second, at the server of the same zone", unit: "read",
            run: { _ in registry(.read) }),
        Benchmark(
            suite: "infrastructure", name: "wide-column-writes",
            title: "4,000 rows of 1 KB a second at quorum, three copies in three zones", unit: "write",
            run: { _ in wideColumn(.write) }),
        Benchmark(
            suite: "infrastructure", name: "wide-column-reads",
            title: "4,000 reads of 10 rows of 1 KB a second at quorum", unit: "read",
            run: { _ in wideColumn(.read) }),
    ]

    private static let hardware = Hardware(
        processor: .init(cores: 4), disk: .init(.nvme, capacity: .megabytes(100_000)),
        uplink: Bandwidth(.gigabitsPerSecond(10)), downlink: Bandwidth(.gigabitsPerSecond(10)))

    /// Three zones of a region, with a machine in each.
    private static func region() -> (cluster: Cluster, zones: [Zone]) {
        let names = ["a", "b", "c"]
        let cluster = Cluster(seed: 1, zones: names) { $0 == $1 ? .sameZone : .crossZone }
        return (cluster, names.indices.map { Zone(number: $0) })
    }

    // MARK: Parts

    /// A primary and its replica; who asks is in the zone of the primary.
    private static func cache() -> Benchmark.Round {
        let (cluster, zones) = region()
        var settings = CacheSettings()
        settings.failover = .none
        let nodes = cluster.reserve("cache", of: CacheNode.self, on: hardware, in: [zones[0], zones[1]])
        cluster.start(nodes) { [settings] seat, _ in
            CacheNode(seat: seat, nodes: nodes, sentinels: nil, settings: settings)
        }
        let place = CachePlace(nodes: nodes, sentinels: nil, settings: settings)
        let askers = cluster.add("asker", count: 8, on: hardware, in: zones[0]) { seat, _ in
            CacheAsker(seat: seat, place: place, gap: .microseconds(400))
        }
        return measure(cluster, askers, for: .seconds(10), calibrated: Calibrated(p50: 0.4, p99: 1)) {
            $0.times
        }
    }

    private static func registry(_ kind: AskerKind, clients: Int = 1) -> Benchmark.Round {
        let (cluster, zones) = region()
        let servers = cluster.reserve("registry", of: RegistryServer.self, on: hardware.underJVM, in: zones)
        cluster.start(servers) { seat, _ in
            RegistryServer(seat: seat, servers: servers, settings: RegistrySettings())
        }
        // The first asker of all begins at the first server.
        let askers = cluster.add("asker", count: clients, on: hardware, in: zones[0]) { seat, _ in
            RegistryAsker(seat: seat, servers: servers, kind: kind, gap: .milliseconds(1))
        }
        return measure(
            cluster, askers, for: .seconds(60) / Int64(clients),
            calibrated: kind == .write ? Calibrated(p50: 3, p99: 20) : Calibrated(p50: 0.3, p99: 5)
        ) { $0.times }
    }

    private static func wideColumn(_ kind: AskerKind) -> Benchmark.Round {
        let (cluster, zones) = region()
        let settings = WideColumnSettings()
        let nodes = cluster.reserve("store", of: WideColumnNode.self, on: hardware.underJVM, in: zones)
        let ring = WideColumnRing(of: nodes, in: cluster, settings: settings)
        cluster.start(nodes) { seat, _ in WideColumnNode(seat: seat, ring: ring, settings: settings) }
        let askers = cluster.add("asker", count: 4, on: hardware, in: zones[0]) { seat, _ in
            WideColumnAsker(seat: seat, ring: ring, settings: settings, kind: kind, gap: .milliseconds(1))
        }
        return measure(
            cluster, askers, for: .seconds(60),
            calibrated: kind == .write ? Calibrated(p50: 1.5, p99: 10) : Calibrated(p50: 3, p99: 30)
        ) { $0.times }
    }

    // MARK: Measuring

    /// From the sixth second on: whatever has to be opened, elected and filled is by then.
    private static func measure<P: Part>(
        _ cluster: Cluster, _ askers: Endpoints<P>, for length: Span, calibrated: Calibrated,
        _ times: (isolated P) -> [UInt64]
    ) -> Benchmark.Round {
        precondition(cluster.run(until: .at(.seconds(6))) == .reachedEnd)
        let before = askers.map { cluster.inspect($0, times)!.count }
        let events = cluster.world.eventNumber
        let elapsed = ContinuousClock().measure { cluster.run(until: .at(.seconds(6) + length)) }
        let all = zip(askers, before).flatMap { asker, count in
            cluster.inspect(asker, times)!.dropFirst(count)
        }.sorted()
        return Benchmark.Round(
            count: UInt64(all.count), elapsed: elapsed, digest: cluster.world.traceDigest.value,
            figures: [
                .init("events each", Double(cluster.world.eventNumber - events) / Double(all.count), "")
            ] + calibrated.figures("answered", all))
    }
}
