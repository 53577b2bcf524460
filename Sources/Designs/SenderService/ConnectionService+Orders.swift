internal import Chat
internal import Cluster
internal import Infrastructure
public import Vocabulary

/// Blocks where each device has a list of its own (S0-26, S0-27, S0-42, S0-43). What an order of a device comes to is
/// decided at once (`BlockLists`), and said when the store has it; then all devices of its owner hear of it, and those
/// of whom it is about, whose apps need not ask any more whether to send. The device itself hears all that comes of its
/// orders over the gateway, in their order: over two lines the news of an earlier one could look like the latest.
extension ConnectionService {
    func take(
        _ order: BlockOrder, by device: DeviceID, _ ticket: Ticket<OrderAnswer>, in shift: Shift
    ) {
        // Who is not answered tries again.
        guard unread == 0, lists != nil else { return }
        let others = directory.devices(of: device.user).filter { $0 != device.number }
        guard let decision = lists?.take(order, by: device, others: others) else { return }
        if let user = decision.question {
            for host in peers.hosts {
                shift.post(.askAboutBlock(of: user, by: device), to: host, size: SenderService.frame)
            }
        }
        let answer = OrderAnswer(
            answer: decision.answer, entry: decision.change ?? decision.correction,
            question: decision.question)
        guard let entry = decision.change else {
            return shift.reply(answer, to: ticket, size: SenderService.frame)
        }
        store(PeopleNews(entry, by: device, at: order.time), .order(answer, ticket), in: shift)
    }

    /// S0-26: how the list of a device's owner has changed since.
    func changes(of user: User, since version: UInt32) -> [BlockEntry] {
        lists?.changes(of: user, since: version) ?? []
    }
}

/// What came of an order, how the list stands by now where that is news, and whom the owner is asked about.
public struct OrderAnswer: Marked {
    let answer: Chat.BlockAnswer
    let entry: BlockEntry?
    let question: User?

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(answer.rawValue), entry?.mark ?? 0, question.map { UInt64($0.number) } ?? .max)
    }
}

/// An app wants somebody blocked, or not any more.
struct OrderBlock: Call {
    typealias Caller = Gateway
    typealias Callee = ConnectionService
    typealias Reply = OrderAnswer

    let order: BlockOrder
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<OrderAnswer>) -> ConnectionService.Inbox {
        .order(order, by: device, ticket)
    }
    func outcome(_ result: Result<OrderAnswer, CallError>) -> Gateway.Inbox {
        .ordered(order, device, attempt, result)
    }
}
