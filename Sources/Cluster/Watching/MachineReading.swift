internal import Simulation
internal import Vocabulary

/// The meters of a machine at one moment.
public struct MachineReading: Sendable {
    public let role: String
    /// Among the machines of its role.
    public let number: Int
    public let zone: Zone
    /// Whether its part runs: it has not crashed, or is back.
    public let isRunning: Bool
    /// Nil without cores.
    public let processor: ProcessorReading?
    /// How many wait for a core.
    public let queueLength: Int
    /// Lines of devices and streams of calls.
    public let connections: Int
    /// Bytes on its disk.
    public let stored: UInt64
}

extension Cluster {
    /// All machines, in the order in which they were added.
    public var readings: [MachineReading] {
        machines.map { machine in
            let resident = machine.pointee.resident
            return MachineReading(
                role: roles[Int(resident.mailbox)]!.name, number: Int(resident.number),
                zone: machine.pointee.zone, isRunning: listener(at: resident) != nil,
                processor: machine.pointee.processor?.reading(at: world.now),
                queueLength: machine.pointee.processor?.queueLength ?? 0,
                connections: machine.pointee.connections.taken, stored: machine.pointee.disk?.written ?? 0)
        }
    }

    /// What the machines of a role have sent, received, and thrown away; nil when there is no such role.
    public func traffic(ofRole name: String) -> Traffic? {
        roles.indices.first { roles[$0]?.name == name }.map { network.traffic(ofRole: $0) }
    }

    /// What a machine is called, `chat-host[3]`.
    public func name(ofMachine number: Int) -> String {
        let resident = machines[number].pointee.resident
        return "\(roles[Int(resident.mailbox)]!.name)[\(resident.number)]"
    }

    /// Pings that lines have seen, and what these and their answers took on the wire.
    public var pings: UInt64 { lines.pingsSoFar }

    /// Lays one more stretch on the way between two zones, for as long as the cluster exists.
    public func extend(from: Zone, to: Zone, by profile: LinkProfile, named name: String) {
        _ = network.links[network.number(from, to)].conditions.apply(profile, named: name)
    }
}
