public import Cluster
internal import Simulation
public import Vocabulary

/// A broker of a partitioned log: it has replicas of some partitions in files, leads some of them, and follows in the
/// others.
///
/// It hears from the controllers who leads (`LogBroker+Leadership`), takes batches of producers where it does and gives
/// followers what they lack (`LogBroker+Leading`), and asks leaders for what it lacks itself (`LogBroker+Following`).
public final actor LogBroker: Part {
    public enum Inbox: Marked {
        case changes(Result<LogController.Changes, CallError>)
        case watchAgain
        case inSyncAnswered(slot: Int, Result<LogController.InSyncAnswer, CallError>)

        case produce([Batch], Acks, Ticket<BatchAnswers>)
        case written(request: Int)
        case notWritten(request: Int)
        case fetch(Fetch, Ticket<Fetched>)
        case fetchIsOver(follower: Int)

        case describe(Ticket<LogMetadata>)
        case poll(ConsumerFetch, Ticket<Fetched>)
        case pollsAreOver
        case join(JoinRequest, Ticket<JoinAnswer>)
        case beat(Heartbeat, Ticket<HeartbeatAnswer>)
        case commit(OffsetCommit, Ticket<CommitAnswer>)
        case groupsAreDue

        // Orders from outside.
        /// If it leads that partition, another one is to lead it.
        case resign(partition: Int)
        /// Members of the groups that it coordinates are to join once more.
        case rebalance

        // Before it ends.
        case leaveIsDue
        case left(Result<LogController.LeaveAnswer, CallError>)

        case fetched(from: Int, Result<Fetched, CallError>)
        case fetchAgain(from: Int)

        case lookAtLag
        case lookAtAge
        case syncIsDue
        /// A sync has ended, well or not: the next one covers what it did not.
        case synced
        case wasRead
        case unreadable(slot: Int)
        case diskFailed

        public var mark: UInt64 {
            switch self {
            case .changes(let result): Vocabulary.mark(1, result.mark)
            case .watchAgain: Vocabulary.mark(2)
            case .inSyncAnswered(let slot, let result): Vocabulary.mark(3, UInt64(slot), result.mark)
            case .produce(let batches, let acks, let ticket):
                batches.reduce(
                    Vocabulary.mark(4, ticket.mark, acks == .none ? 0 : acks == .leader ? 1 : 2)
                ) { Vocabulary.mark($0, $1.mark) }
            case .written(let request): Vocabulary.mark(5, UInt64(request))
            case .notWritten(let request): Vocabulary.mark(6, UInt64(request))
            case .fetch(let fetch, let ticket): Vocabulary.mark(7, fetch.mark, ticket.mark)
            case .fetchIsOver(let follower): Vocabulary.mark(8, UInt64(follower))
            case .fetched(let leader, let result): Vocabulary.mark(9, UInt64(leader), result.mark)
            case .fetchAgain(let leader): Vocabulary.mark(10, UInt64(leader))
            case .lookAtLag: Vocabulary.mark(11)
            case .lookAtAge: Vocabulary.mark(12)
            case .syncIsDue: Vocabulary.mark(13)
            case .synced: Vocabulary.mark(14)
            case .wasRead: Vocabulary.mark(15)
            case .unreadable(let slot): Vocabulary.mark(16, UInt64(slot))
            case .describe(let ticket): Vocabulary.mark(17, ticket.mark)
            case .poll(let fetch, let ticket): Vocabulary.mark(18, fetch.mark, ticket.mark)
            case .pollsAreOver: Vocabulary.mark(19)
            case .join(let join, let ticket): Vocabulary.mark(20, join.mark, ticket.mark)
            case .beat(let beat, let ticket): Vocabulary.mark(21, beat.mark, ticket.mark)
            case .commit(let commit, let ticket): Vocabulary.mark(22, commit.mark, ticket.mark)
            case .groupsAreDue: Vocabulary.mark(23)
            case .resign(let partition): Vocabulary.mark(24, UInt64(partition))
            case .rebalance: Vocabulary.mark(25)
            case .leaveIsDue: Vocabulary.mark(26)
            case .left(let result): Vocabulary.mark(27, result.mark)
            case .diskFailed: Vocabulary.mark(28)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() {
            switch self {
            case .produce(let batches, _, _): for batch in batches { _ = batch.records.held() }
            case .fetched(_, .success(let fetched)): fetched.noteCopied()
            default: break
            }
        }
        public func noteDiscarded() {
            switch self {
            case .produce(let batches, _, _): for batch in batches { batch.records.letGo() }
            case .fetched(_, .success(let fetched)): fetched.noteDiscarded()
            default: break
            }
        }
    }

    /// A replica, and where it lies.
    struct Hosted {
        let partition: Int
        var replica: Replica
        let records: File<LogRecord>
        let epochs: File<EpochRecord>
        /// What waits until all in sync have it, in order of the ends.
        var waiting: [CommitWait] = []
        /// Consumers that wait for records, by the numbers of their polls.
        var polls: [Int] = []
        /// Up to where waiting consumers were told that something is committed.
        var shown = 0
        /// Of a partition of groups: what it says.
        var table: GroupTable?
        /// The latest number of each producer. Looked up only, never iterated.
        var sequences: [UInt32: UInt32] = [:]
    }

    struct CommitWait {
        let end: Int
        let waiter: Waiter
    }

    /// Who waits until all in sync have something.
    enum Waiter {
        case request(Int)
        case commit(Ticket<CommitAnswer>)
        case settle(GroupID)
        case nobody
    }

    public nonisolated let seat: Seat
    let settings: LogSettings
    let rules: LogRules
    let brokers: Endpoints<LogBroker>
    let controllers: Endpoints<LogController>
    @exclusivity(unchecked) var hosted: [Hosted] = []
    /// By partition; nil where this broker has no replica.
    @exclusivity(unchecked) var slots: [Int?]
    /// Of all partitions, as far as it knows.
    @exclusivity(unchecked) var leaderships: [Replica.Leadership]

    // Controllers.
    let watch: Caller<WatchCall>
    let changeInSync: Caller<InSyncCall>
    let resign: Caller<ResignCall>
    let leave: Caller<LeaveCall>
    @exclusivity(unchecked) var controller = 0
    /// How much of what the controllers agreed on it knows.
    @exclusivity(unchecked) var place = 0
    /// Whether they have agreed that it takes part, in this incarnation; at first all do.
    @exclusivity(unchecked) var isAdmitted: Bool
    /// Whether it is to end, and waits until they have agreed that it does not take part.
    @exclusivity(unchecked) var isLeaving = false

    // As a leader.
    /// What producers wait for. Looked up only, never iterated.
    @exclusivity(unchecked) var requests: [Int: PendingProduce] = [:]
    @exclusivity(unchecked) var requestCount = 0
    @exclusivity(unchecked) var followers: [FollowerState]  // by broker
    /// Whether some replica is not in sync of what it leads.
    @exclusivity(unchecked) var lacksReplicas = false

    /// By number; nil where the number is free.
    @exclusivity(unchecked) var polls: [Poll?] = []
    @exclusivity(unchecked) var freePolls: [Int] = []
    @exclusivity(unchecked) var pollsOver: (at: Instant, alarm: Alarm)?
    @exclusivity(unchecked) var producerCount = 0

    // As a coordinator.
    @exclusivity(unchecked) var groups: [ConsumerGroup] = []
    @exclusivity(unchecked) var groupsDue: (at: Instant, alarm: Alarm)?
    @exclusivity(unchecked) var memberCount = 0

    // As a follower.
    let fetch: Caller<FetchCall>
    @exclusivity(unchecked) var links: [LeaderLink]  // by broker

    @exclusivity(unchecked) private var costs: RandomStream
    @exclusivity(unchecked) private var unread = 0

    public init(
        seat: Seat, brokers: Endpoints<LogBroker>, controllers: Endpoints<LogController>,
        settings: LogSettings, rules: LogRules = LogRules()
    ) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.brokers = brokers
        self.controllers = controllers
        let once = RetryPolicy.never
        let patience = Span.nanoseconds(settings.session.nanoseconds / 2)
        watch = seat.caller(by: CallPlan(deadline: patience, retry: once))
        changeInSync = seat.caller(by: CallPlan(deadline: patience, retry: once))
        resign = seat.caller(by: CallPlan(deadline: patience, retry: once))
        leave = seat.caller(by: CallPlan(deadline: patience, retry: once))
        fetch = seat.caller(
            by: CallPlan(deadline: settings.requestTimeout, retry: once, closesConnectionWhenLate: true))
        isAdmitted = seat.incarnation == 1
        costs = seat.stream("broker")
        let spread = settings.spread(over: brokers.count)
        slots = Array(repeating: nil, count: spread.count)
        leaderships = spread.map(ControlState.firstLeadership)
        followers = Array(repeating: FollowerState(), count: brokers.count)
        links = Array(repeating: LeaderLink(), count: brokers.count)
        for (partition, brokers) in spread.enumerated() where brokers.contains(seat.number) {
            let records = seat.file(FileName<LogRecord>("partition \(partition)"))
            let epochs = seat.file(FileName<EpochRecord>("epochs of partition \(partition)"))
            slots[partition] = hosted.count
            hosted.append(
                Hosted(
                    partition: partition,
                    replica: Replica(
                        me: seat.number, among: brokers, offsets: records.numbers, epochs: EpochTable(epochs),
                        rules: rules),
                    records: records, epochs: epochs))
            if partition >= settings.partitions {
                hosted[hosted.count - 1].table = GroupTable(partitions: settings.partitions)
            }
        }
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .produce(let batches, _, _):
            requestCost() + recordCost(Batch.recordCount(of: batches))
        case .fetch, .describe, .poll, .join, .beat, .commit: requestCost()
        case .fetched(_, .success(let fetched)): requestCost() + recordCost(fetched.recordCount)
        default: .zero
        }
    }

    /// What waits for something else starts nothing.
    public func isChargedAfterwards(_ message: Inbox) -> Bool {
        switch message {
        case .produce(let batches, let acks, _): waits(batches, acks)
        case .fetch(let fetch, _): waits(fetch)
        case .poll(let fetch, _): waits(fetch)
        default: false
        }
    }

    private func requestCost() -> Span { settings.requestTime.drawn(from: &costs) }

    private func recordCost(_ count: Int) -> Span { settings.recordTime.drawn(count, from: &costs) }

    /// After a crash it reads what it has, to learn how far it goes and what producers sent last, before it says that
    /// it is there.
    public func begin(in shift: Shift) {
        for slot in hosted.indices where !hosted[slot].records.numbers.isEmpty {
            unread += 1
            shift.read(
                hosted[slot].records.numbers, of: hosted[slot].records, then: .wasRead,
                orElse: .unreadable(slot: slot))
        }
        if unread == 0 { serve(in: shift) }
    }

    private func noteRead(in shift: Shift) {
        unread -= 1
        if unread == 0 { serve(in: shift) }
    }

    /// A log goes as far as its checksums are right; what lay behind comes from its leader again. False when it is not they
    /// that are wrong.
    private func cutOffCorrupted(_ slot: Int, in shift: Shift) -> Bool {
        let end = shift.soundEnd(of: hosted[slot].records)
        guard end < hosted[slot].replica.end else { return false }
        hosted[slot].replica.truncate(to: end)
        shift.truncate(hosted[slot].records, to: end)
        shift.append(EpochRecord.cut(to: end), to: hosted[slot].epochs)
        return true
    }

    private func serve(in shift: Shift) {
        for slot in hosted.indices { learnContents(of: slot) }
        if isAdmitted {
            for slot in hosted.indices {
                take(ControlState.firstLeadership(of: hosted[slot].replica.brokers), of: slot, in: shift)
            }
        }
        askForChanges(in: shift)
        lookLater(.lookAtLag, after: .nanoseconds(settings.replicaLag.nanoseconds / 2), in: shift)
        lookLater(.lookAtAge, after: settings.retentionCheck, in: shift)
        if settings.syncEvery > .zero { lookLater(.syncIsDue, after: settings.syncEvery, in: shift) }
    }

    private func lookLater(_ message: Inbox, after span: Span, in shift: Shift) {
        _ = shift.arm(message, after: span)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .changes(let result): take(result, in: shift)
        case .watchAgain: askForChanges(in: shift)
        case .inSyncAnswered(let slot, let result):
            if case .success(.taken) = result { return }  // what comes of it, the controllers say
            hosted[slot].replica.forgetProposal()
        case .produce(let batches, let acks, let ticket): take(batches, acks, ticket, in: shift)
        case .written(let request): settle(request, in: shift)
        case .notWritten(let request): fail(request, in: shift)
        case .fetch(let fetch, let ticket): take(fetch, ticket, in: shift)
        case .fetchIsOver(let follower): endFetch(of: follower, in: shift)
        case .describe(let ticket): describe(to: ticket, in: shift)
        case .poll(let fetch, let ticket): take(fetch, ticket, in: shift)
        case .pollsAreOver: endPolls(in: shift)
        case .join(let join, let ticket): take(join, ticket, in: shift)
        case .beat(let beat, let ticket): take(beat, ticket, in: shift)
        case .commit(let commit, let ticket): take(commit, ticket, in: shift)
        case .groupsAreDue:
            groupsDue = nil
            lookAtGroups(in: shift)
        case .resign(let partition): resign(from: partition, in: shift)
        case .rebalance:
            for place in groups.indices { groups[place].rebalance(at: shift.now) }
            lookAtGroups(in: shift)
        case .leaveIsDue: askToLeave(in: shift)
        case .left(let result): take(result, in: shift)
        case .fetched(let leader, let result): take(result, from: leader, in: shift)
        case .fetchAgain(let leader):
            links[leader].isWaiting = false
            askForRecords(from: leader, in: shift)
        case .lookAtLag:
            for slot in hosted.indices {
                hosted[slot].replica.forgetProposal()
                proposeInSync(slot, in: shift)
            }
            lookLater(message, after: .nanoseconds(settings.replicaLag.nanoseconds / 2), in: shift)
        case .lookAtAge:
            for slot in hosted.indices { dropOldRecords(of: slot, in: shift) }
            lookLater(message, after: settings.retentionCheck, in: shift)
        case .syncIsDue:
            for slot in hosted.indices {
                // Without its epochs a log says nothing: they go first.
                shift.sync(hosted[slot].epochs, then: .synced, orElse: .synced)
                shift.sync(hosted[slot].records, then: .synced, orElse: .synced)
            }
            lookLater(message, after: settings.syncEvery, in: shift)
        case .synced: break
        case .wasRead: noteRead(in: shift)
        case .unreadable(let slot):
            if cutOffCorrupted(slot, in: shift) { noteRead(in: shift) } else { shift.end() }
        case .diskFailed: shift.end()
        }
    }

    /// It halts when it cannot write: it has no other disk. Nobody else is told; what it answers until then says that it has
    /// failed.
    func halt(in shift: Shift) { shift.armBeside(.diskFailed, after: .zero) }

    public func stop(in shift: Shift) {
        guard isAdmitted, unread == 0 else { return shift.end() }
        isLeaving = true
        askToLeave(in: shift)
    }

    /// A replica, for looking on; nil where there is none.
    public func replica(of partition: Int) -> Replica? { slots[partition].map { hosted[$0].replica } }

    /// A replica and what is in it, for looking on; nil where there is none.
    public func look<Payload: LogPayload>(
        at partition: Int, for _: Payload.Type = Payload.self
    ) -> (replica: Replica, records: [Payload])? {
        guard let slot = slots[partition] else { return nil }
        let records = hosted[slot].records
        return (
            hosted[slot].replica,
            records.numbers.filter { records[$0].group == nil }.map { records[$0].payload() }
        )
    }

    /// How far a group is, for looking on; nil where this broker is not its coordinator, or knows nothing of it.
    public func look(at group: GroupID) -> GroupTable.StoredGroup? {
        slot(of: group).flatMap { hosted[$0].table?[group] }
    }

    /// Adds what it knows to what others know: what is committed, and how far groups are.
    func note(_ ends: inout [Int], _ starts: inout [Int], _ groups: inout [GroupTable.StoredGroup]) {
        for hosted in hosted {
            if hosted.partition < settings.partitions {
                ends[hosted.partition] = max(ends[hosted.partition], hosted.replica.highWatermark)
                starts[hosted.partition] = max(starts[hosted.partition], hosted.replica.start)
            }
            for entry in hosted.table?.entries ?? [] {
                guard let place = groups.firstIndex(where: { $0.group == entry.group }) else {
                    groups.append(entry)
                    continue
                }
                for (partition, offset) in entry.offsets.enumerated() {
                    if let offset, offset.offset >= groups[place].offsets[partition]?.offset ?? 0 {
                        groups[place].offsets[partition] = offset
                    }
                }
            }
        }
    }

    // MARK: Retention

    /// What all in sync have, and is too old or too much, goes.
    private func dropOldRecords(of slot: Int, in shift: Shift) {
        guard hosted[slot].table == nil else { return snapshotGroups(of: slot, in: shift) }
        let (records, replica) = (hosted[slot].records, hosted[slot].replica)
        var first = replica.start
        var size = records.size(of: replica.start..<replica.end)
        while first < replica.highWatermark {
            let record = records[first]
            guard shift.now - record.time > settings.retention || size > settings.retentionSize else { break }
            size -= record.size
            first += 1
        }
        guard first > replica.start else { return }
        hosted[slot].replica.trim(to: first)
        shift.trim(records, to: first)
    }

    // MARK: What it knows of the contents

    /// What producers sent last, and how far groups are, stands in the log.
    func learnContents(of slot: Int) {
        hosted[slot].sequences.removeAll(keepingCapacity: true)
        if hosted[slot].table != nil { hosted[slot].table = GroupTable(partitions: settings.partitions) }
        for number in hosted[slot].records.numbers {
            note(hosted[slot].records[number], at: number, in: slot)
        }
    }

    func note(_ record: LogRecord, at offset: Int, in slot: Int) {
        if let group = record.group {
            hosted[slot].table?.apply(group[0], at: offset)
        } else if record.producer > 0 {
            hosted[slot].sequences[record.producer] = record.sequence
        }
    }
}
