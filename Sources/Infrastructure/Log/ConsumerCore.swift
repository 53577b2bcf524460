public import Cluster
internal import Simulation
public import Vocabulary

/// What a consumer of a log decides: how it becomes a member of its group, what it asks whom for, and what is done. It
/// has neither network nor timers; what it wants of them it orders (`ConsumerOrders`), and `LogConsumer` does it.
///
///     outside ──join──▶ called by a number ──join, until all have──▶ member of a generation
///        ▲                                                              │
///        └── unknown to the coordinator ──┴── rebalancing: partitions are given back, and it joins again
@usableFromInline
final class ConsumerCore {
    /// A partition that it reads.
    struct Reading {
        let partition: Int
        /// The next one to ask for.
        var position: Int
        /// Of what it has read, and of the one before.
        var epochs = EpochTable()
        /// What has come and is not taken, and the number of its first one.
        var buffer: [Contents<LogRecord>] = []
        var cursor = 0
        var next: Int
        /// Who has brought it, and when it reached the machine.
        var source = 0
        var arrived = Instant.start
        /// All before it are done; and those behind it that are. Looked up only, never iterated.
        var done: Int
        var doneAhead: Set<Int> = []
        var committed: Int

        init(_ partition: Int, from first: GroupPosition?) {
            self.partition = partition
            position = first?.offset ?? 0
            (next, done, committed) = (position, position, position)
            if let first, first.lastEpoch > 0 { epochs.begin(first.lastEpoch, at: first.offset - 1) }
        }

        /// Whether a record that it has given is in the log still, as far as it knows.
        func has(_ place: LogPlace) -> Bool {
            place.offset < position && epochs.epoch(before: place.offset + 1) == place.epoch
        }
    }

    enum Membership: Hashable {
        /// It knows no coordinator, or waits.
        case outside
        case joining
        case member
    }

    struct BrokerState {
        var isOpen = false
        var backsOff = false
        /// Records that have come from there and are not taken.
        var untaken = 0
    }

    let seat: Seat
    let group: GroupID
    let settings: ConsumerSettings
    let rules: ConsumerRules
    let brokerCount: Int
    let partitions: Int

    @exclusivity(unchecked) var leaders: [LogMetadata.Leader] = []
    @exclusivity(unchecked) var advisers: Advisers
    @exclusivity(unchecked) var isAsking = false
    @exclusivity(unchecked) var isRetryArmed = false
    @exclusivity(unchecked) var isOutdated = false

    @exclusivity(unchecked) @usableFromInline var generation = 0
    @exclusivity(unchecked) var standing = Membership.outside
    @exclusivity(unchecked) var member = 0
    @exclusivity(unchecked) var isBeating = false
    /// How often it has said that it is there since its part last had time for it.
    @exclusivity(unchecked) var silentBeats = 0
    /// Counts assignments: what comes for an earlier one is not for this one.
    @exclusivity(unchecked) var assignment = 0

    @exclusivity(unchecked) var assigned: Range<Int> = 0..<0
    @exclusivity(unchecked) var readings: [Reading] = []
    @exclusivity(unchecked) var links: [BrokerState]
    /// From which partition is taken.
    @exclusivity(unchecked) var current = 0
    @exclusivity(unchecked) var isCommitArmed = false
    /// What it has said to be done, and has no answer to.
    @exclusivity(unchecked) var committing: [OffsetCommit.Done] = []
    @exclusivity(unchecked) var hasLeft = false

    @usableFromInline
    init(
        group: GroupID, brokerCount: Int, partitions: Int, settings: ConsumerSettings, rules: ConsumerRules,
        on seat: Seat
    ) {
        self.seat = seat
        self.group = group
        self.settings = settings
        self.rules = rules
        self.brokerCount = brokerCount
        self.partitions = partitions
        links = Array(repeating: BrokerState(), count: brokerCount)
        advisers = Advisers(brokerCount, startingAt: seat.number)
    }

    @usableFromInline var positions: [LogPlace] {
        readings.map { LogPlace(partition: $0.partition, offset: $0.next) }
    }

    /// How many have come and are not taken.
    @usableFromInline var untaken: Int { links.reduce(0) { $0 + $1.untaken } }

    @usableFromInline
    func hear(_ news: ConsumerNews, in orders: ConsumerOrders) {
        if case .heartbeatIsDue = news { silentBeats += 1 } else { silentBeats = 0 }
        switch news {
        case .fetched(let broker, let assignment, let result):
            take(result, from: broker, of: assignment, in: orders)
        case .described(let broker, let result): take(result, from: broker, in: orders)
        case .joined(let result): take(result, in: orders)
        case .beaten(let result): take(result, in: orders)
        case .committed(let assignment, let result): take(result, of: assignment, in: orders)
        case .joinIsDue: askToJoin(in: orders)
        case .heartbeatIsDue: sayThatItIsThere(in: orders)
        case .commitIsDue:
            isCommitArmed = false
            commit(in: orders)
        case .retryIsDue: retry(in: orders)
        }
    }

    // MARK: Records

    /// The next record, if there is one.
    @usableFromInline
    func next(in orders: ConsumerOrders) -> (place: LogPlace, record: LogRecord, arrived: Instant)? {
        guard untaken > 0 else { return nil }
        while readings[current].buffer.isEmpty { current = (current + 1) % readings.count }
        let taken = current
        let partition = readings[current].partition
        let (contents, offset) = (readings[current].buffer[readings[current].cursor], readings[current].next)
        let epoch = readings[current].epochs.epoch(before: offset + 1)
        let (record, arrived) = (contents[0], readings[current].arrived)
        seat.forget(contents)
        readings[current].next += 1
        readings[current].cursor += 1
        if readings[current].cursor == readings[current].buffer.count {
            readings[current].buffer = []
            readings[current].cursor = 0
            current = (current + 1) % readings.count
        }
        took(partition, from: readings[taken].source, in: orders)
        let place = LogPlace(partition: partition, offset: offset, epoch: epoch)
        return (place, record, arrived)
    }

    @usableFromInline
    func has(_ place: LogPlace) -> Bool {
        assigned.contains(place.partition) && readings[place.partition - assigned.lowerBound].has(place)
    }

    /// The part is done with a record: it may be committed, with all before it that are done.
    @usableFromInline
    func finish(_ place: LogPlace, in orders: ConsumerOrders) {
        guard has(place) else { return }
        let index = place.partition - assigned.lowerBound
        if place.offset == readings[index].done {
            readings[index].done += 1
            while readings[index].doneAhead.remove(readings[index].done) != nil { readings[index].done += 1 }
        } else if place.offset > readings[index].done {
            readings[index].doneAhead.insert(place.offset)
        }
        if settings.commitEvery == .zero { return commit(in: orders) }
        armCommit(in: orders)
    }
}
