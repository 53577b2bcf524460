/// Lines end on the way, at one moment: there is nothing to heal, devices open new ones.
public struct LineReset: Fault {
    public var kind: String {
        switch effect {
        case .reset: "reset"
        case .halfOpen: "half-open"
        }
    }

    private let devices: DeviceSet
    private let machines: MachineSet?
    private let effect: ConnectionLoss.Effect

    /// - Parameter effect: of a half-open line it is the machines that forget, and say nothing; what their
    /// parts say on it
    ///   is gone, and devices find out when they next speak.
    public init(
        _ devices: DeviceSet, to machines: MachineSet? = nil, _ effect: ConnectionLoss.Effect = .reset
    ) {
        self.devices = devices
        self.machines = machines
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        let lines = cluster.lines
        lines.forEach(in: devices, to: machines) { row in
            cluster.noteMet(lines.machine(of: row), by: id)
            switch effect {
            case .reset:
                lines.tellDevice(row, .reset, after: .zero)
                lines.tellHost(row, .reset, after: .zero)
            case .halfOpen: if lines.isKnownToHost(row) { lines.forgetAtHost(row) }
            }
        }
    }

    public func heal(in cluster: Cluster, id: Int) {}
}
