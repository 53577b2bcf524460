internal import Cluster
public import Simulation
public import Vocabulary

/// A page of a partition: rows whose clustering keys lie in a range, in order, so many at most.
@frozen
public struct WideRead: Hashable, Marked, BitwiseCopyable {
    public var partition: UInt64
    public var first: UInt64
    public var last: UInt64
    public var limit: UInt16
    /// Whether the greatest clustering key comes first.
    public var descends: Bool

    /// - Parameter limit: rows of a page.
    @inlinable
    public init(
        of partition: UInt64, rows: ClosedRange<UInt64> = 0 ... .max, limit: Int = 100, descends: Bool = false
    ) {
        precondition((1...5_000).contains(limit), "a page of \(limit) rows")
        self.partition = partition
        (first, last) = (rows.lowerBound, rows.upperBound)
        self.limit = UInt16(limit)
        self.descends = descends
    }

    public var mark: UInt64 {
        Vocabulary.mark(partition, first, last, UInt64(limit) << 1 | (descends ? 1 : 0))
    }

    /// Behind the partition's key: a page is asked for with its bounds and a limit.
    @usableFromInline static let size = ByteCount.bytes(100)

    /// What is left when it was read through a clustering key; nil when that was all.
    func rest(after clustering: UInt64) -> WideRead? {
        var rest = self
        if descends {
            guard clustering > first else { return nil }
            rest.last = clustering - 1
        } else {
            guard clustering < last else { return nil }
            rest.first = clustering + 1
        }
        return rest
    }
}

/// Why a coordinator did not do what it was asked for.
public enum WideColumnError: UInt8, Error, Sendable {
    /// Too few replicas are up, as far as the coordinator knows: it has not tried.
    case unavailable = 1
    /// Too few replicas have answered in time. What was to be written may be there all the same.
    case timedOut
    /// Too few replicas could do it.
    case failed
    /// The node does not serve yet.
    case starting
    /// No coordinator has answered. What was to be written may be there all the same.
    case noAnswer
}

/// What became of a write.
@frozen
public struct WideWritten: Marked {
    public let error: WideColumnError?

    public init(_ error: WideColumnError? = nil) { self.error = error }
    public var mark: UInt64 { UInt64(error?.rawValue ?? 0) }
}

/// What was read: rows in the order that was asked for. Whoever gets a page lets go of it.
@frozen
public struct WidePage: Marked {
    public let rows: [Contents<WideRow>]
    /// All rows up to this key are in the page.
    @usableFromInline let through: UInt64
    @usableFromInline let isComplete: Bool

    init(rows: [Contents<WideRow>], through: UInt64, isComplete: Bool) {
        (self.rows, self.through, self.isComplete) = (rows, through, isComplete)
    }

    public func letGo() { for row in rows { row.letGo() } }

    /// What is left of a read, of which this is a page; nil when that was all.
    public func rest(of read: WideRead) -> WideRead? { isComplete ? nil : read.rest(after: through) }

    var size: ByteCount { rows.reduce(WideColumnNode.frame) { $0 + $1[0].size } }

    public static var isCounted: Bool { true }
    public func noteCopied() { for row in rows { _ = row.held() } }
    public func noteDiscarded() { letGo() }
    public var mark: UInt64 {
        rows.reduce(isComplete ? 1 : through) { Vocabulary.mark($0, $1[0].mark) }
    }
}

/// What a coordinator says to a read.
@frozen
public enum WideAnswer: Marked {
    case page(WidePage)
    case error(WideColumnError)

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .page(let page) = self { page.noteCopied() } }
    public func noteDiscarded() { if case .page(let page) = self { page.letGo() } }
    public var mark: UInt64 {
        switch self {
        case .page(let page): Vocabulary.mark(1, page.mark)
        case .error(let error): Vocabulary.mark(2, UInt64(error.rawValue))
        }
    }
}

/// What a replica has of a page: also what is deleted or expired, so that others can be compared with it; or its
/// digest alone.
public struct WideSlice: Marked {
    /// By their clustering keys, in the order that was asked for.
    let rows: [Contents<WideRow>]
    /// Deletions of ranges.
    let ranges: [Contents<WideRow>]
    /// All that it has up to this key is there.
    let through: UInt64
    let isComplete: Bool
    let digest: UInt64

    func letGo() {
        for row in rows { row.letGo() }
        for range in ranges { range.letGo() }
    }

    var size: ByteCount {
        (rows + ranges).reduce(WideColumnNode.frame + .bytes(16)) { $0 + $1[0].size }
    }

    public static var isCounted: Bool { true }
    public func noteCopied() {
        for row in rows { _ = row.held() }
        for range in ranges { _ = range.held() }
    }
    public func noteDiscarded() { letGo() }
    public var mark: UInt64 { Vocabulary.mark(UInt64(rows.count), digest, through, isComplete ? 1 : 0) }
}

/// Whether a replica has applied rows.
public struct WideApplied: Marked {
    let isStored: Bool
    public var mark: UInt64 { isStored ? 1 : 0 }
}

// MARK: Between nodes

/// A coordinator has a replica write rows.
struct ApplyCall: Call {
    typealias Caller = WideColumnNode
    typealias Callee = WideColumnNode
    let rows: Contents<WideRow>
    let write: UInt32
    let node: UInt16

    static var takesEffectOnArrival: Bool { true }
    var size: ByteCount { WideColumnNode.size(of: rows) }
    func request(_ ticket: Ticket<WideApplied>) -> Callee.Inbox { .apply(rows.held(), ticket) }
    func outcome(_ result: Result<WideApplied, CallError>) -> Caller.Inbox {
        .applied(write: write, node: node, result)
    }
}

/// A coordinator has a replica read.
struct LookCall: Call {
    typealias Caller = WideColumnNode
    typealias Callee = WideColumnNode
    let look: WideLook
    let read: UInt32
    let contact: UInt16

    var size: ByteCount { WideRead.size }
    func request(_ ticket: Ticket<WideSlice>) -> Callee.Inbox { .look(look, ticket) }
    func outcome(_ result: Result<WideSlice, CallError>) -> Caller.Inbox {
        .looked(read: read, contact: contact, result)
    }
}

/// What a replica is asked for.
public struct WideLook: Marked {
    let read: WideRead
    /// By the coordinator's clock, in seconds: what is expired by then is expired for all.
    let seconds: Int32
    let wantsRows: Bool

    public var mark: UInt64 {
        Vocabulary.mark(read.mark, UInt64(bitPattern: Int64(seconds)), wantsRows ? 1 : 0)
    }
}

/// A coordinator brings a replica what it lacks.
struct RepairCall: Call {
    typealias Caller = WideColumnNode
    typealias Callee = WideColumnNode
    /// Kept by who calls, as long as the call is open.
    let rows: [Contents<WideRow>]
    let read: UInt32

    var size: ByteCount { rows.reduce(WideColumnNode.frame) { $0 + $1[0].size } }
    func request(_ ticket: Ticket<WideApplied>) -> Callee.Inbox { .applyEach(rows.map { $0.held() }, ticket) }
    func outcome(_ result: Result<WideApplied, CallError>) -> Caller.Inbox { .repaired(read: read, result) }
}
