internal import Chat
internal import Cluster
internal import Vocabulary

/// S0-17: which users are with a host changes when hosts come and go.
extension ChatHost {
    /// It is there. Not answered for a session, it has been given up by the registry, or is going to be, and others
    /// serve its users: it sends them there.
    ///
    /// A thread of its own does it, whatever the host is at. Where it waited behind the work of an overloaded host, that was
    /// taken for dead and for alive in turn: all its people moved each time, which made it more work than it had.
    func beat(in shift: Shift) {
        shift.armBeside(.beat, after: settings.beatEvery)
        if isRetiring { return }
        let isAnswered = shift.now - answeredAt <= settings.beatEvery
        for member in peers.registry {
            // What the one before was sent on may wait, for up to a minute after it was cut.
            if !isAnswered { shift.openConnection(to: member) }
            shift.call(Beat(host: seat.number, isAnswered: isAnswered), at: member, by: beats)
        }
        if shift.now - answeredAt > settings.session, !map.view.hosts.isEmpty {
            map = HostMap(of: peers.hosts.count)
            sendAway(in: shift)
        }
    }

    func noteAnswer(_ result: Result<BeatAnswer, CallError>, in shift: Shift) {
        guard case .success(.hosts(let view)) = result else { return }
        answeredAt = shift.now
        take(view, in: shift)
    }

    /// Those who belong elsewhere now are told so, not all at once: each of them opens a new line.
    func take(_ view: HostView, in shift: Shift) {
        let former = map
        guard map.take(view) else { return }
        sendAway(in: shift)
        let gone = former.view.hosts.filter { !map.view.contains($0) }
        recall(from: gone, in: shift)
        noteView(after: former, without: gone, in: shift)
    }

    func belongs(_ device: DeviceID) -> Bool {
        !isRetiring && map.host(of: device.user) == seat.number
    }

    /// Who has belonged elsewhere, if only until the registry heard of this host again, is told so in any case: what
    /// came meanwhile was stored for them by others, and they ask for it over a new line.
    private func sendAway(in shift: Shift) {
        let wasIdle = leaving.isEmpty
        let told = Set(leaving)  // looked up only, never iterated
        leaving += sessions.devices.filter { !belongs($0) && !told.contains($0) }
        if wasIdle, !leaving.isEmpty { _ = shift.arm(.moveSome, after: settings.moveEvery) }
    }

    func moveSome(in shift: Shift) {
        for device in leaving.suffix(settings.moveCount) {
            guard let line = sessions.line(of: directory.number(of: device)) else { continue }
            shift.say(ToDevice.moved, on: line, size: settings.envelope)
        }
        leaving.removeLast(min(leaving.count, settings.moveCount))
        if !leaving.isEmpty { _ = shift.arm(.moveSome, after: settings.moveEvery) }
    }

    /// The autoscaler does not need it: its users move on, and none comes.
    func retire(in shift: Shift) {
        isRetiring = true
        for member in peers.registry {
            shift.post(.leave(host: seat.number), to: member, size: SenderService.frame)
        }
        sendAway(in: shift)
    }

    func endIfDone(in shift: Shift) {
        guard isEnding, sessions.count == 0, pending.isEmpty, owed.isEmpty, batches.isEmpty, asking == 0
        else { return }
        shift.end()
    }

    /// S0-29: what the autoscaler goes by.
    func reportLoad(in shift: Shift) {
        // One that is not needed any more is not counted.
        if isRetiring { return }
        _ = shift.arm(.reportLoad, after: settings.loadEvery)
        guard let load = shift.processor else { return }
        defer { latestLoad = load }
        guard let latestLoad else { return }
        let share = load.utilisation(since: latestLoad)
        shift.post(
            .load(host: seat.number, perMille: Int(share * 1_000), lines: sessions.count),
            to: peers.autoscaler,
            size: SenderService.frame)
    }
}

extension ChatHost: PeopleListener {
    static func changed(_ news: PeopleNews) -> Inbox { .people(news) }
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox { .learned(result) }
}
