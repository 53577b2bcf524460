/// Packets from one group of machines to another do not arrive; those within a group, and all others, do.
///
/// Several partitions may share machines and links: what any of them cuts is cut until that one is healed.
public struct Partition: Fault {
    public static let kind = "partition"

    public enum Direction: Sendable {
        case both
        /// From the first group to the second only.
        case oneWay
    }

    private let first: MachineSet
    private let second: MachineSet
    private let direction: Direction

    public init(between first: MachineSet, and second: MachineSet, direction: Direction = .both) {
        self.first = first
        self.second = second
        self.direction = direction
    }

    func cuts(from source: Int, to target: Int) -> Bool {
        first.contains(source) && second.contains(target)
            || direction == .both && first.contains(target) && second.contains(source)
    }

    public func apply(to cluster: Cluster, id: Int) { cluster.network.add(self, id: id) }

    public func heal(in cluster: Cluster, id: Int) { cluster.network.removePartition(id: id) }
}
