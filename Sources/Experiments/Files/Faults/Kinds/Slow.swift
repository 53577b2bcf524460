public import Cluster

extension FaultPlan {
    /// Work takes longer by a factor.
    public struct Slow: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var factor = Factor.one
    }
}

extension FaultPlan.Slow: HitsTarget {
    static let name = "slow"
    static let sentence = "work takes longer by a factor"
    static let example = "target: server, factor: 10"

    static let keys: [Key<Self>] = hits() + [Key("factor", \.factor, "how much longer work takes").required]

    init(atRandomOn target: Target) { (self.target, factor) = (target, .times(10)) }

    var changesNothingBy: String? { factor == .one ? "factor" : nil }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Slow(ground.machines(hitBy: self, named: name), by: factor)]
    }
}
