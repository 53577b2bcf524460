internal import Chat
internal import Cluster
internal import Infrastructure
public import Vocabulary

/// Blocks where each device has a list of its own (S0-26, S0-27, S0-42, S0-43). What an order of a device comes to is
/// decided at once (`BlockLists`), and said when the store has it; then all devices of its owner hear of it, and those
/// of whom it is about, whose apps need not ask any more whether to send. The answer goes the same way as what others
/// hear, over the device's host: over another one it could come before the news of an earlier order, which would then
/// look like the latest.
extension ConnectionService {
    func take(
        _ order: BlockOrder, by device: DeviceID, _ ticket: Ticket<Stored>, in shift: Shift
    ) {
        // Who is not answered tries again.
        guard unread == 0, lists != nil else { return }
        let others = directory.devices(of: device.user).filter { $0 != device.number }
        guard let decision = lists?.take(order, by: device, others: others) else { return }
        shift.reply(.stored, to: ticket, size: SenderService.frame)
        let answer = OrderAnswer(
            device: device, number: order.number, answer: decision.answer, correction: decision.correction,
            question: decision.question)
        guard let entry = decision.change else { return tellHosts(answer, in: shift) }
        store(PeopleNews(entry, by: device, at: order.time), .order(answer), in: shift)
    }

    /// A device that does not hear it says its order again.
    func tellHosts(_ answer: OrderAnswer, in shift: Shift) {
        for host in peers.hosts { shift.post(.answered(answer), to: host, size: SenderService.frame) }
    }

    /// S0-26: how the list of a device's owner has changed since.
    func changes(of user: User, since version: UInt32) -> [BlockEntry] {
        lists?.changes(of: user, since: version) ?? []
    }
}

/// What came of an order, how the list stands where the device thinks otherwise, and whom its owner is asked about.
public struct OrderAnswer: Marked {
    let device: DeviceID
    let number: UInt32
    let answer: Chat.BlockAnswer
    let correction: BlockEntry?
    let question: User?

    public var mark: UInt64 {
        Vocabulary.mark(
            device.mark, UInt64(number) << 8 | UInt64(answer.rawValue), correction?.mark ?? 0,
            question.map { UInt64($0.number) } ?? .max)
    }
}

/// A page of changes of a list.
public struct BlocksAnswer: Marked {
    let page: UInt32

    public var mark: UInt64 { UInt64(page) }
}

/// An app wants somebody blocked, or not any more.
struct OrderBlock: Call {
    typealias Caller = Gateway
    typealias Callee = ConnectionService
    typealias Reply = Stored

    let order: BlockOrder
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Stored>) -> ConnectionService.Inbox {
        .order(order, by: device, ticket)
    }
    func outcome(_ result: Result<Stored, CallError>) -> Gateway.Inbox {
        .ordered(order, device, attempt, result)
    }
}

/// A device that has come wants to know how its owner's list has changed.
struct FindBlocks: Call {
    typealias Caller = ChatHost
    typealias Callee = ConnectionService
    typealias Reply = BlocksAnswer

    let question: Question
    let device: DeviceID
    let service: UInt16

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<BlocksAnswer>) -> ConnectionService.Inbox {
        .findBlocks(device.user, since: question.from, ticket)
    }
    func outcome(_ result: Result<BlocksAnswer, CallError>) -> ChatHost.Inbox {
        .foundBlocks(question, device, service: service, result)
    }
}
