public import Cluster
public import Simulation
public import Vocabulary

/// The name of an entry of a cache. Keys are spread over 16,384 slots, and slots over shards.
@frozen
public struct CacheKey: Hashable, Sendable, BitwiseCopyable {
    public let word: UInt64

    @inlinable
    public init(_ word: UInt64) { self.word = word }

    /// Entries of several kinds beside each other: `CacheKey(checkpoint, generator)`.
    @inlinable
    public init(_ kind: UInt8, _ number: Int) { word = UInt64(kind) << 56 | UInt64(number) & (1 << 56 - 1) }

    public static let slotCount = 16_384

    /// Its 14 bits of a hash.
    @inlinable public var slot: Int { Int(mark(16_384, word) >> 50) }

    /// `generator-checkpoint:123456`
    static let size = ByteCount.bytes(24)
}

/// What is stored: a word that means something to who wrote it, and how large that would be.
@frozen
public struct CacheValue: Hashable, Sendable, BitwiseCopyable {
    public let word: UInt64
    public let bytes: UInt32

    @inlinable
    public init(_ word: UInt64, size: ByteCount = .bytes(8)) {
        self.word = word
        bytes = UInt32(size.bytes)
    }

    /// Counters are values.
    @inlinable
    public init(number: Int64) { self.init(UInt64(bitPattern: number)) }

    @inlinable public var number: Int64 { Int64(bitPattern: word) }

    var mark: UInt64 { Vocabulary.mark(word, UInt64(bytes)) }
}

/// A field of a hash and what is in it; of a list, the place and what lies there.
@frozen
public struct CachePair: Hashable, Sendable, BitwiseCopyable {
    public let field: UInt64
    public var value: CacheValue

    @inlinable
    public init(field: UInt64, value: CacheValue) {
        self.field = field
        self.value = value
    }
}

/// When an entry goes by itself.
@frozen
public enum CacheExpiry: Hashable, Sendable, BitwiseCopyable {
    case never
    case after(Span)
    /// By the clock of the primary.
    case at(LocalTime)
}

/// What is done to one entry.
@frozen
public enum CacheCommand: Hashable, Sendable, BitwiseCopyable {
    /// Whether there has to be an entry already.
    @frozen
    public enum Condition: UInt8, Sendable, BitwiseCopyable { case always, ifAbsent, ifPresent }

    case get
    case set(CacheValue, expiry: CacheExpiry = .never, Condition = .always)
    case delete
    /// Changes when an entry goes.
    case expire(CacheExpiry)
    /// Adds to a counter: one that is not there is 0.
    case add(Int64)

    case hashSet(field: UInt64, CacheValue)
    case hashGet(field: UInt64)
    case hashAdd(field: UInt64, Int64)
    case hashDelete(field: UInt64)
    case hashAll

    case pushFirst(CacheValue)
    case pushLast(CacheValue)
    case popFirst
    case popLast
    /// So many of a list, from that place on.
    case range(from: UInt32, count: UInt32)
    case length
    /// Keeps the last of a list, so many.
    case keepLast(UInt32)
}

extension CacheCommand {
    /// Whether it is the same to do it once or twice: it is repeated when nobody knows whether it was done.
    public var isRepeatable: Bool {
        switch self {
        case .get, .delete, .expire, .hashSet, .hashGet, .hashDelete, .hashAll, .range, .length, .keepLast,
            .set(_, _, .always), .set(_, _, .ifPresent):
            true
        case .add, .hashAdd, .pushFirst, .pushLast, .popFirst, .popLast, .set(_, _, .ifAbsent): false
        }
    }

    public var writes: Bool {
        switch self {
        case .get, .hashGet, .hashAll, .range, .length: false
        default: true
        }
    }

    /// Whether it may need memory: a full cache refuses it.
    var grows: Bool {
        switch self {
        case .set, .add, .hashSet, .hashAdd, .pushFirst, .pushLast: true
        default: false
        }
    }

