import Cluster
public import Vocabulary

extension FaultPlan {
    /// Packets overtake others.
    public struct Reordering: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
        public var extra = Span.milliseconds(10)
    }
}

extension FaultPlan.Reordering: BetweenGroups {
    static let name = "reorder"
    static let sentence = "packets overtake others"
    static let example = "between: server, share: 30%, extra: 20ms"
    static let leavesConnected = true

    static let keys: [Key<Self>] =
        groups() + [
            Key("share", \.share, "of all packets").required,
            Key("extra", \.extra, "how much longer these take"),
        ]

    init(atRandomOn target: Target) { (between, share) = (target, .percent(10)) }

    var changesNothingBy: String? { share == .none ? "share" : extra == .zero ? "extra" : nil }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [LinkFault.reorder(on: ground.links(of: self), share.fraction, by: extra)]
    }
}
