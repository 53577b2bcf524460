import Cluster

extension FaultPlan {
    /// Machines of the first group forget their connections to the second, and say nothing.
    public struct HalfOpen: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
    }
}

extension FaultPlan.HalfOpen: BetweenGroups {
    static let name = "half-open"
    static let sentence =
        "machines of the first group forget their connections to the second, which is not told"
    static let example = "between: server, and: client"
    static let meetsTraffic = false

    static let keys: [Key<Self>] = groups()

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkGroups(of: self, at: path, &reading)
        if between.subject == .clients, reading.isSound("\(path).between") {
            reading.fail(
                at: "\(path).between", "it is machines that forget, and 'client' has none",
                "name a role first, and client second")
        }
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let (first, second) = ground.groups(of: self)
        return [
            ConnectionLoss(between: first.machines, and: second.machines, .halfOpen),
            LineReset(DeviceSet(in: second.zones), to: first.machines, .halfOpen),
        ]
    }
}
