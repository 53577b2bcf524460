import Chat

extension FaultPlan {
    /// The replica that leads a partition or a shard no longer does.
    public struct LeaderLoss: Hashable, Sendable {
        public var target = Target.everything
        public var partition = 0
    }
}

extension FaultPlan.LeaderLoss: HitsParts {
    static let name = "leader-loss"
    static let sentence = "a replica that leads a partition or a shard no longer does"
    static let example = "target: server, partition: 0"

    static let keys: [Key<Self>] = [
        Key("target", \.target, "the role whose partition or shard it is").required,
        Key("partition", \.partition, "its number, from 0").required,
    ]

    var text: String { "\(target.written), partition \(partition)" }
    var order: PartFault { PartFault(Self.name, partition: partition) }

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkRole(target, at: path, &reading)
        checks.checkPart(partition, of: target, at: "\(path).partition", &reading)
        if reading.isSound("\(path).partition") { checks.checkOffer(Self.name, target, at: path, &reading) }
    }
}
