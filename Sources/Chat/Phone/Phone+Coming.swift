internal import Cluster
internal import Simulation
internal import Vocabulary

/// A person comes and goes, and acts by a script.
extension Phone {
    /// The person opens the app.
    func open(at time: Instant) {
        state.insert(.app)
        town.noteOpen(id, isOpen: true)
        town.ledger.noteLine(of: id, isThere: false, at: time)
        town.ledger.take(.appOpened(id), at: time)
    }

    func changeSession(in shift: Shift) {
        guard !state.contains(.absent) else { return }
        setApp(isOpen: !state.contains(.app), in: shift)
        let length = town.sessionLength(of: id, number: sessions, isOnline: state.contains(.app))
        sessions += 1
        _ = shift.arm(.session, after: length)
    }

    func setApp(isOpen: Bool, in shift: Shift) {
        guard isOpen != state.contains(.app), !state.contains(.absent) else { return }
        town.noteOpen(id, isOpen: isOpen)
        if isOpen {
            state.insert(.app)
            noteLines(in: shift)
            tell(.appOpened(id), in: shift)
            reviveOrders()
            connectAnew(in: shift)
            moveFiles(in: shift)
        } else {
            for channel in town.appPlan.channels.indices { hangUp(channel, in: shift) }
            takeBackLetters(in: shift)
            forgetQuestions(in: shift)
            dropHeld()
            state.remove(.app)
            tell(.appClosed(id), in: shift)
            turnToAnother(in: shift)
        }
    }

    func play(_ scripted: ScriptedAct, in shift: Shift) {
        let act = scripted.act
        if state.contains(.absent), act != .addDevice, act != .reinstall { return }
        switch act {
        case .send(let destination):
            take(town.letter(of: id.user, to: destination, at: shift.now), in: shift)
        case .goOffline: setApp(isOpen: false, in: shift)
        case .goOnline: setApp(isOpen: true, in: shift)
        case .block(let user) where town.appPlan.blocks != nil: orderBlock(of: user, true, in: shift)
        case .unblock(let user) where town.appPlan.blocks != nil: orderBlock(of: user, false, in: shift)
        case .block(let user):
            if town.block(user, by: id.user) { tell(.blocked(user, by: id.user), in: shift) }
            change(.block(user), in: shift)
        case .unblock(let user): change(.unblock(user), in: shift)
        case .join(let room): change(.join(room), in: shift)
        case .leave(let room): change(.leave(room), in: shift)
        case .newKey: makeKey(in: shift)
        case .search: search(in: shift)
        case .addDevice: install(in: shift)
        case .loseDevice: getLost(in: shift)
        // On the device that is lost with it, and on the one that comes in its place.
        case .reinstall: if scripted.device == id.number { getLost(in: shift) } else { install(in: shift) }
        case .own(let name, let value): play(name, value, in: shift)
        }
    }

    /// An act of the design's own: now, or first thing on the next line.
    func play(_ act: String, _ value: ActSheet.ArgumentValue, in shift: Shift) {
        let channel = town.appPlan.routes.changes
        guard isConnected(channel), let line = link(channel, { $0.line }) else {
            return town.keep(act, value, of: id)
        }
        let way = town.way(of: act, value, by: id.user)
        shift.say(value, at: way.door, on: line, size: town.app.envelope + way.size)
    }
}
