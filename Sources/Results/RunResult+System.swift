public import Vocabulary

/// What the deliveries cost, warm-up and drain included.
public struct Cost: Record {
    public var deliveries: UInt64 = 0
    public var messages: UInt64 = 0
    public var bytes: UInt64 = 0
    public var storedBytes: UInt64 = 0
    public var machines: UInt64 = 0
    /// What all of them together stood there, and how long their cores worked.
    public var machineTime = Span.zero
    public var coreTime = Span.zero
    /// What this comes to at the scale that the design was made for, with the assumptions in words.
    public var extrapolation: [String] = []

    public init() {}

    package static let fields: [Field<Cost>] = [
        .init("deliveries", \.deliveries, "how often a letter was shown to a recipient"),
        .init("messages", \.messages, "between machines, and between these and devices"),
        .init("bytes", \.bytes, "on the wire"),
        .init("stored_bytes", \.storedBytes, "written to disks, replicas included"),
        .init("machines", \.machines, "of all roles"),
        .init("machine_time_ns", \.machineTime, "machines times the length of the run, its drain included"),
        .init("core_time_ns", \.coreTime, "how long the cores of all machines worked"),
        .init("extrapolation", \.extrapolation, "at the scale that the design was made for, in words"),
    ]
}

/// Who talks to whom. Roles come in the order of the design, people's devices first.
public struct Topology: Record {
    public var roles: [Role] = []
    public var edges: [Edge] = []

    public init() {}

    package static let fields: [Field<Topology>] = [
        .init("roles", \.roles, "in the order of the design, people's devices first"),
        .init("edges", \.edges, "the traffic between roles"),
    ]

    public struct Role: Record {
        public var name = ""
        /// Of people's devices there are too many to list; then `machines` is empty.
        public var count: UInt64 = 0
        public var machines: [Machine] = []

        public init() {}

        package static let fields: [Field<Role>] = [
            .init("name", \.name, "of the role"),
            .init("count", \.count, "how many machines, or devices"),
            .init("machines", \.machines, "each of them; none for people's devices"),
        ]
    }

    public struct Machine: Record {
        public var name = ""
        public var zone = ""
        public var region = ""
        /// Busy share of the cores from the warm-up to the last send, in millionths.
        public var utilisation: UInt64 = 0

        public init() {}

        package static let fields: [Field<Machine>] = [
            .init("name", \.name, "of the machine"),
            .init("zone", \.zone, "where it stands"),
            .init("region", \.region, "where that is"),
            .init(
                "utilisation_ppm", \.utilisation,
                "busy share of its cores from the warm-up to the last send, in millionths"),
        ]
    }

    public struct Edge: Record {
        public var from = ""
        public var to = ""
        public var messages: UInt64 = 0
        public var bytes: UInt64 = 0
        /// Of these, the ones between zones.
        public var messagesAcross: UInt64 = 0
        public var bytesAcross: UInt64 = 0

        public init() {}

        package static let fields: [Field<Edge>] = [
            .init("from", \.from, "a role"),
            .init("to", \.to, "a role"),
            .init("messages", \.messages, "how many, over the run"),
            .init("bytes", \.bytes, "how many, over the run"),
            .init("messages_across", \.messagesAcross, "of these, the ones between zones", added: true),
            .init("bytes_across", \.bytesAcross, "of these, the ones between zones", added: true),
        ]
    }
}

/// The scenario with every default filled in, ready to be run again.
public struct ScenarioText: Record {
    public var text = ""
    /// Lines, from 1, whose value is not the default of the format or of the design.
    public var changedLines: [UInt64] = []

    public init() {}

    package static let fields: [Field<ScenarioText>] = [
        .init("text", \.text, "the scenario with every default filled in"),
        .init(
            "changed_lines", \.changedLines,
            "lines, from 1, whose value is not the default of the format or of the design"),
    ]
}

public struct MetricDefinition: Record {
    public var name = ""
    public var unit = ""
    /// `smaller is better`.
    public var direction = ""
    public var sentence = ""

    public init() {}

    package static let fields: [Field<MetricDefinition>] = [
        .init("name", \.name, "of the metric"),
        .init("unit", \.unit, "of its values"),
        .init("direction", \.direction, "which values are better"),
        .init("sentence", \.sentence, "what it means"),
    ]
}

/// What may differ between two runs of the same result: the machine, and how long it took.
public struct MachineRecord: Record {
    public var version = ""
    public var build = ""
    public var platform = ""
    public var wall = Span.zero
    public var processor = Span.zero
    public var peakBytes: UInt64 = 0
    public var events: UInt64 = 0
    /// Empty in files of before it was here.
    public var origin = RunOrigin()

    public init() {}

    package static let fields: [Field<MachineRecord>] = [
        .init("hubbub", \.version, "its version"),
        .init(
            "build", \.build,
            "which program it was: the hash of its bytes, which source, compiler and options decide"),
        .init("platform", \.platform, "processor and operating system"),
        .init("wall_ns", \.wall, "from start to end, as a clock on the wall has it"),
        .init("cpu_ns", \.processor, "that the processor spent"),
        .init("peak_bytes", \.peakBytes, "of memory"),
        .init("events", \.events, "of the simulation"),
        .init("command", \.origin.command, "what repeats the run", added: true),
        .init("file", \.origin.file, "the scenario, by the path that was given", added: true),
        .init(
            "threshold_lines", \.origin.thresholdLines,
            "the line of its file, from 1, in which each threshold of the result stands; 0 for none",
            added: true),
        .init(
            "threshold_files", \.origin.thresholdFiles,
            "the file of each threshold: the scenario, or one that it extends", added: true),
    ]
}
