internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a consumer becomes a member of its group, and stays one.
extension ConsumerCore {
    /// The broker that it takes for the coordinator of its group.
    var coordinator: Int? {
        let partition = LogBroker.partition(
            of: group, partitions: partitions, brokerCount: brokerCount)
        return leaders.isEmpty ? nil : leaders[partition].broker
    }

    // MARK: Leaders

    @usableFromInline
    func askForLeaders(in orders: ConsumerOrders) {
        guard !isAsking else { return }
        isAsking = true
        let broker = advisers.pick()
        orders.list.append(.describe(by: broker))
    }

    func take(_ result: Result<LogMetadata, CallError>, from broker: Int, in orders: ConsumerOrders) {
        isAsking = false
        guard case .success(let metadata) = result else {
            advisers.note(broker, answers: false)
            isOutdated = true
            return retryLater(in: orders)
        }
        advisers.note(broker, answers: true)
        leaders = metadata.leaders.enumerated().map { partition, new in
            leaders.isEmpty || new.epoch >= leaders[partition].epoch ? new : leaders[partition]
        }
        isOutdated = coordinator == nil || readings.contains { leaders[$0.partition].broker == nil }
        if isOutdated { retryLater(in: orders) }
        goOn(in: orders)
    }

    func retryLater(in orders: ConsumerOrders) {
        guard !isRetryArmed else { return }
        isRetryArmed = true
        orders.arm(.retryIsDue, after: settings.retryAfter)
    }

    func retry(in orders: ConsumerOrders) {
        isRetryArmed = false
        if isOutdated { askForLeaders(in: orders) } else { goOn(in: orders) }
    }

    private func goOn(in orders: ConsumerOrders) {
        for broker in links.indices { links[broker].backsOff = false }
        if standing == .outside { askToJoin(in: orders) } else { askAllForRecords(in: orders) }
    }

    // MARK: Joining

    func askToJoin(in orders: ConsumerOrders) {
        guard !hasLeft, standing != .joining, let coordinator else { return }
        if standing == .member {
            sendCommit(in: orders)
            (assigned, readings, committing) = (0..<0, [], [])
            assignment += 1
        }
        standing = .joining
        callToJoin(coordinator, in: orders)
    }

    private func callToJoin(_ coordinator: Int, in orders: ConsumerOrders) {
        let join = JoinRequest(
            group: group, member: member, session: settings.session,
            rebalanceTimeout: settings.rebalanceTimeout)
        orders.list.append(.join(join, at: coordinator))
    }

    func take(_ result: Result<JoinAnswer, CallError>, in orders: ConsumerOrders) {
        guard standing == .joining else { return }  // it has left
        switch result {
        case .success(.called(let number)):
            member = number
            if let coordinator { callToJoin(coordinator, in: orders) }
        case .success(.member(let generation, let partitions, let offsets)):
            standing = .member
            self.generation = generation
            begin(partitions, at: offsets, in: orders)
        case .success(.notCoordinator), .failure:
            standing = .outside
            isOutdated = true
            retryLater(in: orders)
        }
    }

    private func begin(_ partitions: Range<Int>, at offsets: [GroupPosition?], in orders: ConsumerOrders) {
        assigned = partitions
        readings = zip(partitions, offsets).map { Reading($0, from: $1) }
        current = 0
        // What was asked for an earlier assignment is not waited for.
        links = Array(repeating: BrokerState(), count: brokerCount)
        orders.outcomes.append(.assigned(partitions))
        askAllForRecords(in: orders)
        guard !isBeating else { return }
        isBeating = true
        orders.list.append(.armBeside(.heartbeatIsDue, after: settings.heartbeat))
    }

    // MARK: Heartbeats

    /// A thread of its own says it, whatever the part is at. When that had no time for too long, not even for what the
    /// coordinator has answered, it leaves: others are to have its partitions.
    func sayThatItIsThere(in orders: ConsumerOrders) {
        guard !hasLeft else { return isBeating = false }
        if standing == .member, let coordinator {
            let beat = Heartbeat(
                group: group, member: member, generation: generation,
                leaves: silentBeats == settings.patientBeats + 1)
            orders.list.append(.beat(beat, at: coordinator))
        }
        orders.list.append(.armBeside(.heartbeatIsDue, after: settings.heartbeat))
    }

    func take(_ result: Result<HeartbeatAnswer, CallError>, in orders: ConsumerOrders) {
        guard standing == .member else { return }
        switch result {
        case .success(.heard): break
        case .success(.rebalancing): giveBack(in: orders)
        case .success(.unknownMember):
            member = 0
            giveBack(in: orders)
        case .success(.notCoordinator), .failure:
            isOutdated = true
            retryLater(in: orders)
        }
    }

    /// The part hears of it first, and may still say what it is done with.
    private func giveBack(in orders: ConsumerOrders) {
        dropUntaken()
        orders.outcomes.append(.revoked(assigned))
        orders.arm(.joinIsDue, after: .zero)
    }

    /// Leaves the group for good: others have its partitions as soon as they have joined once more.
    @usableFromInline
    func leave(in orders: ConsumerOrders) {
        guard !hasLeft else { return }
        if standing == .member { sendCommit(in: orders) }
        hasLeft = true
        dropUntaken()
        (standing, assigned, readings, committing) = (.outside, 0..<0, [], [])
        guard let coordinator, member > 0 else { return }
        let beat = Heartbeat(group: group, member: member, generation: generation, leaves: true)
        orders.list.append(.beat(beat, at: coordinator))
    }
}
