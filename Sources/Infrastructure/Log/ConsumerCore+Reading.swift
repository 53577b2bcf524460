internal import Cluster
internal import Simulation
internal import Vocabulary

/// How records come, and how the consumer says what is done.
extension ConsumerCore {
    // MARK: Fetching

    func askAllForRecords(in orders: ConsumerOrders) {
        for broker in links.indices { ask(broker, in: orders) }
    }

    /// Of a broker that has brought something nothing more is asked until that is taken.
    private func ask(_ broker: Int, in orders: ConsumerOrders) {
        guard standing == .member, !links[broker].isOpen, !links[broker].backsOff, links[broker].untaken == 0
        else { return }
        var positions: [FetchPosition] = []
        for reading in readings where reading.buffer.isEmpty {
            let leader = leaders[reading.partition]
            guard leader.broker == broker else { continue }
            positions.append(
                FetchPosition(
                    partition: reading.partition, epoch: leader.epoch, offset: reading.position,
                    lastEpoch: reading.epochs.epoch(before: reading.position)))
        }
        guard !positions.isEmpty else { return }
        links[broker].isOpen = true
        let fetch = ConsumerFetch(
            positions: positions, partitionLimit: settings.partitionLimit, limit: settings.fetchLimit,
            recordLimit: max(1, settings.fetchRecords / positions.count), patience: settings.fetchWait)
        orders.list.append(.fetch(fetch, from: broker, assignment: assignment))
    }

    func take(
        _ result: Result<Fetched, CallError>, from broker: Int, of assignment: Int, in orders: ConsumerOrders
    ) {
        guard assignment == self.assignment, standing == .member else {
            if case .success(let fetched) = result { fetched.noteDiscarded() }
            return
        }
        links[broker].isOpen = false
        switch result {
        case .success(let fetched):
            advisers.note(broker, answers: true)
            for part in fetched.parts where !take(part, from: broker, at: orders.arrived) {
                links[broker].backsOff = true
            }
        case .failure:
            advisers.note(broker, answers: false)
            links[broker].backsOff = true
        }
        if links[broker].untaken > 0 { orders.outcomes.append(.ready) }
        guard links[broker].backsOff else { return ask(broker, in: orders) }
        isOutdated = true
        retryLater(in: orders)
    }

    /// False when the broker does not lead that partition.
    private func take(_ part: Fetched.PartitionData, from broker: Int, at arrived: Instant) -> Bool {
        let place = part.partition - assigned.lowerBound
        guard part.epoch == leaders[part.partition].epoch else {
            // Another leader has been asked for the same since, and may have answered.
            if case .records(let records, _, _, _) = part.answer { for record in records { record.letGo() } }
            return true
        }
        switch part.answer {
        case .records(let records, let from, let starts, _):
            precondition(from == readings[place].position, "a broker answers what was not asked")
            for record in records { seat.remember(record) }
            readings[place].buffer = records
            readings[place].cursor = 0
            readings[place].source = broker
            readings[place].arrived = arrived
            readings[place].position += records.count
            starts.forEach { readings[place].epochs.begin($0.epoch, at: $0.offset) }
            links[broker].untaken += records.count
        case .trimmed(let offset): goOn(place, at: offset)
        case .diverges(let epoch, let end): goBack(place, to: end, epoch: epoch)
        case .notLeader: return false
        }
        return true
    }

    /// What lay between is gone.
    private func goOn(_ place: Int, at offset: Int) {
        let committed = readings[place].committed
        readings[place] = Reading(
            readings[place].partition, from: GroupPosition(offset: offset, lastEpoch: 0))
        readings[place].committed = committed
    }

    /// The log has lost what it has read from there on, and gets other records in its place.
    private func goBack(_ place: Int, to end: Int, epoch: Int) {
        readings[place].position = end
        readings[place].next = end
        readings[place].epochs.truncate(to: end)
        if epoch > 0 { readings[place].epochs.begin(epoch, at: end - 1) }
        readings[place].done = min(readings[place].done, end)
        readings[place].committed = min(readings[place].committed, end)
        readings[place].doneAhead = readings[place].doneAhead.filter { $0 < end }
    }

    func took(_ partition: Int, from broker: Int, in orders: ConsumerOrders) {
        links[broker].untaken -= 1
        ask(broker, in: orders)
        if let leader = leaders[partition].broker, leader != broker { ask(leader, in: orders) }
    }

    /// What has come and was not taken is of no use any more.
    func dropUntaken() {
        for place in readings.indices {
            for contents in readings[place].buffer[readings[place].cursor...] { seat.forget(contents) }
            readings[place].buffer = []
        }
        for broker in links.indices { links[broker] = BrokerState() }
        assignment += 1
    }

    // MARK: Committing

    /// Says now how far it is.
    @usableFromInline
    func commit(in orders: ConsumerOrders) {
        guard committing.isEmpty else {
            // Without a time between them, the next one goes when this one is answered.
            if settings.commitEvery > .zero { armCommit(in: orders) }
            return
        }
        sendCommit(in: orders)
    }

    func sendCommit(in orders: ConsumerOrders) {
        guard standing == .member, let coordinator else { return }
        committing = readings.compactMap { reading in
            let offset = rules.commits(reading.next, reading.done)
            guard offset > reading.committed else { return nil }
            let position = GroupPosition(offset: offset, lastEpoch: reading.epochs.epoch(before: offset))
            return .init(partition: reading.partition, position: position)
        }
        guard !committing.isEmpty else { return }
        let commit = OffsetCommit(
            group: group, member: member, generation: generation, done: committing)
        orders.list.append(.commit(commit, at: coordinator, assignment: assignment))
    }

    func take(
        _ result: Result<CommitAnswer, CallError>, of assignment: Int, in orders: ConsumerOrders
    ) {
        guard assignment == self.assignment else { return }
        let done = committing
        committing = []
        switch result {
        case .success(.stored):
            for done in done {
                // It may have gone back since.
                let place = done.partition - assigned.lowerBound
                readings[place].committed = min(done.position.offset, readings[place].position)
            }
            if settings.commitEvery == .zero { sendCommit(in: orders) }
        case .success(.notMember): break  // the coordinator says more when it is told that this one is there
        case .success(.notEnoughReplicas), .success(.notStored): armCommit(in: orders)
        case .success(.notCoordinator), .failure:
            isOutdated = true
            retryLater(in: orders)
            armCommit(in: orders)
        }
    }

    func armCommit(in orders: ConsumerOrders) {
        guard !isCommitArmed else { return }
        isCommitArmed = true
        orders.arm(.commitIsDue, after: max(settings.commitEvery, settings.retryAfter))
    }
}
