internal import Chat
public import Cluster
public import Vocabulary

/// Where a letter's time goes on the server.
extension Server {
    /// The disk is done with a letter: since then it has waited for a core, and for nothing else.
    func stampWait(of record: Record, on shift: Shift) {
        guard case .letter(let letter, _) = record else { return }
        let place = Place.machine(shift.machineNumber)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.queue, place: place, at: shift.service.arrived)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.disk, place: place, at: shift.now)
    }

    /// A letter has come, and has waited for a core, which is done with it.
    func stampWay(of letter: Letter, on shift: Shift) {
        let (place, service) = (Place.machine(shift.machineNumber), shift.service)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.queue, place: place, at: service.arrived)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.work, place: place, at: service.began)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.disk, place: place, at: shift.now)
    }

    /// Where a letter is left when the run is over.
    public func leave(_ message: Inbox, arrived: Instant, began: Instant?, in shift: Shift) {
        let place = Place.machine(shift.machineNumber)
        func left(_ letter: Letter, from former: UInt16) {
            ledger.move(letter.id, to: SingleServer.queue, place, at: arrived) { $0 == former }
            guard let began else { return }
            ledger.move(letter.id, to: SingleServer.work, place, at: began) { $0 == SingleServer.queue }
        }
        switch message {
        case .said(.send(let letter), _): left(letter, from: Stage.wayIn)
        case .written(.letter(let letter, _)), .stored(.letter(let letter, _)):
            left(letter, from: SingleServer.disk)
        default: break
        }
    }

    /// From now on it is on its way to a device.
    func stampWayOut(of letter: Letter, to reader: DeviceID, on shift: Shift) {
        ledger.stamp(
            letter.id, for: reader.user, stage: Stage.wayOut, place: Place.machine(shift.machineNumber),
            at: shift.now)
    }
}
