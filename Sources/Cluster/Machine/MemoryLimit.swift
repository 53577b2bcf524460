internal import Simulation
public import Vocabulary

/// How much memory a part may have. When it says that it keeps more, its program is ended, as the kernel of
/// an operating system ends one, and starts anew after a while.
public struct MemoryLimit: Hashable, Sendable {
    public var size: ByteCount
    public var restartAfter: Span

    public init(_ size: ByteCount, restartAfter: Span) {
        precondition(size >= .zero, "a memory of \(size)")
        precondition(restartAfter >= .zero, "a restart \(restartAfter) after the end")
        self.size = size
        self.restartAfter = restartAfter
    }
}

/// The limits on the memory of one machine: its own, and those that faults have put on. The lowest holds.
struct MemoryLimits {
    private var limits: [(id: Int?, limit: MemoryLimit)]
    private(set) var isLimited: Bool

    init(_ own: MemoryLimit?) {
        limits = own.map { [(nil, $0)] } ?? []
        isLimited = own != nil
    }

    var lowest: (id: Int?, limit: MemoryLimit)? { limits.min { $0.limit.size < $1.limit.size } }

    mutating func add(_ limit: MemoryLimit, id: Int) {
        limits.append((id, limit))
        isLimited = true
    }

    mutating func remove(id: Int) {
        limits.removeAll { $0.id == id }
        isLimited = !limits.isEmpty
    }
}

extension MachinePointer {
    /// What its part says that it keeps, and what connections take; nothing while no part runs.
    var memoryInUse: ByteCount {
        guard let place = pointee.listener else { return .zero }
        let cluster = pointee.cluster
        return cluster.roles[pointee.resident.role].pointee.memory(cluster.world, place)
            + pointee.connectionMemory * Int64(pointee.connections.taken)
    }

    /// Ends the part if it keeps more than it may.
    func checkMemory() {
        let cluster = pointee.cluster
        guard let (id, limit) = pointee.memory.lowest, memoryInUse > limit.size else { return }
        if let id { cluster.noteMet(self, by: id) }
        cluster.crash(self, losing: .process)
        pointee.turn.send(.restart, to: pointee.address, after: limit.restartAfter)
    }
}
