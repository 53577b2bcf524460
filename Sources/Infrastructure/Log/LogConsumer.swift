public import Cluster
public import Simulation
public import Vocabulary

/// How a consumer speaks to the part that has it: a type for each consumer of a part.
public protocol ConsumerWiring: Sendable {
    associatedtype Owner: Part
    associatedtype Payload: LogPayload

    static func news(_ news: ConsumerNews) -> Owner.Inbox
}

/// What reaches a consumer; its part hands it on. It refers to records: an inbox that has a case for it is counted, and
/// passes on what it is told of copies.
public enum ConsumerNews: Marked {
    case fetched(from: Int, assignment: Int, Result<Fetched, CallError>)
    case described(by: Int, Result<LogMetadata, CallError>)
    case joined(Result<JoinAnswer, CallError>)
    case beaten(Result<HeartbeatAnswer, CallError>)
    case committed(assignment: Int, Result<CommitAnswer, CallError>)
    case joinIsDue
    case heartbeatIsDue
    case commitIsDue
    case retryIsDue

    /// How many records it brings: what they cost is the part's affair.
    public var recordCount: Int {
        if case .fetched(_, _, .success(let fetched)) = self { fetched.recordCount } else { 0 }
    }

    /// What lies in these records, for looking on.
    public func forEachPayload<Payload: LogPayload>(of _: Payload.Type, _ body: (Payload) -> Void) {
        guard case .fetched(_, _, .success(let fetched)) = self else { return }
        fetched.forEachRecord { body($0[0].payload()) }
    }

    public static var isCounted: Bool { true }
    public func noteCopied() {
        if case .fetched(_, _, .success(let fetched)) = self { fetched.noteCopied() }
    }
    public func noteDiscarded() {
        if case .fetched(_, _, .success(let fetched)) = self { fetched.noteDiscarded() }
    }

    public var mark: UInt64 {
        switch self {
        case .fetched(let broker, _, let result): Vocabulary.mark(1, UInt64(broker), result.mark)
        case .described(let broker, let result): Vocabulary.mark(2, UInt64(broker), result.mark)
        case .joined(let result): Vocabulary.mark(3, result.mark)
        case .beaten(let result): Vocabulary.mark(4, result.mark)
        case .committed(_, let result): Vocabulary.mark(5, result.mark)
        case .joinIsDue: Vocabulary.mark(6)
        case .heartbeatIsDue: Vocabulary.mark(7)
        case .commitIsDue: Vocabulary.mark(8)
        case .retryIsDue: Vocabulary.mark(9)
        }
    }
}

/// A consumer of a log inside a part: a member of a group that shares the partitions, each read by one member, in order.
///
/// The part takes records when it has capacity, and says of each when it is done with it. Of a broker that has brought
/// something nothing more is asked until all of it is taken: who takes nothing pulls nothing (S0-39). What is committed
/// is only what is done, with all before it; whoever reads a partition after a crash or a rebalance goes on there, so
/// that records come again, and none is skipped. `PartitionedLog` shows how a part has one, `ConsumerCore` how it decides.
public struct LogConsumer<Wiring: ConsumerWiring> {

    /// A record in hand.
    public struct Received: Sendable {
        public let place: LogPlace
        /// When its producer sent it, by its clock.
        public let time: Instant
        /// When it reached the machine, before a core had time for it: for measuring.
        public let arrived: Instant
        public let payload: Wiring.Payload

        @inlinable
        init(place: LogPlace, record: LogRecord, arrived: Instant) {
            self.place = place
            self.arrived = arrived
            time = record.time
            payload = record.payload()
        }
    }

    @usableFromInline let core: ConsumerCore
    @usableFromInline let orders = ConsumerOrders()
    @usableFromInline let brokers: Endpoints<LogBroker>
    @usableFromInline let fetch: Caller<FetchForConsumer<Wiring>>
    @usableFromInline let describe: Caller<DescribeToConsumer<Wiring>>
    @usableFromInline let join: Caller<JoinCall<Wiring>>
    @usableFromInline let beat: Caller<HeartbeatCall<Wiring>>
    @usableFromInline let commit: Caller<CommitCall<Wiring>>

    @inlinable
    init(
        group: GroupID, brokers: Endpoints<LogBroker>, partitions: Int, settings: ConsumerSettings,
        rules: ConsumerRules, on seat: Seat
    ) {
        self.brokers = brokers
        let once = CallPlan(
            deadline: settings.requestTimeout,
            retry: .never, closesConnectionWhenLate: true)
        fetch = seat.caller(by: once)
        describe = seat.caller(by: once)
        join = seat.caller(by: once)
        beat = seat.caller(by: once)
        commit = seat.caller(by: once)
        core = ConsumerCore(
            group: group, brokerCount: brokers.count, partitions: partitions, settings: settings,
            rules: rules,
            on: seat)
    }

