public import Cluster
public import Simulation
public import Vocabulary

/// A row of a wide-column store, or the word that rows are deleted: a partition, where it stands in it, what it says,
/// and when that was written by the clock of who wrote it.
///
///     WideRow(in: user, at: time, value: letter.id.word, weight: letter.size + envelope)
///     WideRow(in: user, at: time, body: contents, mark: letter.mark, weight: letter.size, lifetime: .hours(720))
///     WideRow.deletion(in: user, at: time)
///
/// What it says is one word: a value, or contents of a pool, which lie there once, however many rows of however many
/// replicas say so. What it weighs on the wire and on disks is said beside it. Rows lie in the pool of the run once,
/// with 36 bytes:
///
///     | partition, 64 | clustering key, 64 | value, 64 | µs, 46; kind, 2; lifetime in s, 24; weight in bytes, 24 |
@frozen
public struct WideRow: FileRecord, Marked, BitwiseCopyable {
    @usableFromInline let partitionWord: HalvedWord
    @usableFromInline let clusteringWord: HalvedWord
    @usableFromInline let valueWord: HalvedWord
    /// Time, kind and the lower 16 bits of the lifetime.
    @usableFromInline let stampWord: HalvedWord
    /// The upper 8 bits of the lifetime, and the weight.
    @usableFromInline let weightWord: UInt32

    public enum Kind: UInt8, Sendable {
        case value
        /// The value is the address of an element of a pool, 48 bits, and 16 bits of its mark.
        case contents
        /// The row is deleted, with what was written of it before.
        case deletion
        /// So are all rows from the clustering key on, through the one that the value is.
        case rangeDeletion
    }

    @inlinable
    init(
        partition: UInt64, clustering: UInt64, value: UInt64, kind: Kind, weight: ByteCount, lifetime: Span?,
        time: Int64 = 0
    ) {
        precondition((1...Self.weightLimit.bytes).contains(weight.bytes), "a row of \(weight)")
        precondition(time >= -1 << 45 && time < 1 << 45, "a clock that is a year off")
        // Rounded up: a row does not go before its time.
        let seconds = lifetime.map { UInt64(($0.nanoseconds + 999_999_999) / 1_000_000_000) } ?? 0
        precondition(seconds < 1 << 24 && (lifetime == nil || seconds > 0), "rows live a second to 194 days")
        partitionWord = HalvedWord(partition)
        clusteringWord = HalvedWord(clustering)
        valueWord = HalvedWord(value)
        stampWord = HalvedWord(
            UInt64(bitPattern: time) << 18 | UInt64(kind.rawValue) << 16 | seconds & 0xFFFF)
        weightWord = UInt32(seconds >> 16) << 24 | UInt32(weight.bytes)
    }

    /// How many rows a message carries.
    @usableFromInline static let batchLimit = 1_000

    /// The largest mutation that Cassandra takes: half of a segment of its commit log, `max_mutation_size`.
    public static let weightLimit = ByteCount.bytes(1 << 24 - 1)

    /// - Parameters:
    ///   - weight: of the whole row, on the wire and on disks.
    ///   - lifetime: after which it is not there any more; rounded up to seconds. For good when nil.
    @inlinable
    public init(
        in partition: UInt64, at clustering: UInt64, value: UInt64, weight: ByteCount, lifetime: Span? = nil
    ) {
        self.init(
            partition: partition, clustering: clustering, value: value, kind: .value, weight: weight,
            lifetime: lifetime)
    }

    /// A row that says what lies in a pool, and takes over one reference to it.
    ///
    /// - Parameter mark: of what lies there; by it two rows of the same time are told apart.
    @inlinable
    public init<Body: Sendable>(
        in partition: UInt64, at clustering: UInt64, body: Contents<Body>, mark: UInt64, weight: ByteCount,
        lifetime: Span? = nil
    ) {
        precondition(body.count == 1, "a row has one body")
        self.init(
            partition: partition, clustering: clustering, value: body.address << 16 | mark & 0xFFFF,
            kind: .contents, weight: weight, lifetime: lifetime)
    }

    @inlinable
    public static func deletion(in partition: UInt64, at clustering: UInt64) -> WideRow {
        WideRow(
            partition: partition, clustering: clustering, value: 0, kind: .deletion,
            weight: Self.deletionWeight,
            lifetime: nil)
    }

