internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// What a host does with letters for people who are with it.
extension ChatHost {
    /// S0-22: to all devices that are there, at once. Its consumer hears when one is not: it makes sure then that who
    /// comes in these moments has it either from here or from the history.
    func deliver(_ delivery: Dispatch, in shift: Shift) {
        stampArrival(of: delivery, at: shift.service.arrived, in: shift)
        guard case .direct(let user) = delivery.recipient, !push(delivery, to: user, in: shift),
            let consumer = delivery.consumer
        else { return }
        shift.post(.absent(delivery), to: peers.consumers[Int(consumer)], size: SenderService.frame)
    }

    /// Of a room's letter, where the room's host has it: it passes it on to hosts, which are of the same stage.
    func stampArrival(of delivery: Dispatch, at arrived: Instant, in shift: Shift) {
        let user: User? = if case .direct(let user) = delivery.recipient { user } else { nil }
        ledger.stamp(
            delivery.letter.id, for: user, stage: SenderService.hostStage,
            place: Place.machine(shift.machineNumber), at: arrived)
    }

    /// From now on it is on its way to a device, or waits for it to come.
    func stampWayOut(of letter: Letter, to user: User, in shift: Shift) {
        ledger.stamp(
            letter.id, for: user, stage: Stage.wayOut, place: Place.machine(shift.machineNumber),
            at: shift.now)
    }

    /// False when a device is not there.
    func push(_ delivery: Dispatch, to user: User, in shift: Shift) -> Bool {
        let letter = delivery.letter
        // S0-24: one that was sealed anew is for one device only.
        let addressee = envelopes.addressee(of: letter)
        var areAllThere = true
        var isStamped = false
        for number in directory.devices(of: user) {
            let device = DeviceID(of: user, number)
            if delivery.isFrom(device) || addressee.map({ $0 != device }) ?? false { continue }
            let line = sessions.line(of: directory.number(of: device))
            // One that has to be fetched first leaves later.
            if !isStamped, line == nil || !delivery.isApart {
                stampWayOut(of: letter, to: user, in: shift)
                isStamped = true
            }
            guard let line else {
                areAllThere = false
                if case .room = delivery.recipient { unsettled.note(device, at: shift.now) }
                continue
            }
            stopped.observe(.sent(letter.id, to: device, at: shift.now), at: shift.now)
            if delivery.isApart {
                fetch(letter, for: device, Gateway.Try(), in: shift)
            } else {
                shift.say(
                    ToDevice.letter(letter), on: line,
                    size: envelopes.copySize(of: letter) + settings.envelope)
            }
        }
        return areAllThere
    }
}
