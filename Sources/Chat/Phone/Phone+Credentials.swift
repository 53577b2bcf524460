internal import Cluster
internal import Vocabulary

/// Who is not let in any more logs in again, on the same line, and says hello with what that gave (S3-1).
/// What it said on the line before waits at the other end until then.
extension Phone {
    func logIn(on line: Line<ToDevice>, in shift: Shift) {
        guard let channel = channel(of: line) else { return }
        town.logins += 1
        say(.login(id), over: channel, in: shift)
    }

    func take(_ credential: Credential, on line: Line<ToDevice>, in shift: Shift) {
        town.credentials[town.number(of: id)] = credential
        shift.tell(LoggedIn(device: id))
        guard let channel = channel(of: line) else { return }
        say(.hello(id, credential), over: channel, in: shift)
    }
}

/// A device was let in anew.
struct LoggedIn: Fact {
    let device: DeviceID

    var mark: UInt64 { Vocabulary.mark(32, device.mark) }
}
