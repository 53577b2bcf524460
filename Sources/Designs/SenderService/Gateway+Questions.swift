internal import Chat
internal import Cluster
internal import Vocabulary

/// What apps change, and what they ask: the gateway passes it on to whoever knows, to another instance where one does not
/// answer.
extension Gateway {
    func ask(_ change: Change, of device: DeviceID, _ attempt: Try, in shift: Shift) {
        // S0-33: who comes into a room and leaves it one instance decides, so that they come one after the other.
        let key =
            switch change {
            case .join(let room), .leave(let room): UInt64(room.number)
            case .block, .unblock, .addDevice, .removeDevice, .newKey: UInt64(device.user.number)
            }
        let callee = connectionServices.pick(for: key, at: shift.now)
        shift.call(
            ChangeForApp(change: change, device: device, attempt: attempt.asking(callee)),
            at: peers.connectionServices[callee], by: self.change)
    }

    func answer(
        _ change: Change, of device: DeviceID, _ attempt: Try, _ result: Result<ChangeAnswer, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(.taken):
            if case .unblock(let user) = change { say(.unblocked(user), to: device, in: shift) }
        case .success(.refused(let refusal)): say(.changeRefused(change, refusal), to: device, in: shift)
        case .failure(let error):
            noteFailure(of: attempt, error, at: shift.now)
            if let next = attempt.next(of: settings) {
                ask(change, of: device, next, in: shift)
            } else {
                say(.changeRefused(change, .failed), to: device, in: shift)
            }
        }
    }

    func ask(_ question: Question, of device: DeviceID, _ attempt: Try, in shift: Shift) {
        switch question.kind {
        case .door: locate(device.user, for: question, of: device, attempt, in: shift)
        case .again: store(question, of: device, attempt, in: shift)
        case .keys:
            let callee = connectionServices.pick(for: UInt64(question.subject), at: shift.now)
            shift.call(
                FindKeys(question: question, device: device, attempt: attempt.asking(callee)),
                at: peers.connectionServices[callee], by: findKeys)
        case .upload, .download: carry(question, of: device, in: shift)
        default: break  // this app asks nothing else here
        }
    }

    /// Of the device that asks, or of who is to seal a letter anew for it.
    func locate(
        _ user: User, for question: Question, of device: DeviceID, _ attempt: Try, in shift: Shift
    ) {
        let callee = assigners.pick(for: UInt64(user.number), at: shift.now)
        shift.call(
            LocateForApp(question: question, device: device, user: user, attempt: attempt.asking(callee)),
            at: peers.assigners[callee], by: locate)
    }

    /// Which host is a user's; that there is none is an answer too.
    func answer(
        _ question: Question, of device: DeviceID, _ attempt: Try, _ result: Result<Location, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(let location):
            say(.answer(Answer(to: question, location.door)), to: device, in: shift)
            guard question.kind == .again, let host = location.host else { return }
            shift.post(
                .askAgain(Wish(question, of: device)), to: peers.hosts[host], size: SenderService.frame,
                orElse: .wishLost(question, device, attempt))
        case .failure(let error):
            serviceLog.write(
                .requestFailed, "host-assigner", peers.assigners[Int(attempt.callee)], error, at: shift.now)
            assigners.avoid(Int(attempt.callee), at: shift.now)
            guard let next = attempt.next(of: settings) else { return }
            let user = question.kind == .door ? device.user : question.letter.sender
            locate(user, for: question, of: device, next, in: shift)
        }
    }

    /// S0-20: the public keys of somebody's devices.
    func answer(
        _ question: Question, of device: DeviceID, _ attempt: Try, _ result: Result<KeysAnswer, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(let keys):
            guard let line = sessions.line(of: directory.number(of: device)) else { return }
            shift.say(
                ToDevice.answer(Answer(to: question, page: keys.page)), on: line,
                size: settings.envelope + pages.size(of: keys.page, envelope: settings.envelope))
        case .failure(let error):
            noteFailure(of: attempt, error, at: shift.now)
            if let next = attempt.next(of: settings) { ask(question, of: device, next, in: shift) }
        }
    }
}

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
