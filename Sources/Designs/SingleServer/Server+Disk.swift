internal import Chat
public import Cluster
internal import Vocabulary

/// What the server has promised, on its disk, and what it learns from there after a crash.
extension Server {
    func store(_ record: Record, in shift: Shift) {
        switch rules.store(record, settings) {
        case .first:
            // A sync that is asked for together with the append may begin before it: syncs are shared.
            shift.append(record, to: log, then: .written(record), orElse: .notStored(record))
        case .behind:
            shift.append(record, to: log)
            act(on: record, in: shift)
        }
    }

    func act(on record: Record, in shift: Shift) {
        switch record {
        case .letter(let letter, let device):
            accept(letter, by: DeviceID(of: letter.id.sender, device), in: shift)
        case .confirmed, .revoked, .loggedIn: break  // what they say was so before they were written
        case .change(let change, let user):
            rules.change(change, user, directory)
            switch change {
            case .unblock(let other): tell(.unblocked(other), to: user, in: shift)
            case .join(let room): tell(.joined(room, user), in: shift)
            case .leave(let room): tell(.left(room, user), in: shift)
            case .removeDevice(let device):
                let lost = DeviceID(of: user, device)
                for (letter, heir) in handOver(from: lost) { say(.letter(letter), to: heir, in: shift) }
            case .block, .addDevice, .newKey: break
            }
        }
    }

    /// Who is in a room is for the server to say; letters that it takes later are judged by it.
    private func tell(_ fact: ChatFact, in shift: Shift) { shift.tell(fact, to: ledger) }

    public func begin(in shift: Shift) {
        syncLater(in: shift)
        if !isRestored { read(in: shift) }
    }

    func syncLater(in shift: Shift) {
        guard settings.store == .behind, settings.syncEvery > .zero else { return }
        _ = shift.arm(.syncIsDue, after: settings.syncEvery)
    }

    private func read(in shift: Shift) {
        shift.read(log.numbers, of: log, then: .restored, orElse: .unreadable)
    }

    /// It cannot serve before it knows what it has promised, and ends where a checksum says that it will not.
    func readAgain(in shift: Shift) {
        if shift.soundEnd(of: log) < log.numbers.upperBound { shift.end() } else { read(in: shift) }
    }

    /// What was read may still be in memory only, when the program ended and not the machine: it holds, and is
    /// promised to whoever says it again, once it is safe from a loss of power.
    func secureWhatWasRead(in shift: Shift) {
        guard settings.store == .first else { return restore() }
        shift.sync(log, then: .secured, orElse: .unreadable)
    }

    func restore() {
        let numbers = log.numbers
        for (place, number) in numbers.enumerated()
        where rules.restores(log[number], place, numbers.count) {
            switch log[number] {
            case .letter(let letter, let device):
                guard known.insert(letter.id, by: 0) else { continue }  // it had come twice
                rules.readers(letter, DeviceID(of: letter.id.sender, device), directory) {
                    sessions.keep(.letter(letter), for: directory.number(of: $0))
                }
            case .confirmed(let letter, let device):
                _ = sessions.drop(letter, for: directory.number(of: device))
                if directory.devices(of: device.user).count > 1 {
                    _ = confirmed.insert(letter, by: Int(device.user.number))
                }
            case .change(let change, let user):
                rules.change(change, user, directory)
                if case .removeDevice(let device) = change { _ = handOver(from: DeviceID(of: user, device)) }
            case .revoked(let user): revokeCredentials(of: user)
            case .loggedIn(let device): _ = credentials.login(directory.number(of: device))
            }
        }
        isRestored = true
    }
}
