public import Cluster
public import Simulation
public import Vocabulary

/// How a consumer becomes a member of its group, and stays one.
extension LogConsumer {
    /// The broker that it takes for the coordinator of its group.
    var coordinator: Int? {
        let partition = LogBroker<Payload>.partition(
            of: group, partitions: partitions, brokerCount: brokers.count)
        return leaders.isEmpty ? nil : leaders[partition].broker
    }

    // MARK: Leaders

    mutating func askForLeaders(in shift: Shift) {
        guard !isAsking else { return }
        isAsking = true
        let broker = advisers.pick()
        shift.call(DescribeToConsumer<Wiring>(broker: broker), at: brokers[broker], by: describe)
    }

    mutating func take(_ result: Result<LogMetadata, CallError>, from broker: Int, in shift: Shift) {
        isAsking = false
        guard case .success(let metadata) = result else {
            advisers.note(broker, answers: false)
            isOutdated = true
            return retryLater(in: shift)
        }
        advisers.note(broker, answers: true)
        leaders = metadata.leaders.enumerated().map { partition, new in
            leaders.isEmpty || new.epoch >= leaders[partition].epoch ? new : leaders[partition]
        }
        isOutdated = coordinator == nil || readings.contains { leaders[$0.partition].broker == nil }
        if isOutdated { retryLater(in: shift) }
        goOn(in: shift)
    }

    mutating func retryLater(in shift: Shift) {
        guard !isRetryArmed else { return }
        isRetryArmed = true
        _ = shift.arm(Wiring.news(.retryIsDue), after: settings.retryAfter)
    }

    mutating func retry(in shift: Shift) {
        isRetryArmed = false
        if isOutdated { askForLeaders(in: shift) } else { goOn(in: shift) }
    }

    private mutating func goOn(in shift: Shift) {
        for broker in links.indices { links[broker].backsOff = false }
        if standing == .outside { askToJoin(in: shift) } else { askAllForRecords(in: shift) }
    }

    // MARK: Joining

    mutating func askToJoin(in shift: Shift) {
        guard !hasLeft, standing != .joining, let coordinator else { return }
        if standing == .member {
            sendCommit(in: shift)
            (assigned, readings, committing) = (0..<0, [], [])
            assignment += 1
        }
        standing = .joining
        callToJoin(coordinator, in: shift)
    }

    private mutating func callToJoin(_ coordinator: Int, in shift: Shift) {
        let join = JoinRequest(
            group: group, member: member, session: settings.session,
            rebalanceTimeout: settings.rebalanceTimeout)
        shift.call(JoinCall<Wiring>(join: join), at: brokers[coordinator], by: self.join)
    }

    mutating func take(_ result: Result<JoinAnswer, CallError>, in shift: Shift) {
        guard standing == .joining else { return }  // it has left
        switch result {
        case .success(.called(let number)):
            member = number
            if let coordinator { callToJoin(coordinator, in: shift) }
        case .success(.member(let generation, let partitions, let offsets)):
            standing = .member
            self.generation = generation
            begin(partitions, at: offsets, in: shift)
        case .success(.notCoordinator), .failure:
            standing = .outside
            isOutdated = true
            retryLater(in: shift)
        }
    }

    private mutating func begin(_ partitions: Range<Int>, at offsets: [Int?], in shift: Shift) {
        assigned = partitions
        readings = zip(partitions, offsets).map { partition, offset in
            let first = offset ?? 0
            return Reading(partition: partition, position: first, next: first, done: first, committed: first)
        }
        current = 0
        // What was asked for an earlier assignment is not waited for.
        links = Array(repeating: Link(), count: brokers.count)
        outcomes.append(.assigned(partitions))
        askAllForRecords(in: shift)
        guard !isBeating else { return }
        isBeating = true
        _ = shift.arm(Wiring.news(.heartbeatIsDue), after: settings.heartbeat)
    }

    // MARK: Heartbeats

    mutating func sayThatItIsThere(in shift: Shift) {
        guard !hasLeft else { return isBeating = false }
        if standing == .member, let coordinator {
            let beat = Heartbeat(group: group, member: member, generation: generation, leaves: false)
            shift.call(HeartbeatCall<Wiring>(heartbeat: beat), at: brokers[coordinator], by: self.beat)
        }
        _ = shift.arm(Wiring.news(.heartbeatIsDue), after: settings.heartbeat)
    }

    mutating func take(_ result: Result<HeartbeatAnswer, CallError>, in shift: Shift) {
        guard standing == .member else { return }
        switch result {
        case .success(.heard): break
        case .success(.rebalancing): giveBack(in: shift)
        case .success(.unknownMember):
            member = 0
            giveBack(in: shift)
        case .success(.notCoordinator), .failure:
            isOutdated = true
            retryLater(in: shift)
        }
    }

    /// The part hears of it first, and may still say what it is done with.
    private mutating func giveBack(in shift: Shift) {
        dropUntaken()
        outcomes.append(.revoked(assigned))
        _ = shift.arm(Wiring.news(.joinIsDue), after: .zero)
    }

    /// Leaves the group for good: others have its partitions as soon as they have joined once more.
    public mutating func leave(in shift: ShiftOf<Wiring.Host>) {
        guard !hasLeft else { return }
        if standing == .member { sendCommit(in: shift) }
        hasLeft = true
        dropUntaken()
        (standing, assigned, readings, committing) = (.outside, 0..<0, [], [])
        guard let coordinator, member > 0 else { return }
        let beat = Heartbeat(group: group, member: member, generation: generation, leaves: true)
        shift.call(HeartbeatCall<Wiring>(heartbeat: beat), at: brokers[coordinator], by: self.beat)
    }
}

/// A consumer asks a broker who leads.
public struct DescribeToConsumer<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Host
    public typealias Callee = LogBroker<Wiring.Payload>

    let broker: Int

    public var size: ByteCount { LogController.frame }
    public func request(_ ticket: Ticket<LogMetadata>) -> Callee.Inbox { .describe(ticket) }
    public func outcome(_ result: Result<LogMetadata, CallError>) -> Caller.Inbox {
        Wiring.news(.described(by: broker, result))
    }
}

/// A consumer asks the coordinator for its share of the partitions.
public struct JoinCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Host
    public typealias Callee = LogBroker<Wiring.Payload>
    let join: JoinRequest

    public var size: ByteCount { LogController.frame + .bytes(40) }
    public func request(_ ticket: Ticket<JoinAnswer>) -> Callee.Inbox { .join(join, ticket) }
    public func outcome(_ result: Result<JoinAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.joined(result))
    }
}

/// A member tells the coordinator that it is there, or that it leaves.
public struct HeartbeatCall<Wiring: ConsumerWiring>: Call {
    public typealias Caller = Wiring.Host
    public typealias Callee = LogBroker<Wiring.Payload>
    let heartbeat: Heartbeat

    public var size: ByteCount { LogController.frame + .bytes(40) }
    public func request(_ ticket: Ticket<HeartbeatAnswer>) -> Callee.Inbox { .beat(heartbeat, ticket) }
    public func outcome(_ result: Result<HeartbeatAnswer, CallError>) -> Caller.Inbox {
        Wiring.news(.beaten(result))
    }
}
