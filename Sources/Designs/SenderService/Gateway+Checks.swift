internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// A new-message service that has not answered in time may be gone, or wait for the log, as all of them do when that has lost
/// a leader. It is asked which, and gets no letter before it says that it is well: each one that goes to who is gone costs its
/// sender the time in which an app waits for an answer.
extension Gateway {
    func suspect(_ service: Int, in shift: Shift) {
        if newMessageServices.leaveOut(service) { check(service, in: shift) }
    }

    func check(_ service: Int, in shift: Shift) {
        shift.call(CheckService(service: service), at: peers.newMessageServices[service], by: checkService)
    }

    func take(_ result: Result<Wellness, CallError>, of service: Int, in shift: Shift) {
        if case .success(.well) = result { return newMessageServices.takeIn(service) }
        _ = shift.arm(.checkIsDue(service: service), after: settings.patience)
    }
}

/// A gateway asks a new-message service whether it is well.
struct CheckService: Call {
    typealias Caller = Gateway
    typealias Callee = NewMessageService
    typealias Reply = Wellness

    let service: Int

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<Wellness>) -> NewMessageService.Inbox { .check(ticket) }
    func outcome(_ result: Result<Wellness, CallError>) -> Gateway.Inbox {
        .checked(service: service, result)
    }
}
