public import Cluster
public import Simulation
public import Vocabulary

/// How a producer speaks to the part that has it: a type for each producer of a part.
public protocol ProducerWiring: Sendable {
    associatedtype Host: Part
    associatedtype Payload: FileRecord & Marked
    /// What the part has in hand when it hears what became of a record: how it goes on.
    associatedtype Step: Sendable

    static func news(_ news: ProducerNews<Self>) -> Host.Inbox
    /// Whether what became of records takes effect when it arrives, and costs a core its time afterwards: where that
    /// starts nothing at the same machine.
    static var takesEffectOnArrival: Bool { get }
}

extension ProducerWiring {
    public static var takesEffectOnArrival: Bool { false }
}

/// What reaches a producer; its part hands it on.
public enum ProducerNews<Wiring: ProducerWiring>: Marked {
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
/// shows how a part has one.
///
///     send ─▶ open batch ──linger, or full──▶ closed ──▶ under way ──▶ stored
///                                                ▲           │ refused, not answered
///                                                └── leaders are asked for anew
///
/// When one batch of a partition fails those behind it wait until all that are under way have come back, and go again
/// in their order. A broker that misses one between them says so; the producer then begins anew under another number.
public struct LogProducer<Wiring: ProducerWiring> {
    public typealias Payload = Wiring.Payload
    typealias Record = LogRecord<Payload>

    /// Whether a record is taken.
    public enum Taken: Hashable, Sendable {
        case taken
        /// Too much is not stored yet: later.
        case full
        case tooLarge
    }

    public enum Outcome: Sendable {
        case stored(Wiring.Step, at: LogPlace)
        case failed(Wiring.Step, LogError)
    }

    /// Records that go together, with their numbers.
    struct Closed {
        let number: Int
        var records: Contents<Record>
        let steps: [Wiring.Step]
        let size: ByteCount
        let since: Instant
        var isUnderWay = false
    }

    /// What it has for one partition.
    struct Lane {
        var payloads: [(payload: Payload, time: Instant)] = []
        var steps: [Wiring.Step] = []
        var openSize = ByteCount.zero
        var isReady = false
        var batches: [Closed] = []
        var underWay = 0
        /// One has failed: those behind it wait until nothing is under way.
        var isInDisorder = false
        /// It waits a while before it goes on.
        var backsOff = false
        /// Its number, as brokers tell producers apart, and that of the last record; 0 where they do not.
        var producer: UInt32 = 0
        var sequence: UInt32 = 0
    }

    struct Request {
        let number: Int
        let broker: Int
        let batches: [(partition: Int, number: Int)]
    }

    let seat: Seat
    let settings: ProducerSettings
    let brokers: Endpoints<LogBroker<Payload>>
    private let partitioner: Partitioner
    let produce: Caller<ProduceCall<Wiring>>
    let describe: Caller<DescribeToProducer<Wiring>>

    var lanes: [Lane]
    /// Partitions that have something to send, in the order in which they had it.
    var ready: [Int] = []
    var requests: [Request] = []
    var requestCount = 0
    var batchCount = 0
    var underWay: [Int]  // requests, by broker
    var lingering: [Instant?]  // when what is open has to go, by partition
    var isLingerArmed = false
    var isRetryArmed = false

    /// Nil before the first answer.
    var leaders: [LogMetadata.Leader]?
    var producer: UInt32 = 0
    var isAsking = false
    var isOutdated = false
    /// Some partition needs another number.
    var needsNumber = true
    var advisers: Advisers

    /// Of all that is not stored yet.
    public internal(set) var buffered = ByteCount.zero
    public internal(set) var bufferedCount = 0
    var outcomes: [Outcome] = []

    init(
        brokers: Endpoints<LogBroker<Payload>>, partitions: Int, settings: ProducerSettings, on seat: Seat
    ) {
        self.seat = seat
        self.settings = settings
        self.brokers = brokers
        partitioner = Partitioner(settings.partitioning, partitions: partitions)
        let once = RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: [])
        produce = seat.caller(by: CallPlan(deadline: settings.requestTimeout, retry: once))
        describe = seat.caller(by: CallPlan(deadline: settings.requestTimeout, retry: once))
        lanes = Array(repeating: Lane(), count: partitions)
        lingering = Array(repeating: nil, count: partitions)
        underWay = Array(repeating: 0, count: brokers.count)
        advisers = Advisers(brokers.count, startingAt: seat.number)
    }

    /// To be called when the part begins.
    public mutating func begin(in shift: ShiftOf<Wiring.Host>) { askForLeaders(in: shift) }

    public func partition(of key: UInt64) -> Int { partitioner.partition(of: key) }

    /// Whether it takes a record: what is not stored yet leaves room.
    public var hasRoom: Bool { buffered < settings.buffer }

    // MARK: Records

    /// What a record takes beside its payload.
    private static var overhead: ByteCount { .bytes(68) }

    /// Has a record stored. What becomes of it an outcome says later, with the step; nothing is said of one that is not
    /// taken.
    public mutating func send(
        _ payload: Payload, key: UInt64, then step: Wiring.Step, in shift: ShiftOf<Wiring.Host>
    ) -> Taken {
        send(payload, to: partition(of: key), then: step, in: shift)
    }

    public mutating func send(
        _ payload: Payload, to partition: Int, then step: Wiring.Step, in shift: ShiftOf<Wiring.Host>
    ) -> Taken {
        guard payload.size <= settings.recordLimit else { return .tooLarge }
        guard hasRoom else { return .full }
        let size = payload.size + Self.overhead
        buffered += size
        bufferedCount += 1
        let count = lanes[partition].payloads.count
        if count > 0, lanes[partition].openSize + size > settings.batch || count == Pool<Record>.chunkCapacity
        {
            close(partition)
        }
        lanes[partition].payloads.append((payload, shift.now))
        lanes[partition].steps.append(step)
        lanes[partition].openSize += size
        if settings.linger == .zero || lanes[partition].openSize >= settings.batch {
            makeReady(partition)
            drain(leaders?[partition].broker, in: shift)
        } else if lingering[partition] == nil {
            lingering[partition] = shift.now + settings.linger
            armLinger(in: shift)
        }
        return .taken
    }

    /// What the part hears of it, it hands on here. Returns what became of records.
    public mutating func hear(
        _ news: ProducerNews<Wiring>, in shift: ShiftOf<Wiring.Host>
    ) -> [Outcome] {
        switch news {
        case .answered(let number, let result): take(result, of: number, in: shift)
        case .described(let broker, let result): take(result, from: broker, in: shift)
        case .lingerIsOver: endLinger(in: shift)
        case .retryIsDue: retry(in: shift)
        }
        defer { outcomes = [] }
        return outcomes
    }
}

/// A record of a log: its partition, and its number in it.
public struct LogPlace: Hashable, Sendable {
    public let partition: Int
    public let offset: Int

    public init(partition: Int, offset: Int) { (self.partition, self.offset) = (partition, offset) }
}
