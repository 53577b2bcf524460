internal import Simulation
public import Vocabulary

/// A group of consumers, who share the partitions of a log among them.
public struct GroupID: Hashable, Sendable {
    public let number: UInt64

    public init(_ name: String) { number = Purpose(name).number }
}

/// How far a group is in a partition.
public struct GroupPosition: Hashable, Sendable {
    /// The first record that is not done.
    public let offset: Int
    /// Of the record before: where the log has another one there by now, the group goes on where the two part. 0 where it
    /// is not known.
    public let lastEpoch: Int
}

/// Who shares the partitions of a log since when: a group has one generation after the other, and a member of an
/// earlier one commits nothing any more.
public struct GroupGeneration: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let id: Int
        /// What it has of the partitions.
        public let partitions: Range<Int>
        /// For how long the group waits for a word of it, and for its joining.
        public let session: Span
        public let rebalanceTimeout: Span
    }

    public var number = 0
    public var members: [Member] = []

    public init() {}

    /// The next one: each member has as many partitions as the others, or one more, in the order in which they came.
    func next(of members: [(id: Int, session: Span, rebalanceTimeout: Span)], partitions: Int) -> Self {
        var next = Self()
        next.number = number + 1
        var start = 0
        for (place, member) in members.enumerated() {
            let end = partitions * (place + 1) / members.count
            next.members.append(
                Member(
                    id: member.id, partitions: start..<end, session: member.session,
                    rebalanceTimeout: member.rebalanceTimeout))
            start = end
        }
        return next
    }

    func member(_ id: Int) -> Member? { members.first { $0.id == id } }
}

/// What the brokers must not forget of groups. It lies in partitions of their own, which are replicated like others.
enum GroupRecord: Sendable, Marked {
    /// Those before are done: so much of a partition a group does not need again.
    case offset(GroupID, partition: Int, GroupPosition)
    case generation(GroupID, GroupGeneration)
    /// What follows, up to the end, says all that records before it say.
    case snapshotBegins
    case snapshotEnds

    /// The fields of Kafka's `OffsetCommitValue` and `GroupMetadataValue`, with names of 20 bytes.
    var size: ByteCount {
        switch self {
        case .offset: .bytes(60)
        case .generation(_, let generation): .bytes(Int64(60 + 100 * generation.members.count))
        case .snapshotBegins, .snapshotEnds: .bytes(8)
        }
    }

    var mark: UInt64 {
        switch self {
        case .offset(let group, let partition, let offset):
            Vocabulary.mark(1, group.number, UInt64(partition), UInt64(offset.offset))
        case .generation(let group, let generation):
            Vocabulary.mark(2, group.number, UInt64(generation.number), UInt64(generation.members.count))
        case .snapshotBegins: Vocabulary.mark(3)
        case .snapshotEnds: Vocabulary.mark(4)
        }
    }
}

/// What the records of groups in one partition come to.
public struct GroupTable: Sendable {
    public struct StoredGroup: Sendable {
        public let group: GroupID
        public internal(set) var generation = GroupGeneration()
        /// By partition: from where on a group has something to do; nil where it has committed nothing.
        public internal(set) var offsets: [GroupPosition?]
    }

    public private(set) var entries: [StoredGroup] = []
    private let partitions: Int
    private var snapshotBegin: Int?
    /// The last snapshot: before it lies nothing that is still needed.
    private(set) var snapshotOffsets: Range<Int>?

    init(partitions: Int) { self.partitions = partitions }

    public subscript(group: GroupID) -> StoredGroup? { entries.first { $0.group == group } }

    mutating func apply(_ record: GroupRecord, at offset: Int) {
        switch record {
        case .offset(let group, let partition, let done): entries[place(of: group)].offsets[partition] = done
        case .generation(let group, let generation): entries[place(of: group)].generation = generation
        case .snapshotBegins: snapshotBegin = offset
        case .snapshotEnds:
            if let snapshotBegin { snapshotOffsets = snapshotBegin..<offset + 1 }
        }
    }

    private mutating func place(of group: GroupID) -> Int {
        if let place = entries.firstIndex(where: { $0.group == group }) { return place }
        entries.append(StoredGroup(group: group, offsets: Array(repeating: nil, count: partitions)))
        return entries.count - 1
    }

    /// All that is still needed, once more.
    var snapshot: [GroupRecord] {
        var records = [GroupRecord.snapshotBegins]
        for entry in entries {
            records.append(.generation(entry.group, entry.generation))
            for (partition, offset) in entry.offsets.enumerated() {
                if let offset { records.append(.offset(entry.group, partition: partition, offset)) }
            }
        }
        return records + [.snapshotEnds]
    }
}
