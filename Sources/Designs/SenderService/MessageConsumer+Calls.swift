internal import Chat
internal import Cluster
internal import Vocabulary

/// Does the recipient of a message block its sender?
struct CheckBlock: Call {
    typealias Caller = MessageConsumer
    typealias Callee = ConnectionService
    typealias Reply = BlockAnswer

    let slot: UInt32
    let service: UInt16
    let sender: User
    let reader: User

    var size: ByteCount { SenderService.frame }
    /// What follows starts with other parts.
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<BlockAnswer>) -> ConnectionService.Inbox {
        .isBlocked(sender, by: reader, ticket)
    }
    func outcome(_ result: Result<BlockAnswer, CallError>) -> MessageConsumer.Inbox {
        .checked(slot: slot, service: service, result)
    }
}

/// Where is the recipient of a message, or of all that wait for an answer about them?
struct LocateRecipient: Call {
    typealias Caller = MessageConsumer
    typealias Callee = HostAssigner
    typealias Reply = Location

    /// The one message.
    let slot: UInt32?
    let assigner: UInt16
    let recipient: Destination

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Location>) -> HostAssigner.Inbox { .locate(recipient, ticket) }
    func outcome(_ result: Result<Location, CallError>) -> MessageConsumer.Inbox {
        if let slot {
            .located(slot: slot, assigner: assigner, result)
        } else {
            .locatedOverdue(recipient, assigner: assigner, result)
        }
    }
}

/// Where are they by now?
struct LocateAgain: Call {
    typealias Caller = MessageConsumer
    typealias Callee = HostAssigner
    typealias Reply = Location

    let delivery: Dispatch
    let attempt: UInt8
    let assigner: UInt16

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Location>) -> HostAssigner.Inbox { .locate(delivery.recipient, ticket) }
    func outcome(_ result: Result<Location, CallError>) -> MessageConsumer.Inbox {
        .locatedAgain(delivery, attempt: attempt, assigner: assigner, result)
    }
}

/// Some messages are to be logged.
struct StoreLetters: Call {
    typealias Caller = MessageConsumer
    typealias Callee = MessageService
    typealias Reply = Stored

    let batch: Int
    let letters: [AddressedLetter]

    var size: ByteCount { letters.reduce(SenderService.frame) { $0 + $1.size } }

    func request(_ ticket: Ticket<Stored>) -> MessageService.Inbox { .store(letters, ticket) }
    func outcome(_ result: Result<Stored, CallError>) -> MessageConsumer.Inbox {
        .stored(batch: batch, result)
    }
}
