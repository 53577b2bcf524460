public import Results
internal import Simulation

extension Play {
    /// How many events it takes, by who receives them and of what kind they are. Another run like this one, in which
    /// each event is looked at before it happens: the run itself pays nothing for it.
    public func eventCounts() -> EventCounts {
        recorded(.tally(EventTally())) { run in
            guard case .tally(let tally) = run.cluster.world.recording else { return EventCounts() }
            var roles: [EventCounts.Role] = []
            for (of, count) in tally.rows {  // by role, since they are sorted
                if roles.last?.name != of.group {
                    roles.append(EventCounts.Role())
                    roles[roles.count - 1].name = of.group
                }
                var kind = EventCounts.Kind()
                (kind.name, kind.events) = (of.kind, count)
                roles[roles.count - 1].events += count
                roles[roles.count - 1].kinds.append(kind)
            }
            // Equal counts stay in the order of their names.
            for role in roles.indices {
                roles[role].kinds = roles[role].kinds.enumerated()
                    .sorted { ($1.element.events, $0.offset) < ($0.element.events, $1.offset) }.map(\.element)
            }
            var counts = EventCounts()
            counts.letters = run.ledger.counts.taps
            counts.events = run.cluster.world.eventNumber
            counts.roles = roles.enumerated()
                .sorted { ($1.element.events, $0.offset) < ($0.element.events, $1.offset) }.map(\.element)
            return counts
        }
    }
}
