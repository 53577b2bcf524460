/// Devices change their network, and with it their address: their lines are gone at once, and the parts at
/// the other end are not told.
public struct Roam: Fault {
    public let kind = "roam"

    private let devices: DeviceSet

    public init(_ devices: DeviceSet) { self.devices = devices }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.lines.forEach(in: devices) { cluster.lines.tellDevice($0, .reset, after: .zero) }
    }

    public func heal(in cluster: Cluster, id: Int) {}
}
