import Cluster
public import Vocabulary

extension FaultPlan {
    /// Packets arrive spoiled, which a checksum finds.
    public struct Corruption: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
    }
}

extension FaultPlan.Corruption: BetweenGroups {
    static let name = "corrupt"
    static let sentence = "packets arrive spoiled, which a checksum finds"
    static let example = "between: server, share: 30%"
    static let leavesConnected = true

    static let keys: [Key<Self>] = groups() + [Key("share", \.share, "of all packets").required]

    init(atRandomOn target: Target) { (between, share) = (target, .percent(10)) }

    var changesNothingBy: String? { share == .none ? "share" : nil }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [LinkFault.corrupt(on: ground.links(of: self), share.fraction)]
    }
}
