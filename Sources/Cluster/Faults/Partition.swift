/// Packets from one group of machines to another do not arrive; those within a group, and all others, do.
///
/// Several partitions may share machines and links: what any of them cuts is cut until that one is healed.
public struct Partition: Fault {
    public let kind = "partition"

    public enum Direction: Sendable {
        case both
        /// From the first group to the second only.
        case oneWay
    }

    /// What becomes of packets that are cut off.
    public enum Packets: Sendable {
        case drop
        /// Whoever sent one is told at once: an open connection is reset, a new one refused. Datagrams go
        /// without a word.
        case reject
    }

    /// Which connections it cuts.
    public enum ConnectionScope: Sendable {
        case all
        /// Those to be opened; what goes over open ones, and datagrams, get through.
        case new
    }

    private enum Groups {
        case between(MachineSet, MachineSet, Direction)
        case isolating(MachineSet)
    }

    private let cut: Groups
    let packets: Packets
    let connections: ConnectionScope

    public init(
        between first: MachineSet, and second: MachineSet, direction: Direction = .both,
        packets: Packets = .drop, connections: ConnectionScope = .all
    ) {
        cut = .between(first, second, direction)
        self.packets = packets
        self.connections = connections
    }

    /// Cuts each of these machines off from every other machine, from each other too.
    public init(isolating machines: MachineSet) {
        cut = .isolating(machines)
        packets = .drop
        connections = .all
    }

    func cuts(from source: Int, to target: Int) -> Bool {
        switch cut {
        case .between(let first, let second, let direction):
            first.contains(source) && second.contains(target)
                || direction == .both && first.contains(target) && second.contains(source)
        case .isolating(let machines):
            source != target && (machines.contains(source) || machines.contains(target))
        }
    }

    public func apply(to cluster: Cluster, id: Int) {
        switch cut {
        case .between(let first, let second, _):
            // One that has nobody on one side cuts nothing.
            guard !first.isEmpty, !second.isEmpty else { return }
            cluster.noteHit(first.union(second), by: id)
        case .isolating(let machines): cluster.noteHit(machines, by: id)
        }
        cluster.network.set(self, id: id)
    }

    public func heal(in cluster: Cluster, id: Int) { cluster.network.removePartition(id: id) }
}

extension Cluster {
    /// Parts these machines (a zone, a region) from all others.
    public func cutOff(_ machines: MachineSet) -> Partition {
        Partition(between: machines, and: allMachines.subtracting(machines))
    }

    /// Parts a zone into these of its machines and the others of it. All of them still reach other zones.
    public func split(_ zone: Zone, at machines: MachineSet) -> Partition {
        Partition(between: machines, and: self.machines(in: zone).subtracting(machines))
    }
}
