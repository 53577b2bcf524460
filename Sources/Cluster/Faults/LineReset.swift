/// Something on the way resets lines: both ends learn of it.
public struct LineReset: Fault {
    public let kind = "reset"

    private let devices: DeviceSet

    public init(_ devices: DeviceSet) { self.devices = devices }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.lines.forEach(in: devices) { row in
            cluster.lines.tellDevice(row, .reset, after: .zero)
            cluster.lines.tellHost(row, .reset, after: .zero)
        }
    }

    public func heal(in cluster: Cluster, id: Int) {}
}
