import Results
import Simulation
import Vocabulary

/// Results that no run ever had: a small one that fails, with a partition; one that passed; a large one.
///
/// Their figures are invented, but hang together as those of a run do, so that charts have shapes to show.
enum MadeUp {
    /// Ten minutes of a single server, cut off from half of its people for one of them.
    static let partition: RunResult = {
        var result = RunResult()
        result.run.name = "partition-at-peak"
        result.run.title = "One server and 1,000 people; half of them are cut off for a minute"
        result.run.design = "single-server"
        result.run.seed = 42
        result.run.digest = Digits(0x7c1e_09aa_53d2_e410)
        result.origin = RunOrigin(
            command: "hubbub run Scenarios/single-server/partition-at-peak.yaml --seed 42",
            file: "Scenarios/single-server/partition-at-peak.yaml", thresholdLines: [31, 32, 33, 34, 35])
        result.run.duration = .minutes(10)
        result.run.warmup = .minutes(1)
        result.run.drain = .minutes(2)
        result.verdict.word = .failed
        result.verdict.exitCode = 1
        result.verdict.reasons = [
            "delivery p99.9 < 90s is ∞ (0.13% undelivered)", "search p99 < 1s: no samples: nobody searched",
        ]
        result.verdict.causes = [
            "96 of the 100 slowest deliveries waited for the link between users@eu and server: 38.2s in the mean",
            "server was at 100% from 5m to 6m04s, working off what had piled up",
        ]
        result.verdict.hints = [
            "a device that retries after 1s instead of 8s finds the healed link sooner: --set user.retry=1s"
        ]
        result.thresholds = thresholds
        result.invariants = [
            invariant("shown-once", "S0-28", "A device never shows the same letter twice"),
            invariant("nothing-lost", "S0-9", "An accepted letter is shown to everyone it is for"),
            invariant("no-stranger", "S0-31", "A letter is shown to nobody it is not for"),
        ]
        result.health.expected = ["delivery p99 < 1s", "delivery ratio >= 99.9%"]
        result.health.window = .seconds(10)
        result.health.start = .at(.minutes(1))
        // Healthy to the cut at 4m, not until 5m40s, one window of too few letters, healthy again: 54
        // windows.
        result.health.windows = (0..<54).map {
            $0 < 18 || $0 > 28 ? .held : $0 == 28 ? .inconclusive : .failed
        }
        result.health.before = .held
        result.health.after = .held
        result.summaries = [
            summary("delivery", "all", count: 149_903, 210, 630, 4_120, 58_400, 91_900),
            summary("delivery", "split", count: 14_980, undelivered: 20, 340, 31_100, 61_800, nil, nil),
            summary(
                "delivery", "control", count: 149_903, 200, 410, 580, 940, 2_200, note: "same seed, no fault"),
            summary("accept", "all", count: 150_000, 95, 160, 3_900, 57_900, 91_000),
        ]
        result.figures = [
            figure("availability", .share(part: 149_991, whole: 150_000)), figure("lost", .count(0)),
            figure("duplicate", .count(0)), figure("misordered", .count(3)),
        ]
        result.phases = [phase("usual", 0, 360), phase("rush", 360, 600)]
        result.faults = [cut]
        result.latencies = [
            latency("delivery", slices: 144, spikeAt: 48, base: 210_000_000)
        ]
        result.gauges = gauges(["server", "users"], slices: 144, spikeAt: 48)
        result.spectra = [
            spectrum("all", seed: 1, count: 20_000, tail: 3),
            spectrum("split", seed: 2, count: 4_000, tail: 30, undelivered: 20),
        ]
        result.heatMaps = [heatMap(slices: 144, spikeAt: 48)]
        result.stages = [
            stage("server queue", 62_000, among: 4_800, p50: 80, p99: 3_000),
            stage("server work", 11_000, among: 90, p50: 60, p99: 90),
            stage("users → server", 9_000, among: 900, p50: 22, p99: 700, isNetwork: true),
            stage("server → users", 8_000, among: 120, p50: 20, p99: 44, isNetwork: true),
        ]
        result.slowest = (0..<3).map(slowDelivery)
        result.cost.deliveries = 149_903
        result.cost.messages = 944_389
        result.cost.bytes = 4_646_993_000
        result.cost.storedBytes = 1_364_117_300
        result.cost.machines = 1
        result.cost.extrapolation = [
            "100,000 people would need 100 such servers, if people of one room share one"
        ]
        result.topology = topology
        result.scenario.text = """
            hubbub: 1
            name: partition-at-peak
            design: single-server
            seed: 42
            faults:
              - { name: split, at: 4m, for: 1m }
            """
        result.scenario.changedLines = [4, 6]
        result.metrics = [
            definition("delivery", "time", "tap → first shown on a device of that recipient"),
            definition("accept", "time", "tap → the device learns that the system has it"),
        ]
        result.events = [
            event(240, "fault", "users@eu | server", "split begins"),
            event(300, "heal", "users@eu | server", "split is healed"),
        ]
        return result
    }()

