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
/// Unless it is not stored yet, and not delivered once more: the question waits then (`Unsettled`).
extension ChatHost {
    func isHere(_ device: DeviceID) -> Bool { sessions.line(of: directory.number(of: device)) != nil }

    func ask(_ question: Question, of device: DeviceID, _ attempt: Gateway.Try, in shift: Shift) {
        if question.kind == .blocks { return askForBlocks(question, of: device, in: shift) }
        guard question.kind == .history else { return }  // the gateway answers the others
        // Who has gone asks when they are back.
        if question.isUnasked, !isHere(device) { return }
        if let wait = unsettled.wait(of: device, at: shift.now) {
            _ = shift.arm(.askLater(question, device), after: wait)
            return
        }
        let service = messageServices.pick(at: shift.now)
        shift.call(
            FindHistory(question: question, device: device, attempt: attempt.asking(service)),
            at: peers.messageServices[service], by: findHistory)
    }

    /// What the device has missed, what became of the letters that its owner sent, and who could not open them. It asks
    /// again itself when it has waited for too long, if it has asked.
    func answer(
        _ question: Question, of device: DeviceID, _ attempt: Gateway.Try,
        _ result: Result<History, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(let history):
            let owed = peers.owedWords.take(history.owed)
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            handOut(owed, to: device, on: line, by: Int(attempt.callee), in: shift)
            if question.isUnasked { return hand(history, to: device, on: line, in: shift) }
            shift.say(
                ToDevice.answer(Answer(to: question, history.next, page: history.page)), on: line,
                size: settings.envelope + pages.size(of: history.page, envelope: settings.envelope))
        case .failure(let error):
            serviceLog.write(
                .requestFailed, "message-service", peers.messageServices[Int(attempt.callee)], error,
                at: shift.now)
            messageServices.avoid(Int(attempt.callee), at: shift.now)
            // Each instance once.
            guard Int(attempt.number) + 1 < peers.messageServices.count else {
                if question.isUnasked {
                    _ = shift.arm(.askLater(question, device), after: settings.passAgainAfter)
                }
                return
            }
            ask(question, of: device, Gateway.Try(number: attempt.number + 1), in: shift)
        }
    }

    /// What a device is owed. Confirmations are forgotten there when they have been said here, and not before: an answer may
    /// come too late, or when the device has gone.
    private func handOut(
        _ owed: [ToDevice], to device: DeviceID, on line: Line<ToDevice>, by service: Int, in shift: Shift
    ) {
        var confirmations: [Confirmation] = []
        for word in owed {
            if let confirmation = Confirmation(word) {
                say(confirmation, to: directory.number(of: device), on: line, in: shift)
                confirmations.append(confirmation)
            } else {
                shift.say(word, on: line, size: settings.envelope)
            }
        }
        guard !confirmations.isEmpty else { return }
        shift.post(
            .handedOut(confirmations), to: peers.messageServices[service],
            size: SenderService.frame + .bytes(Int64(50 * confirmations.count)))
    }

    /// Letters as they would have come; the app knows of no question.
    private func hand(_ history: History, to device: DeviceID, on line: Line<ToDevice>, in shift: Shift) {
        for letter in pages.takeLetters(history.page) {
            shift.say(
                ToDevice.letter(letter), on: line, size: envelopes.copySize(of: letter) + settings.envelope)
        }
        if history.next > 0 {
            ask(.unasked(.history, from: history.next), of: device, Gateway.Try(), in: shift)
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
