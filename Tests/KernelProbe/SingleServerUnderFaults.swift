import Chat
import Cluster
import Designs
import Simulation
import Vocabulary

/// Forty people with one or two phones each, who come and go and write to each other and to rooms through one
/// server, while it crashes, packets are lost, the way to it is cut and some are without coverage.
///
/// So lines open, break and are found dead, apps send again and connect again, and the server reads its disk.
struct SingleServerUnderFaults {
    private let seed: UInt64
    private let cluster: Cluster
    private let ledger: Ledger
    private let tally: Tally

    /// What measurement would be given: latencies are worked out from times, and distributions from random
    /// numbers, in floating point.
    private final class Tally {
        var samples: UInt64 = 0
        var digest: UInt64 = 0

        func take(_ sample: Sample) {
            samples += 1
            digest = Vocabulary.mark(
                digest, UInt64(sample.metric.rawValue), sample.intended.nanoseconds,
                sample.latency.map { UInt64($0.nanoseconds) } ?? .max)
        }
    }

    init(seed: UInt64) {
        self.seed = seed
        var plan = PopulationPlan()
        plan.users = 40
        plan.devices = [0.7, 0.3]
        plan.deviceLimit = 2
        plan.rooms = [(size: 4, share: 0.5), (size: 20, share: 0.5)]
        plan.online = 0.8
        plan.session = .exponential(Exponential(mean: 40e9))
        plan.phases = [
            PopulationPlan.LoadPhase(
                perSecond: 0.1, size: .exponential(Exponential(mean: 2_000)), direct: 0.6)
        ]
        plan.end = .seconds(60)
        cluster = Cluster(seed: seed, zones: ["house", "wifi"]) { $0 == $1 ? LinkProfile() : .crossZone }
        cluster.lineSettings = LineSettings(pingEvery: .seconds(5))
        var settings = LedgerSettings()
        settings.stages = SingleServer.stageNames
        settings.sendsReceipts = true
        settings.sendsReads = true
        let tally = Tally()
        self.tally = tally
        let assembly = Assembly(
            SingleServer.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]],
            setups: [
                "server": Site.Setup(
                    settings: ServerSettings([
                        (name: "cores", text: "2"), (name: "service-time", text: "exp 2ms"),
                    ]))
            ], ledger: settings
        ) { $0.forEach(tally.take) }
        ledger = assembly.ledger
        let door = SingleServer.build(on: assembly.site)
        var app = AppSettings()
        app.answerWithin = .seconds(2)
        app.readAfter = .exponential(Exponential(mean: 1e9))
        let (town, phones) = assembly.settle(app: app, in: [Zone(number: 1)], door: door)

        let (house, wifi) = (Zone(number: 0), Zone(number: 1))
        cluster.plan(Crash(cluster.allMachines), at: .at(.seconds(10)), for: .seconds(3))
        cluster.plan(
            LinkFault(
                on: [.init(from: wifi, to: house), .init(from: house, to: wifi)],
                LinkProfile(loss: .independent(Bernoulli(0.1)))), at: .at(.seconds(20)), for: .seconds(10))
        cluster.plan(
            Disconnection(of: town.phones(of: (0..<10).map { User($0) }, among: phones), town: town),
            at: .at(.seconds(25)), for: .seconds(10))
        cluster.plan(Pause(cluster.allMachines), at: .at(.seconds(40)), for: .seconds(4))
        cluster.plan(Slow(cluster.allMachines, by: .times(30)), at: .at(.seconds(50)), for: .seconds(5))
    }

    /// Plays it, and says what came of it: its digests, what the ledger counted and what it would have measured.
    var told: String {
        let ending = cluster.run(until: .at(.seconds(120)))
        ledger.finish(at: .at(.seconds(120)))
        let (world, counts) = (cluster.world, ledger.counts)
        return """
            single server \(seed): \(ending), \(world.eventNumber) events, \(world.traceDigest) \
            \(world.behaviourDigest), \(counts.taps) taps, \(counts.shown) shown, \
            \(counts.droppedAsDuplicate) dropped, \(counts.lost) lost, \(tally.samples) samples \
            \(tally.digest)
            """
    }
}
