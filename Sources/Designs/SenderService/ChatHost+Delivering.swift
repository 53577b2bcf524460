internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// What a host does with letters for people who are with it.
extension ChatHost {
    /// S0-22: to all devices that are there, at once. Its consumer hears when one is not: it makes sure then that who
    /// comes in these moments has it either from here or from the history.
    func deliver(_ delivery: Dispatch, in shift: Shift) {
        guard case .direct(let user) = delivery.recipient, !push(delivery, to: user, in: shift),
            let consumer = delivery.consumer
        else { return }
        shift.post(.absent(delivery), to: peers.consumers[Int(consumer)], size: SenderService.frame)
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
            guard let line = sessions.line(of: directory.number(of: device)) else {
                areAllThere = false
                if case .room = delivery.recipient { unsettled.note(device, at: shift.now) }
                continue
            }
            if !isStamped {
                ledger.stamp(
                    letter.id, for: user, stage: Stage.wayOut, place: Place.machine(shift.machineNumber),
                    at: shift.now)
                isStamped = true
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
