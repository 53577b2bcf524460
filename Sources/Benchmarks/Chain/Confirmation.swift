import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-3: that a letter was shown, or read, on its way to who has sent it.
    struct Confirmation: FileRecord, Marked, BitwiseCopyable {
        enum Kind: UInt8 {
            case shown = 1
            case read
        }

        let letter: LetterID
        let reader: User
        let kind: Kind

        /// Stored, with its keys.
        var size: ByteCount { .bytes(50) }

        /// As it is said to the sender's phone.
        var word: ToDevice {
            switch kind {
            case .shown: .receipt(letter, from: reader)
            case .read: .readReceipt(letter, from: reader)
            }
        }

        var mark: UInt64 { Vocabulary.mark(UInt64(kind.rawValue), letter.word, UInt64(reader.number)) }
    }

    /// A host wants to know where the sender of a letter is.
    struct LocateSender: Call {
        typealias Caller = ChatHost
        typealias Callee = Answerer

        let confirmation: Confirmation

        var size: ByteCount { Chain.frame }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<OneWord>) -> Answerer.Inbox {
            .asked(about: confirmation.letter.sender, ticket)
        }
        func outcome(_ result: Result<OneWord, CallError>) -> ChatHost.Inbox {
            .located(confirmation, host: result.reply.word)
        }
    }

    /// A host has confirmations stored. The message service takes over the reference to them.
    struct StoreConfirmations: Call {
        typealias Caller = ChatHost
        typealias Callee = MessageService

        let batch: Contents<Confirmation>

        var size: ByteCount { Chain.frame + .bytes(Int64(50 * batch.count)) }
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Done>) -> MessageService.Inbox { .storeConfirmations(batch, ticket) }
        func outcome(_ result: Result<Done, CallError>) -> ChatHost.Inbox {
            _ = result.reply
            return .stored
        }
    }
}
