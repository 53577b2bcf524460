public import Cluster
internal import Simulation
public import Vocabulary

/// What a producer of a log decides: which records go when to which broker, and what becomes of them. It has neither
/// network nor timers; what it wants of them it orders (`ProducerOrders`), and `LogProducer` does it.
///
///     send ─▶ open batch ──linger, or full──▶ closed ──▶ under way ──▶ stored
///                                                ▲           │ refused, not answered
///                                                └── leaders are asked for anew
///
/// When one batch of a partition fails those behind it wait until all that are under way have come back, and go again
/// in their order. A broker that misses one between them says so; the producer then begins anew under another number.
@usableFromInline
final class ProducerCore {
    /// Records that go together, with their numbers.
    struct Closed {
        let number: Int
        var records: Contents<LogRecord>
        let steps: [UInt32]
        let size: ByteCount
        let since: Instant
        var isUnderWay = false
    }

    /// What it has for one partition.
    struct Lane {
        /// Not numbered yet.
        var open: [LogRecord] = []
        var steps: [UInt32] = []
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

    struct InFlightRequest {
        let number: Int
        let broker: Int
        let batches: [(partition: Int, number: Int)]
    }

    let seat: Seat
    @usableFromInline let settings: ProducerSettings
    let pool: Pool<LogRecord>
    private let partitioner: Partitioner

    @exclusivity(unchecked) var lanes: [Lane]
    /// Partitions that have something to send, in the order in which they had it.
    @exclusivity(unchecked) var ready: [Int] = []
    @exclusivity(unchecked) var requests: [InFlightRequest] = []
    @exclusivity(unchecked) var requestCount = 0
    @exclusivity(unchecked) var batchCount = 0
    @exclusivity(unchecked) var underWay: [Int]  // requests, by broker
    /// By broker: a request has got no answer, and with that the connection ended. Nothing goes there before it is known anew
    /// who leads.
    @exclusivity(unchecked) var isCutOff: [Bool]
    @exclusivity(unchecked) var lingering: [Instant?]  // when what is open has to go, by partition
    @exclusivity(unchecked) var isLingerArmed = false
    @exclusivity(unchecked) var isRetryArmed = false

    /// Nil before the first answer.
    @exclusivity(unchecked) var leaders: [LogMetadata.Leader]?
    @exclusivity(unchecked) var producer: UInt32 = 0
    @exclusivity(unchecked) var isAsking = false
    @exclusivity(unchecked) var isOutdated = false
    /// Some partition needs another number.
    @exclusivity(unchecked) var needsNumber = true
    @exclusivity(unchecked) var advisers: Advisers

    /// Of all that is not stored yet.
    @exclusivity(unchecked) @usableFromInline var buffered = ByteCount.zero
    @exclusivity(unchecked) @usableFromInline var bufferedCount = 0

    @usableFromInline
    init(brokerCount: Int, partitions: Int, settings: ProducerSettings, on seat: Seat) {
        self.seat = seat
        self.settings = settings
        pool = seat.pool(of: LogRecord.self)
        partitioner = Partitioner(settings.partitioning, partitions: partitions)
        lanes = Array(repeating: Lane(), count: partitions)
        lingering = Array(repeating: nil, count: partitions)
        underWay = Array(repeating: 0, count: brokerCount)
        isCutOff = Array(repeating: false, count: brokerCount)
        advisers = Advisers(brokerCount, startingAt: seat.number)
    }

    @usableFromInline
    func partition(of key: UInt64) -> Int { partitioner.partition(of: key) }

    @usableFromInline var hasRoom: Bool { buffered < settings.buffer }

    // MARK: Records

    /// Has a record stored, which has no number yet.
    @usableFromInline
    func send(
        _ record: LogRecord, to partition: Int, then step: UInt32, in orders: ProducerOrders
    ) {
        let size = record.size
        buffered += size
        bufferedCount += 1
        let count = lanes[partition].open.count
        if count > 0,
            lanes[partition].openSize + size > settings.batch || count == Pool<LogRecord>.chunkCapacity
        {
            close(partition)
        }
        lanes[partition].open.append(record)
        lanes[partition].steps.append(step)
        lanes[partition].openSize += size
        if settings.linger == .zero || lanes[partition].openSize >= settings.batch {
            makeReady(partition)
            drain(leaders?[partition].broker, in: orders)
        } else if lingering[partition] == nil {
            lingering[partition] = orders.now + settings.linger
            armLinger(in: orders)
        }
    }

    @usableFromInline
    func hear(_ news: ProducerNews, in orders: ProducerOrders) {
        switch news {
        case .answered(let number, let result): take(result, of: number, in: orders)
        case .described(let broker, let result): take(result, from: broker, in: orders)
        case .lingerIsOver: endLinger(in: orders)
        case .retryIsDue: retry(in: orders)
        }
    }
}
