internal import Chat
internal import Cluster
internal import Simulation
internal import Vocabulary

/// Look-ups that no host assigner has answered in time. Each destination is asked about once more, for all that waits for
/// it by then, after pauses that double, with full jitter. If each message asked again by itself, assigners with a backlog
/// would be asked more than they can answer, and work on nothing but questions whose askers have given up: a retry storm,
/// which outlasts what began it (N. Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021).
struct OverdueLookups<Waiting: Sendable>: Sendable {
    private struct Lookup {
        var failures = 1
        var waiting: [Waiting] = []
    }

    private let retry: RetryPolicy
    private var pauses: RandomStream
    /// Looked up only, never iterated.
    private var lookups: [Destination: Lookup] = [:]

    init(retry: RetryPolicy, drawing pauses: RandomStream) {
        self.retry = retry
        self.pauses = pauses
    }

    /// Whether the destination is going to be asked about anyway.
    func contains(_ destination: Destination) -> Bool { !lookups.isEmpty && lookups[destination] != nil }

    /// What waits for that too.
    mutating func join(_ waiting: Waiting, for destination: Destination) {
        lookups[destination]?.waiting.append(waiting)
    }

    /// There was no answer: after which pause to ask again, unless that is going to be done.
    mutating func add(_ destination: Destination) -> Span? {
        guard !contains(destination) else { return nil }
        lookups[destination] = Lookup()
        return retry.wait(afterAttempt: 1, drawing: &pauses)
    }

    /// Nor was there when it was asked again: after which pause to do so once more.
    mutating func pause(for destination: Destination) -> Span {
        let failures = (lookups[destination]?.failures ?? 0) + 1
        lookups[destination]?.failures = failures
        return retry.wait(afterAttempt: failures, drawing: &pauses)
    }

    /// It is answered, for all of these.
    mutating func take(for destination: Destination) -> [Waiting] {
        lookups.removeValue(forKey: destination)?.waiting ?? []
    }
}
