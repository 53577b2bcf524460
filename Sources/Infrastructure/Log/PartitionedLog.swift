public import Cluster
internal import Simulation
internal import Vocabulary

/// A partitioned log: its brokers and its controllers, each a role of its own, under whatever names a design gives them.
///
/// A design adds one in a few lines. What is kept is a payload of its own, a small value that says what it takes; large
/// bodies lie in a pool, and the payload has their handle.
///
///     let brokers = site.reserve(recipientLog)                    // a role of LogBroker
///     let controllers = site.reserve(recipientLogController)      // a role of LogController
///     let log = PartitionedLog(brokers: brokers, controllers: controllers, settings: site.settings(of: recipientLog).log)
///     site.add(recipientLog) { seat, _ in log.broker(on: seat) }
///     site.add(recipientLogController) { seat, _ in log.controller(on: seat) }
///
/// A part has producers and consumers as values. It says how their news reach it, hands these on, and acts upon what
/// comes of them:
///
///     actor MessageGenerator: Part {
///         enum Inbox: Marked {
///             case fromLog(ConsumerNews)
///             case toRecipients(ProducerNews)
///             static var isCounted: Bool { true }         // news of a consumer refer to records
///             func noteCopied() { if case .fromLog(let news) = self { news.noteCopied() } }
///             func noteDiscarded() { if case .fromLog(let news) = self { news.noteDiscarded() } }
///             …
///         }
///         enum Incoming: ConsumerWiring {
///             typealias Owner = MessageGenerator
///             typealias Payload = Letter
///             static func news(_ news: ConsumerNews) -> Inbox { .fromLog(news) }
///         }
///         enum Outgoing: ProducerWiring {
///             typealias Owner = MessageGenerator
///             typealias Payload = Delivery
///             typealias LogStep = LogPlace                    // what is done when the record is stored
///             static func news(_ news: ProducerNews) -> Inbox { .toRecipients(news) }
///         }
///
///         var incoming: LogConsumer<Incoming>              // = messageLog.consumer(of: "generators", settings, on: seat)
///         var outgoing: LogProducer<Outgoing>              // = recipientLog.producer(settings, on: seat)
///
///         func begin(in shift: Shift) {
///             incoming.begin(in: shift)
///             outgoing.begin(in: shift)
///         }
///
///         func receive(_ message: Inbox, in shift: Shift) {
///             switch message {
///             case .fromLog(let news): _ = incoming.hear(news, in: shift)
///             case .toRecipients(let news):
///                 for outcome in outgoing.hear(news, in: shift) {
///                     if case .stored(let place, _) = outcome { incoming.finish(place, in: shift) }
///                 }
///             }
///             while outgoing.hasRoom, let letter = incoming.next(in: shift) {
///                 _ = outgoing.send(Delivery(letter), key: letter.payload.recipient, then: letter.place, in: shift)
///             }
///         }
///     }
///
/// Faults of a log's parts are orders to its brokers:
///
///     site.partFaults.offer("leader-loss", of: recipientLog) {
///         PartOrder("leader-loss", to: brokers, .resign(partition: $0.partition), healedBy: nil)
///     }
///     site.partFaults.offer("rebalance", of: recipientLog) { _ in
///         PartOrder("rebalance", to: brokers, .rebalance, healedBy: nil)
///     }
///
/// What the work costs, the part says in `cost(of:)`: news of a consumer say how many records they bring.
public struct PartitionedLog<Payload: LogPayload>: Sendable {
    public let brokers: Endpoints<LogBroker>
    public let controllers: Endpoints<LogController>
    public let settings: LogSettings
    public let agreement: AgreementSettings

    public init(
        brokers: Endpoints<LogBroker>, controllers: Endpoints<LogController>, settings: LogSettings,
        agreement: AgreementSettings = AgreementSettings()
    ) {
        self.brokers = brokers
        self.controllers = controllers
        self.settings = settings
        self.agreement = agreement
    }

    public func broker(on seat: Seat, rules: LogRules = LogRules()) -> LogBroker {
        LogBroker(seat: seat, brokers: brokers, controllers: controllers, settings: settings, rules: rules)
    }

