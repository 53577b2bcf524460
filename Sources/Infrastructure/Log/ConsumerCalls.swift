public import Cluster
public import Simulation
public import Vocabulary

// What a consumer asks brokers, as calls of the part that has it.

/// A consumer asks a leader for records.
@frozen
public struct FetchForConsumer<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let fetch: ConsumerFetch
    @usableFromInline let broker: Int
    @usableFromInline let assignment: Int

    @inlinable
    init(fetch: ConsumerFetch, broker: Int, assignment: Int) {
        self.fetch = fetch
        self.broker = broker
        self.assignment = assignment
    }

    @inlinable public var size: ByteCount { LogController.frame + .bytes(Int64(24 * fetch.positions.count)) }
    @inlinable public func request(_ ticket: Ticket<Fetched>) -> Callee.Inbox { .poll(fetch, ticket) }
    @inlinable public func outcome(_ result: Result<Fetched, CallError>) -> Caller.Inbox {
        Wiring.news(.fetched(from: broker, assignment: assignment, result))
    }
}

/// A member tells the coordinator how far it is.
@frozen
public struct CommitCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let commit: OffsetCommit
    @usableFromInline let assignment: Int

    @inlinable
    init(commit: OffsetCommit, assignment: Int) {
        self.commit = commit
        self.assignment = assignment
    }

    @inlinable public var size: ByteCount { commit.size }
    @inlinable public func request(_ ticket: Ticket<CommitAnswer>) -> Callee.Inbox { .commit(commit, ticket) }
    @inlinable public func outcome(_ result: Result<CommitAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.committed(assignment: assignment, result))
    }
}

/// A consumer asks a broker who leads.
@frozen
public struct DescribeToConsumer<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker

    @usableFromInline let broker: Int

    @inlinable
    init(broker: Int) {
        self.broker = broker
    }

    @inlinable public var size: ByteCount { LogController.frame }
    @inlinable public func request(_ ticket: Ticket<LogMetadata>) -> Callee.Inbox { .describe(ticket) }
    @inlinable public func outcome(_ result: Result<LogMetadata, CallError>) -> Caller.Inbox {
        Wiring.news(.described(by: broker, result))
    }
}

/// A consumer asks the coordinator for its share of the partitions.
@frozen
public struct JoinCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let join: JoinRequest

    @inlinable
    init(join: JoinRequest) {
        self.join = join
    }

    @inlinable public var size: ByteCount { LogController.frame + .bytes(40) }
    @inlinable public func request(_ ticket: Ticket<JoinAnswer>) -> Callee.Inbox { .join(join, ticket) }
    @inlinable public func outcome(_ result: Result<JoinAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.joined(result))
    }
}

/// A member tells the coordinator that it is there, or that it leaves.
@frozen
public struct HeartbeatCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let heartbeat: Heartbeat

    @inlinable
    init(heartbeat: Heartbeat) {
        self.heartbeat = heartbeat
    }

    @inlinable public var size: ByteCount { LogController.frame + .bytes(40) }
    @inlinable public func request(_ ticket: Ticket<HeartbeatAnswer>) -> Callee.Inbox {
        .beat(heartbeat, ticket)
    }
    @inlinable public func outcome(_ result: Result<HeartbeatAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.beaten(result))
    }
}
