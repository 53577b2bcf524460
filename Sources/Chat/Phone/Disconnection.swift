public import Cluster
public import Simulation

/// People lose coverage, with all of their devices: nothing gets through to any machine, and the apps know
/// it.
///
/// An app without access closes its line and tries nothing until access is back. Who is hit by several of
/// these at a time has access again when the last one ends.
public struct Disconnection: Fault {
    public let kind = "disconnect"

    private let phones: [Address<Phone>]
    private let town: Town
    private let cut: DeviceCut

    public init(of phones: [Address<Phone>], town: Town) {
        self.phones = phones
        self.town = town
        cut = DeviceCut(between: DeviceSet(numbers: phones.map(\.index)))
    }

    public func apply(to cluster: Cluster, id: Int) {
        cut.apply(to: cluster, id: id)
        for phone in phones where town.beginOutage(ofPhone: phone.index) {
            cluster.leave(.accessLost, for: phone)
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        cut.heal(in: cluster, id: id)
        for phone in phones where town.endOutage(ofPhone: phone.index) {
            cluster.leave(.accessGained, for: phone)
        }
    }
}
