internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// S0-38: what a host does with a letter to a room, which comes in one piece. The host that serves the room passes it on to
/// the hosts where members are, and each of them to those who are there:
///
///     consumer ─▶ room's host ─▶ every host ─▶ members
///
/// A consumer is not told who was not there, as it is of a letter to one person (`deliver`): that would be a word for each of
/// a thousand members. Instead a host has the question of a member who comes after that wait until the letter is stored, or
/// is delivered once more (`Unsettled`).
///
/// Nor does it hear what became of the letter behind the room's host. What that one has in hand is lost with it, while the
/// lines of members are with others, and stand: nobody asks. So when a host is given up or begins anew, the others look in
/// the history for all who are in its rooms, and hand on what there is; devices drop what they have (S0-28). The
/// alternative, a word to the consumer of each letter that has been passed on, is paid for every letter; this is paid for
/// a crash.
extension ChatHost {
    /// This host serves the room. As long as it knows of no host, itself included, the letter waits with it: it has just
    /// begun, or was not answered by the registry for a session.
    func deliverToRoom(_ delivery: Dispatch, in shift: Shift) {
        stampArrival(of: delivery, at: shift.service.arrived, in: shift)
        guard map.isKnown else {
            _ = shift.arm(.deliverToRoom(delivery), after: settings.passAgainAfter)
            return
        }
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
    /// takes it, or is given up: its users come to other hosts then, and ask. Which of them it is shows when this host knows.
    func passAgain(_ delivery: Dispatch, to host: Int, in shift: Shift) {
        guard map.isKnown else {
            _ = shift.arm(.passAgain(delivery, to: UInt16(host)), after: settings.passAgainAfter)
            return
        }
        if map.view.hosts.contains(host) { pass(delivery, to: host, in: shift) }
    }

    /// It waits until it is sure who is in the room, as with a generator that makes a copy for each of them.
    func deliverToMembers(_ delivery: Dispatch, in shift: Shift) {
        guard learner.isUpToDate(in: shift) else { return unsure.append(delivery) }
        forEachMemberHere(of: delivery) { member, isBlocked in
            if isBlocked { blocked.add() } else { _ = push(delivery, to: member, in: shift) }
        }
    }

    func deliverUnsure(in shift: Shift) {
        guard !unsure.isEmpty, learner.isUpToDate(in: shift) else { return }
        for delivery in unsure { _ = shift.arm(.deliverToMembers(delivery), after: .zero) }
        unsure.removeAll()
    }

    /// What it takes to push a letter to the members of its room who are here.
    func pushes(of delivery: Dispatch) -> Span {
        var count = 0
        forEachMemberHere(of: delivery) { _, isBlocked in count += isBlocked ? 0 : 1 }
        return settings.messageTime.drawn(count, from: &costs)
    }

    /// With whether they have blocked the sender.
    private func forEachMemberHere(of delivery: Dispatch, _ body: (User, Bool) -> Void) {
        guard case .room(let room) = delivery.letter.destination else { return }
        directory.forEachMember(of: room) { member in
            if map.host(of: member) == seat.number {
                body(member, rules.isKept(from: member, delivery, directory))
            }
        }
    }

    // MARK: Hosts that are gone, or were

    /// Who belongs here from now on may come at once, and did not while letters to their rooms came: so all questions wait.
    func noteView(after former: HostMap, without gone: [Int], in shift: Shift) {
        guard roomCount > 0 else { return }
        unsettled.noteAll(at: shift.now)
        catchUp(withRoomsOf: gone, by: former, in: shift)
    }

    /// Other hosts may not have noticed that this one was away: its session was not over.
    func tellOfBeginning(in shift: Shift) {
        for host in peers.hosts.indices where host != seat.number { tellOfBeginning(to: host, in: shift) }
    }

    /// Until it has heard, or is given up itself.
    func tellOfBeginning(to host: Int, in shift: Shift) {
        guard !map.isKnown || map.view.contains(host) else { return }
        shift.post(
            .begunAnew(host: UInt16(seat.number)), to: peers.hosts[host], size: SenderService.frame,
            orElse: .untold(host: UInt16(host)))
    }

    /// All who are here, and in a room that one of these hosts serves. What it had is stored by the time at which questions
    /// are asked again.
    func catchUp(withRoomsOf hosts: [Int], by map: HostMap, in shift: Shift) {
        guard roomCount > 0, !hosts.isEmpty else { return }
        unsettled.noteAll(at: shift.now)
        let wasIdle = behind.isEmpty
        var noted = Set(behind)  // looked up only, never iterated
        for number in 0..<roomCount {
            let room = Room(UInt32(number))
            guard let host = map.host(of: room), hosts.contains(host) else { continue }
            directory.forEachMember(of: room) { member in
                for number in directory.devices(of: member) {
                    let device = DeviceID(of: member, number)
                    guard belongs(device), isHere(device), noted.insert(device).inserted else { continue }
                    behind.append(device)
                }
            }
        }
        if wasIdle, !behind.isEmpty { _ = shift.arm(.catchUpSome, after: settings.moveEvery) }
    }

    /// Not all at once, as they are not sent away all at once: each is a question to the message service.
    func catchUpSome(in shift: Shift) {
        let some = behind.suffix(settings.moveCount)
        behind.removeLast(some.count)
        for device in some { ask(.unasked(.history), of: device, Gateway.Try(), in: shift) }
        if !behind.isEmpty { _ = shift.arm(.catchUpSome, after: settings.moveEvery) }
    }
}
