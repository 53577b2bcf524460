/// The routers of devices forget all connections: nothing from outside gets in on them, and what comes from
/// inside arrives from an address that nobody knows.
public struct RouterRestart: Fault {
    public let kind = "router-restart"

    private let devices: DeviceSet

    public init(_ devices: DeviceSet) { self.devices = devices }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.lines.forEach(in: devices) { row in
            cluster.lines.watch(row)
            cluster.lines.table.rows[row].state.insert(.forgotten)
        }
    }

    public func heal(in cluster: Cluster, id: Int) {}
}
