internal import Cluster
internal import Simulation
internal import Vocabulary

/// What its owner changes of what the system knows of them, until the system has it.
extension Phone {
    /// A rule that forbids a change has the last word; what failed in trouble of the system is said again, later each
    /// time.
    func hear(_ change: Change, wasRefused refusal: Refusal, in shift: Shift) {
        guard !refusal.isByRule else {
            town.changesRefused += 1
            return
        }
        let device = town.number(of: id)
        // Its owner may want the contrary by now.
        guard var own = town.ownChanges[device], own.latest.contains(change) else { return }
        if own.failed.isEmpty {
            _ = shift.arm(.changes, after: town.wait(forChangesOf: id, attempt: own.attempts))
            own.attempts += 1
        }
        own.failed.append(change)
        town.ownChanges[device] = own
    }

    func changeAgain(in shift: Shift) {
        let device = town.number(of: id)
        guard let own = town.ownChanges[device] else { return }
        town.ownChanges[device]?.failed = []
        for change in own.failed { sayWhenPossible(.change(change), in: shift) }
        _ = shift.arm(.settled(own.attempts), after: town.app.answerWithin)
    }

    /// What nothing was heard of since is through. What was sent before that is in the history, which this device asks for
    /// once more.
    func noteSettled(attempts: UInt32, in shift: Shift) {
        let device = town.number(of: id)
        guard town.ownChanges[device]?.attempts == attempts else { return }
        town.ownChanges[device]?.attempts = 0
        if isConnected(openingChannel) { askOnOpening(in: shift) }
    }

    /// Its owner wants something of that now: what they wanted before does not matter any more.
    func change(_ change: Change, in shift: Shift) {
        var own = town.ownChanges[town.number(of: id)] ?? OwnChanges()
        own.latest.removeAll { $0.isAboutTheSame(as: change) }
        own.failed.removeAll { $0.isAboutTheSame(as: change) }
        own.latest.append(change)
        town.ownChanges[town.number(of: id)] = own
        sayWhenPossible(.change(change), in: shift)
    }
}

/// What the owner of a device has changed there.
struct OwnChanges {
    /// The last word on each subject.
    var latest: [Change] = []
    /// What is to be said again.
    var failed: [Change] = []
    /// How often in a row something failed.
    var attempts: UInt32 = 0
}

extension Change {
    /// Whether the later one of the two is what counts.
    fileprivate func isAboutTheSame(as other: Change) -> Bool {
        switch (self, other) {
        case (.block(let user), .block(let other)), (.block(let user), .unblock(let other)),
            (.unblock(let user), .block(let other)), (.unblock(let user), .unblock(let other)):
            user == other
        case (.join(let room), .join(let other)), (.join(let room), .leave(let other)),
            (.leave(let room), .join(let other)), (.leave(let room), .leave(let other)):
            room == other
        case (.addDevice(let device), .addDevice(let other)),
            (.removeDevice(let device), .removeDevice(let other)),
            (.newKey(let device, _), .newKey(let other, _)):
            device == other
        default: false
        }
    }
}
