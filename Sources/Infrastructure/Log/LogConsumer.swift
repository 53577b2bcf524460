public import Cluster
public import Simulation
public import Vocabulary

/// How a consumer speaks to the part that has it: a type for each consumer of a part.
public protocol ConsumerWiring: Sendable {
    associatedtype Host: Part
    associatedtype Payload: FileRecord & Marked

    static func news(_ news: ConsumerNews<Self>) -> Host.Inbox
}

/// What reaches a consumer; its part hands it on. It refers to records: an inbox that has a case for it is counted, and
/// passes on what it is told of copies.
public enum ConsumerNews<Wiring: ConsumerWiring>: Marked {
    case fetched(from: Int, assignment: Int, Result<Fetched<Wiring.Payload>, CallError>)
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

    public static var isCounted: Bool { true }
    public func noteCopied() {
        if case .fetched(_, _, .success(let fetched)) = self { fetched.noteCopied() }
    }
    public func noteDiscarded() {
        if case .fetched(_, _, .success(let fetched)) = self { fetched.noteDiscarded() }
    }

    public var mark: UInt64 {
        switch self {
        case .fetched(let broker, _, let result): Vocabulary.mark(1, UInt64(broker), Self.mark(result))
        case .described(let broker, let result): Vocabulary.mark(2, UInt64(broker), Self.mark(result))
        case .joined(let result): Vocabulary.mark(3, Self.mark(result))
        case .beaten(let result): Vocabulary.mark(4, Self.mark(result))
        case .committed(_, let result): Vocabulary.mark(5, Self.mark(result))
        case .joinIsDue: Vocabulary.mark(6)
        case .heartbeatIsDue: Vocabulary.mark(7)
        case .commitIsDue: Vocabulary.mark(8)
        case .retryIsDue: Vocabulary.mark(9)
        }
    }

    private static func mark(_ result: Result<some Marked, CallError>) -> UInt64 {
        switch result {
        case .success(let value): Vocabulary.mark(1, value.mark)
        case .failure(let error): Vocabulary.mark(2, UInt64(error.rawValue))
        }
    }
}

/// A consumer of a log inside a part: a member of a group that shares the partitions, each read by one member, in order.
///
/// The part takes records when it has capacity, and says of each when it is done with it. Of a broker that has brought
/// something nothing more is asked until all of it is taken: who takes nothing pulls nothing (S0-39). What is committed
/// is only what is done, with all before it; whoever reads a partition after a crash or a rebalance goes on there, so
/// that records come again, and none is skipped. `PartitionedLog` shows how a part has one.
///
///     outside ──join──▶ called by a number ──join, until all have──▶ member of a generation
///        ▲                                                              │
///        └── unknown to the coordinator ──┴── rebalancing: partitions are given back, and it joins again
public struct LogConsumer<Wiring: ConsumerWiring> {
    public typealias Payload = Wiring.Payload

    public enum Outcome: Hashable, Sendable {
        /// It reads these partitions from now on.
        case assigned(Range<Int>)
        /// It reads nothing for now: what it has of them and has not done may come to another member.
        case revoked(Range<Int>)
        /// There are records to be taken.
        case ready
    }

    /// A record in hand.
    public struct Received: Sendable {
        public let place: LogPlace
        /// When its producer sent it, by its clock.
        public let time: Instant
        public let payload: Payload
    }

    /// A partition that it reads.
    struct Reading {
        let partition: Int
        /// The next one to ask for, and the epoch of the one before; 0 when it is not known.
        var position: Int
        var lastEpoch = 0
        /// What has come and is not taken, and the number of its first one.
        var buffer: [Contents<LogRecord<Payload>>] = []
        var cursor = 0
        var next: Int
        /// Who has brought it.
        var source = 0
        /// All before it are done; and those behind it that are. Looked up only, never iterated.
        var done: Int
        var doneAhead: Set<Int> = []
        var committed: Int
        /// Up to where something is committed at the leader, as far as it knows.
        var highWatermark = 0
    }

    enum Standing: Hashable {
        /// It knows no coordinator, or waits.
        case outside
        case joining
        case member
    }

    struct Link {
        var isOpen = false
        var backsOff = false
        /// Records that have come from there and are not taken.
        var untaken = 0
    }

    let seat: Seat
    let group: GroupID
    let settings: ConsumerSettings
    let rules: ConsumerRules
    let brokers: Endpoints<LogBroker<Payload>>
    let partitions: Int
    let fetch: Caller<FetchForConsumer<Wiring>>
    let describe: Caller<DescribeToConsumer<Wiring>>
    let join: Caller<JoinCall<Wiring>>
    let beat: Caller<HeartbeatCall<Wiring>>
    let commit: Caller<CommitCall<Wiring>>

