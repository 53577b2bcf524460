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
    private func push(_ delivery: Dispatch, to user: User, in shift: Shift) -> Bool {
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

    // MARK: Rooms

    /// S0-38: this host serves the room, and passes the letter on to the hosts where members are.
    func deliverToRoom(_ delivery: Dispatch, in shift: Shift) {
        for host in map.view.hosts {
            if host == seat.number {
                deliverToMembers(delivery, in: shift)
            } else {
                pass(delivery, to: host, in: shift)
            }
        }
    }

    private func pass(_ delivery: Dispatch, to host: Int, in shift: Shift) {
        let size =
            (delivery.isApart ? .zero : envelopes.size(of: delivery.letter)) + SenderService.frame
        shift.post(
            .deliverToMembers(delivery), to: peers.hosts[host], size: size,
            orElse: .unpassed(delivery, to: UInt16(host)))
    }

    /// Members who are with a host that cannot be reached from here do not know what they miss. It is tried until the host
    /// takes it, or is given up: its users come to other hosts then, and ask.
    func passAgain(_ delivery: Dispatch, to host: Int, in shift: Shift) {
        if map.view.hosts.contains(host) { pass(delivery, to: host, in: shift) }
    }

    func deliverToMembers(_ delivery: Dispatch, in shift: Shift) {
        forEachMemberHere(of: delivery) { _ = push(delivery, to: $0, in: shift) }
    }

    /// What it takes to push a letter to the members of its room who are here.
    func pushes(of delivery: Dispatch) -> Span {
        var count = 0
        forEachMemberHere(of: delivery) { _ in count += 1 }
        return settings.messageTime.drawn(count, from: &costs)
    }

    private func forEachMemberHere(of delivery: Dispatch, _ body: (User) -> Void) {
        guard case .room(let room) = delivery.letter.destination else { return }
        directory.forEachMember(of: room) { member in
            if map.host(of: member) == seat.number, !rules.isKept(from: member, delivery, directory) {
                body(member)
            }
        }
    }
}
