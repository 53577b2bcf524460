public import Cluster
public import Simulation
public import Vocabulary

/// What a design keeps in a log: 32 plain bytes at most. What is larger lies in a pool, and the payload has its
/// handle.
public protocol LogPayload: FileRecord, Marked, BitwiseCopyable {}

/// A record of a log, as its producer wrote it: 56 bytes, which lie in the pool of the run once, whoever has them.
///
/// Brokers, like real ones, know nothing of what it says but its size. So there is one type of broker for all designs;
/// those who write and read it say what it is.
@frozen
public struct LogRecord: FileRecord, Marked, BitwiseCopyable {
    /// Which producer wrote it, from 1, and its number among what that one sent to the partition, from 1. Both 0 where
    /// a repeated record is not told from another one.
    public let producer: UInt32
    public let sequence: UInt32
    /// By the producer's clock.
    public let time: Instant
    @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// Of the payload.
    @usableFromInline let payloadMark: UInt32
    /// Of the payload; one bit says that it is the brokers' own, about groups of consumers.
    @usableFromInline let sizeWord: UInt32

    @inlinable static var groupFlag: UInt32 { 1 << 31 }

    @inlinable
    public init<Payload: LogPayload>(producer: UInt32, sequence: UInt32, time: Instant, payload: Payload) {
        precondition(
            MemoryLayout<Payload>.size <= 32,
            "\(Payload.self) is too large for a log: its contents belong into a pool")
        self.producer = producer
        self.sequence = sequence
        self.time = time
        let mark = payload.mark
        payloadMark = UInt32(truncatingIfNeeded: mark ^ mark >> 32)
        sizeWord = UInt32(payload.size.bytes)
        withUnsafeMutableBytes(of: &words) { $0.storeBytes(of: payload, as: Payload.self) }
    }

    /// As another producer, or the same one under another number, writes it.
    @inlinable
    init(_ former: LogRecord, producer: UInt32, sequence: UInt32) {
        self.producer = producer
        self.sequence = sequence
        time = former.time
        words = former.words
        payloadMark = former.payloadMark
        sizeWord = former.sizeWord
    }

    /// What the brokers keep of groups of consumers, in partitions of their own. It takes over the reference.
    init(_ group: Contents<GroupRecord>, at time: Instant) {
        (producer, sequence) = (0, 0)
        self.time = time
        words.0 = group.address
        payloadMark = UInt32(truncatingIfNeeded: group[0].mark ^ group[0].mark >> 32)
        sizeWord = UInt32(group[0].size.bytes) | Self.groupFlag
    }

    @inlinable
    public func payload<Payload: LogPayload>(as _: Payload.Type = Payload.self) -> Payload {
        precondition(sizeWord & Self.groupFlag == 0, "partitions of topics hold nothing of groups")
        return withUnsafeBytes(of: words) { $0.loadUnaligned(as: Payload.self) }
    }

    /// Nil of a record of a topic.
    var group: Contents<GroupRecord>? { sizeWord & Self.groupFlag == 0 ? nil : Contents(address: words.0) }

    @inlinable var payloadSize: ByteCount { .bytes(Int64(sizeWord & ~Self.groupFlag)) }

    /// 61 bytes around a batch, of one at the load of a chat, and 7 around a record, in Kafka's format, version 2.
    @inlinable public var size: ByteCount { .bytes(68) + payloadSize }

    public var mark: UInt64 {
        Vocabulary.mark(UInt64(producer) << 32 | UInt64(sequence), time.nanoseconds, UInt64(payloadMark))
    }

    public static var isCounted: Bool { true }
    public func noteCopied() { _ = group?.held() }
    public func noteDiscarded() { group?.letGo() }
}

/// When a producer hears that a record is stored.
public enum Acks: String, Choice {
    /// Not at all.
    case none
    /// When the leader has it in its page cache.
    case leader
    /// When all in sync have it in their page caches.
    case all
}

/// Why a broker does not take a batch, or has nothing to read.
public enum LogError: UInt64, Error, Sendable {
    case notLeader = 1
    case notEnoughReplicas
    case recordTooLarge
    /// The one before it is missing.
    case outOfOrder
    case diskFailed
    /// The producer has not heard that it is stored for as long as it tries. It may be all the same.
    case timedOut
}

/// Records of one partition on their way to its leader.
public struct Batch: Sendable {
    public let partition: Int
    public let records: Contents<LogRecord>

    public init(partition: Int, records: Contents<LogRecord>) {
        self.partition = partition
        self.records = records
    }

