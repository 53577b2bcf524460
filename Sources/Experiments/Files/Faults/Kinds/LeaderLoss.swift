import Chat
import Simulation

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

    /// A role without partitions has no leaders.
    static func canHit(_ target: Target, in scenario: Scenario) -> Bool {
        guard case .role(let name) = target.subject, let role = scenario.topology.role(name) else {
            return false
        }
        return role.faults.contains(Self.name) && role.parts ?? 0 > 0
    }

    var text: String { "\(target.written), partition \(partition)" }
    var order: PartFault { PartFault(Self.name, partition: partition) }

    /// Which partition one of the seed's faults hits, by a draw of its own, that moves nothing of the schedule.
    mutating func drawPartition(of number: Int, in scenario: Scenario) {
        guard case .role(let name) = target.subject, let parts = scenario.topology.role(name)?.parts else {
            return
        }
        var stream = Streams(
            seed: UInt64(scenario.seed), purpose: Purpose("partitions that lose their leaders")
        )
        .stream(of: UInt64(number))
        partition = stream.below(parts)
    }

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkRole(target, at: path, &reading)
        checks.checkWhole(target, "it hits whichever replica leads the partition", at: path, &reading)
        checks.checkPart(partition, of: target, at: "\(path).partition", &reading)
        if reading.isSound("\(path).partition") { checks.checkOffer(Self.name, target, at: path, &reading) }
    }
}
