internal import Cluster
internal import Simulation
internal import Vocabulary

/// The lines to the system, one a channel, and how an app gets another one when one has ended.
///
/// Before each attempt the app pauses, so that all who lost one server do not come back as one wave. After
/// the last attempt it tries no more, until its owner taps or opens it anew, or until there is a network
/// again: then it begins anew, with all its attempts. A tap during a pause waits for its end: who writes much would
/// cut all pauses short.
///
/// That a line opens is no success yet: a host that takes lines and ends them at once would have each app back within
/// the first pause, and letters use up their attempts on lines that lead nowhere. The pauses begin anew when something was
/// answered, or with a line that has stood for a few seconds (`AppSettings.stableAfter`).
///
/// Where a channel leads that has to be found (`AppPlan.Channel.foundOver`) is asked for before the first
/// attempt, and again when one has failed, when the line has ended, or when a word on it says that the app is
/// to move.
extension Phone {
    @inline(__always)
    func link<R>(_ channel: Int, _ body: (inout Link) -> R) -> R {
        if channel == 0 { return body(&main) }
        return body(&town.links[town.phoneNumber(of: id) * (town.appPlan.channels.count - 1) + channel - 1])
    }

    @inline(__always)
    func isConnected(_ channel: Int) -> Bool { link(channel) { $0.state.contains(.connected) } }

    func channel(of line: Line<ToDevice>) -> Int? {
        if main.line == line { return 0 }
        return town.appPlan.channels.indices.first { channel in link(channel) { $0.line == line } }
    }

    // MARK: A line

    func begin(_ line: Line<ToDevice>, in shift: Shift) {
        let channel = town.settling ?? channel(of: line) ?? 0
        link(channel) {
            $0.line = line
            $0.state = .connected
        }
        noteLines(in: shift)
        if town.settling != nil { return }
        say(.hello(id, town.credential(of: id)), over: channel, in: shift)
        sayAll(over: channel, in: shift)
        let routes = town.appPlan.routes
        if channel == routes.changes {
            for act in town.takeActs(of: id) { play(act.name, act.value, in: shift) }
            if town.appPlan.blocks != nil { sendOrders(in: shift) }
        }
        if channel == routes.letters { sendWaitingLetters(in: shift) }
        askAgain(over: channel, in: shift)
        if channel == openingChannel { askOnOpening(in: shift) }
    }

    var openingChannel: Int { town.appPlan.opening ?? town.appPlan.routes.questions }

    func askOnOpening(in shift: Shift) {
        for kind in town.appPlan.asksOnOpening {
            let from =
                kind == .blocks ? town.blockBook.list(of: town.number(of: id)).version : town.cursor(of: id)
            let subject = kind == .status ? town.census.firstContact(of: id.user).number : 0
            ask(
                kind, subject: subject, from: from,
                over: openingChannel, in: shift)
        }
    }

    func lose(_ line: Line<ToDevice>, in shift: Shift) {
        guard let channel = channel(of: line) else { return }
        fail(channel, in: shift)
    }

    /// There is no line, or no way to one: not where this channel led so far.
    private func fail(_ channel: Int, in shift: Shift) {
        if let line = link(channel, { $0.line }) {
            recall(from: line, of: channel, in: shift)
            if isConnected(channel), shift.age(of: line) >= town.app.stableAfter {
                link(channel) { $0.attempts = 0 }
            }
        }
        link(channel) {
            $0.line = nil
            $0.state = []
            if town.appPlan.channels[channel].foundOver != nil { $0.door = nil }
            if town.appPlan.channels[channel].triesOthers {
                $0.detours &+= 1
                $0.door = town.doors.other(channel, of: id.user, after: Int($0.detours))
            }
        }
        noteLines(in: shift)
        letOthersPass(on: channel, in: shift)
        reconnectLater(channel, in: shift)
    }

    /// The app is to find another door.
    func move(from line: Line<ToDevice>, in shift: Shift) {
        guard let channel = channel(of: line) else { return }
        shift.hangUp(line)
        link(channel) {
            $0.attempts = 0
            $0.moves += $0.moves < .max ? 1 : 0
        }
        fail(channel, in: shift)
    }

