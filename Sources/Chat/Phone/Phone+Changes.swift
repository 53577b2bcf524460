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
        var failed = town.failedChanges[device] ?? FailedChanges()
        if failed.changes.isEmpty {
            _ = shift.arm(.changes, after: town.wait(forChangesOf: id, attempt: failed.attempts))
            failed.attempts += 1
        }
        failed.changes.append(change)
        town.failedChanges[device] = failed
    }

    func changeAgain(in shift: Shift) {
        let device = town.number(of: id)
        guard let failed = town.failedChanges[device] else { return }
        town.failedChanges[device]?.changes = []
        for change in failed.changes { sayWhenPossible(.change(change), in: shift) }
        _ = shift.arm(.settled(failed.attempts), after: town.app.answerWithin)
    }

    /// What nothing was heard of since is through. What was sent before that is in the history, which this device asks for
    /// once more.
    func noteSettled(attempts: UInt32, in shift: Shift) {
        let device = town.number(of: id)
        guard town.failedChanges[device]?.attempts == attempts else { return }
        town.failedChanges[device] = nil
        if isConnected(town.appPlan.opening ?? town.appPlan.routes.questions) { askOnOpening(in: shift) }
    }

    /// Its owner wants something of that now: what they wanted before does not matter any more.
    func change(_ change: Change, in shift: Shift) {
        town.failedChanges[town.number(of: id)]?.changes.removeAll { $0.isAboutTheSame(as: change) }
        sayWhenPossible(.change(change), in: shift)
    }
}

/// What an app has not got through so far.
struct FailedChanges {
    var changes: [Change] = []
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
