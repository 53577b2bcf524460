public import Results
internal import Simulation

extension Play {
    /// How many events it takes, by who receives them and of what kind they are. Another run like this one, in which
    /// each event is looked at before it happens: the run itself pays nothing for it.
    public func eventCounts() -> EventCounts {
        recorded(.tally(EventTally())) { run in
            guard case .tally(let tally) = run.cluster.world.recording else { return EventCounts() }
            return EventCounts(
                tally, events: run.cluster.world.eventNumber, letters: run.ledger.counts.taps)
        }
    }
}
