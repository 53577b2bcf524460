internal import Chat
internal import Cluster
internal import Simulation
public import Vocabulary

/// The ciphertexts of a letter that was too large for the logs lie with the message service. A host fetches the one for
/// a device that is there, and hands it on.
extension ChatHost {
    func fetch(_ letter: Letter, for device: DeviceID, _ attempt: Gateway.Try, in shift: Shift) {
        let service = messageServices.pick(at: shift.now)
        shift.call(
            FetchCopy(letter: letter, device: device, attempt: attempt.asking(service)),
            at: peers.messageServices[service], by: fetchCopy)
    }

    /// As long as the device is there it is tried again; who has gone asks for it with the rest of what they missed. A large
    /// room asks for thousands of ciphertexts at the same moment: all that came too late would come back together, and be too
    /// late again. So the pauses double, with full jitter.
    func take(
        _ letter: Letter, for device: DeviceID, _ attempt: Gateway.Try, _ result: Result<Copy, CallError>,
        in shift: Shift
    ) {
        guard let line = sessions.line(of: directory.number(of: device)) else { return }
        switch result {
        case .success(.there):
            stampWayOut(of: letter, to: device.user, in: shift)
            shift.say(
                ToDevice.letter(letter), on: line, size: envelopes.copySize(of: letter) + settings.envelope)
        case .success(.gone): break
        case .success(.unknown), .failure:
            serviceLog.write(
                .requestFailed, "message-service", peers.messageServices[Int(attempt.callee)], result.error,
                about: letter.id, at: shift.now)
            messageServices.avoid(Int(attempt.callee), at: shift.now)
            _ = shift.arm(
                .fetchAgain(letter, device, Gateway.Try(number: min(attempt.number, .max - 1) + 1)),
                after: fetchAgain.wait(afterAttempt: Int(attempt.number) + 1, drawing: &pauses))
        }
    }
}

/// Whether the message service has a ciphertext.
public enum Copy: UInt64, Marked {
    case there = 1
    /// It was kept for as long as it had to be.
    case gone
    case unknown

    public var mark: UInt64 { rawValue }
}

/// A device is to have its ciphertext.
struct FetchCopy: Call {
    typealias Caller = ChatHost
    typealias Callee = MessageService
    typealias Reply = Copy

    let letter: Letter
    let device: DeviceID
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<Copy>) -> MessageService.Inbox { .fetch(letter, device, ticket) }
    func outcome(_ result: Result<Copy, CallError>) -> ChatHost.Inbox {
        .fetched(letter, device, attempt, result)
    }
}
