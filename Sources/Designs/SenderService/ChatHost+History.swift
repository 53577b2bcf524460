internal import Chat
internal import Cluster
internal import Vocabulary

/// A device that has come to a host asks it what it has missed (S0-36).
///
/// It asks there and not at the gateway, for the sake of what is on its way in these moments. On one line the hello is
/// heard first and the question behind it: what is delivered after the hello is said to the device, and what was
/// delivered before found nobody there, so it is stored before it is delivered once more, and the question finds it.
/// Over two lines a question could be answered before the hello was heard; what came in between would be lost.
///
/// Unless an older line of the device still stands here, which nobody hears on any more: what was said over it a moment
/// ago may not be stored yet. It is by the time in which a consumer stores it or else has it delivered again, and so long
/// the question waits.
extension ChatHost {
    /// A device has come that this host took to be there.
    func noteReplaced(_ device: DeviceID, in shift: Shift) { unsettled[device] = shift.now + storedLate }

    func ask(_ question: Question, of device: DeviceID, _ attempt: Gateway.Try, in shift: Shift) {
        if question.kind == .blocks { return askForBlocks(question, of: device, in: shift) }
        guard question.kind == .history else { return }  // the gateway answers the others
        if let settled = unsettled.removeValue(forKey: device), settled > shift.now {
            _ = shift.arm(.askLater(question, device), after: settled - shift.now)
            return
        }
        let service = messageServices.pick(at: shift.now)
        var attempt = attempt
        attempt.callee = UInt8(service)
        shift.call(
            FindHistory(question: question, device: device, attempt: attempt),
            at: peers.messageServices[service], by: findHistory)
    }

    /// What the device has missed, what became of the letters that its owner sent, and who could not open them. It asks
    /// again itself when it has waited for too long.
    func answer(
        _ question: Question, of device: DeviceID, _ attempt: Gateway.Try,
        _ result: Result<History, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(let history):
            let owed = peers.owedWords.take(history.owed)
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            for word in owed { shift.say(word, on: line, size: settings.envelope) }
            shift.say(
                ToDevice.answer(Answer(to: question, history.next, page: history.page)), on: line,
                size: settings.envelope + pages.size(of: history.page, envelope: settings.envelope))
        case .failure(let error):
            serviceLog.write(
                .requestFailed, "message-service", peers.messageServices[Int(attempt.callee)], error,
                at: shift.now)
            messageServices.avoid(Int(attempt.callee), at: shift.now)
            // Each instance once.
            guard Int(attempt.number) + 1 < peers.messageServices.count else { return }
            ask(question, of: device, Gateway.Try(number: attempt.number + 1), in: shift)
        }
    }
}

/// What its owner's list of blocks has become.
extension ChatHost {
    private func askForBlocks(_ question: Question, of device: DeviceID, in shift: Shift) {
        let service = connectionServices.pick(for: UInt64(device.user.number), at: shift.now)
        shift.call(
            FindBlocks(question: question, device: device, service: UInt16(service)),
            at: peers.connectionServices[service], by: findBlocks)
    }

    /// Not answered, the app asks again.
    func answer(
        _ question: Question, of device: DeviceID, from service: UInt16,
        _ result: Result<BlocksAnswer, CallError>, in shift: Shift
    ) {
        switch result {
        case .success(let blocks):
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            shift.say(
                ToDevice.answer(Answer(to: question, page: blocks.page)), on: line,
                size: settings.envelope + pages.size(of: blocks.page, envelope: settings.envelope))
        case .failure(let error):
            serviceLog.write(
                .requestFailed, "connection-service", peers.connectionServices[Int(service)], error,
                at: shift.now)
            connectionServices.avoid(Int(service), at: shift.now)
        }
    }
}

/// A device wants to know what it has missed.
struct FindHistory: Call {
    typealias Caller = ChatHost
    typealias Callee = MessageService
    typealias Reply = History

    let question: Question
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<History>) -> MessageService.Inbox {
        .find(device, from: question.from, ticket)
    }
    func outcome(_ result: Result<History, CallError>) -> ChatHost.Inbox {
        .foundHistory(question, device, attempt, result)
    }
}
