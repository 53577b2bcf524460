internal import Chat
internal import Cluster
public import Vocabulary

/// S0-20: names and avatars lie with the connection service. Nobody is told that they have changed: whoever looks at
/// somebody gets what there is.
extension Gateway {
    func play(_ act: SenderAct, _ value: ActSheet.ArgumentValue, on line: Line<ToDevice>, in shift: Shift) {
        // Who is not let in does nothing here (S0-9).
        guard let device = sessions.device(on: line) else { return }
        switch (act, value) {
        case (.rename, _): change(.name, to: settings.nameSize, of: device, in: shift)
        case (.avatar, .count(let count)):
            change(.avatar, to: .kilobytes(Int64(count)), of: device, in: shift)
        case (.lookAt, .user(let user)):
            let service = connectionServices.pick(for: UInt64(user.number), at: shift.now)
            looks.opened(at: shift.now)
            shift.call(
                FindProfile(user: user, device: device, service: UInt16(service), since: shift.now),
                at: peers.connectionServices[service], by: findProfile)
        case (.breach, _):
            let service = messageServices.pick(at: shift.now)
            shift.post(.breach, to: peers.messageServices[service], size: SenderService.frame)
        default: break
        }
    }

    private func change(_ part: ProfilePart, to size: ByteCount, of device: DeviceID, in shift: Shift) {
        let service = connectionServices.pick(for: UInt64(device.user.number), at: shift.now)
        shift.post(
            .changeProfile(of: device.user, part, size), to: peers.connectionServices[service],
            size: size + SenderService.frame)
    }

    func answer(
        _ device: DeviceID, from service: UInt16, since asked: Instant, _ result: Result<Profile, CallError>,
        in shift: Shift
    ) {
        let line = sessions.line(of: directory.number(of: device))
        if line == nil { looks.dropped(since: asked) }
        switch result {
        case .success(let profile):
            guard let line else { return }
            looks.closed(since: asked, at: shift.now)
            shift.say(
                ToDevice.answer(.unasked), on: line,
                size: settings.envelope + .bytes(Int64(profile.bytes)))
        // Who looks hears nothing.
        case .failure(let error):
            serviceLog.write(
                .requestFailed, "connection-service", peers.connectionServices[Int(service)], error,
                at: shift.now)
            connectionServices.avoid(Int(service), at: shift.now)
        }
    }
}

/// What there is to be seen of somebody.
public enum ProfilePart: UInt64, Sendable {
    case name = 1
    case avatar
}

public struct Profile: Marked {
    let bytes: UInt32

    public var mark: UInt64 { UInt64(bytes) }
}

/// Somebody looks at somebody.
struct FindProfile: Call {
    typealias Caller = Gateway
    typealias Callee = ConnectionService
    typealias Reply = Profile

    let user: User
    let device: DeviceID
    let service: UInt16
    let since: Instant

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<Profile>) -> ConnectionService.Inbox { .findProfile(user, ticket) }
    func outcome(_ result: Result<Profile, CallError>) -> Gateway.Inbox {
        .foundProfile(device, service: service, since: since, result)
    }
}
