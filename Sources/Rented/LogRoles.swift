public import Chat
internal import Cluster
public import Infrastructure
public import Simulation
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

/// What can be set of a part that takes requests and writes into a log.
public struct ProducerRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 200us")
    public var producer = ProducerSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime, "CPU time of a request", source: "service.cpuPerRequest",
                relieves: .work)
        ] + ProducerSettings.knobs.map { Knob($0, of: \.producer) }

    public var conflict: Conflict? { producer.conflict }
}

/// A letter is a record of a log as it is.
extension Letter: LogPayload {}

extension Role where P == LogBroker, S == LogRoleSettings {
    /// The brokers of a partitioned log.
    ///
    /// - Parameter hasLag: whether it is measured how far behind its consumers are.
    public static func log(
        _ name: String, _ sentence: String, requirements: [String] = [], hasLag: Bool = false
    ) -> Self {
        Role(
            name, sentence, requirements: requirements, count: 3, in: 1...1_000, countedAs: "brokers",
            partsKnob: "partitions", faults: ["leader-loss", "rebalance"], hasLag: hasLag,
            settings: LogRoleSettings.self, of: LogBroker.self)
    }
}

extension Role where P == LogController, S == ControllerRoleSettings {
    /// The controllers of a partitioned log; an odd number, since most of them have to be there.
    public static func logController(_ name: String, _ sentence: String, requirements: [String] = []) -> Self
    {
        Role(
            name, sentence, requirements: requirements, count: 3, in: AgreementSettings.members,
            settings: ControllerRoleSettings.self, of: LogController.self)
    }
}

extension Site {
    /// Where a log is going to be. Nothing runs there before `addLog`; so parts that are made before can know it.
    public func reserveLog<Payload: LogPayload>(
        _ role: Role<LogBroker, LogRoleSettings>, controllers: Role<LogController, ControllerRoleSettings>,
        of _: Payload.Type = Payload.self
    ) -> PartitionedLog<Payload> {
        PartitionedLog(
            brokers: reserve(role), controllers: reserve(controllers), settings: settings(of: role).log,
            agreement: settings(of: controllers).agreement)
    }

    /// Puts a log on the machines of its roles, with the faults of its parts.
    @discardableResult
    public func addLog<Payload: LogPayload>(
        _ role: Role<LogBroker, LogRoleSettings>, controllers: Role<LogController, ControllerRoleSettings>,
        of _: Payload.Type = Payload.self
    ) -> PartitionedLog<Payload> {
        let log = reserveLog(role, controllers: controllers, of: Payload.self)
        add(role) { seat, _ in log.broker(on: seat) }
        add(controllers) { seat, _ in log.controller(on: seat) }
        partFaults.offer("leader-loss", of: role) {
            PartOrder("leader-loss", to: log.brokers, .resign(partition: $0.partition), healedBy: nil)
        }
        partFaults.offer("rebalance", of: role) { _ in
            PartOrder("rebalance", to: log.brokers, .rebalance, healedBy: nil)
        }
        if role.sheet.hasLag { lags.offer(role) { [unowned cluster] in log.lag(in: cluster) } }
        replication.offer(role) { [unowned cluster] in log.isInSync(in: cluster) }
        replication.offer(controllers) { [unowned cluster] in log.controllersAreInSync(in: cluster) }
        return log
    }
}
