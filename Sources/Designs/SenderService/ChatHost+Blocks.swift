internal import Chat
internal import Cluster
public import Vocabulary

/// A device that has come asks how its owner's list of blocks has changed (S0-26).
extension ChatHost {
    func askForBlocks(_ question: Question, of device: DeviceID, in shift: Shift) {
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

/// A page of changes of a list.
public struct BlocksAnswer: Marked {
    let page: UInt32

    public var mark: UInt64 { UInt64(page) }
}

/// A device wants to know how its owner's list has changed.
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
