import Cluster
public import Vocabulary

extension FaultPlan {
    /// There is less memory than there should be.
    public struct Memory: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var limit = ByteCount.zero
        public var restartAfter = Span.seconds(2)
    }
}

extension FaultPlan.Memory: HitsTarget {
    static let name = "memory"
    static let sentence = "memory is short: a program that keeps more is ended, and starts anew"
    static let example = "target: server, limit: 1KB, restart-after: 1s"
    static var chance: Chance? { nil }

    static let keys: [Key<Self>] =
        hits() + [
            Key("limit", \.limit, "how much it may keep").required,
            Key(
                "restart-after", \.restartAfter, "how long it is down when it has kept more",
                // At once, and at once again, for ever: time would not go on.
                in: .milliseconds(1)...Span.bounds.upperBound),
        ]

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [
            MemoryShortage(
                ground.machines(hitBy: self, named: name), MemoryLimit(limit, restartAfter: restartAfter))
        ]
    }
}
