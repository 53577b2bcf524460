internal import Simulation
public import Vocabulary

/// The meters of a machine at one moment.
public struct MachineReading: Sendable {
    public let time: Instant
    public let role: String
    /// Among the machines of its role.
    public let number: Int
    public let zone: Zone
    /// Whether its part runs: it has not crashed, or is back.
    public let isRunning: Bool
    /// Whether it is switched on, and how long it has been so far, booting included.
    public let isOn: Bool
    public let timeOn: Span
    /// Nil without cores.
    public let processor: ProcessorReading?
    /// How busy its disk was, with a core for each operation that it takes at once. Nil without one.
    public let disk: ProcessorReading?
    /// Whether it runs, and how fast.
    public let condition: Condition
    /// Cores that work, and how many wait for one.
    public let coresInUse: Int
    public let queueLength: Int
    /// Operations under way on its disk or waiting for it.
    public let diskQueue: Int
    /// Lines of devices and streams of calls.
    public let connections: Int
    /// Those that its own limit has refused since the start of the run.
    public let connectionsRefused: UInt64
    /// Of its network interface, each way.
    public let uplink: DataRate
    public let downlink: DataRate
    /// How long until all that was sent by now has left.
    public let unsent: Span
    /// Bytes on its disk.
    public let stored: UInt64
    /// Bytes that its part has appended and that are not on its disk yet.
    public let unwritten: UInt64
    /// What its part keeps in memory, as far as that says so, and its connections.
    public let memory: ByteCount

    /// Whether it is on and has not crashed.
    public var isUp: Bool { condition != .down }

    public enum Condition: Hashable, Sendable {
        case up
        /// Work takes so many times as long.
        case slow(Factor)
        /// All of its cores stand still.
        case paused
        case down
    }
}

extension MachinePointer {
    fileprivate var condition: MachineReading.Condition {
        if !pointee.isUp { return .down }
        if pointee.standsStill { return .paused }
        let slowdown = pointee.processor?.pointee.slowdowns.reduce(Factor.one) { $0 * $1.factor } ?? .one
        return slowdown == .one ? .up : .slow(slowdown)
    }
}

extension Cluster {
    /// All machines, those that are off too, in the order in which they were added.
    public var readings: [MachineReading] {
        machines.map { machine in
            let resident = machine.pointee.resident
            return MachineReading(
                time: world.now, role: roles[resident.role].pointee.name, number: Int(resident.number),
                zone: machine.pointee.zone, isRunning: machine.pointee.listener != nil,
                isOn: machine.pointee.power.isOn, timeOn: machine.pointee.power.time(at: world.now),
                processor: machine.pointee.processor?.pointee.reading(at: world.now),
                disk: machine.pointee.disk?.pointee.reading(at: world.now),
                condition: machine.condition, coresInUse: machine.pointee.processor?.pointee.coresInUse ?? 0,
                queueLength: machine.pointee.processor?.pointee.queueLength ?? 0,
                diskQueue: machine.pointee.disk?.pointee.operations ?? 0,
                connections: machine.pointee.connections.taken,
                connectionsRefused: machine.pointee.connections.refused,
                uplink: machine.pointee.outbound.bandwidth.rate,
                downlink: machine.pointee.inbound.bandwidth.rate,
                unsent: max(.zero, machine.pointee.outbound.busyUntil - world.now),
                stored: machine.pointee.disk?.pointee.stored ?? 0,
                unwritten: machine.pointee.disk?.pointee.promised ?? 0,
                memory: machine.memoryInUse)
        }
    }

    /// The most that waited for a core since this was last asked, of all machines, in the order of `readings`.
    public func takeQueuePeaks() -> [Int] {
        machines.map { $0.pointee.processor?.pointee.takeQueuePeak() ?? 0 }
    }

    /// What the machines of a role have sent, received, and thrown away; nil when there is no such role.
    /// What one role has said to another; nil stands for people's devices.
    public func flow(fromRole from: String?, toRole to: String?) -> RoleFlow {
        func place(_ name: String?) -> Int? {
            name.map { roles.number(of: $0).map(RoleFlows.place) } ?? RoleFlows.devices
        }
        guard let from = place(from), let to = place(to) else { return RoleFlow() }
        return network.flows[from, to]
    }

    public func traffic(ofRole name: String) -> Traffic? {
        roles.number(of: name).map { network.traffic(ofRole: Int($0)) }
    }

    /// What a machine is called, `chat-host[3]`.
    public func name(ofMachine number: Int) -> String {
        let resident = machines[number].pointee.resident
        return "\(roles[resident.role].pointee.name)[\(resident.number)]"
    }
}
