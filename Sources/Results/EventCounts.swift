/// How many events a run took, by who received them and of what kind they were: for who wants to know what makes a
/// run long. It is in no result.
public struct EventCounts: Record {
    public var letters: UInt64 = 0
    public var events: UInt64 = 0
    /// The busiest first.
    public var roles: [Role] = []

    public init() {}

    package static let fields: [Field<EventCounts>] = [
        .init("letters", \.letters, "that people tapped, warm-up included"),
        .init("events", \.events, "of the simulation"),
        .init("roles", \.roles, "who received them, the busiest first"),
    ]

    public struct Role: Record {
        public var name = ""
        public var events: UInt64 = 0
        /// The most frequent first.
        public var kinds: [Kind] = []

        public init() {}

        package static let fields: [Field<Role>] = [
            .init(
                "role", \.name, "as in the design's sheet; client, network and control are none of its own"),
            .init("events", \.events, "that it received"),
            .init("kinds", \.kinds, "of what kind they were, the most frequent first"),
        ]
    }

    public struct Kind: Record {
        public var name = ""
        public var events: UInt64 = 0

        public init() {}

        package static let fields: [Field<Kind>] = [
            .init("kind", \.name, "in the field's words"), .init("events", \.events, "of this kind"),
        ]
    }
}
