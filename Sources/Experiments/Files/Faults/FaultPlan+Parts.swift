public import Vocabulary

/// Faults of people, and of parts of a service.
extension FaultPlan {
    /// A kind that needs nothing but to know whom it hits.
    public struct Hit: Hashable, Sendable {
        public var target = Target(subject: .clients)
        public var pick = Pick.all
    }

    public struct Service: Hashable, Sendable {
        public var target = Target.everything
    }

    public struct LeaderLoss: Hashable, Sendable {
        public var target = Target.everything
        public var partition = 0
    }

    public struct Errors: Hashable, Sendable {
        public var target = Target.everything
        public var rate = Share.all
    }
}

extension FaultPlan.Hit: HitsTarget {
    static let keys: [Key<Self>] = hits()
}

extension FaultPlan.Service: Section {
    static let keys: [Key<Self>] = [Key("target", \.target, "the role").required]
}

extension FaultPlan.LeaderLoss: Section {
    static let keys: [Key<Self>] = [
        Key("target", \.target, "the role whose partition or shard it is").required,
        Key("partition", \.partition, "its number, from 0").required,
    ]
}

extension FaultPlan.Errors: Section {
    static let keys: [Key<Self>] = [
        Key("target", \.target, "the role that answers with errors").required,
        Key("rate", \.rate, "of all calls").required,
    ]
}
