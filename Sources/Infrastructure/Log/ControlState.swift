/// Which brokers take part in a log, and who leads its partitions: what comes of the commands that controllers have
/// agreed on, and what should be agreed on next.
public struct ControlState: Sendable {
    public internal(set) var leaderships: [Replica.Leadership]
    /// The brokers of each partition, in order of preference.
    public let brokers: [[Int]]
    private let allowsUnclean: Bool
    /// The incarnation of each broker that takes part; nil of one that does not.
    public private(set) var present: [Int?]

    /// At first all brokers take part, the first one of each partition leads it, and all are in sync.
    ///
    /// - Parameters:
    ///   - allowsUnclean: whether a broker that is not in sync may lead when none is that is.
    public init(brokers: [[Int]], brokerCount: Int, allowsUnclean: Bool) {
        self.brokers = brokers
        self.allowsUnclean = allowsUnclean
        leaderships = brokers.map(Self.firstLeadership)
        present = Array(repeating: 1, count: brokerCount)
    }

    static func firstLeadership(of brokers: [Int]) -> Replica.Leadership {
        Replica.Leadership(epoch: 1, leader: brokers[0], inSync: brokers)
    }

    /// Replicas of partition p on the brokers p, p + 1, … in turn, so that each leads as many as the others.
    public static func spread(partitions: Int, replicas: Int, over brokerCount: Int) -> [[Int]] {
        precondition(replicas <= brokerCount, "\(replicas) replicas on \(brokerCount) brokers")
        return (0..<partitions).map { partition in
            (0..<replicas).map { (partition + $0) % brokerCount }
        }
    }

    public mutating func apply(_ command: LogCommand) {
        switch command {
        case .broker(let broker, let incarnation, let takesPart):
            present[broker] = takesPart ? incarnation : nil
        case .leadership(let partition, let leadership): leaderships[partition] = leadership
        }
    }

    /// A broker is there, in this incarnation: if it had been there in another one, that one is not any more.
    public func commands(toAdmit broker: Int, incarnation: Int) -> [LogCommand] {
        guard present[broker] != incarnation else { return [] }
        var state = self
        var commands = present[broker] == nil ? [] : commands(toDismiss: broker)
        for command in commands { state.apply(command) }
        commands.append(.broker(broker, incarnation: incarnation, takesPart: true))
        state.apply(commands.last!)
        for partition in brokers.indices where brokers[partition].contains(broker) {
            if let leadership = state.elected(in: partition) {
                commands.append(.leadership(partition: partition, leadership))
            }
        }
        return commands
    }

    /// A broker is not there any more. It is in sync nowhere but where it alone was.
    public func commands(toDismiss broker: Int) -> [LogCommand] {
        guard let incarnation = present[broker] else { return [] }
        var commands: [LogCommand] = [.broker(broker, incarnation: incarnation, takesPart: false)]
        var state = self
        state.apply(commands[0])
        for partition in brokers.indices where brokers[partition].contains(broker) {
            let before = state.leaderships[partition]
            var after = before
            let others = before.inSync.filter { $0 != broker }
            if !others.isEmpty, others != before.inSync {
                after.inSync = others
                after.version += 1
            }
            state.leaderships[partition] = after
            if before.leader == broker {
                state.leaderships[partition].leader = nil
                after =
                    state.elected(in: partition)
                    ?? Replica.Leadership(epoch: before.epoch + 1, leader: nil, inSync: after.inSync)
            }
            if after != before { commands.append(.leadership(partition: partition, after)) }
        }
        return commands
    }

    /// Partitions are led again by those that should lead them, where these are in sync.
    public func commandsToRebalance() -> [LogCommand] {
        brokers.indices.compactMap { partition in
            var leadership = leaderships[partition]
            let preferred = brokers[partition][0]
            guard leadership.leader != nil, leadership.leader != preferred, present[preferred] != nil,
                leadership.inSync.contains(preferred)
            else { return nil }
            leadership = Replica.Leadership(
                epoch: leadership.epoch + 1, leader: preferred, inSync: leadership.inSync)
            return .leadership(partition: partition, leadership)
        }
    }

    /// A leader wants these to be in sync. Nil when it leads no more, or knows of something older.
    public func command(
        toChangeInSync partition: Int, to inSync: [Int], epoch: Int, version: Int
    ) -> LogCommand? {
        var leadership = leaderships[partition]
        guard leadership.epoch == epoch, leadership.version == version, leadership.leader != nil,
            inSync.allSatisfy({ present[$0] != nil || leadership.inSync.contains($0) })
        else { return nil }
        leadership.inSync = inSync
        leadership.version += 1
        return .leadership(partition: partition, leadership)
    }

    /// A leader wants to lead no more. Nil when it does not by now, or nobody else can.
    public func command(toReplaceLeaderOf partition: Int, epoch: Int) -> LogCommand? {
        let leadership = leaderships[partition]
        guard leadership.epoch == epoch, let leader = leadership.leader,
            let next = brokers[partition].first(where: {
                $0 != leader && present[$0] != nil && leadership.inSync.contains($0)
            })
        else { return nil }
        return .leadership(
            partition: partition,
            Replica.Leadership(epoch: epoch + 1, leader: next, inSync: leadership.inSync))
    }

    /// The leadership in which a partition that has no leader gets one; nil when it has, or none can lead.
    private func elected(in partition: Int) -> Replica.Leadership? {
        let leadership = leaderships[partition]
        guard leadership.leader == nil else { return nil }
        let candidates = brokers[partition].filter { present[$0] != nil }
        if let leader = candidates.first(where: leadership.inSync.contains) {
            return Replica.Leadership(epoch: leadership.epoch + 1, leader: leader, inSync: leadership.inSync)
        }
        guard allowsUnclean, let leader = candidates.first else { return nil }
        return Replica.Leadership(epoch: leadership.epoch + 1, leader: leader, inSync: [leader])
    }
}
