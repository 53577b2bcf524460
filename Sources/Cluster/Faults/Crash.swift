/// Machines go down at once, with all that is in their memory and with what of their disks the kind of crash
/// takes, and start again when the fault is healed.
public struct Crash: Fault {
    public let kind = "crash"

    private let machines: MachineSet
    private let losing: CrashKind

    public init(_ machines: MachineSet, losing: CrashKind = .unsynced) {
        self.machines = machines
        self.losing = losing
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, at: .everythingWithLines, by: id)
        for machine in machines.machines { cluster.crash(cluster.machines[machine], losing: losing) }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.restart(cluster.machines[machine]) }
    }
}
