internal import Chat
internal import Cluster
internal import Vocabulary

/// The devices of the server's people: who is let in, and what is said to whom.
extension Server {
    /// What is said on their lines from now on waits until they have said hello again. It is on the disk as soon as
    /// that can be, so that a crash lets nobody in again.
    func revoke(_ user: User, in shift: Shift) {
        revokeCredentials(of: user)
        shift.append(
            .revoked(user), to: log, then: .written(.revoked(user)), orElse: .notStored(.revoked(user)))
        for device in directory.devices(of: user) {
            let number = directory.number(of: DeviceID(of: user, device))
            guard let line = sessions.line(of: number) else { continue }
            sessions.leave(line)
            shift.say(ToDevice.loginNeeded, on: line, size: settings.envelope)
        }
    }

    func revokeCredentials(of user: User) {
        for device in directory.devices(of: user) {
            credentials.revoke(directory.number(of: DeviceID(of: user, device)))
        }
    }

    func welcome(_ device: DeviceID, on line: Line<ToDevice>, in shift: Shift) {
        let number = directory.number(of: device)
        sessions.enter(device, number: number, on: line)
        for word in rules.order(sessions.take(for: number)) {
            shift.say(word, on: line, size: size(of: word))
        }
        for word in sessions.takeEarly(on: line) { hear(word, on: line, in: shift) }
    }

    /// What a lost device has not confirmed, and no other of its owner's, is kept for the one that came last (S4-14).
    func handOver(from lost: DeviceID) -> [(letter: Letter, heir: DeviceID)] {
        let waited = sessions.forget(directory.number(of: lost))
        guard let newest = directory.devices(of: lost.user).max() else { return [] }
        let heir = DeviceID(of: lost.user, newest)
        let number = directory.number(of: heir)
        var handed: [(letter: Letter, heir: DeviceID)] = []
        for case .letter(let letter) in waited
        where letter.id.sender != lost.user && !confirmed.contains(letter.id, by: Int(lost.user.number))
            && !sessions.keeps(letter.id, for: number)
        {
            sessions.keep(.letter(letter), for: number)
            handed.append((letter, heir))
        }
        return handed
    }

    /// Says something to all devices of a user, to those that are away when they are back.
    func tell(_ word: ToDevice, to user: User, in shift: Shift) {
        for number in directory.devices(of: user) {
            let device = DeviceID(of: user, number)
            if !say(word, to: device, in: shift) { sessions.keep(word, for: directory.number(of: device)) }
        }
    }

    /// False when the device is away.
    @discardableResult
    func say(_ word: ToDevice, to device: DeviceID, in shift: Shift) -> Bool {
        guard let line = sessions.line(of: directory.number(of: device)) else { return false }
        shift.say(word, on: line, size: size(of: word))
        return true
    }

    func size(of word: ToDevice) -> ByteCount {
        if case .letter(let letter) = word { letter.size + settings.envelope } else { settings.envelope }
    }
}
