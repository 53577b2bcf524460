/// Cores stop in the middle of what they do, as in a collection of garbage that stops the world, and go on
/// where they were.
public struct Pause: Fault {
    public let kind = "pause"

    private let machines: MachineSet
    private let cores: Int?

    /// - Parameter cores: how many of each machine's, those of lowest number; all of them when nil.
    public init(_ machines: MachineSet, cores: Int? = nil) {
        self.machines = machines
        self.cores = cores
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, at: .cores, by: id)
        for machine in machines.machines { cluster.pause(cluster.machines[machine], cores: cores) }
    }

    public func heal(in cluster: Cluster, id: Int) {
        cluster.noteWaiting(on: machines, by: id)
        for machine in machines.machines { cluster.resume(cluster.machines[machine], cores: cores) }
    }
}