    public func controller(on seat: Seat, rules: AgreementRules = AgreementRules()) -> LogController {
        LogController(
            seat: seat, controllers: controllers, agreement: agreement, rules: rules, log: settings,
            brokerCount: brokers.count)
    }

    /// Whether all brokers of each partition are in sync and agree on who leads it: one of them may fail then, and nothing
    /// is lost. For looking on.
    public func isInSync(in cluster: Cluster) -> Bool {
        settings.spread(over: brokers.count).enumerated().allSatisfy { partition, members in
            let known = members.map { member in
                cluster.inspect(brokers[member]) { $0.replica(of: partition)?.leadership } ?? nil
            }
            guard let first = known[0], first.leader != nil, first.inSync.count == members.count else {
                return false
            }
            return known.allSatisfy { $0 == first }
        }
    }

    /// Whether one of the controllers leads and all of them know all that was agreed on. For looking on.
    public func controllersAreInSync(in cluster: Cluster) -> Bool {
        let known = controllers.map { cluster.inspect($0) { ($0.committed, $0.leadsInEpoch != nil) } }
        let isLed = known.count { $0?.1 == true } == 1
        return isLed && known.allSatisfy { $0?.0 == known[0]?.0 && $0 != nil }
    }

    /// How many records lie behind what the slowest group has done, in all partitions: what is committed, as far as any
    /// broker that runs knows. For looking on; parts know only what they hear.
    public func lag(in cluster: Cluster) -> Int {
        let (starts, ends, groups) = whatBrokersKnow(in: cluster)
        return ends.indices.reduce(0) { lag, partition in
            let done = groups.map { max($0.offsets[partition]?.offset ?? 0, starts[partition]) }.min()
            return lag + max(0, ends[partition] - (done ?? starts[partition]))
        }
    }

    /// How many records a group has not taken, in all partitions: what is committed, as far as any broker that runs knows,
    /// and lies behind what its members have taken; of partitions in which no member that runs has taken anything, behind
    /// what the group has done, for there it goes on. For looking on: who is cut off, or gone, cannot say how much it lacks.
    ///
    /// - Parameter positions: those of its members that run (`LogConsumer.positions`).
    public func untaken(by group: String, at positions: [LogPlace], in cluster: Cluster) -> Int {
        let (starts, ends, groups) = whatBrokersKnow(in: cluster)
        var firsts = starts
        let done = groups.first { $0.group == GroupID(group) }?.offsets ?? []
        for (partition, offset) in done.enumerated() {
            firsts[partition] = max(firsts[partition], offset?.offset ?? 0)
        }
        for place in positions { firsts[place.partition] = max(firsts[place.partition], place.offset) }
        return zip(firsts, ends).reduce(0) { $0 + max(0, $1.1 - $1.0) }
    }

    private func whatBrokersKnow(
        in cluster: Cluster
    ) -> (starts: [Int], ends: [Int], groups: [GroupTable.StoredGroup]) {
        var ends = Array(repeating: 0, count: settings.partitions)
        var starts = ends
        var groups: [GroupTable.StoredGroup] = []
        for broker in brokers {
            cluster.inspect(broker) { $0.note(&ends, &starts, &groups) }
        }
        return (starts, ends, groups)
    }

    @inlinable
    public func producer<Wiring: ProducerWiring>(
        _ settings: ProducerSettings, of _: Wiring.Type = Wiring.self, on seat: Seat
    ) -> LogProducer<Wiring> where Wiring.Payload == Payload {
        LogProducer(brokers: brokers, partitions: self.settings.partitions, settings: settings, on: seat)
    }

    /// - Parameter group: the name of those who share the partitions among them.
    @inlinable
    public func consumer<Wiring: ConsumerWiring>(
        of group: String, _ settings: ConsumerSettings, rules: ConsumerRules = ConsumerRules(), on seat: Seat
    ) -> LogConsumer<Wiring> where Wiring.Payload == Payload {
        LogConsumer(
            group: GroupID(group), brokers: brokers, partitions: self.settings.partitions, settings: settings,
            rules: rules, on: seat)
    }
}