    static func recordCount(of batches: [Batch]) -> Int { batches.reduce(0) { $0 + $1.records.count } }

    var mark: UInt64 {
        Vocabulary.mark(
            UInt64(partition), UInt64(records.count), records.isEmpty ? 0 : records[0].mark)
    }
}

/// What became of a batch.
public struct BatchAnswer: Hashable, Sendable {
    public let partition: Int
    /// The offset of its first record.
    public let result: Result<Int, LogError>

    var mark: UInt64 {
        switch result {
        case .success(let offset): Vocabulary.mark(UInt64(partition), 1, UInt64(offset))
        case .failure(let error): Vocabulary.mark(UInt64(partition), 2, error.rawValue)
        }
    }
}

public struct BatchAnswers: Marked {
    public let answers: [BatchAnswer]
    public var mark: UInt64 { answers.reduce(0) { Vocabulary.mark($0, $1.mark) } }
}

/// Where a follower, or a consumer, goes on to read.
public struct FetchPosition: Hashable, Sendable {
    public let partition: Int
    /// In which it takes the broker for the leader.
    public let epoch: Int
    public let offset: Int
    /// Of the record before that.
    public let lastEpoch: Int

    var mark: UInt64 { Vocabulary.mark(UInt64(partition), UInt64(epoch), UInt64(offset), UInt64(lastEpoch)) }
}

/// What a follower asks a leader for: what there is behind these positions, and behind those that it has said before.
public struct Fetch: Marked {
    public let broker: Int
    /// Whether what was said before does not hold any more.
    public let isWhole: Bool
    public let positions: [FetchPosition]

    public var mark: UInt64 {
        positions.reduce(Vocabulary.mark(UInt64(broker), isWhole ? 1 : 0)) { Vocabulary.mark($0, $1.mark) }
    }
}

public struct Fetched: Marked {
    public struct PartitionData: Sendable {
        public enum FetchResult: Sendable {
            /// The epochs that begin among them, and how much is committed.
            case records([Contents<LogRecord>], from: Int, EpochTable.Starts, highWatermark: Int)
            case diverges(epoch: Int, end: Int)
            /// What lay there was trimmed; the log begins there.
            case trimmed(to: Int)
            case notLeader
        }
        public let partition: Int
        public let epoch: Int
        public let answer: FetchResult

        var size: ByteCount {
            guard case .records(let records, _, _, _) = answer else { return .bytes(24) }
            return records.reduce(.bytes(24)) { $0 + $1[0].size }
        }
    }

    public let parts: [PartitionData]

    public var recordCount: Int {
        parts.reduce(0) { count, part in
            if case .records(let records, _, _, _) = part.answer { count + records.count } else { count }
        }
    }

    var size: ByteCount { parts.reduce(LogController.frame) { $0 + $1.size } }

    public static var isCounted: Bool { true }
    public func noteCopied() { forEachRecord { _ = $0.held() } }
    public func noteDiscarded() { forEachRecord { $0.letGo() } }

    func forEachRecord(_ body: (Contents<LogRecord>) -> Void) {
        for part in parts {
            if case .records(let records, _, _, _) = part.answer { for record in records { body(record) } }
        }
    }

    public var mark: UInt64 {
        parts.reduce(UInt64(parts.count)) { mark, part in
            switch part.answer {
            case .records(let records, let from, _, let highWatermark):
                Vocabulary.mark(
                    mark, UInt64(part.partition), UInt64(from + records.count), UInt64(highWatermark))
            case .diverges(let epoch, let end):
                Vocabulary.mark(mark &+ 1, UInt64(part.partition), UInt64(epoch), UInt64(end))
            case .trimmed(let offset): Vocabulary.mark(mark &+ 2, UInt64(part.partition), UInt64(offset))
            case .notLeader: Vocabulary.mark(mark &+ 3, UInt64(part.partition))
            }
        }
    }
}

/// What happened to the table of epochs of a partition, one after the other.
enum EpochRecord: FileRecord {
    case began(EpochTable.Start)
    case cut(to: Int)

    /// An epoch, an offset and a checksum.
    var size: ByteCount { .bytes(16) }
}

extension EpochTable {
    /// As its file has it.
    init(_ file: File<EpochRecord>) {
        for number in file.numbers {
            switch file[number] {
            case .began(let start): begin(start.epoch, at: start.offset)
            case .cut(let offset): truncate(to: offset)
            }
        }
    }
}
