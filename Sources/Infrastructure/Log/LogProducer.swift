public import Cluster
public import Simulation
public import Vocabulary

/// How a producer speaks to the part that has it: a type for each producer of a part.
public protocol ProducerWiring: Sendable {
    associatedtype Owner: Part
    associatedtype Payload: LogPayload
    /// What the part has in hand when it hears what became of a record: how it goes on.
    associatedtype LogStep: Sendable

    static func news(_ news: ProducerNews) -> Owner.Inbox
    /// Whether what became of records takes effect when it arrives, and costs a core its time afterwards: where that
    /// starts nothing at the same machine.
    static var takesEffectOnArrival: Bool { get }
}

extension ProducerWiring {
    @inlinable public static var takesEffectOnArrival: Bool { false }
}

/// What reaches a producer; its part hands it on.
public enum ProducerNews: Marked {
    case answered(request: Int, Result<BatchAnswers, CallError>)
    case described(by: Int, Result<LogMetadata, CallError>)
    case lingerIsOver
    case retryIsDue

    public var mark: UInt64 {
        switch self {
        case .answered(let request, .success(let answers)):
            Vocabulary.mark(1, UInt64(request), answers.mark)
        case .answered(let request, .failure(let error)):
            Vocabulary.mark(2, UInt64(request), UInt64(error.rawValue))
        case .described(let broker, .success(let metadata)): Vocabulary.mark(3, UInt64(broker), metadata.mark)
        case .described(let broker, .failure(let error)):
            Vocabulary.mark(4, UInt64(broker), UInt64(error.rawValue))
        case .lingerIsOver: Vocabulary.mark(5)
        case .retryIsDue: Vocabulary.mark(6)
        }
    }
}

/// A producer of a log inside a part: it sends records to the leaders of their partitions, again and again until they
/// are stored or it takes too long, and says what became of each.
///
/// Records of one key are stored in the order in which they were sent, and with idempotence once each. `PartitionedLog`
/// shows how a part has one, `ProducerCore` how it decides.
public struct LogProducer<Wiring: ProducerWiring> {

    /// Whether a producer takes a record.
    public enum Taken: Hashable, Sendable {
        case taken
        /// Too much is not stored yet: later.
        case full
        case tooLarge
    }

    public enum DeliveryReport: Sendable {
        case stored(Wiring.LogStep, at: LogPlace)
        case failed(Wiring.LogStep, LogError)
    }

    @usableFromInline let core: ProducerCore
    @usableFromInline let orders = ProducerOrders()
    @usableFromInline let brokers: Endpoints<LogBroker>
    @usableFromInline let produce: Caller<ProduceCall<Wiring>>
    @usableFromInline let describe: Caller<DescribeToProducer<Wiring>>
    /// How the part goes on with each record that is not stored yet.
    @usableFromInline var steps: [Wiring.LogStep] = []
    @usableFromInline var freeSteps: [UInt32] = []

    @inlinable
    init(
        brokers: Endpoints<LogBroker>, partitions: Int, settings: ProducerSettings, on seat: Seat
    ) {
        self.brokers = brokers
        let once = CallPlan(
            deadline: settings.requestTimeout, retry: .never, closesConnectionWhenLate: true)
        produce = seat.caller(by: once)
        describe = seat.caller(by: once)
        core = ProducerCore(
            brokerCount: brokers.count, partitions: partitions, settings: settings, on: seat)
    }

    /// To be called when the part begins.
    @inlinable
    public mutating func begin(in shift: ShiftOf<Wiring.Owner>) {
        core.askForLeaders(in: orders)
        perform(in: shift)
    }

    @inlinable public func partition(of key: UInt64) -> Int { core.partition(of: key) }

    /// Whether it takes a record: what is not stored yet leaves room.
    @inlinable public var hasRoom: Bool { core.hasRoom }

    /// Of all that is not stored yet.
    @inlinable public var buffered: ByteCount { core.buffered }
    @inlinable public var bufferedCount: Int { core.bufferedCount }

    /// Has a record stored. What becomes of it an outcome says later, with the step; nothing is said of one that is not
    /// taken.
    @inlinable
    public mutating func send(
        _ payload: Wiring.Payload, key: UInt64, then step: Wiring.LogStep, in shift: ShiftOf<Wiring.Owner>
    ) -> Taken {
        send(payload, to: partition(of: key), then: step, in: shift)
    }

    @inlinable
    public mutating func send(
        _ payload: Wiring.Payload, to partition: Int, then step: Wiring.LogStep,
        in shift: ShiftOf<Wiring.Owner>
    ) -> Taken {
        guard payload.size <= core.settings.recordLimit else { return .tooLarge }
        guard hasRoom else { return .full }
        orders.now = shift.now
        core.send(
            LogRecord(producer: 0, sequence: 0, time: shift.now, payload: payload), to: partition,
            then: keep(step), in: orders)
        perform(in: shift)
        return .taken
    }

