import Cluster
import Simulation
import Testing
import Vocabulary

/// Whatever happens to a few clients and servers for twenty seconds, nothing is answered twice or out of
/// order, nothing crosses a partition, and when all is healed it is as it was.
@Suite("cluster: random faults")
struct FaultPropertyTests {
    /// Faults begin between 0.5 and 20 s, and all are healed by 22 s. A stream that has lost contact tries
    /// again at the latest a minute later, the cap of its timeouts: at 90 s all of them have, and a quiet
    /// minute begins.
    private static let asksEnd = Span.seconds(150)
    private static let quiet = Span.seconds(90)

    /// Without a spread, which would show in a percentile of 450 samples.
    private static let disk = DiskProfile(
        sync: .delay(.milliseconds(10)), read: .delay(.milliseconds(8)), bytesPerSecond: 150_000_000)

    /// What becomes of one sequence of faults.
    struct Outcome {
        var violations: [String] = []
        var latency = 0.0
        var p99: UInt64 = 0
        var encounters: [Encounter] = []
        var made: UInt64 = 0
    }

    private func play(
        faults seed: UInt64?, mutation: NetworkMutation? = nil, keepsMemory: Bool = false
    ) -> Outcome {
        let hall = EchoHall(
            clients: 3, servers: 3, delay: .uniform(Uniform(from: 9e6, to: 11e6)),
            clientCost: .milliseconds(15), serverCost: .milliseconds(40),
            clientQueue: 4, disk: .init(Self.disk, capacity: .megabytes(10)), keepsMemory: keepsMemory)
        hall.cluster.mutation = mutation
        hall.findings.quietSince = .at(Self.quiet)
        // Each client asks every 400 ms, the servers in turn; every 4 s while all comes to rest.
        for client in 0..<3 {
            for number in 0..<375 where !(63..<225).contains(number) || number % 10 == 0 {
                hall.ask(
                    (client + number / 2) % 3, by: client, isOrdered: number % 2 == 0,
                    at: .milliseconds(400 * Int64(number) + 130 * Int64(client)))
            }
        }
        if let seed { planFaults(in: hall, seed: seed) }
        var outcome = Outcome()
        #expect(hall.cluster.run(until: .at(Self.asksEnd + .seconds(10))) == .reachedEnd)
        for meter in [
            hall.cluster.calls(OrderedAsk.self, by: hall.clients),
            hall.cluster.calls(RepeatedAsk.self, by: hall.clients),
        ] {
            guard let meter else { continue }
            outcome.made += meter.made
            if meter.ended != meter.made {
                hall.findings.find("\(meter.made) calls had \(meter.ended) outcomes")
            }
        }
        for (number, client) in hall.clients.enumerated() {
            let open = hall.cluster.inspect(client) { $0.open.count }
            if open != 0 { hall.findings.find("client \(number) has not heard of \(open ?? -1) questions") }
        }
        outcome.violations = hall.findings.violations
        outcome.latency = hall.findings.latencies.mean ?? 0
        outcome.p99 = hall.findings.latencies.value(at: .p99) ?? 0
        outcome.encounters = hall.cluster.encounters
        return outcome
    }

    // MARK: Drawing faults

    private static let kinds = [
        "crash", "pause", "slow", "clock", "partition", "isolation", "flapping", "swizzle", "restart-storm",
        "rolling-restart", "refused", "connections", "reset", "half-open", "loss", "burst-loss",
        "duplicate", "corrupt", "reorder", "delay", "bandwidth", "bufferbloat",
    ]
    private static let kindsOfServers = [
        "memory", "disk-slow", "disk-full", "disk-corrupt", "errors", "flush",
    ]

    private func planFaults(in hall: EchoHall, seed: UInt64) {
        let envelope = FaultEnvelope(
            [
                .init("server", 0...2, kinds: Self.kinds + Self.kindsOfServers, atMost: 3),
                .init("client", 0...2, kinds: Self.kinds, atMost: 3),
            ], in: .at(.milliseconds(500)) ..< .at(.seconds(20)), healedBy: .at(.seconds(22)),
            interval: .exponential(Exponential(mean: 1.5e9)), duration: .uniform(Uniform(from: 1e8, to: 5e9)))
        for strike in envelope.schedule(seed: seed) { plan(strike, in: hall) }
    }

