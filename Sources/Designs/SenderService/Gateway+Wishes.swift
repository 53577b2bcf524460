internal import Chat
internal import Cluster
public import Vocabulary

/// S0-24: a letter that could not be opened is for its sender to seal anew. Their device may be away, or new and not with
/// any host yet. So the wish lies with the message service before anybody is told of it, and a device that comes to its
/// host hears of it with what it has missed. Only then is the question answered: until it is, the app asks again.
/// A host that has begun anew resets the connection that it does not know. What went over it is said again, over the next one:
/// their device may have come to the host, and asked for its history, before the wish was stored.
///
///     app ── again ─▶ gateway ── wish ─▶ message service ── stored ─▶ gateway ─▶ sender's host ── again ─▶ their app
///                                            └───── with the history, until what was sealed anew has come by ─────▲
extension Gateway {
    func store(_ question: Question, of device: DeviceID, _ attempt: Try, in shift: Shift) {
        let callee = messageServices.pick(at: shift.now)
        shift.call(
            StoreWish(question: question, device: device, attempt: attempt.asking(callee)),
            at: peers.messageServices[callee], by: storeWish)
    }

    /// It is kept: those of the sender's devices that are there hear of it at once.
    func take(
        _ result: Result<Stored, CallError>, ofWish question: Question, of device: DeviceID, _ attempt: Try,
        in shift: Shift
    ) {
        if case .success(.stored) = result {
            return locate(question.letter.sender, for: question, of: device, Try(), in: shift)
        }
        serviceLog.write(
            .storingFailed, "message-service", peers.messageServices[Int(attempt.callee)], result.error,
            at: shift.now)
        messageServices.avoid(Int(attempt.callee), at: shift.now)
        if let next = attempt.next(of: settings) { store(question, of: device, next, in: shift) }
    }
}

/// A device wants a letter sealed with the key that it has now.
public struct Wish: Marked {
    let letter: LetterID
    let device: DeviceID
    let key: UInt16

    /// As it is said to a device of the sender's.
    var word: ToDevice { .resendWanted(letter, by: device, key: key) }

    public var mark: UInt64 { Vocabulary.mark(letter.word, device.mark, UInt64(key)) }
}

extension Wish {
    init(_ question: Question, of device: DeviceID) {
        self.init(letter: question.letter, device: device, key: question.key)
    }
}

/// A gateway has a wish kept.
struct StoreWish: Call {
    typealias Caller = Gateway
    typealias Callee = MessageService
    typealias Reply = Stored

    let question: Question
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<Stored>) -> MessageService.Inbox {
        .storeWish(Wish(question, of: device), ticket)
    }
    func outcome(_ result: Result<Stored, CallError>) -> Gateway.Inbox {
        .wishStored(question, device, attempt, result)
    }
}
