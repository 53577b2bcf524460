import Chat

extension FaultPlan {
    /// A cache forgets everything.
    public struct Flush: Hashable, Sendable {
        public var target = Target.everything
    }
}

extension FaultPlan.Flush: HitsParts {
    static let name = "flush"
    static let sentence = "a cache forgets everything"
    static let example = "target: server"

    static let keys: [Key<Self>] = role()

    var order: PartFault { PartFault(Self.name) }

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }
}
