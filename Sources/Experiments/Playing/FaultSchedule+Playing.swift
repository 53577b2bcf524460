public import Chat
public import Cluster
public import Simulation
internal import Vocabulary

/// Has the faults of a schedule happen in a cluster: each effect becomes faults of machines, links, lines or
/// people.
///
/// Server zones bear the name of their region, or one that begins with it and a stroke; all others are access
/// networks of devices. A fault of links that names a role hits what its machines send and get, and nothing else.
extension FaultSchedule {
    /// Call it when everybody has settled and before the run begins.
    public func plan(in cluster: Cluster, town: Town, phones: Addresses<Phone>, site: Site) {
        let ground = FaultGround(
            cluster: cluster, town: town, phones: phones, partFaults: site.partFaults,
            revocations: site.revocations)
        for occasion in occasions {
            let duration = occasion.to.map { $0 - occasion.from }
            cluster.plan(
                Joint(
                    occasion.kind,
                    occasion.effect.fault.faults(on: ground, named: occasion.drawName)),
                named: occasion.drawName, at: occasion.from, for: duration == .zero ? nil : duration)
        }
    }
}