    @inlinable
    public static func deletion(in partition: UInt64, of rows: ClosedRange<UInt64>) -> WideRow {
        WideRow(
            partition: partition, clustering: rows.lowerBound, value: rows.upperBound, kind: .rangeDeletion,
            weight: Self.deletionWeight, lifetime: nil)
    }

    /// Two keys, a time and flags.
    @usableFromInline static var deletionWeight: ByteCount { .bytes(40) }

    /// The same, written at `time`, in µs of the writer's clock.
    @inlinable
    func stamped(_ time: Int64) -> WideRow { WideRow(self, time: time) }

    @inlinable
    init(_ row: WideRow, time: Int64) {
        precondition(time >= -1 << 45 && time < 1 << 45, "a clock that is a year off")
        (partitionWord, clusteringWord, valueWord) = (row.partitionWord, row.clusteringWord, row.valueWord)
        weightWord = row.weightWord
        stampWord = HalvedWord(UInt64(bitPattern: time) << 18 | row.stampWord.word & (1 << 18 - 1))
    }

    @inlinable public var partition: UInt64 { partitionWord.word }
    @inlinable public var clustering: UInt64 { clusteringWord.word }
    /// Where the row says a value.
    @inlinable public var value: UInt64 { valueWord.word }
    /// In µs of the writer's clock.
    @inlinable public var time: Int64 { Int64(bitPattern: stampWord.word) >> 18 }
    @inlinable public var kind: Kind { Kind(rawValue: UInt8(stampWord.word >> 16 & 3)).unsafelyUnwrapped }
    @inlinable public var size: ByteCount { .bytes(Int64(weightWord & 0xFF_FFFF)) }
    /// In seconds; 0 for good.
    @inlinable var lifetime: UInt32 {
        (weightWord >> 24) << 16 | UInt32(stampWord.word & 0xFFFF)
    }

    /// Where the row says contents: they count for nothing by themselves.
    @inlinable
    public func body<Body: Sendable>(of _: Body.Type = Body.self) -> Contents<Body> {
        precondition(kind == .contents, "the row has no body")
        return Contents(address: value >> 16)
    }

    @inlinable public var mark: UInt64 {
        // Addresses are in no digest.
        let value = kind == .contents ? value & 0xFFFF : value
        return Vocabulary.mark(partition, clustering, stampWord.word, value &+ UInt64(weightWord) << 32)
    }

    // Rows lie in a pool, which lets go of their bodies with them.
    @inlinable public static var isCounted: Bool { true }
    @inlinable public func noteCopied() { if kind == .contents { _ = body(of: UInt8.self).held() } }
    @inlinable public func noteDiscarded() { if kind == .contents { body(of: UInt8.self).letGo() } }
}

extension WideRow {
    @inlinable var isDeletion: Bool { stampWord.word & 1 << 17 != 0 }

    /// Which of two rows of one key holds: the one that its writer's clock says is later. Of the same time, a deletion
    /// holds, then the greater value.
    public func supersedes(_ other: WideRow) -> Bool {
        if time != other.time { return time > other.time }
        if isDeletion != other.isDeletion { return isDeletion }
        return rank > other.rank
    }

    private var rank: UInt64 { kind == .contents ? value & 0xFFFF : value }

    /// In seconds, as expiry is counted.
    static func seconds(_ microseconds: Int64) -> Int32 { Int32(clamping: microseconds / 1_000_000) }

    /// When there is nothing of it to be seen any more: at once of a deletion, never of what lives for good. In seconds.
    var end: Int64? {
        if isDeletion { return Int64(Self.seconds(time)) }
        return lifetime > 0 ? Int64(Self.seconds(time)) + Int64(lifetime) : nil
    }

    /// Of deletions of ranges.
    func hasBounds(of other: WideRow) -> Bool { clustering == other.clustering && value == other.value }

    func covers(_ clustering: UInt64) -> Bool { clustering >= self.clustering && clustering <= value }
}

/// 64 bits that lie anywhere: a row of words would be rounded up to the next whole one.
@frozen
@usableFromInline
struct HalvedWord: BitwiseCopyable, Sendable {
    @usableFromInline let low: UInt32
    @usableFromInline let high: UInt32

    @inlinable
    init(_ word: UInt64) {
        low = UInt32(truncatingIfNeeded: word)
        high = UInt32(truncatingIfNeeded: word >> 32)
    }

    @inlinable var word: UInt64 { UInt64(high) << 32 | UInt64(low) }
}
