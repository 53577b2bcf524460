import Cluster
public import Vocabulary

extension FaultPlan {
    /// Machines are cut off one by one, and return in another order.
    public struct Swizzle: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var gap = Span.seconds(1)
    }
}

extension FaultPlan.Swizzle: HitsTarget {
    static let name = "swizzle"
    static let sentence = "machines are cut off one by one, and return in another order"
    static let example = "target: server, gap: 2s"
    static let layer = FaultLayer.network
    static var chance: Chance? { nil }

    static let keys: [Key<Self>] =
        hits() + [
            Key(
                "gap", \.gap, "from one machine to the next",
                in: .milliseconds(1)...Span.bounds.upperBound)
        ]

    /// As many stop as return.
    func ending(in scenario: Scenario) -> FaultEnding {
        .after(gap.times(2 * scenario.machineCount(hitBy: self) - 1))
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Swizzle(ground.machines(hitBy: self, named: name), every: gap)]
    }
}
