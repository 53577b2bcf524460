import Cluster

extension FaultPlan {
    /// Connections between two groups end, and both ends know it.
    public struct Reset: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
    }
}

extension FaultPlan.Reset: BetweenGroups {
    static let name = "reset"
    static let sentence = "connections are reset"
    static let example = "between: server"
    static let meetsTraffic = false

    static let keys: [Key<Self>] = groups()

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let (first, second) = ground.groups(of: self)
        return [
            ConnectionLoss(between: first.machines, and: second.machines, .reset),
            LineReset(DeviceSet(in: first.zones), to: second.machines),
            LineReset(DeviceSet(in: second.zones), to: first.machines),
        ]
    }
}
