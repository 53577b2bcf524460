import Cluster

extension FaultPlan {
    /// Each of some machines is cut off from everybody, from each other too.
    public struct Isolation: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
    }
}

extension FaultPlan.Isolation: HitsTarget {
    static let name = "isolate"
    static let sentence = "each of some machines is cut off from all others, and from people"
    static let example = "target: server, pick: 1"
    static let layer = FaultLayer.network

    static let keys: [Key<Self>] = hits()

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let machines = ground.machines(hitBy: self, named: name)
        return [Partition(isolating: machines), DeviceCut(between: DeviceSet(), and: machines)]
    }
}
