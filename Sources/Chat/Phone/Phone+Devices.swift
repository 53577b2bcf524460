internal import Cluster
internal import Simulation
internal import Vocabulary

/// Devices that come in the course of the run, and that get lost (S0-22, S0-23).
///
/// A new device opens its app, says hello, and has the system know that it is its owner's. A device that is
/// lost says nothing any more; what was on it and not in the system yet goes with it. Its owner reports it on
/// another device, or on the next one. An app that is installed anew is both: numbers are given once.
extension Phone {
    /// It becomes its owner's.
    func install(in shift: Shift) {
        guard state.contains(.absent) else { return }
        state.remove(.absent)
        tell(.deviceAdded(id), in: shift)
        change(.addDevice(id.number), in: shift)
        if town.appPlan.sealing != .none {
            change(.newKey(id.number, PublicKey.firstVersion), in: shift)
        }
        for lost in town.own(id) { change(.removeDevice(lost), in: shift) }
        if town.appPlan.keepsStore { beginDownload(in: shift) }
        setApp(isOpen: true, in: shift)
        if let span = town.firstSession(of: id).changesAfter { _ = shift.arm(.session, after: span) }
    }

    func getLost(in shift: Shift) {
        guard !state.contains(.absent) else { return }
        for channel in town.appPlan.channels.indices { dropLine(channel, in: shift) }
        forgetQuestions(in: shift)
        dropHeld()
        dropFiles()
        while let sent = town.outbox.removeFirst(from: &outbox, where: { _ in true }) {
            if let timer = sent.timer { shift.cancel(timer) }
        }
        town.keys.forgetWanted(of: town.number(of: id))
        forgetOrders(in: shift)
        loseStore()
        while town.unsaid.removeFirst(from: &unsaid, where: { _ in true }) != nil {}
        town.ownChanges[town.number(of: id)] = nil
        state.insert(.absent)
        state.remove(.app)
        tell(.deviceLost(id), in: shift)
        town.noteOpen(id, isOpen: false)
        turnToAnother(in: shift)
        if let other = town.lose(id) { town.leave(.report(id.number), for: other, at: shift.now) }
        compareBlocks(in: shift)
    }

    /// The owner says that another device is lost.
    func report(_ lost: UInt8, in shift: Shift) {
        change(.removeDevice(lost), in: shift)
    }
}
