import Cluster

extension FaultPlan {
    /// The routers of people forget all connections.
    public struct RouterRestart: Hashable, Sendable {
        public var target = Target(subject: .clients)
        public var pick = Pick.all
    }
}

extension FaultPlan.RouterRestart: HitsTarget {
    static let name = "router-restart"
    static let sentence = "routers of people forget all connections, and nobody is told"
    static let example = "target: client, pick: 50%"
    static let victims = TargetChecks.Kinds.clients

    static let keys: [Key<Self>] = hits()

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [RouterRestart(ground.devices(hitBy: self, named: name))]
    }
}
