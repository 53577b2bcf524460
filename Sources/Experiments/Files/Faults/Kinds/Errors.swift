import Chat
public import Vocabulary

extension FaultPlan {
    /// Calls are answered with errors.
    public struct Errors: Hashable, Sendable {
        public var target = Target.everything
        public var rate = Share.all
    }
}

extension FaultPlan.Errors: HitsParts {
    static let name = "errors"
    static let sentence = "calls are answered with errors"
    static let example = "target: server, rate: 20%"

    static let keys: [Key<Self>] = role() + [Key("rate", \.rate, "of all calls").required]

    var order: PartFault { PartFault(Self.name, share: rate.fraction) }
}
