public import Cluster
public import Vocabulary

/// What the controllers of a log agree on, one after the other.
public enum LogCommand: FileRecord, Marked {
    /// An incarnation of a broker takes part, or does not any more.
    case broker(Int, incarnation: Int, takesPart: Bool)
    case leadership(partition: Int, Replica.Leadership)

    /// The fields of Kafka's `RegisterBrokerRecord` and `PartitionChangeRecord`, with ids of 16 bytes.
    public var size: ByteCount {
        switch self {
        case .broker: .bytes(40)
        case .leadership(_, let leadership): .bytes(Int64(40 + 4 * leadership.inSync.count))
        }
    }

    public var mark: UInt64 {
        switch self {
        case .broker(let broker, let incarnation, let takesPart):
            Vocabulary.mark(1, UInt64(broker), UInt64(incarnation), takesPart ? 1 : 0)
        case .leadership(let partition, let leadership):
            Vocabulary.mark(2, UInt64(partition), leadership.mark)
        }
    }
}

extension Replica.Leadership: Marked {
    public var mark: UInt64 {
        inSync.reduce(
            Vocabulary.mark(1, UInt64(epoch), UInt64(leader.map { $0 + 1 } ?? 0), UInt64(version))
        ) { Vocabulary.mark($0, UInt64($1)) }
    }
}
