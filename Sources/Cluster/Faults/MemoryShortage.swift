/// There is less memory than there should be: a part that says that it keeps more is ended, and starts anew
/// after a while.
public struct MemoryShortage: Fault {
    public let kind = "memory"

    private let machines: MachineSet
    private let limit: MemoryLimit

    public init(_ machines: MachineSet, _ limit: MemoryLimit) {
        self.machines = machines
        self.limit = limit
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, by: id)
        for machine in machines.machines { cluster.machines[machine].pointee.memory.add(limit, id: id) }
    }

    /// Whoever was ended starts at its time all the same.
    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.machines[machine].pointee.memory.remove(id: id) }
    }
}
