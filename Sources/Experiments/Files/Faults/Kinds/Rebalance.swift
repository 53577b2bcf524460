import Chat

extension FaultPlan {
    /// Consumers are assigned anew.
    public struct Rebalance: Hashable, Sendable {
        public var target = Target.everything
    }
}

extension FaultPlan.Rebalance: HitsParts {
    static let name = "rebalance"
    static let sentence = "consumers are assigned anew"
    static let example = "target: server"

    static let keys: [Key<Self>] = role()

    var order: PartFault { PartFault(Self.name) }

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }
}