    func reconnectLater(_ channel: Int, in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]),
            town.appPlan.channels[channel].staysOpen || hasQuestions(over: channel)
        else { return }
        let (attempts, moves, pauses, count) = link(channel) {
            ($0.attempts, $0.moves, $0.pausesDrawn, $0.linesOpened)
        }
        guard attempts < town.app.reconnect.limit else { return }
        // Who is sent away wherever they come waits longer each time, as who is not let in does.
        let futile = attempts + UInt32(max(1, moves) - 1)
        let pause = town.reconnectPause(of: id, channel, attempt: futile, drawn: pauses)
        link(channel) { $0.pausesDrawn += 1 }
        _ = shift.arm(.reconnect(channel, count), after: pause)
    }

    /// An attempt that was planned before another one has begun, or before the app was closed, comes to
    /// nothing.
    func connect(_ channel: Int, attempt: UInt32, in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]) else { return }
        let (isIdle, count, door) = link(channel) { ($0.state.isEmpty, $0.linesOpened, $0.door) }
        guard isIdle, attempt == 0 || attempt == count else { return }
        guard let door else { return findDoor(of: channel, in: shift) }
        let number = count + 1
        let line = shift.open(
            to: door, from: town.zone(of: id.user), handshake: town.app.handshake,
            count: UInt32(channel) << 28 | number)
        link(channel) {
            $0.linesOpened = number
            $0.attempts += 1
            $0.state = .opening
            $0.line = line
        }
        _ = shift.arm(.openOverdue(channel, number), after: town.app.openWithin)
    }

    /// Whether the attempts are used up on the way of the letters, and the last of them has come to nothing.
    var hasStoppedConnecting: Bool {
        link(town.appPlan.routes.letters) { $0.attempts >= town.app.reconnect.limit && $0.state.isEmpty }
    }

    /// At once, on all channels that stay open.
    func connectAnew(in shift: Shift) {
        for (channel, plan) in town.appPlan.channels.enumerated() where plan.staysOpen {
            link(channel) { $0.beginAnew() }
            connect(channel, attempt: 0, in: shift)
        }
    }

    func giveUpOpening(_ channel: Int, attempt: UInt32, in shift: Shift) {
        guard link(channel, { attempt == $0.linesOpened && $0.state.contains(.opening) }) else { return }
        dropLine(channel, in: shift)
        fail(channel, in: shift)
    }

    func dropLine(_ channel: Int, in shift: Shift) {
        if let line = link(channel, { $0.line }) {
            recall(from: line, of: channel, in: shift)
            shift.vanish(from: line)
        }
        link(channel) {
            $0.line = nil
            $0.state = []
        }
        noteLines(in: shift)
    }

    // MARK: Doors

    private func findDoor(of channel: Int, in shift: Shift) {
        guard let asked = town.appPlan.channels[channel].foundOver else {
            preconditionFailure("channel \(channel) leads nowhere, and is not to be found")
        }
        // Asked already, and not answered.
        guard !isAsking(.door, subject: UInt32(channel), from: 0) else { return }
        ask(.door, subject: UInt32(channel), over: asked, in: shift)
    }

    /// The answer that there is none for now sends the app back after a pause.
    func learnDoor(of channel: Int, _ number: Int, in shift: Shift) {
        guard let door = town.doors.door(channel, number) else { return reconnectLater(channel, in: shift) }
        link(channel) { $0.door = door }
        connect(channel, attempt: 0, in: shift)
    }

    /// A channel that does not stay open has nothing to do any more.
    func hangUpIfIdle(_ channel: Int, in shift: Shift) {
        let plan = town.appPlan.channels[channel]
        guard !plan.staysOpen, !hasQuestions(over: channel) else { return }
        guard plan.lingers > .zero else { return hangUp(channel, in: shift) }
        _ = shift.arm(.still(channel, link(channel) { $0.linesOpened }), after: plan.lingers)
    }

    func hangUp(_ channel: Int, in shift: Shift) {
        if let line = link(channel, { $0.line }) {
            recall(from: line, of: channel, in: shift)
            shift.hangUp(line)
        }
        link(channel) {
            $0.line = nil
            $0.state = []
        }
        noteLines(in: shift)
    }

    /// Whether all lines that are to stay open are there, for the ledger: who is cut off, or not let in, cannot say
    /// that the system has lost anything.
    func noteLines(in shift: Shift) {
        var isThere = true
        for channel in town.appPlan.channels.indices
        where town.appPlan.channels[channel].staysOpen && !isConnected(channel) {
            isThere = false
        }
        town.ledger.noteLine(of: id, isThere: isThere, at: shift.now)
    }

    // MARK: The network

    func loseAccess(in shift: Shift) {
        guard state.contains(.access) else { return }
        state.remove(.access)
        tell(.accessLost(id), in: shift)
        for channel in town.appPlan.channels.indices { dropLine(channel, in: shift) }
        takeBackLetters(in: shift)
    }

    func gainAccess(in shift: Shift) {
        guard !state.contains(.access) else { return }
        state.insert(.access)
        tell(.accessGained(id), in: shift)
        for channel in town.appPlan.channels.indices {
            link(channel) { $0.beginAnew() }
            reconnectLater(channel, in: shift)
        }
    }
}
