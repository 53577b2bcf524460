/// Machines go down at once, with all that is in their memory and with what of their disks the kind of crash takes, and start again
/// when the fault is healed.
public struct Crash: Fault {
    public static let kind = "crash"

    private let machines: MachineSet
    private let kind: CrashKind

    public init(_ machines: MachineSet, losing kind: CrashKind = .unsynced) {
        self.machines = machines
        self.kind = kind
    }

    public func apply(to cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.crash(cluster.machines[machine], losing: kind) }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.restart(cluster.machines[machine]) }
    }
}
