public import Chat
public import Cluster
public import Vocabulary

extension Server {
    static let log = FileName<Record>("log")

    /// What the server's disk holds, in the order in which it happened: from this alone it knows after a
    /// crash what it knew before.
    public enum Record: Marked, FileRecord {
        /// By one of its sender's devices: a record takes 24 bytes, and the disk holds one for each letter and confirmation.
        case letter(Letter, by: UInt8)
        case confirmed(LetterID, on: DeviceID)
        /// A block, or who is in a room.
        case change(Change, by: User)
        /// Nobody is let in as this user who has not logged in since; and a device that has.
        case revoked(User)
        case loggedIn(DeviceID)

        public var mark: UInt64 {
            switch self {
            case .letter(let letter, let device):
                Vocabulary.mark(1, letter.mark, DeviceID(of: letter.id.sender, device).mark)
            case .confirmed(let letter, let device): Vocabulary.mark(2, letter.word, device.mark)
            case .change(let change, let user): Vocabulary.mark(3, change.mark, UInt64(user.number))
            case .revoked(let user): Vocabulary.mark(4, UInt64(user.number))
            case .loggedIn(let device): Vocabulary.mark(5, device.mark)
            }
        }

        public var size: ByteCount {
            if case .letter(let letter, _) = self { letter.size } else { .bytes(32) }
        }
    }
}
