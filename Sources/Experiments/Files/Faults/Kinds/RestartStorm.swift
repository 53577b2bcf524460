import Cluster
public import Vocabulary

extension FaultPlan {
    /// Machines restart again and again, each at moments of its own.
    public struct RestartStorm: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var times = 1
        public var gap = Span.seconds(10)
        public var down = Span.seconds(2)
        public var lose = Crash.CrashExtent.unsynced
    }
}

extension FaultPlan.RestartStorm: HitsTarget {
    static let name = "restart-storm"
    static let sentence = "machines restart again and again, each at moments of its own"
    static let example = "target: server, times: 2, gap: 2s, down: 500ms, lose: unsynced"
    static let layer = FaultLayer.power
    static var chance: Chance? { nil }

    static let keys: [Key<Self>] =
        hits() + [
            Key("times", \.times, "how often each machine restarts", in: 1...1_000),
            Key(
                "gap", \.gap, "within how long all of them restart once, at moments that are drawn",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Key(
                "down", \.down, "how long each is down, each time",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Key("lose", \.lose, "what goes with the memory: nothing, what was not synced, or the disk"),
        ]

    func ending(in scenario: Scenario) -> FaultEnding {
        .after((gap + down).times(times))
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [
            RestartStorm(
                ground.machines(hitBy: self, named: name), within: gap, downFor: down, times: times,
                losing: lose.kind)
        ]
    }
}
