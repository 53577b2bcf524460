/// Packets between some devices and some machines do not arrive: a partition that reaches out to the users,
/// or people who have lost coverage, when it is all machines.
public struct DeviceCut: Fault {
    public let kind = "device-cut"

    public enum Direction: Sendable {
        case both
        /// From the devices only, or to them only.
        case up, down
    }

    private let devices: DeviceSet
    private let machines: MachineSet?
    let direction: Direction
    private let packets: Partition.Packets
    private let connections: Partition.ConnectionScope

    public init(
        between devices: DeviceSet, and machines: MachineSet? = nil, direction: Direction = .both,
        packets: Partition.Packets = .drop, connections: Partition.ConnectionScope = .all
    ) {
        self.devices = devices
        self.machines = machines
        self.direction = direction
        self.packets = packets
        self.connections = connections
    }

    func hits(_ row: Int, _ lines: Lines) -> Bool {
        let line = lines.table.rows + row
        if connections == .new, !line.pointee.state.contains(.opening) { return false }
        guard machines?.contains(Int(line.pointee.machine)) ?? true else { return false }
        return devices.contains(Int(line.pointee.deviceIndex), in: Int(line.pointee.zone))
    }

    /// Whether whoever sends something in this direction is told that it does not arrive.
    func rejects(_ way: Lines.LineDirection) -> Bool {
        packets == .reject && direction != (way == .up ? .down : .up)
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines ?? cluster.allMachines, by: id)
        cluster.lines.cuts.append((id, self))
        cluster.lines.touch()
    }

    public func heal(in cluster: Cluster, id: Int) { cluster.lines.cuts.removeAll { $0.id == id } }
}
