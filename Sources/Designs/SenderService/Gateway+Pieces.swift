internal import Chat
internal import Cluster
internal import Vocabulary

/// A letter whose ciphertexts weigh more than a piece does not go through the logs: they lie with the message service
/// before its envelope is submitted, and a piece is taken when they do. The gateway keeps none of them; an app that
/// has lost its gateway begins with the first piece again, which is stored over the former one.
extension Gateway {
    /// By number, from 0.
    func lastPiece(of letter: Letter) -> UInt16 {
        UInt16((envelopes.size(of: letter).bytes - 1) / Letter.pieceSize.bytes)
    }

    func take(_ piece: UInt16, of letter: Letter, from device: DeviceID, in shift: Shift) {
        guard piece > 0 || isWithinLimit(letter, at: shift.now) else {
            return say(.refused(letter.id, .rateLimited), to: device, in: shift)
        }
        store(piece, of: letter, from: device, Try(), in: shift)
    }

    func store(
        _ piece: UInt16, of letter: Letter, from device: DeviceID, _ attempt: Try, in shift: Shift
    ) {
        let callee = messageServices.pick(at: shift.now)
        let rest = envelopes.size(of: letter).bytes - Int64(piece) * Letter.pieceSize.bytes
        let call = StorePiece(
            letter: letter, number: piece, device: device, attempt: attempt.asking(callee),
            size: .bytes(min(rest, Letter.pieceSize.bytes)) + SenderService.frame)
        shift.call(call, at: peers.messageServices[callee], by: storePiece)
    }

    func take(
        _ result: Result<Stored, CallError>, ofPiece piece: UInt16, of letter: Letter, from device: DeviceID,
        _ attempt: Try, in shift: Shift
    ) {
        let isLast = piece == lastPiece(of: letter)
        if case .success(.stored) = result {
            if isLast { return submit(letter, from: device, Try(), in: shift) }
            return say(.pieceTaken(letter.id, UInt32(piece)), to: device, in: shift)
        }
        serviceLog.write(
            .storingFailed, "message-service", peers.messageServices[Int(attempt.callee)], result.error,
            about: letter.id, at: shift.now)
        messageServices.avoid(Int(attempt.callee), at: shift.now)
        if let next = attempt.next(of: settings) {
            store(piece, of: letter, from: device, next, in: shift)
        } else if isLast {
            say(.refused(letter.id, .failed), to: device, in: shift)
        }
        // The app says another piece again when it has waited for long enough.
    }
}

/// A gateway has a piece of a letter stored.
struct StorePiece: Call {
    typealias Caller = Gateway
    typealias Callee = MessageService
    typealias Reply = Stored

    let letter: Letter
    let number: UInt16
    let device: DeviceID
    let attempt: Gateway.Try
    let size: ByteCount

    func request(_ ticket: Ticket<Stored>) -> MessageService.Inbox { .storePiece(letter, number, ticket) }
    func outcome(_ result: Result<Stored, CallError>) -> Gateway.Inbox {
        .pieceStored(letter, number, device, attempt, result)
    }
}
