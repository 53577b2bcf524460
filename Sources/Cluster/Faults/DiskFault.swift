/// Disks are slow by a factor, full, fail to read, or have lost bits. Each but the last ends when it is healed; several
/// add up. A part that has ended while its disk took nothing, or read nothing, starts again when that is healed.
public struct DiskFault: Fault {
    public let kind = "disk"

    public enum Effect: Sendable {
        case slow(by: Factor)
        /// Nothing more fits.
        case full
        case failingReads
        /// A stretch of what is written by then, all files taken together, of so large a share, has wrong checksums: reading any of it
        /// fails.
        case corrupt(share: Double)
    }

    private let machines: MachineSet
    private let effect: Effect

    public init(_ machines: MachineSet, _ effect: Effect) {
        self.machines = machines
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, at: .disk, by: id)
        var stream = cluster.stream(ofFault: id)
        change(cluster) { disk in
            switch effect {
            case .slow(let factor): disk.slow(by: factor, id: id, at: cluster.world.now)
            case .full: disk.fill()
            case .failingReads: disk.failReads()
            case .corrupt(let share):
                let size = UInt64(Double(disk.stored) * share)
                let first = UInt64(stream.below(Int(disk.stored - size) + 1))
                disk.corrupt(first..<first + size, id: id)
            }
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        change(cluster) { disk in
            switch effect {
            case .slow: disk.restore(id: id, at: cluster.world.now)
            case .full: disk.empty()
            case .failingReads: disk.healReads()
            case .corrupt: break  // lost bits do not come back
            }
        }
        switch effect {
        case .full, .failingReads:
            for machine in machines.machines { cluster.startAgain(cluster.machines[machine]) }
        case .slow, .corrupt: break
        }
    }

    private func change(_ cluster: Cluster, _ body: (inout Disk<DiskJob>) -> Void) {
        for machine in machines.machines { cluster.machines[machine].changeDisk(body) }
    }
}
