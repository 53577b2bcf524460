/// Machines go down at once, with all that is in their memory, and start again when the fault is healed.
public struct Crash: Fault {
    public static let kind = "crash"

    private let machines: MachineSet

    public init(_ machines: MachineSet) { self.machines = machines }

    public func apply(to cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.crash(cluster.machines[machine]) }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.restart(cluster.machines[machine]) }
    }
}
