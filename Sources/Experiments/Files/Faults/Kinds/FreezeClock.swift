import Cluster

extension FaultPlan {
    /// Clocks stand still, and go on later from where they were.
    public struct FrozenClock: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
    }
}

extension FaultPlan.FrozenClock: HitsTarget {
    static let name = "freeze-clock"
    static let sentence = "clocks stand still, and go on from where they were"
    static let example = "target: server"

    static let keys: [Key<Self>] = hits()

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [ClockFault(ground.machines(hitBy: self, named: name), .drift(.standstill))]
    }
}
