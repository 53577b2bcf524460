/// Disks are slow by a factor, full, or fail to read. Each ends when it is healed; several add up.
public struct DiskFault: Fault {
    public static let kind = "disk"

    public enum Effect: Sendable {
        case slow(by: Factor)
        /// Nothing more fits.
        case full
        case failingReads
    }

    private let machines: MachineSet
    private let effect: Effect

    public init(_ machines: MachineSet, _ effect: Effect) {
        self.machines = machines
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        change(cluster) { disk in
            switch effect {
            case .slow(let factor): return disk.slow(by: factor, id: id, at: cluster.world.now)
            case .full: disk.fill()
            case .failingReads: disk.failReads()
            }
            return []
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        change(cluster) { disk in
            switch effect {
            case .slow: return disk.restore(id: id, at: cluster.world.now)
            case .full: disk.empty()
            case .failingReads: disk.healReads()
            }
            return []
        }
    }

    private func change(_ cluster: Cluster, _ body: (inout Disk<DiskJob>) -> [Disk<DiskJob>.Start]) {
        for machine in machines.machines { cluster.machines[machine].retimeDisk(body) }
    }
}
