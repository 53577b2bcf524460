public import Chat
public import Cluster
public import Vocabulary

extension Server {
    static let log = FileName<Record>("log")

    /// What the server's disk holds, in the order in which it happened: from this alone it knows after a
    /// crash what it knew before.
    public enum Record: Marked, FileRecord {
        case letter(Letter, by: DeviceID)
        case confirmed(LetterID, on: DeviceID)
        /// A block, or who is in a room.
        case change(Change, by: User)

        public var mark: UInt64 {
            switch self {
            case .letter(let letter, let device): Vocabulary.mark(1, letter.mark, device.mark)
            case .confirmed(let letter, let device): Vocabulary.mark(2, letter.word, device.mark)
            case .change(let change, let user): Vocabulary.mark(3, change.mark, UInt64(user.number))
            }
        }

        public var size: ByteCount {
            if case .letter(let letter, _) = self { letter.size } else { .bytes(32) }
        }
    }
}
