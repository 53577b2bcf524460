import Cluster
public import Vocabulary

extension FaultPlan {
    /// Packets get lost, by themselves or several in a row.
    public struct Loss: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
        /// Packets that are lost in a row, on the average.
        public var burst = 1
    }
}

extension FaultPlan.Loss: BetweenGroups {
    static let name = "loss"
    static let sentence = "packets get lost"
    static let example = "between: client, share: 20%, burst: 2"
    static let leavesConnected = true

    static let keys: [Key<Self>] =
        groups() + [
            Key("share", \.share, "of all packets").required,
            Key("burst", \.burst, "how many are lost in a row on the average", in: 1...100_000),
        ]

    init(atRandomOn target: Target) { (between, share) = (target, .percent(10)) }

    var changesNothingBy: String? { share == .none ? "share" : nil }

    /// Bursts begin so often that the share is kept. None is shorter than a share that is very large allows.
    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let (links, share) = (ground.links(of: self), share.fraction)
        guard burst > 1, share > 0, share < 1 else { return [LinkFault.loss(on: links, share)] }
        let length = max(Double(burst), share / (1 - share))
        return [LinkFault.bursts(on: links, beginning: share / (1 - share) / length, length: length)]
    }
}
