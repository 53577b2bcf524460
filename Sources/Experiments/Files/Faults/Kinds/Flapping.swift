import Cluster
public import Vocabulary

extension FaultPlan {
    /// A partition that comes and goes.
    public struct Flapping: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var direction = Partition.Direction.both
        public var packets = Partition.Packets.drop
        public var connections = Partition.ConnectionScope.all
        public var down = Span.seconds(1)
        public var up = Span.seconds(5)
    }
}

extension FaultPlan.Flapping: Cuts {
    static let name = "flap"
    static let sentence = "packets between two groups do not arrive, arrive, and so on"
    static let example = "between: client, and: server, up: 2s, down: 500ms"

    static let keys: [Key<Self>] =
        groups() + [
            Key(
                "down", \.down, "for how long they do not arrive, each time",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Key(
                "up", \.up, "for how long they arrive in between",
                in: .milliseconds(1)...Span.bounds.upperBound),
        ] + cuts

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Flapping(Joint(Self.name, ground.cut(self)), on: down, off: up)]
    }
}
