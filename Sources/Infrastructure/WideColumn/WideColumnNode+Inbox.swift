public import Cluster
public import Simulation
public import Vocabulary

extension WideColumnNode {
    /// All that can arrive at a node.
    public enum Inbox: Marked {
        // From clients.
        case write(Contents<WideRow>, Consistency, Ticket<WideWritten>)
        case read(WideRead, Consistency, Ticket<WideAnswer>)

        // From coordinators, with rows behind each other in the pool, or with any.
        case apply(Contents<WideRow>, Ticket<WideApplied>)
        case applyEach([Contents<WideRow>], Ticket<WideApplied>)
        case look(WideLook, Ticket<WideSlice>)

        // From replicas.
        case applied(write: UInt32, node: UInt16, Result<WideApplied, CallError>)
        case looked(read: UInt32, contact: UInt16, Result<WideSlice, CallError>)
        case repaired(read: UInt32, Result<WideApplied, CallError>)
        case hintsApplied(to: UInt16, Result<WideApplied, CallError>)
        case gossip([UInt64], from: UInt16, isAnswer: Bool)

        // From its clock.
        case gossipIsDue
        case hintsAreDue
        case nextHints(to: UInt16)
        case speculationIsDue
        case syncIsDue
        case compactionIsDue

        // From its disk.
        case commitLogSynced
        case commitLogNotSynced
        /// A sync of hints has ended, well or not: the next one covers what it did not.
        case synced
        case rowsWritten(UInt32)
        case rowsSynced(UInt32)
        case rowsNotStored(UInt32)
        case lookRead(UInt32)
        case flushPieceWritten
        case flushSynced
        case flushNoted
        case flushDone
        case compactionRead
        case compactionWritten
        case compactionSynced
        case compactionNoted
        case compactionDone
        case wasRead
        case diskFailed

        public var mark: UInt64 {
            switch self {
            case .write(let rows, let level, let ticket):
                Vocabulary.mark(1, Self.mark(rows), level.mark, ticket.mark)
            case .read(let read, let level, let ticket):
                Vocabulary.mark(2, read.mark, level.mark, ticket.mark)
            case .apply(let rows, let ticket): Vocabulary.mark(3, Self.mark(rows), ticket.mark)
            case .applyEach(let rows, let ticket):
                rows.reduce(Vocabulary.mark(4, ticket.mark)) { Vocabulary.mark($0, $1[0].mark) }
            case .look(let look, let ticket): Vocabulary.mark(5, look.mark, ticket.mark)
            case .applied(let write, let node, let result):
                Vocabulary.mark(6, UInt64(write), UInt64(node), result.mark)
            case .looked(let read, let contact, let result):
                Vocabulary.mark(7, UInt64(read), UInt64(contact), result.mark)
            case .repaired(let read, let result): Vocabulary.mark(8, UInt64(read), result.mark)
            case .hintsApplied(let node, let result): Vocabulary.mark(9, UInt64(node), result.mark)
            case .gossip(let heartbeats, let node, let isAnswer):
                heartbeats.reduce(Vocabulary.mark(10, UInt64(node), isAnswer ? 1 : 0)) {
                    Vocabulary.mark($0, $1)
                }
            case .gossipIsDue: Vocabulary.mark(11)
            case .hintsAreDue: Vocabulary.mark(12)
            case .nextHints(let node): Vocabulary.mark(13, UInt64(node))
            case .speculationIsDue: Vocabulary.mark(14)
            case .syncIsDue: Vocabulary.mark(15)
            case .compactionIsDue: Vocabulary.mark(16)
            case .synced: Vocabulary.mark(17)
            case .rowsWritten(let waiter): Vocabulary.mark(18, UInt64(waiter))
            case .rowsSynced(let waiter): Vocabulary.mark(19, UInt64(waiter))
            case .rowsNotStored(let waiter): Vocabulary.mark(20, UInt64(waiter))
            case .lookRead(let slot): Vocabulary.mark(21, UInt64(slot))
            case .flushPieceWritten: Vocabulary.mark(22)
            case .flushSynced: Vocabulary.mark(23)
            case .flushNoted: Vocabulary.mark(24)
            case .flushDone: Vocabulary.mark(25)
            case .compactionRead: Vocabulary.mark(26)
            case .compactionWritten: Vocabulary.mark(27)
            case .compactionSynced: Vocabulary.mark(28)
            case .compactionNoted: Vocabulary.mark(29)
            case .compactionDone: Vocabulary.mark(30)
            case .wasRead: Vocabulary.mark(31)
            case .diskFailed: Vocabulary.mark(32)
            case .commitLogSynced: Vocabulary.mark(33)
            case .commitLogNotSynced: Vocabulary.mark(34)
            }
        }

        private static func mark(_ rows: Contents<WideRow>) -> UInt64 {
            Vocabulary.mark(UInt64(rows.count), rows[0].mark)
        }

        public static var isCounted: Bool { true }
        public func noteCopied() {
            switch self {
            case .write(let rows, _, _), .apply(let rows, _): _ = rows.held()
            case .applyEach(let rows, _): for row in rows { _ = row.held() }
            case .looked(_, _, .success(let slice)): slice.noteCopied()
            default: break
            }
        }
        public func noteDiscarded() {
            switch self {
            case .write(let rows, _, _), .apply(let rows, _): rows.letGo()
            case .applyEach(let rows, _): for row in rows { row.letGo() }
            case .looked(_, _, .success(let slice)): slice.letGo()
            default: break
            }
        }
    }
}
