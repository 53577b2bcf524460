import Cluster

extension FaultPlan {
    /// People move to another network, and their devices have another address.
    public struct Roaming: Hashable, Sendable {
        public var target = Target(subject: .clients)
        public var pick = Pick.all
    }
}

extension FaultPlan.Roaming: HitsTarget {
    static let name = "roam"
    static let sentence = "people move to another network"
    static let example = "target: client, pick: 50%"
    static let victims = TargetChecks.Kinds.clients

    static let keys: [Key<Self>] = hits()

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Roam(ground.devices(hitBy: self, named: name))]
    }
}
