import Chat
public import Vocabulary

extension FaultPlan {
    /// A cache forgets entries before their time.
    public struct Eviction: Hashable, Sendable {
        public var target = Target.everything
        public var share = Share.percent(10)
    }
}

extension FaultPlan.Eviction: HitsParts {
    static let name = "evict"
    static let sentence = "a cache forgets a share of its entries early"
    static let example = "target: server, share: 30%"

    static let keys: [Key<Self>] = role() + [Key("share", \.share, "of all entries").required]

    var order: PartFault { PartFault(Self.name, share: share.fraction) }

    var changesNothingBy: String? { share == .none ? "share" : nil }

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }
}
