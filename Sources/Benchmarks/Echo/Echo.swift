import Cluster
import Simulation
import Vocabulary

/// How fast a cluster is with everything on: devices that keep a line open to a server and have it repeat
/// what they say, and servers that call each other.
enum Echo {
    static let devices = 100_000
    static let servers = 20
    static let minutes: Int64 = 10
    static let size = ByteCount.bytes(4_096)

    static let benchmarks = [
        Benchmark(
            suite: "echo", name: "echo-lines",
            title:
                "100,000 devices with a line each to 20 servers: a 4 KB request a minute, for 10 simulated minutes",
            unit: "event", run: { _ in lines() }),
        Benchmark(
            suite: "echo", name: "echo-calls",
            title: "20 servers that ask 20 others: 1,000,000 calls of 4 KB with a deadline of 1 s",
            unit: "call",
            run: { _ in calls() }),
    ]

    private static func cluster() -> Cluster {
        let cluster = Cluster(seed: 1, zones: ["servers", "phones"]) { from, to in
            if from == to { return .sameZone }
            return .mobile4G(from.number == 0 ? .down : .up)
        }
        cluster.lineSettings = LineSettings(pingEvery: .seconds(30))
        return cluster
    }

    private static let hardware = Hardware(
        processor: .init(cores: 8), uplink: Bandwidth(.gigabitsPerSecond(10)),
        downlink: Bandwidth(.gigabitsPerSecond(10)))

    private static func lines() -> Benchmark.Round {
        let cluster = cluster()
        let before = Memory.now().allocatedBytes
        let halls: Endpoints<Hall> = cluster.add("hall", count: servers, on: hardware, in: Zone(number: 0)) {
            seat, _ in
            Hall(seat: seat)
        }
        let taps = Streams(seed: 1, purpose: Purpose("taps"))
        let visitors: Addresses<Visitor> = cluster.add(count: devices, in: Zone(number: 1)) {
            socket, number in
            Visitor(socket: socket, hall: halls[number % servers], taps: taps.stream(of: UInt64(number)))
        }
        for (number, visitor) in visitors.enumerated() {
            cluster.connect(visitor, in: Zone(number: 1), to: halls[number % servers])
        }
        let after = Memory.now().allocatedBytes
        var first = taps.stream(of: .max)
        for visitor in visitors {
            cluster.world.turn(of: visitor).send(
                .due(Note(1)), to: visitor, after: Span(roundingNanoseconds: Visitor.gap.sample(&first)))
        }
        let start = cluster.world.eventNumber
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure { ending = cluster.run(until: .at(.minutes(minutes))) }
        precondition(ending == .reachedEnd, "echo \(ending)")
        let echoes = halls.reduce(0) { $0 + (cluster.inspect($1) { $0.repeated } ?? 0) }
        return Benchmark.Round(
            count: cluster.world.eventNumber - start, elapsed: elapsed,
            bytesPerActor: Double(after - before) / Double(devices),
            digest: cluster.world.behaviourDigest.value, figures: [.init("requests", Double(echoes), "")])
    }

    private static func calls() -> Benchmark.Round {
        let cluster = cluster()
        let halls: Endpoints<Hall> = cluster.add("hall", count: servers, on: hardware, in: Zone(number: 0)) {
            seat, _ in
            Hall(seat: seat)
        }
        let askers: Endpoints<Asker> = cluster.add("asker", count: servers, on: hardware, in: Zone(number: 0))
        {
            seat, _ in Asker(seat: seat, halls: halls)
        }
        for asker in askers { cluster.deliver(.ask, to: asker, at: .start) }
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure { ending = cluster.run(until: .at(.hours(1))) }
        guard ending == .reachedEnd, let meter = cluster.calls(Asker.EchoRequest.self, by: askers) else {
            preconditionFailure("calls \(ending)")
        }
        return Benchmark.Round(
            count: meter.made, elapsed: elapsed, digest: cluster.world.behaviourDigest.value,
            figures: [
                .init("events a call", Double(cluster.world.eventNumber) / Double(meter.made), ""),
                .init("not replied", Double(meter.made - meter.replied), ""),
            ])
    }
}
