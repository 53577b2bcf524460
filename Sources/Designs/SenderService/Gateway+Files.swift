internal import Chat
internal import Cluster
internal import Vocabulary

/// Where files go the way of letters (`FileServerSettings.FilePath.gateways`): a gateway passes each piece on, and its lines,
/// cores and interfaces carry what files weigh.
extension Gateway {
    func carry(_ question: Question, of device: DeviceID, in shift: Shift) {
        guard let servers = peers.fileServers, let carryPiece else { return }
        let piece =
            question.kind == .upload ? files.size(ofPiece: Int(question.key), of: question.letter) : .zero
        shift.call(
            CarryPiece(question: question, device: device, size: piece + SenderService.frame),
            at: servers[peers.fileServer(of: question.letter)], by: carryPiece)
    }

    /// Not answered, the app asks again.
    func answer(
        _ question: Question, of device: DeviceID, _ result: Result<FileAnswer, CallError>, in shift: Shift
    ) {
        switch result {
        case .success(let answer):
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            let piece =
                question.kind == .download
                ? files.size(ofPiece: Int(question.key), of: question.letter) : .zero
            shift.say(
                ToDevice.answer(Answer(to: question, answer.value)), on: line, size: settings.envelope + piece
            )
        case .failure(let error):
            guard let servers = peers.fileServers else { return }
            let server = servers[peers.fileServer(of: question.letter)]
            serviceLog.write(.requestFailed, "file-server", server, error, at: shift.now)
        }
    }
}

/// A gateway passes a piece of a file on, or the question for one.
struct CarryPiece: Call {
    typealias Caller = Gateway
    typealias Callee = FileServer
    typealias Reply = FileAnswer

    let question: Question
    let device: DeviceID
    let size: ByteCount

    func request(_ ticket: Ticket<FileAnswer>) -> FileServer.Inbox { .carry(question, ticket) }
    func outcome(_ result: Result<FileAnswer, CallError>) -> Gateway.Inbox {
        .carried(question, device, result)
    }
}
