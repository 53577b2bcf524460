public import Vocabulary

/// What a run is like at one moment before its end: for who plays a stored run up to there. It is in no
/// result.
public struct RunMoment: Record {
    public var time = Instant.start
    /// Each threshold, by what has come until now.
    public var thresholds: [Judgement] = []
    public var tapped: UInt64 = 0
    public var accepted: UInt64 = 0
    public var shown: UInt64 = 0
    /// How often a letter waits for a recipient, and of these, for one whose app was closed since the tap.
    public var waiting: UInt64 = 0
    public var waitingForAbsent: UInt64 = 0
    /// Those that have waited longest for somebody whose app is open.
    public var oldest: [Waiting] = []
    public var faults: [FaultInForce] = []
    public var machines: [Machine] = []

    public init() {}

    package static let fields: [Field<RunMoment>] = [
        .init("time_ns", \.time, "since the start of the run"),
        .init("thresholds", \.thresholds, "each by what has come until now"),
        .init("tapped", \.tapped, "letters so far"),
        .init(
            "accepted", \.accepted, "of these, the ones whose sender's device knows that the system has them"),
        .init("shown", \.shown, "how often a letter was shown to a recipient"),
        .init("waiting", \.waiting, "how often a letter waits for a recipient"),
        .init(
            "waiting_for_absent", \.waitingForAbsent, "of these, for one whose app was closed since the tap"),
        .init("oldest", \.oldest, "those that have waited longest for somebody whose app is open"),
        .init("faults", \.faults, "in force now"),
        .init("machines", \.machines, "each of them"),
    ]

    /// A letter on its way.
    public struct Waiting: Record {
        public var letter = ""
        public var recipient = ""
        public var sent = Instant.start
        public var isAccepted = false
        /// Where it is, what it does there, and since when.
        public var place = ""
        public var stage = ""
        public var since = Instant.start

        public init() {}

        package static let fields: [Field<Waiting>] = [
            .init("letter", \.letter, "which letter"),
            .init("recipient", \.recipient, "who waits for it"),
            .init("sent_ns", \.sent, "when it was meant to be sent, since the start of the run"),
            .init("accepted", \.isAccepted, "whether the sender's device knows that the system has it"),
            .init("place", \.place, "where it is, as far as its design tells"),
            .init("stage", \.stage, "in which stage it is"),
            .init("since_ns", \.since, "since when it is in that stage"),
        ]
    }

    public struct FaultInForce: Record {
        public var name = ""
        public var kind = ""
        public var target = ""
        public var from = Instant.start
        /// Nil when it will not be healed.
        public var to: Instant?

        public init() {}

        package static let fields: [Field<FaultInForce>] = [
            .init("name", \.name, "as the scenario calls it"),
            .init("kind", \.kind, "partition, crash…"),
            .init("target", \.target, "what it hits"),
            .init("from_ns", \.from, "since the start of the run"),
            .init("to_ns", \.to, "since the start of the run; null when it will not be healed"),
        ]
    }

    public struct Machine: Record {
        public var name = ""
        public var zone = ""
        /// `up`, `slow x3`, `paused` or `down`.
        public var condition = ""
        public var cores: UInt64 = 0
        public var coresInUse: UInt64 = 0
        public var queue: UInt64 = 0
        public var diskQueue: UInt64 = 0
        public var connections: UInt64 = 0
        public var stored: UInt64 = 0

        public init() {}

        package static let fields: [Field<Machine>] = [
            .init("name", \.name, "of the machine"),
            .init("zone", \.zone, "where it stands"),
            .init("condition", \.condition, "up, slow, paused or down"),
            .init("cores", \.cores, "how many it has"),
            .init("cores_in_use", \.coresInUse, "how many work"),
            .init("queue", \.queue, "messages that wait for a core"),
            .init("disk_queue", \.diskQueue, "operations under way on its disk or waiting for it"),
            .init("connections", \.connections, "lines of devices and streams of calls"),
            .init("stored_bytes", \.stored, "written to its disk"),
        ]
    }
}