    private func plan(_ strike: FaultEnvelope.Strike, in hall: EchoHall) {
        let cluster = hall.cluster
        let isServer = strike.role == "server"
        let group = isServer ? hall.serverMachines : hall.clientMachines
        let others = isServer ? hall.clientMachines : hall.serverMachines
        let one =
            isServer
            ? cluster.machines(of: [hall.servers[strike.number]])
            : cluster.machines(of: [hall.clients[strike.number]])
        let cut = Findings.Cut(
            client: isServer ? nil : strike.number, server: isServer ? strike.number : nil,
            start: strike.start, end: strike.start + strike.duration)
        let server = [hall.servers[strike.number]]
        let fault: any Fault
        switch strike.kind {
        case "crash": fault = Crash(one)
        case "pause": fault = Pause(one)
        case "slow": fault = Slow(one, by: .times(4))
        case "clock": fault = ClockFault(one, .step(by: .seconds(3)))
        case "partition":
            fault = Partition(between: one, and: others)
            hall.findings.cuts.append(cut)
        case "isolation":
            fault = Partition(isolating: one)
            hall.findings.cuts.append(cut)
        case "flapping":
            fault = Flapping(
                Partition(between: one, and: others), on: .milliseconds(300), off: .milliseconds(500))
        case "swizzle": fault = Swizzle(group, every: .milliseconds(400))
        case "restart-storm": fault = RestartStorm(group, within: .seconds(1), downFor: .milliseconds(700))
        case "rolling-restart":
            fault = RollingRestart(group, downFor: .milliseconds(500), pause: .milliseconds(300))
        case "memory": fault = MemoryShortage(one, MemoryLimit(.zero, restartAfter: .milliseconds(300)))
        case "refused", "connections":
            fault = ConnectionFault(one, strike.kind == "refused" ? .refused : .limited(to: 0))
            // So that there is a connection to open.
            cluster.plan(
                ConnectionLoss(between: one, and: others, .reset), named: "reset before \(strike.start)",
                at: strike.start, for: nil)
        case "reset": fault = ConnectionLoss(between: one, and: others, .reset)
        case "half-open": fault = ConnectionLoss(between: one, and: others, .halfOpen)
        case "loss": fault = LinkFault.loss(on: EchoHall.links, 0.3)
        case "burst-loss": fault = LinkFault.bursts(on: EchoHall.links, beginning: 0.1, length: 5)
        case "duplicate": fault = LinkFault.duplicate(on: EchoHall.links, 0.5)
        case "corrupt": fault = LinkFault.corrupt(on: EchoHall.links, 0.2)
        case "reorder": fault = LinkFault.reorder(on: EchoHall.links, 0.3, by: .milliseconds(500))
        case "delay": fault = LinkFault.delay(on: EchoHall.links, .delay(.milliseconds(200)))
        case "bandwidth":
            fault = LinkFault.bandwidth(on: EchoHall.links, .kilobitsPerSecond(20), buffer: .kilobytes(2))
        case "bufferbloat": fault = LinkFault.bufferbloat(on: EchoHall.links, .kilobitsPerSecond(10))
        case "disk-slow": fault = DiskFault(one, .slow(by: .times(50)))
        case "disk-full": fault = DiskFault(one, .full)
        case "disk-corrupt": fault = DiskFault(one, .corrupt(share: 0.5))
        case "errors":
            fault = PartOrder("errors", to: server, .fail(perThousand: 500), healedBy: .fail(perThousand: 0))
        case "flush": fault = PartOrder("flush", to: server, .flush, healedBy: nil)
        default: preconditionFailure("nobody knows what \(strike.kind) is")
        }
        cluster.plan(fault, at: strike.start, for: strike.duration)
    }

    // MARK: The property

    private static let sequences: ClosedRange<UInt64> = 1...2_000

    @Test(
        "thousands of random sequences: one outcome each, in order, nothing across a partition, healthy after"
    )
    func property() {
        let unfaulted = play(faults: nil)
        #expect(unfaulted.violations == [])
        var cells: [String: (hits: Int, met: Int)] = [:]
        var unhealthy: [String] = []
        var violations: [String] = []
        for seed in Self.sequences {
            let outcome = play(faults: seed)
            violations += outcome.violations.prefix(3).map { "sequence \(seed): \($0)" }
            let ratio = outcome.latency / unfaulted.latency
            let ratio99 = Double(outcome.p99) / Double(unfaulted.p99)
            if !(0.95...1.05).contains(ratio) || !(0.95...1.05).contains(ratio99) {
                unhealthy.append("sequence \(seed): mean × \(ratio), p99 × \(ratio99)")
            }
            for encounter in outcome.encounters {
                let cell = "\(encounter.kind) × \(encounter.role)"
                cells[cell, default: (0, 0)].hits += encounter.hits
                cells[cell]!.met += encounter.met
            }
        }
        #expect(violations.prefix(10) == [])
        #expect(unhealthy.prefix(10) == [])

        print("how often faults met work in progress, in \(Self.sequences.count) sequences")
        for cell in cells.keys.sorted() { print("  \(cell): \(cells[cell]!.met) of \(cells[cell]!.hits)") }
        for (name, cell) in cells {
            #expect(cell.met >= 10, "\(name) met \(cell.met) of \(cell.hits)")
        }
        #expect(cells.count == 2 * 21 + 4)
    }

    // MARK: Mutants

    /// What the first sequences find in a mutant.
    private func violations(_ mutation: NetworkMutation?, keepsMemory: Bool = false) -> [String] {
        (1...25 as ClosedRange<UInt64>).flatMap {
            play(faults: $0, mutation: mutation, keepsMemory: keepsMemory).violations
        }
    }

    @Test("a network that forgets to drop at a partition is found out")
    func forgetsPartitions() {
        #expect(violations(.forgetsPartitions).contains { $0.contains("across a partition") })
    }

    @Test("a stream that delivers twice when it has contact again is found out")
    func repeatsAtReconnection() {
        #expect(violations(.repeatsAtReconnection).contains { $0.contains("came twice") })
    }

    @Test("a restart that keeps memory is found out")
    func keepsMemory() {
        #expect(violations(nil, keepsMemory: true).contains { $0.contains("remembers") })
    }

    @Test("and where nothing is broken, nothing is found")
    func nothingBroken() {
        #expect(violations(nil) == [])
    }
}