    /// What the part hears of it, it hands on here. Returns what became of records.
    @inlinable
    public mutating func hear(_ news: ProducerNews, in shift: ShiftOf<Wiring.Owner>) -> [DeliveryReport] {
        orders.now = shift.now
        core.hear(news, in: orders)
        perform(in: shift)
        guard !orders.outcomes.isEmpty else { return [] }
        var outcomes: [DeliveryReport] = []
        outcomes.reserveCapacity(orders.outcomes.count)
        for outcome in orders.outcomes {
            freeSteps.append(outcome.step)
            let step = steps[Int(outcome.step)]
            switch outcome.result {
            case .success(let place): outcomes.append(.stored(step, at: place))
            case .failure(let error): outcomes.append(.failed(step, error))
            }
        }
        orders.outcomes.removeAll(keepingCapacity: true)
        return outcomes
    }

    @inlinable
    mutating func keep(_ step: Wiring.LogStep) -> UInt32 {
        if let slot = freeSteps.popLast() {
            steps[Int(slot)] = step
            return slot
        }
        steps.append(step)
        return UInt32(steps.count - 1)
    }

    @inlinable
    func perform(in shift: ShiftOf<Wiring.Owner>) {
        guard !orders.list.isEmpty else { return }
        for order in orders.list {
            switch order {
            case .arm(let news, let delay): _ = shift.arm(Wiring.news(news), after: delay)
            case .produce(let request, let broker):
                shift.call(ProduceCall<Wiring>(request: request), at: brokers[broker], by: produce)
            case .describe(let broker):
                shift.call(DescribeToProducer<Wiring>(broker: broker), at: brokers[broker], by: describe)
            }
        }
        orders.list.removeAll(keepingCapacity: true)
    }
}

/// What a producer wants to be done, and what became of records, until that is handed on.
@usableFromInline
final class ProducerOrders {
    @usableFromInline
    enum Order {
        case arm(ProducerNews, after: Span)
        case produce(ProduceRequest, at: Int)
        case describe(by: Int)
    }

    @usableFromInline
    struct DeliveryReport {
        @usableFromInline let step: UInt32
        @usableFromInline let result: Result<LogPlace, LogError>
    }

    @exclusivity(unchecked) @usableFromInline var now = Instant.start
    @exclusivity(unchecked) @usableFromInline var list: [Order] = []
    @exclusivity(unchecked) @usableFromInline var outcomes: [DeliveryReport] = []

    @usableFromInline init() {}

    func arm(_ news: ProducerNews, after delay: Span) { list.append(.arm(news, after: delay)) }
}

/// Batches for one broker.
@usableFromInline
struct ProduceRequest: Sendable {
    @usableFromInline let number: Int
    @usableFromInline let batches: [Batch]
    @usableFromInline let acks: Acks
    @usableFromInline let size: ByteCount
}

/// A producer sends batches to the leader of their partitions.
@frozen
public struct ProduceCall<Wiring: ProducerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let request: ProduceRequest

    @inlinable
    init(request: ProduceRequest) { self.request = request }

    @inlinable public static var takesEffectOnArrival: Bool { Wiring.takesEffectOnArrival }

    @inlinable public var size: ByteCount { request.size }

    @inlinable
    public func request(_ ticket: Ticket<BatchAnswers>) -> Callee.Inbox {
        for batch in request.batches { _ = batch.records.held() }
        return .produce(request.batches, request.acks, ticket)
    }

    @inlinable
    public func outcome(_ result: Result<BatchAnswers, CallError>) -> Caller.Inbox {
        Wiring.news(.answered(request: request.number, result))
    }
}

/// A producer asks a broker who leads.
@frozen
public struct DescribeToProducer<Wiring: ProducerWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = LogBroker
    @usableFromInline let broker: Int

    @inlinable
    init(broker: Int) { self.broker = broker }

    @inlinable public var size: ByteCount { LogController.frame }

    @inlinable
    public func request(_ ticket: Ticket<LogMetadata>) -> Callee.Inbox { .describe(ticket) }

    @inlinable
    public func outcome(_ result: Result<LogMetadata, CallError>) -> Caller.Inbox {
        Wiring.news(.described(by: broker, result))
    }
}

/// A record of a log: its partition, and its number in it. Where a log was cut off another record gets that number, of a
/// later epoch.
public struct LogPlace: Hashable, Sendable {
    public let partition: Int
    public let offset: Int
    /// 0 where it is not known.
    public let epoch: Int

    @inlinable
    public init(partition: Int, offset: Int, epoch: Int = 0) {
        (self.partition, self.offset, self.epoch) = (partition, offset, epoch)
    }
}
