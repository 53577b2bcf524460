import Chat
public import Vocabulary

extension FaultPlan {
    /// A new configuration reaches a share of the fleet.
    public struct Configuration: Hashable, Sendable {
        public var target = Target.everything
        public var share = Share.percent(50)
    }
}

extension FaultPlan.Configuration: HitsParts {
    static let name = "configuration"
    static let sentence = "a share of the machines has another configuration"
    static let example = "target: server, share: 50%"

    static let keys: [Key<Self>] = role() + [Key("share", \.share, "of the machines of the role").required]

    var order: PartFault { PartFault(Self.name, share: share.fraction) }
}
