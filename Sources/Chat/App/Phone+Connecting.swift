internal import Cluster
internal import Simulation
internal import Vocabulary

/// The line to the system, and how an app gets another one when it has ended.
///
/// Before each attempt the app pauses, so that all who lost one server do not come back as one wave. After
/// the last attempt it tries no more, until its owner taps or opens it anew, or until there is a network
/// again: then it begins anew, with all its attempts.
extension Phone {
    func begin(_ line: Line<ToDevice>, in shift: Shift) {
        self.line = line
        state.insert(.connected)
        state.remove(.opening)
        attempts = 0
        if town.isSettingUp { return }
        say(.hello(id), on: line, in: shift)
        while let word = town.unsaid.removeFirst(from: &unsaid, where: { _ in true }) {
            say(word, on: line, in: shift)
        }
        for act in town.takeActs(of: id) { play(act.name, act.value, in: shift) }
        sendWaitingLetters(in: shift)
    }

    func lose(in shift: Shift) {
        line = nil
        state.subtract([.connected, .opening])
        reconnectLater(in: shift)
    }

    private func reconnectLater(in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]), attempts < town.app.reconnect.limit else { return }
        let pause = town.reconnectPause(of: id, attempt: attempts, drawn: pausesDrawn)
        pausesDrawn += 1
        _ = shift.arm(.reconnect(UInt64(linesOpened)), after: pause)
    }

    /// An attempt that was planned before another one has begun, or before the app was closed, comes to
    /// nothing.
    func connect(attempt: UInt64, in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]), state.isDisjoint(with: [.connected, .opening]) else {
            return
        }
        guard attempt == 0 || attempt == UInt64(linesOpened) else { return }
        linesOpened += 1
        attempts += 1
        state.insert(.opening)
        line = shift.open(
            to: door, from: town.zone(of: id.user), handshake: town.app.handshake, count: linesOpened)
        _ = shift.arm(.openOverdue(UInt64(linesOpened)), after: town.app.openWithin)
    }

    /// Whether its attempts are used up, and the last of them has come to nothing.
    var hasStoppedConnecting: Bool {
        attempts >= town.app.reconnect.limit && state.isDisjoint(with: [.connected, .opening])
    }

    /// At once.
    func connectAnew(in shift: Shift) {
        attempts = 0
        connect(attempt: 0, in: shift)
    }

    func giveUpOpening(attempt: UInt64, in shift: Shift) {
        guard attempt == UInt64(linesOpened), state.contains(.opening) else { return }
        dropLine(in: shift)
        reconnectLater(in: shift)
    }

    private func dropLine(in shift: Shift) {
        if let line { shift.vanish(from: line) }
        line = nil
        state.subtract([.connected, .opening])
    }

    func loseAccess(in shift: Shift) {
        guard state.contains(.access) else { return }
        state.remove(.access)
        tell(.accessLost(id), in: shift)
        dropLine(in: shift)
    }

    func gainAccess(in shift: Shift) {
        guard !state.contains(.access) else { return }
        state.insert(.access)
        tell(.accessGained(id), in: shift)
        attempts = 0
        reconnectLater(in: shift)
    }
}