    var mark: UInt64 {
        switch self {
        case .get: Vocabulary.mark(1)
        case .set(let value, let expiry, let condition):
            Vocabulary.mark(2, value.mark, expiry.mark, UInt64(condition.rawValue))
        case .delete: Vocabulary.mark(3)
        case .expire(let expiry): Vocabulary.mark(4, expiry.mark)
        case .add(let number): Vocabulary.mark(5, UInt64(bitPattern: number))
        case .hashSet(let field, let value): Vocabulary.mark(6, field, value.mark)
        case .hashGet(let field): Vocabulary.mark(7, field)
        case .hashAdd(let field, let number): Vocabulary.mark(8, field, UInt64(bitPattern: number))
        case .hashDelete(let field): Vocabulary.mark(9, field)
        case .hashAll: Vocabulary.mark(10)
        case .pushFirst(let value): Vocabulary.mark(11, value.mark)
        case .pushLast(let value): Vocabulary.mark(12, value.mark)
        case .popFirst: Vocabulary.mark(13)
        case .popLast: Vocabulary.mark(14)
        case .range(let first, let count): Vocabulary.mark(15, UInt64(first), UInt64(count))
        case .length: Vocabulary.mark(16)
        case .keepLast(let count): Vocabulary.mark(17, UInt64(count))
        }
    }
}

extension CacheExpiry {
    var mark: UInt64 {
        switch self {
        case .never: 0
        case .after(let span): Vocabulary.mark(1, UInt64(bitPattern: span.nanoseconds))
        case .at(let time): Vocabulary.mark(2, UInt64(bitPattern: time.nanoseconds))
        }
    }
}

/// A command and the entry that it is for, as it goes to a node, to replicas, and into the append-only file.
@frozen
public struct CacheRequest: FileRecord, Hashable, Marked, BitwiseCopyable {
    public let key: CacheKey
    public let command: CacheCommand

    @inlinable
    public init(_ key: CacheKey, _ command: CacheCommand) {
        self.key = key
        self.command = command
    }

    /// Words and lengths of the protocol, 30 bytes, the key, and the value.
    public var size: ByteCount {
        let value: UInt32 =
            switch command {
            case .set(let value, _, _), .pushFirst(let value), .pushLast(let value): value.bytes
            case .hashSet(_, let value): value.bytes + 16
            default: 0
            }
        return .bytes(30 + Int64(value)) + CacheKey.size
    }

    public var mark: UInt64 { Vocabulary.mark(key.word, command.mark) }
}

/// What a node says to a request.
public enum CacheAnswer: Marked {
    case done
    /// There is no such entry, or no such field; or the condition did not hold.
    case nothing
    case value(CacheValue)
    case number(Int64)
    case pairs(Contents<CachePair>)
    case refused(CacheError)

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .pairs(let pairs) = self { _ = pairs.held() } }
    public func noteDiscarded() { if case .pairs(let pairs) = self { pairs.letGo() } }

    var size: ByteCount {
        switch self {
        case .done, .nothing, .number: .bytes(10)
        case .value(let value): .bytes(10 + Int64(value.bytes))
        case .pairs(let pairs):
            (0..<pairs.count).reduce(.bytes(10)) { $0 + .bytes(30 + Int64(pairs[$1].value.bytes)) }
        case .refused: .bytes(40)
        }
    }

    public var mark: UInt64 {
        switch self {
        case .done: Vocabulary.mark(1)
        case .nothing: Vocabulary.mark(2)
        case .value(let value): Vocabulary.mark(3, value.mark)
        case .number(let number): Vocabulary.mark(4, UInt64(bitPattern: number))
        case .pairs(let pairs):
            (0..<pairs.count).reduce(Vocabulary.mark(5)) {
                Vocabulary.mark($0, pairs[$1].field, pairs[$1].value.mark)
            }
        case .refused(let error): Vocabulary.mark(6, error.mark)
        }
    }
}

/// Why a request was not carried out, or may not have been.
public enum CacheError: Error, Hashable, Sendable, BitwiseCopyable {
    /// The entry holds something of another kind.
    case wrongKind
    /// The memory is full, and nothing may be evicted.
    case outOfMemory
    /// The node is a replica.
    case readOnly
    /// The slot is at another node, as far as this one knows.
    case moved(to: UInt16)
    /// The node still reads what it has on its disk.
    case loading
    /// The node does not see most of the primaries.
    case clusterDown
    /// Too few replicas are in step for writes.
    case notEnoughReplicas
    /// The append-only file cannot be written.
    case diskFailed
    /// For as long as the client tries, no node took it.
    case unavailable
    /// It was sent, and not answered: whether it was carried out nobody knows.
    case maybeDone

    var mark: UInt64 {
        switch self {
        case .wrongKind: 1
        case .outOfMemory: 2
        case .readOnly: 3
        case .moved(let node): 0x100 + UInt64(node)
        case .loading: 4
        case .clusterDown: 5
        case .notEnoughReplicas: 6
        case .diskFailed: 9
        case .unavailable: 7
        case .maybeDone: 8
        }
    }
}
