internal import Chat
internal import Cluster
internal import Vocabulary

/// An app has changed something.
struct ChangeForApp: Call {
    typealias Caller = Gateway
    typealias Callee = ConnectionService
    typealias Reply = ChangeAnswer

    let change: Change
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<ChangeAnswer>) -> ConnectionService.Inbox {
        .change(change, by: device, ticket)
    }
    func outcome(_ result: Result<ChangeAnswer, CallError>) -> Gateway.Inbox {
        .changed(change, device, attempt, result)
    }
}

/// An app wants to know somebody's keys.
struct FindKeys: Call {
    typealias Caller = Gateway
    typealias Callee = ConnectionService
    typealias Reply = KeysAnswer

    let question: Question
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<KeysAnswer>) -> ConnectionService.Inbox {
        .findKeys(User(question.subject), ticket)
    }
    func outcome(_ result: Result<KeysAnswer, CallError>) -> Gateway.Inbox {
        .foundKeys(question, device, attempt, result)
    }
}