    /// The same people without the cut.
    static let control: ControlRecord = {
        var control = ControlRecord()
        control.digest = Digits(0x0011_2233_4455_6677)
        control.summaries = [summary("accept", "all", count: 150_000, 94, 150, 300, 600, 1_000)]
        control.latencies = [
            latency("delivery", slices: 144, spikeAt: nil, base: 200_000_000, isControl: true)
        ]
        control.spectra = [spectrum("control", seed: 3, count: 20_000, tail: 0)]
        var excess = ControlRecord.Excess()
        excess.fault = "split"
        excess.from = .at(.minutes(4))
        excess.compared = 7_320
        excess.mean = .milliseconds(28_300)
        excess.p50 = .milliseconds(27_900)
        excess.p99 = .milliseconds(61_000)
        excess.max = .milliseconds(88_000)
        excess.laterThanASecond = 7_050
        excess.neverCame = 20
        control.excess = [excess]
        return control
    }()

    /// What reports are made of after a run with `--control`.
    static var compared: RunResult { partition.compared(with: control) }

    /// The same without the fault: nothing failed.
    static let quiet: RunResult = {
        var result = partition
        result.run.name = "quiet-night"
        result.run.title = "Nothing happens"
        result.run.digest = Digits(0x0123_4567_89ab_cdef)
        result.verdict = Verdict()
        result.thresholds = [thresholds[0], thresholds[3]]
        result.origin?.thresholdLines = [31, 34]
        result.summaries = [summary("delivery", "all", count: 149_903, 200, 410, 520, 940, 2_200)]
        result.faults = []
        result.health = Health()
        result.events = []
        return result
    }()

    static var machine: MachineRecord {
        var machine = MachineRecord()
        machine.version = "0.1"
        machine.build = "release, Swift 6.3"
        machine.platform = "x86_64, Linux"
        machine.wall = .milliseconds(23_400)
        machine.processor = .milliseconds(23_100)
        machine.peakBytes = 1_900_000_000
        machine.events = 49_140_000
        return machine
    }

    private static var thresholds: [Judgement] {
        [
            judgement(
                "delivery", "p99", "<", .time(.seconds(10)), .time(.milliseconds(4_120)),
                "all, warm-up excluded"),
            judgement(
                "delivery", "p99", "<", .time(.seconds(2)), .time(.milliseconds(480)), "usual except split"),
            judgement(
                "delivery", "p99.9", "<", .time(.seconds(90)), .never(undelivered: 20, of: 15_000), "split",
                outcome: .failed, margin: "no end to it"),
            judgement(
                "availability", "", ">=", .share(part: 9_999, whole: 10_000),
                .share(part: 149_991, whole: 150_000), "all"),
            judgement(
                "search", "p99", "<", .time(.seconds(1)), nil, "no samples: nobody searched",
                outcome: .inconclusive),
        ]
    }

    private static var cut: FaultEffect {
        var fault = FaultEffect()
        fault.name = "split"
        fault.kind = "partition"
        fault.target = "users@eu | server"
        fault.from = .at(.minutes(4))
        fault.to = .at(.minutes(5))
        fault.recovery = .time(.milliseconds(41_200))
        fault.lettersTouched = 7_340
        (fault.machinesHit, fault.metWork) = (3, 2)
        var p99 = FaultEffect.MetricChange()
        p99.metric = "delivery p99"
        p99.before = .time(.milliseconds(560))
        p99.during = .time(.milliseconds(61_800))
        p99.after = .time(.milliseconds(2_900))
        fault.changes = [p99]
        return fault
    }

    private static var topology: Topology {
        var people = Topology.Role()
        people.name = "users"
        people.count = 1_000
        var server = Topology.Role()
        server.name = "server"
        server.count = 1
        server.machines = [machine("server[0]", zone: "eu-1", busy: 410_000)]
        var topology = Topology()
        topology.roles = [people, server]
        topology.edges = [edge("users", "server", 500_000), edge("server", "users", 444_389)]
        return topology
    }

    private static func slowDelivery(_ number: Int) -> Delivery {
        let sent = Instant.at(.milliseconds(241_000 + 317 * Int64(number)))
        var delivery = Delivery()
        delivery.letter = "letter 12.\(number)"
        delivery.sender = "user 12"
        delivery.recipient = "user 9\(number)"
        delivery.sent = sent
        let wait = Span.milliseconds(Int64(88_000 - 9_000 * number))
        delivery.path = [
            .init(sent, "tapped", at: "phone of user 12"),
            .init(sent + wait, "waiting for a connection", at: "phone of user 12"),
            .init(sent + wait + .milliseconds(21), "users → server", at: "server[0]"),
            .init(sent + wait + .milliseconds(3_421), "queue", at: "server[0]"),
            .init(sent + wait + .milliseconds(3_422), "work", at: "server[0]"),
            .init(sent + wait + .milliseconds(3_461), "server → users", at: "phone of user 9\(number)"),
            .init(sent + wait + .milliseconds(3_463), "shown", at: "phone of user 9\(number)"),
        ]
        delivery.taken = number == 0 ? nil : wait + .milliseconds(3_463)
        return delivery
    }
}
