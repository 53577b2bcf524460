package import Simulation

/// How many events a run took, by who received them and of what kind they were: for who wants to know what makes a
/// run long. It is in no result.
public struct EventCounts: Record {
    public var letters: UInt64 = 0
    public var events: UInt64 = 0
    /// The busiest first.
    public var roles: [Role] = []

    public init() {}

    /// What a world has counted that was told to.
    package init(_ tally: EventTally, events: UInt64, letters: UInt64) {
        self.letters = letters
        self.events = events
        for (of, count) in tally.rows {  // by role, since they are sorted
            if roles.last?.name != of.group {
                roles.append(Role())
                roles[roles.count - 1].name = of.group
            }
            var kind = Kind()
            (kind.name, kind.events) = (of.kind, count)
            roles[roles.count - 1].events += count
            roles[roles.count - 1].kinds.append(kind)
        }
        // Equal counts stay in the order of their names.
        for role in roles.indices {
            roles[role].kinds = roles[role].kinds.enumerated()
                .sorted { ($1.element.events, $0.offset) < ($0.element.events, $1.offset) }.map(\.element)
        }
        roles = roles.enumerated()
            .sorted { ($1.element.events, $0.offset) < ($0.element.events, $1.offset) }.map(\.element)
    }

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