    var leaders: [LogMetadata.Leader] = []
    var advisers: Advisers
    var isAsking = false
    var isRetryArmed = false
    var isOutdated = false

    public internal(set) var generation = 0
    var standing = Standing.outside
    var member = 0
    var isBeating = false
    /// Counts assignments: what comes for an earlier one is not for this one.
    var assignment = 0

    var assigned: Range<Int> = 0..<0
    var readings: [Reading] = []
    var links: [Link]
    /// From which partition is taken.
    var current = 0
    var isCommitArmed = false
    /// What it has said to be done, and has no answer to.
    var committing: [OffsetCommit.Done] = []
    var hasLeft = false
    var outcomes: [Outcome] = []

    init(
        group: GroupID, brokers: Endpoints<LogBroker<Payload>>, partitions: Int, settings: ConsumerSettings,
        rules: ConsumerRules, on seat: Seat
    ) {
        self.seat = seat
        self.group = group
        self.settings = settings
        self.rules = rules
        self.brokers = brokers
        self.partitions = partitions
        let once = CallPlan(
            deadline: settings.requestTimeout,
            retry: RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: []))
        fetch = seat.caller(by: once)
        describe = seat.caller(by: once)
        join = seat.caller(by: once)
        beat = seat.caller(by: once)
        commit = seat.caller(by: once)
        links = Array(repeating: Link(), count: brokers.count)
        advisers = Advisers(brokers.count, startingAt: seat.number)
    }

    /// To be called when the part begins.
    public mutating func begin(in shift: ShiftOf<Wiring.Host>) { askForLeaders(in: shift) }

    /// How many committed records lie behind what it has taken, as far as leaders have said.
    public var lag: Int { readings.reduce(0) { $0 + max(0, $1.highWatermark - $1.next) } }

    /// How many have come and are not taken.
    public var untaken: Int { links.reduce(0) { $0 + $1.untaken } }

    /// What the part hears of it, it hands on here.
    public mutating func hear(
        _ news: ConsumerNews<Wiring>, in shift: ShiftOf<Wiring.Host>
    ) -> [Outcome] {
        switch news {
        case .fetched(let broker, let assignment, let result):
            take(result, from: broker, of: assignment, in: shift)
        case .described(let broker, let result): take(result, from: broker, in: shift)
        case .joined(let result): take(result, in: shift)
        case .beaten(let result): take(result, in: shift)
        case .committed(let assignment, let result): take(result, of: assignment, in: shift)
        case .joinIsDue: askToJoin(in: shift)
        case .heartbeatIsDue: sayThatItIsThere(in: shift)
        case .commitIsDue:
            isCommitArmed = false
            commit(in: shift)
        case .retryIsDue: retry(in: shift)
        }
        defer { outcomes = [] }
        return outcomes
    }

    // MARK: Records

    /// The next record, if there is one.
    public mutating func next(in shift: ShiftOf<Wiring.Host>) -> Received? {
        guard untaken > 0 else { return nil }
        while readings[current].buffer.isEmpty { current = (current + 1) % readings.count }
        let taken = current
        let partition = readings[current].partition
        let (contents, offset) = (readings[current].buffer[readings[current].cursor], readings[current].next)
        let record = contents[0]
        seat.forget(contents)
        readings[current].next += 1
        readings[current].cursor += 1
        if readings[current].cursor == readings[current].buffer.count {
            readings[current].buffer.removeAll(keepingCapacity: true)
            readings[current].cursor = 0
            current = (current + 1) % readings.count
        }
        took(partition, from: readings[taken].source, in: shift)
        return Received(
            place: LogPlace(partition: partition, offset: offset), time: record.time, payload: record.payload)
    }

    /// The part is done with a record: it may be committed, with all before it that are done.
    public mutating func finish(_ place: LogPlace, in shift: ShiftOf<Wiring.Host>) {
        guard assigned.contains(place.partition) else { return }  // it is another member's by now
        let index = place.partition - assigned.lowerBound
        if place.offset == readings[index].done {
            readings[index].done += 1
            while readings[index].doneAhead.remove(readings[index].done) != nil { readings[index].done += 1 }
        } else if place.offset > readings[index].done {
            readings[index].doneAhead.insert(place.offset)
        }
        if settings.commitEvery == .zero { return commit(in: shift) }
        armCommit(in: shift)
    }
}
