public import Cluster
public import Simulation
public import Vocabulary

/// A record of a log, as its producer wrote it. It lies in the pool of the run once, whoever has it.
public struct LogRecord<Payload: FileRecord & Marked>: FileRecord, Marked {
    /// Which producer wrote it, from 1, and its number among what that one sent to the partition, from 1. Both 0 where
    /// a repeated record is not told from another one.
    public let producer: UInt32
    public let sequence: UInt32
    /// By the producer's clock.
    public let time: Instant
    let content: Content

    enum Content: Sendable {
        case payload(Payload)
        /// In the partitions in which the brokers keep what they know of groups of consumers.
        case group(GroupRecord)
    }

    public init(producer: UInt32, sequence: UInt32, time: Instant, payload: Payload) {
        self.producer = producer
        self.sequence = sequence
        self.time = time
        content = .payload(payload)
    }

    init(_ record: GroupRecord, at time: Instant) {
        (producer, sequence) = (0, 0)
        self.time = time
        content = .group(record)
    }

    public var payload: Payload {
        guard case .payload(let payload) = content else {
            preconditionFailure("partitions of topics hold nothing of groups")
        }
        return payload
    }

    /// 61 bytes around a batch, of one at the load of a chat, and 7 around a record, in Kafka's format, version 2.
    public var size: ByteCount {
        switch content {
        case .payload(let payload): .bytes(68) + payload.size
        case .group(let record): .bytes(68) + record.size
        }
    }

    public var mark: UInt64 {
        let content =
            switch content {
            case .payload(let payload): payload.mark
            case .group(let record): record.mark
            }
        return Vocabulary.mark(UInt64(producer) << 32 | UInt64(sequence), time.nanoseconds, content)
    }
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
public struct Batch<Payload: FileRecord & Marked>: Sendable {
    public let partition: Int
    public let records: Contents<LogRecord<Payload>>

    public init(partition: Int, records: Contents<LogRecord<Payload>>) {
        self.partition = partition
        self.records = records
    }

    var size: ByteCount { (0..<records.count).reduce(.zero) { $0 + records[$1].size } }

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

public struct Fetched<Payload: FileRecord & Marked>: Marked {
    public struct Part: Sendable {
        public enum Answer: Sendable {
            /// The epochs that begin among them, and how much is committed.
            case records([Contents<LogRecord<Payload>>], from: Int, [EpochTable.Start], highWatermark: Int)
            case diverges(epoch: Int, end: Int)
            /// What lay there was trimmed; the log begins there.
            case trimmed(to: Int)
            case notLeader
        }
        public let partition: Int
        public let epoch: Int
        public let answer: Answer

        var size: ByteCount {
            guard case .records(let records, _, _, _) = answer else { return .bytes(24) }
            return records.reduce(.bytes(24)) { $0 + $1[0].size }
        }
    }

    public let parts: [Part]

    public var recordCount: Int {
        parts.reduce(0) { count, part in
            if case .records(let records, _, _, _) = part.answer { count + records.count } else { count }
        }
    }

    var size: ByteCount { parts.reduce(LogController.frame) { $0 + $1.size } }

    public static var isCounted: Bool { true }
    public func noteCopied() { forEachRecord { _ = $0.held() } }
    public func noteDiscarded() { forEachRecord { $0.letGo() } }

    private func forEachRecord(_ body: (Contents<LogRecord<Payload>>) -> Void) {
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
