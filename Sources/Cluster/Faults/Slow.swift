/// All work on some machines takes longer by a factor, what is left of work in service too.
public struct Slow: Fault {
    public let kind = "slow"

    private let machines: MachineSet
    private let factor: Factor

    public init(_ machines: MachineSet, by factor: Factor) {
        self.machines = machines
        self.factor = factor
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, at: .cores, by: id)
        for machine in machines.machines { cluster.slow(cluster.machines[machine], by: factor, id: id) }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines { cluster.restore(cluster.machines[machine], id: id) }
    }
}
