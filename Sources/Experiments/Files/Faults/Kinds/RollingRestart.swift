import Cluster
public import Vocabulary

extension FaultPlan {
    /// Machines restart one after the other.
    public struct RollingRestart: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var gap = Span.seconds(10)
        public var down = Span.seconds(2)
        public var lose = Crash.CrashExtent.process
    }
}

extension FaultPlan.RollingRestart: HitsTarget {
    static let name = "rolling-restart"
    static let sentence = "machines restart one after the other, as when a new version comes"
    static let example = "target: server, gap: 1s, down: 500ms, lose: process"
    static let layer = FaultLayer.power
    static var chance: Chance? { nil }

    static let keys: [Key<Self>] =
        hits() + [
            Key(
                "gap", \.gap, "from one that is back to the next that goes down",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Key(
                "down", \.down, "how long each is down",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Key("lose", \.lose, "what goes with the memory: nothing, what was not synced, or the disk"),
        ]

    func ending(in scenario: Scenario) -> FaultEnding {
        .after((gap + down).times(scenario.machineCount(hitBy: self)) - gap)
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [
            RollingRestart(
                ground.machines(hitBy: self, named: name), downFor: down, pause: gap, losing: lose.kind)
        ]
    }
}
