import Cluster
public import Vocabulary

extension FaultPlan {
    /// Machines go down, and come back.
    public struct Crash: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var lose = CrashExtent.unsynced
        /// Nil: it stays down, or comes back with `for`.
        public var restartAfter: Span?

        /// What it takes along; memory is gone after each.
        public enum CrashExtent: String, Choice {
            case process
            case unsynced
            case disk
        }
    }
}

extension FaultPlan.Crash: HitsTarget {
    static let name = "crash"
    static let sentence = "machines go down, and come back"
    static let example = "target: server, lose: unsynced, restart-after: 2s"
    static let layer = FaultLayer.power

    static let keys: [Key<Self>] =
        hits() + [
            Key("lose", \.lose, "what goes with the memory: nothing, what was not synced, or the disk"),
            Key("restart-after", \.restartAfter, "how long they stay down"),
        ]

    func ending(in scenario: Scenario) -> FaultEnding { restartAfter.map { .after($0) } ?? .whenHealed }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
        if restartAfter != nil, plan.duration != nil {
            reading.fail(
                at: "faults.\(plan.name).for", "'for' and 'restart-after' say the same thing twice",
                "leave one of them out")
        }
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Crash(ground.machines(hitBy: self, named: name), losing: lose.kind)]
    }
}

extension FaultPlan.Crash.CrashExtent {
    var kind: CrashKind {
        switch self {
        case .process: .process
        case .unsynced: .unsynced
        case .disk: .disk
        }
    }
}
