import Chat
public import Vocabulary

extension FaultPlan {
    /// A registry answers with what was true a while ago.
    public struct Staleness: Hashable, Sendable {
        public var target = Target.everything
        public var age = Span.minutes(1)
    }
}

extension FaultPlan.Staleness: HitsParts {
    static let name = "stale"
    static let sentence = "answers are as old as so long ago"
    static let example = "target: server, age: 1m"

    static let keys: [Key<Self>] = role() + [Key("age", \.age, "how old its answers are").required]

    var order: PartFault { PartFault(Self.name, age: age) }
}