    @inlinable public var generation: Int { core.generation }

    /// Of each partition that it reads the next record that it takes. For looking on (`PartitionedLog.untaken`).
    @inlinable public var positions: [LogPlace] { core.positions }

    /// How many have come and are not taken.
    @inlinable public var untaken: Int { core.untaken }

    /// To be called when the part begins.
    @inlinable
    public mutating func begin(in shift: ShiftOf<Wiring.Owner>) {
        core.askForLeaders(in: orders)
        perform(in: shift)
    }

    /// What the part hears of it, it hands on here.
    @inlinable
    public mutating func hear(_ news: ConsumerNews, in shift: ShiftOf<Wiring.Owner>) -> [ConsumerOutcome] {
        orders.arrived = shift.service.arrived
        core.hear(news, in: orders)
        perform(in: shift)
        defer { orders.outcomes = [] }
        return orders.outcomes
    }

    /// The next record, if there is one.
    @inlinable
    public mutating func next(in shift: ShiftOf<Wiring.Owner>) -> Received? {
        guard let (place, record, arrived) = core.next(in: orders) else { return nil }
        perform(in: shift)
        return Received(place: place, record: record, arrived: arrived)
    }

    /// The part is done with a record: it may be committed, with all before it that are done.
    @inlinable
    public mutating func finish(_ place: LogPlace, in shift: ShiftOf<Wiring.Owner>) {
        core.finish(place, in: orders)
        perform(in: shift)
    }

    /// Whether a record in hand is the part's to do and in the log still, as far as it knows: what the log has lost can
    /// be done, and says nothing of how far the part is.
    @inlinable public func has(_ place: LogPlace) -> Bool { core.has(place) }

    /// Says now how far it is.
    @inlinable
    public mutating func commit(in shift: ShiftOf<Wiring.Owner>) {
        core.commit(in: orders)
        perform(in: shift)
    }

    /// Leaves the group for good: others have its partitions as soon as they have joined once more.
    @inlinable
    public mutating func leave(in shift: ShiftOf<Wiring.Owner>) {
        core.leave(in: orders)
        perform(in: shift)
    }

    @inlinable
    func perform(in shift: ShiftOf<Wiring.Owner>) {
        guard !orders.list.isEmpty else { return }
        for order in orders.list {
            switch order {
            case .arm(let news, let delay): _ = shift.arm(Wiring.news(news), after: delay)
            case .armBeside(let news, let delay): shift.armBeside(Wiring.news(news), after: delay)
            case .fetch(let fetch, let broker, let assignment):
                shift.call(
                    FetchForConsumer<Wiring>(fetch: fetch, broker: broker, assignment: assignment),
                    at: brokers[broker], by: self.fetch)
            case .describe(let broker):
                shift.call(DescribeToConsumer<Wiring>(broker: broker), at: brokers[broker], by: describe)
            case .join(let join, let broker):
                shift.call(JoinCall<Wiring>(join: join), at: brokers[broker], by: self.join)
            case .beat(let heartbeat, let broker):
                shift.call(HeartbeatCall<Wiring>(heartbeat: heartbeat), at: brokers[broker], by: beat)
            case .commit(let commit, let broker, let assignment):
                shift.call(
                    CommitCall<Wiring>(commit: commit, assignment: assignment), at: brokers[broker],
                    by: self.commit)
            }
        }
        orders.list.removeAll(keepingCapacity: true)
    }
}

public enum ConsumerOutcome: Hashable, Sendable {
    /// It reads these partitions from now on.
    case assigned(Range<Int>)
    /// It reads nothing for now: what it has of them and has not done may come to another member.
    case revoked(Range<Int>)
    /// There are records to be taken.
    case ready
}

/// What a consumer wants to be done, and what its part is to hear, until that is handed on.
@usableFromInline
final class ConsumerOrders {
    @usableFromInline
    enum Order {
        case arm(ConsumerNews, after: Span)
        case armBeside(ConsumerNews, after: Span)
        case fetch(ConsumerFetch, from: Int, assignment: Int)
        case describe(by: Int)
        case join(JoinRequest, at: Int)
        case beat(Heartbeat, at: Int)
        case commit(OffsetCommit, at: Int, assignment: Int)
    }

    /// When the news that is being heard reached the machine.
    @exclusivity(unchecked) @usableFromInline var arrived = Instant.start
    @exclusivity(unchecked) @usableFromInline var list: [Order] = []
    @exclusivity(unchecked) @usableFromInline var outcomes: [ConsumerOutcome] = []

    @usableFromInline init() {}

    func arm(_ news: ConsumerNews, after delay: Span) { list.append(.arm(news, after: delay)) }
}
