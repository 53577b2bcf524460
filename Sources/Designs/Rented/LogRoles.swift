public import Chat
public import Infrastructure
public import Vocabulary

/// What can be set of the brokers of a log: that of the log, and of their machines.
public struct LogRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var log = LogSettings()

    /// 12 partitions are as many for each of three brokers, of three generators and of six consumers.
    public init() { log.partitions = 12 }

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob("partitions", \.log.partitions, "partitions of its topic", in: 1...10_000)
        ]
        + LogSettings.knobs.filter { $0.description.name != "partitions" }.map { Knob($0, of: \.log) }

    public var conflict: Conflict? { log.conflict }

    public func conflict(machines: Int) -> Conflict? {
        log.conflict
            ?? (log.replicas > machines
                ? Conflict(
                    "replicas",
                    "\(log.replicas) replicas need as many brokers, and there \(machines == 1 ? "is 1" : "are \(machines)")"
                ) : nil)
    }
}

/// What can be set of the controllers of a log.
public struct ControllerRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var agreement = AgreementSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + AgreementSettings.knobs.map { Knob($0, of: \.agreement) }
}
