/// Machines open no connection that is not open already: because the other end's handshake is refused, or
/// because there are no file descriptors left. Connections that are open go on.
public struct ConnectionFault: Fault {
    public var kind: String {
        switch effect {
        case .refused: "refused"
        case .limited: "connections"
        }
    }

    public enum Effect: Sendable {
        /// Whoever wants to connect to these machines is turned away; they themselves may connect.
        case refused
        /// So many connections at most, opened by either end.
        case limited(to: Int)
    }

    private let machines: MachineSet
    private let effect: Effect

    public init(_ machines: MachineSet, _ effect: Effect) {
        self.machines = machines
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, by: id)
        for machine in machines.machines {
            switch effect {
            case .refused: cluster.machines[machine].pointee.refusals.append(id)
            case .limited(let limit): cluster.machines[machine].pointee.connections.lower(to: limit, id: id)
            }
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines {
            switch effect {
            case .refused: cluster.machines[machine].pointee.refusals.removeAll { $0 == id }
            case .limited: cluster.machines[machine].pointee.connections.restore(id: id)
            }
        }
    }
}

/// Whoever is turned away, another machine or a device, is what the fault has met.
extension MachinePointer {
    func refusesConnections() -> Bool {
        for id in pointee.refusals { pointee.cluster.noteMet(self, by: id) }
        return !pointee.refusals.isEmpty
    }

    /// False when there is no room for one more.
    func takeConnection() -> Bool {
        if pointee.connections.take() { return true }
        if let id = pointee.connections.loweredBy { pointee.cluster.noteMet(self, by: id) }
        return false
    }
}
