public import Cluster
public import Simulation
public import Vocabulary

/// An entry of the log on which a group agrees.
public struct AgreementEntry<Command: FileRecord & Marked>: FileRecord, Marked {
    public let epoch: Int
    /// Nil in what a leader begins with.
    public let command: Command?

    /// 61 bytes around a record, the overhead of a batch of one in Kafka's format, version 2.
    public var size: ByteCount { .bytes(61) + (command?.size ?? .zero) }

    public var mark: UInt64 { Vocabulary.mark(1, UInt64(epoch), command?.mark ?? 0) }
}

/// The last one in its file holds.
struct BallotRecord: FileRecord {
    let ballot: Agreement.Ballot
    /// Two numbers, a checksum and a length.
    var size: ByteCount { .bytes(24) }
}

/// What comes to a member: words of others, and what it has asked its disk and its clock for.
public enum AgreementNews<Command: FileRecord & Marked>: Marked, BitwiseCopyable {
    /// With the entries that an `append` is about.
    case word(Agreement.Message, Contents<AgreementEntry<Command>>, from: Int)
    case leaderIsOverdue
    case heartbeatIsDue
    case ballotWritten(Agreement.Ballot)
    case ballotStored(Agreement.Ballot)
    case entriesStored(upTo: Int, generation: Int)
    /// The disk would not take it.
    case ballotNotStored
    case entriesNotStored(generation: Int)

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .word(_, let entries, _) = self { _ = entries.held() } }
    public func noteDiscarded() { if case .word(_, let entries, _) = self { entries.letGo() } }

    public var mark: UInt64 {
        switch self {
        case .word(let word, let entries, let from):
            Vocabulary.mark(
                1, word.mark, (0..<entries.count).reduce(0) { Vocabulary.mark($0, entries[$1].mark) },
                UInt64(from))
        case .leaderIsOverdue: Vocabulary.mark(2)
        case .heartbeatIsDue: Vocabulary.mark(3)
        case .ballotWritten(let ballot): Vocabulary.mark(4, UInt64(ballot.epoch))
        case .ballotStored(let ballot): Vocabulary.mark(5, UInt64(ballot.epoch))
        case .entriesStored(let end, let generation): Vocabulary.mark(7, UInt64(end), UInt64(generation))
        case .ballotNotStored: Vocabulary.mark(8)
        case .entriesNotStored(let generation): Vocabulary.mark(9, UInt64(generation))
        }
    }
}

extension Agreement.Message: Marked {
    public var mark: UInt64 {
        switch self {
        case .voteFor(let epoch, let end, let lastEpoch):
            Vocabulary.mark(1, UInt64(epoch), UInt64(end), UInt64(lastEpoch))
        case .voted(let epoch, let isGranted): Vocabulary.mark(2, UInt64(epoch), isGranted ? 1 : 0)
        case .append(let epoch, let place, _, let run, let committed):
            Vocabulary.mark(3, UInt64(epoch), UInt64(place + run.count), UInt64(committed))
        case .appended(let epoch, let place): Vocabulary.mark(4, UInt64(epoch), UInt64(place))
        case .refused(let epoch, let place): Vocabulary.mark(5, UInt64(epoch), UInt64(place))
        case .committed(let epoch, let place): Vocabulary.mark(6, UInt64(epoch), UInt64(place))
        }
    }
}
