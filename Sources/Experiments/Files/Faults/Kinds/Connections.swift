import Cluster

extension FaultPlan {
    /// Machines run out of file descriptors.
    public struct Connections: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var limit = 0
    }
}

extension FaultPlan.Connections: HitsTarget {
    static let name = "connections"
    static let sentence = "machines have no more file descriptors: so many connections, and no new ones"
    static let example = "target: server, limit: 2"
    static let layer = FaultLayer.network
    static var chance: Chance? { nil }

    static let keys: [Key<Self>] =
        hits() + [
            Key(
                "limit", \.limit, "how many connections at most; those that are open go on",
                in: 0...1_000_000_000
            ).required
        ]

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [ConnectionFault(ground.machines(hitBy: self, named: name), .limited(to: limit))]
    }
}
