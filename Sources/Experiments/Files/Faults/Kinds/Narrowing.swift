import Cluster
public import Vocabulary

extension FaultPlan {
    /// Links carry less; what waits before them has room for all, or for so much.
    public struct Narrowing: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var rate = DataRate.megabitsPerSecond(1)
        /// What may wait before each; without a limit when nil.
        public var buffer: ByteCount?
    }
}

extension FaultPlan.Narrowing: BetweenGroups {
    static let name = "bandwidth"
    static let sentence = "links carry less"
    static let example = "between: server, rate: 200kbit/s, buffer: 64KB"
    static let leavesConnected = true

    static let keys: [Key<Self>] =
        groups() + [
            Key("rate", \.rate, "what each two machines may still send each other, each way").required,
            Key(
                "buffer", \.buffer,
                "what may wait before each, a packet at least; more is lost, and streams send it again; without a limit when left out",
                in: .kilobytes(2) ... .megabytes(1_000)),
        ]

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let links = ground.links(of: self)
        return [
            buffer.map { .bandwidth(on: links, rate, buffer: $0) } ?? LinkFault.bufferbloat(on: links, rate)
        ]
    }
}
