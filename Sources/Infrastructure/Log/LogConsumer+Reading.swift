public import Cluster
public import Simulation
public import Vocabulary

/// How records come, and how the consumer says what is done.
extension LogConsumer {
    typealias Shift = ShiftOf<Wiring.Host>

    // MARK: Fetching

    mutating func askAllForRecords(in shift: Shift) {
        for broker in brokers.indices { ask(broker, in: shift) }
    }

    /// Of a broker that has brought something nothing more is asked until that is taken.
    private mutating func ask(_ broker: Int, in shift: Shift) {
        guard standing == .member, !links[broker].isOpen, !links[broker].backsOff, links[broker].untaken == 0
        else { return }
        var positions: [FetchPosition] = []
        for reading in readings where reading.buffer.isEmpty {
            let leader = leaders[reading.partition]
            guard leader.broker == broker else { continue }
            positions.append(
                FetchPosition(
                    partition: reading.partition, epoch: leader.epoch, offset: reading.position,
                    lastEpoch: reading.lastEpoch))
        }
        guard !positions.isEmpty else { return }
        links[broker].isOpen = true
        let fetch = ConsumerFetch(
            positions: positions, partitionLimit: settings.partitionLimit, limit: settings.fetchLimit,
            patience: settings.fetchWait)
        shift.call(
            FetchForConsumer<Wiring>(fetch: fetch, broker: broker, assignment: assignment),
            at: brokers[broker], by: self.fetch)
    }

    mutating func take(
        _ result: Result<Fetched<Payload>, CallError>, from broker: Int, of assignment: Int, in shift: Shift
    ) {
        guard assignment == self.assignment, standing == .member else {
            if case .success(let fetched) = result { fetched.noteDiscarded() }
            return
        }
        links[broker].isOpen = false
        switch result {
        case .success(let fetched):
            advisers.note(broker, answers: true)
            for part in fetched.parts where !take(part, from: broker) { links[broker].backsOff = true }
        case .failure:
            advisers.note(broker, answers: false)
            links[broker].backsOff = true
        }
        if links[broker].untaken > 0 { outcomes.append(.ready) }
        guard links[broker].backsOff else { return ask(broker, in: shift) }
        isOutdated = true
        retryLater(in: shift)
    }

    /// False when the broker does not lead that partition.
    private mutating func take(_ part: Fetched<Payload>.Part, from broker: Int) -> Bool {
        let place = part.partition - assigned.lowerBound
        switch part.answer {
        case .records(let records, let from, let starts, let highWatermark):
            precondition(from == readings[place].position, "a broker answers what was not asked")
            for record in records { seat.remember(record) }
            readings[place].buffer = records
            readings[place].cursor = 0
            readings[place].source = broker
            readings[place].position += records.count
            readings[place].lastEpoch = starts.last?.epoch ?? readings[place].lastEpoch
            readings[place].highWatermark = highWatermark
            links[broker].untaken += records.count
        case .trimmed(let offset), .diverges(_, let offset): restart(place, at: offset)
        case .notLeader: return false
        }
        return true
    }

    /// What lay between is gone: it goes on there, with nothing in hand.
    private mutating func restart(_ place: Int, at offset: Int) {
        readings[place].position = offset
        readings[place].next = offset
        readings[place].lastEpoch = 0
        readings[place].done = offset
        readings[place].committed = min(readings[place].committed, offset)
        readings[place].doneAhead = []
    }

    mutating func took(_ partition: Int, from broker: Int, in shift: Shift) {
        links[broker].untaken -= 1
        ask(broker, in: shift)
        if let leader = leaders[partition].broker, leader != broker { ask(leader, in: shift) }
    }

    /// What has come and was not taken is of no use any more.
    mutating func dropUntaken() {
        for place in readings.indices {
            for contents in readings[place].buffer[readings[place].cursor...] { seat.forget(contents) }
            readings[place].buffer = []
        }
        for broker in links.indices { links[broker] = Link() }
        assignment += 1
    }

    // MARK: Committing

    /// Says now how far it is.
    public mutating func commit(in shift: ShiftOf<Wiring.Host>) {
        guard committing.isEmpty else { return }  // it goes on when that is answered
        sendCommit(in: shift)
    }

    mutating func sendCommit(in shift: Shift) {
        guard standing == .member, let coordinator else { return }
        committing = readings.compactMap { reading in
            let offset = rules.commits(reading.next, reading.done)
            return offset > reading.committed ? .init(partition: reading.partition, offset: offset) : nil
        }
        guard !committing.isEmpty else { return }
        let commit = OffsetCommit(
            group: group, member: member, generation: generation, done: committing)
        shift.call(
            CommitCall<Wiring>(commit: commit, assignment: assignment), at: brokers[coordinator],
            by: self.commit)
    }

    mutating func take(
        _ result: Result<CommitAnswer, CallError>, of assignment: Int, in shift: Shift
    ) {
        guard assignment == self.assignment else { return }
        let done = committing
        committing = []
        switch result {
        case .success(.stored):
            for done in done { readings[done.partition - assigned.lowerBound].committed = done.offset }
            if settings.commitEvery == .zero { sendCommit(in: shift) }
        case .success(.notMember): break  // the coordinator says more when it is told that this one is there
        case .success(.notEnoughReplicas), .success(.notStored): armCommit(in: shift)
        case .success(.notCoordinator), .failure:
            isOutdated = true
            retryLater(in: shift)
            armCommit(in: shift)
        }
    }

    mutating func armCommit(in shift: Shift) {
        guard !isCommitArmed else { return }
        isCommitArmed = true
        _ = shift.arm(Wiring.news(.commitIsDue), after: max(settings.commitEvery, settings.retryAfter))
    }
}

/// A consumer asks a leader for records.
public struct FetchForConsumer<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Host
    public typealias Callee = LogBroker<Wiring.Payload>
    let fetch: ConsumerFetch
    let broker: Int
    let assignment: Int

    public var size: ByteCount { LogController.frame + .bytes(Int64(24 * fetch.positions.count)) }
    public func request(_ ticket: Ticket<Fetched<Wiring.Payload>>) -> Callee.Inbox { .poll(fetch, ticket) }
    public func outcome(_ result: Result<Fetched<Wiring.Payload>, CallError>) -> Caller.Inbox {
        Wiring.news(.fetched(from: broker, assignment: assignment, result))
    }
}

/// A member tells the coordinator how far it is.
public struct CommitCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Host
    public typealias Callee = LogBroker<Wiring.Payload>
    let commit: OffsetCommit
    let assignment: Int

    public var size: ByteCount { commit.size }
    public func request(_ ticket: Ticket<CommitAnswer>) -> Callee.Inbox { .commit(commit, ticket) }
    public func outcome(_ result: Result<CommitAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.committed(assignment: assignment, result))
    }
}
