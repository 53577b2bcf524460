public import Vocabulary

/// All that a run has found out, as plain values: what `result.json` holds, and what every report is made of.
///
/// It is deterministic: equal runs have equal results, to the byte. What differs from machine to machine is
/// in the `MachineRecord` beside it. Times are whole nanoseconds, shares two whole numbers; a time that never
/// came is nil beside the count of letters that are to blame.
public struct RunResult: Record {
    public var run = Identity()
    public var verdict = Verdict()
    public var thresholds: [Judgement] = []
    public var invariants: [InvariantOutcome] = []
    public var health = Health()
    /// The latencies of each metric in each window. The first is what matters most.
    public var summaries: [Summary] = []
    /// Metrics that are one number: availability, lost, duplicate…
    public var figures: [Figure] = []
    /// By reason, those that occurred.
    public var refused: [Refused] = []
    public var phases: [Phase] = []
    public var faults: [FaultEffect] = []
    public var latencies: [LatencySeries] = []
    public var gauges: [Gauge] = []
    public var spectra: [Spectrum] = []
    public var heatMaps: [HeatMap] = []
    public var stages: [Stage] = []
    /// The slowest deliveries of those that are judged, the slowest first.
    public var slowest: [Delivery] = []
    public var cost = Cost()
    public var topology = Topology()
    public var scenario = ScenarioText()
    /// What the names of the metrics mean.
    public var metrics: [MetricDefinition] = []
    /// What happened to the system, in order: phases, faults, elections, scaling, violations.
    public var events: [RunEvent] = []
    /// What the same seed did without the faults, for reports. It is in a file of its own: whether somebody
    /// asked for it changes nothing of the result.
    public var control: ControlRecord?
    /// From where it was played, for reports: it is in `machine.json`, for it may differ between equal runs.
    public var origin: RunOrigin?
    /// Whether its file is another one than Hubbub wrote.
    public var isAltered = false

    public init() {}

    /// All that are judged, and that where the time went is told of.
    package var judgedDeliveries: Summary? {
        summaries.first { $0.metric == "delivery" && $0.window == "all" }
    }

    package static let fields: [Field<RunResult>] = [
        .init("run", \.run, "which run this is, and how to repeat it"),
        .init("verdict", \.verdict, "how it ended, and why"),
        .init("thresholds", \.thresholds, "each threshold with what was measured"),
        .init("invariants", \.invariants, "what must never happen, and whether it did"),
        .init("health", \.health, "whether the system was healthy, by the scenario's own definition"),
        .init("summaries", \.summaries, "latencies of each metric, in each window of the run"),
        .init("figures", \.figures, "metrics that are one number"),
        .init(
            "refused", \.refused, "how many letters were refused, by reason, after the warm-up", added: true),
        .init("phases", \.phases, "the phases of the load"),
        .init("faults", \.faults, "what was broken, and what that did"),
        .init("latencies", \.latencies, "percentiles over time"),
        .init("gauges", \.gauges, "what each role had to carry, over time"),
        .init("spectra", \.spectra, "all percentiles of a window"),
        .init("heat_maps", \.heatMaps, "how many letters took how long, over time"),
        .init("stages", \.stages, "where the time went, the warm-up excluded"),
        .init("slowest", \.slowest, "the slowest deliveries with their paths"),
        .init("cost", \.cost, "what the deliveries cost"),
        .init("topology", \.topology, "the machines, and the traffic between them"),
        .init("scenario", \.scenario, "the resolved scenario"),
        .init("metrics", \.metrics, "what the names of the metrics mean"),
        .init("events", \.events, "what happened to the system, in order"),
    ]
}

public struct Identity: Record {
    public var name = ""
    public var title = ""
    public var design = ""
    public var seed: UInt64 = 0
    /// The hash of the resolved scenario, the behaviour, and whether the run is complete.
    public var digest = Digits(0)
    /// False when the run was interrupted, or ended by a threshold with `abort`.
    public var isComplete = true
    /// When it was over, if that was before its time.
    public var ended: Instant?
    public var duration = Span.zero
    public var warmup = Span.zero
    /// How much longer the run went on after the last send.
    public var drain = Span.zero

    public init() {}

    package static let fields: [Field<Identity>] = [
        .init("name", \.name, "of the scenario"),
        .init("title", \.title, "of the scenario, in a sentence"),
        .init("design", \.design, "which design was run"),
        .init("seed", \.seed, "what all its random numbers come from"),
        .init(
            "digest", \.digest,
            "hash of resolved scenario, behaviour and completeness; equal digest, equal run"),
        .init("complete", \.isComplete, "false when the run was interrupted, or aborted by a threshold"),
        .init("duration_ns", \.duration, "simulated time in which users send, warm-up included"),
        .init("warmup_ns", \.warmup, "how much at the start counts in no threshold"),
        .init("drain_ns", \.drain, "how much longer the run went on"),
        .init(
            "ended_ns", \.ended, "when it was over, if that was before its time; null for a complete run",
            added: true),
    ]

    /// Of the drain, or before that.
    package var end: Instant { ended ?? .start + duration + drain }
    package var endOfSends: Instant { min(.start + duration, end) }
}

/// 64 bits as 16 hexadecimal digits: as a number, most readers of JSON would round it.
public struct Digits: Hashable, Sendable, Stored {
    public var value: UInt64

    public init(_ value: UInt64) { self.value = value }

    package init(stored: JSON) throws(Misfit) {
        let text = try String(stored: stored)
        guard let value = UInt64(text.filter { $0 != "-" }, radix: 16), digestText(value) == text else {
            throw Misfit("expected a digest, as in '0123-4567-89ab-cdef'")
        }
        self.value = value
    }
    package var stored: JSON { .string(digestText(value)) }
    package static var schema: [(String, JSON)] {
        [("type", .string("string")), ("pattern", .string("^[0-9a-f]{4}(-[0-9a-f]{4}){3}$"))]
    }
}

public struct Phase: Record {
    public var name = ""
    public var from = Instant.start
    public var to = Instant.start

    public init() {}

    package static let fields: [Field<Phase>] = [
        .init("name", \.name, "as the scenario calls it"),
        .init("from_ns", \.from, "since the start of the run"),
        .init("to_ns", \.to, "since the start of the run"),
    ]
}

/// Something that happened to the system at one moment.
public struct RunEvent: Record {
    public var time = Instant.start
    /// A `Kind`, or one that a later Hubbub knows.
    public var kind = ""
    public var target = ""
    public var what = ""

    public init() {}

    package static let fields: [Field<RunEvent>] = [
        .init("time_ns", \.time, "since the start of the run"),
        .init("kind", \.kind, "phase, fault, heal, election, scaling, violation…"),
        .init("target", \.target, "to whom"),
        .init("what", \.what, "in words"),
    ]

    public enum Kind: String, Sendable, CaseIterable {
        case phase, fault, heal, violation, threshold, health, hang, abort

        /// What it says, for those who read about it.
        public var meaning: String {
            switch self {
            case .phase: "a phase of the load begins, the warm-up is over, or the last send was made"
            case .fault: "a fault begins, with whom it hits"
            case .heal: "a fault is healed"
            case .violation: "an invariant was violated; the first hundred times of each"
            case .threshold: "the threshold, a count that only rises, cannot hold any more"
            case .health:
                "a window of health that came out otherwise than the one before it begins; live it comes at "
                    + "the end of the run, since letters may come late"
            case .hang: "nothing is going to happen any more, and somebody waits"
            case .abort: "a threshold with abort: true ended the run"
            }
        }
    }
}
