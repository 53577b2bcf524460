internal import Simulation
internal import Vocabulary

/// How the ends of a line find out that the other one is gone.
///
/// A device pings at fixed intervals after the line was opened (before the run, for those that stand when it begins:
/// `pingPhase`), and takes it for dead when an answer is not
/// back in time; a part takes it for dead when it has heard nothing for long. Answering pings costs a
/// machine's cores nothing; but it is the process that does it, so that a machine whose cores all stand still
/// takes pings in, and answers them when it goes on.
///
/// While a path is well all this follows from the time alone, and nothing is simulated: ping k left at
/// `openedAt + k · pingEvery − pingPhase`, took the delay that is drawn for (line, k), and its answer another one. From
/// the moment a fault or a crash touches the path the line is *watched*: pings, their repetitions and the two
/// deadlines are events. The first answer that comes back over a well path ends the watch.
extension Lines {
    struct PingWatch {
        /// Tells the events of this watch from those of an earlier one.
        let serial: UInt32
        var latestSent: UInt64
        var latestAnswered: UInt64
    }

    /// Whether pings can be worked out: not when a router forgets the line between two of them.
    private func folds(_ row: Int) -> Bool {
        let settings = settings(of: row)
        guard let every = settings.pingEvery else { return false }
        return settings.foldsPings && settings.natForgetsAfter.map { $0 > every } ?? true
    }

    /// Pings belong to the door: a machine may say how often it wants them.
    private func settings(of row: Int) -> LineSettings { settings(of: machine(of: row)) }

    func settings(of machine: MachinePointer) -> LineSettings {
        guard let interval = machine.pointee.pingEvery else { return settings }
        return settings.pinging(every: interval)
    }

    func certaintyAtDevice(_ line: LineNumber) -> Span { settings(of: Int(line.row)).certaintyAtDevice }

    func age(atDevice line: LineNumber) -> Span { now - table.rows[Int(line.row)].openedAt }

    private func pingEvery(_ row: Int) -> Span? { machine(of: row).pointee.pingEvery ?? settings.pingEvery }

    /// Whether any line is pinged.
    private var pingsAtAll: Bool { settings.pingEvery != nil || someArePinged }

    func watchFromTheStart(_ line: LineNumber) {
        let row = Int(line.row)
        if pingEvery(row) != nil, !folds(row) { watch(row) }
    }

    // MARK: On a healthy path

    private func pingTime(_ row: Int, _ ping: UInt64) -> Instant {
        let every = pingEvery(row)!
        return table.rows[row].openedAt + (every * Int64(ping) - pingPhase(row, every))
    }

    /// How long before the run began the latest ping of a line left that stands from the start.
    private func pingPhase(_ row: Int, _ every: Span) -> Span {
        guard settings.spreadsPings, table.rows[row].openedAt == .start else { return .zero }
        // Ping 0, which is none, has left this draw to the phase.
        var stream = pingDraws.stream(of: UInt64(table.ends[row].link.entity))
        return .nanoseconds(Int64(stream.below(Int(every.nanoseconds))))
    }

    /// Until when the answer has to be back.
    private func lastAnswerTime(_ row: Int, _ ping: UInt64) -> Instant {
        pingTime(row, ping) + settings(of: row).answerWithin
    }

    /// How many pings have left before now. One that is due at this instant has not: faults act first.
    private func pingsSent(_ row: Int) -> UInt64 {
        guard let every = pingEvery(row) else { return 0 }
        let age = (now - table.rows[row].openedAt + pingPhase(row, every)).nanoseconds
        return age > 0 ? UInt64((age - 1) / every.nanoseconds) : 0
    }

    private func pingDelay(_ row: Int, _ ping: UInt64, _ direction: LineDirection) -> Span {
        var stream = pingDraws.stream(
            of: UInt64(table.ends[row].link.entity), drawn: 2 * ping + direction.rawValue)
        return conditions(row, direction).delay(drawing: &stream)
    }

    /// When a part has last heard of the device.
    private func lastHeard(_ row: Int) -> Instant {
        let heard = table.rows[row].heardAt
        guard pingEvery(row) != nil, !table.rows[row].state.contains(.watched) else { return heard }
        var ping = pingsSent(row)
        while ping > 0 {
            let arrival = pingTime(row, ping) + pingDelay(row, ping, .up)
            if arrival <= now { return max(heard, arrival) }
            ping -= 1
        }
        return heard
    }

    /// Whether the device's router has forgotten the line, so that nothing from outside reaches the device
    /// any more.
    func isForgottenByRouter(_ row: Int) -> Bool {
        let state = table.rows[row].state
        if state.contains(.forgotten) { return true }
        guard let after = settings.natForgetsAfter, now > table.rows[row].heardAt + after else {
            return false
        }
        // Pings that are worked out come often enough.
        return pingEvery(row) == nil || state.contains(.watched)
    }

    /// The delays of links are about to change: what was worked out so far is written down.
    func settle() {
        guard pingsAtAll else { return }
        for row in 0..<table.count where table.rows[row].state.contains(.host) {
            table.rows[row].heardAt = lastHeard(row)
        }
    }

    // MARK: When something is wrong

    /// Something has changed between or in machines: lines that it touches are watched from now on.
    func touch() {
        guard pingsAtAll else { return }
        for row in 0..<table.count {
            let state = table.rows[row].state
            guard !state.isDisjoint(with: [.device, .host]), state.isDisjoint(with: [.opening, .watched])
            else {
                continue
            }
            if reach(row, .up) != .through || machine(of: row).pointee.standsStill { watch(row) }
        }
    }

    func watch(_ row: Int) {
        guard pingEvery(row) != nil else { return }
        guard table.rows[row].state.isDisjoint(with: [.opening, .watched]) else { return }
        let line = LineNumber(row: row, generation: table.rows[row].generation)
        let sent = pingsSent(row)
        table.rows[row].heardAt = lastHeard(row)
        serials &+= 1
        var watch = PingWatch(serial: serials, latestSent: sent, latestAnswered: sent)
        if table.rows[row].state.contains(.device) {
            var ping = sent
            while ping > 0, pingTime(row, ping) + pingDelay(row, ping, .up) > now {
                tellKeeper(.pinged(line, ping), at: pingTime(row, ping) + pingDelay(row, ping, .up))
                tellKeeper(.answerDue(line, ping), at: lastAnswerTime(row, ping))
                ping -= 1
                watch.latestAnswered = ping
            }
            tellKeeper(.ping(line, sent + 1, watch: watch.serial), at: pingTime(row, sent + 1))
        }
        if isKnownToHost(row) {
            tellKeeper(
                .silenceDue(line, watch: watch.serial),
                at: table.rows[row].heardAt + settings(of: row).silenceLimit)
        }
        table.rows[row].state.insert(.watched)
        watches[line.row] = watch
    }

    func ping(_ line: LineNumber, _ ping: UInt64, watch serial: UInt32) {
        let row = Int(line.row)
        guard isOpenAtDevice(line), watches[line.row]?.serial == serial else { return }
        watches[line.row]!.latestSent = ping
        tellKeeper(.answerDue(line, ping), at: now + settings(of: row).answerWithin)
        tellKeeper(.ping(line, ping + 1, watch: serial), at: pingTime(row, ping + 1))
        tryPing(line, ping, attempt: 0)
    }

    func tryPing(_ line: LineNumber, _ ping: UInt64, attempt: UInt8) {
        let row = Int(line.row)
        guard isOpenAtDevice(line), now < lastAnswerTime(row, ping) else { return }
        guard reach(row, .up) != .nowhere else {
            if isRejected(row, .up) { return tellSender(row, .up) }
            let wait = pingTimeout(row, .up)
            return tellKeeper(
                .pingAgain(line, ping, attempt: attempt + 1), at: now + wait * (1 << Int64(min(attempt, 16))))
        }
        tellKeeper(.pinged(line, ping), at: now + pingDelay(row, ping, .up))
    }

    /// How long an end waits before it sends a ping, or the answer to one, again.
    private func pingTimeout(_ row: Int, _ direction: LineDirection) -> Span {
        let (path, link) =
            direction == .up
            ? (table.ends[row].path, table.ends[row].link) : (table.rows[row].path, table.rows[row].link)
        return path.measuredTimer(of: link, over: route(row, direction)).timer.timeout(streamSettings.timer)
    }

    /// A ping is at the part's machine.
    func pinged(_ line: LineNumber, _ ping: UInt64) {
        let row = Int(line.row)
        guard table.isThere(line), machine(of: row).pointee.answers else { return }
        guard isKnownToHost(row), !isForgottenByRouter(row) else {
            return tellDevice(row, .reset, after: pingDelay(row, ping, .down))
        }
        table.rows[row].heardAt = now
        if machine(of: row).pointee.standsStill { return heldPings.append((line, ping)) }
        tryAnswer(line, ping, attempt: 0)
    }

    /// A machine that stood still answers what has come meanwhile.
    func answerHeldPings(on machine: MachinePointer) {
        let held = heldPings
        heldPings.removeAll { self.machine(of: Int($0.line.row)) == machine }
        for (line, ping) in held where self.machine(of: Int(line.row)) == machine {
            tryAnswer(line, ping, attempt: 0)
        }
    }

    func tryAnswer(_ line: LineNumber, _ ping: UInt64, attempt: UInt8) {
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row), now < lastAnswerTime(row, ping) else { return }
        guard reach(row, .down) != .nowhere else {
            if isRejected(row, .down) { return tellSender(row, .down) }
            let wait = pingTimeout(row, .down)
            return tellKeeper(
                .answerAgain(line, ping, attempt: attempt + 1),
                at: now + wait * (1 << Int64(min(attempt, 16))))
        }
        tellKeeper(.answered(line, ping), at: now + pingDelay(row, ping, .down))
    }

    /// The answer to a ping is back.
    func answered(_ line: LineNumber, _ ping: UInt64) {
        let row = Int(line.row)
        guard isOpenAtDevice(line), var watch = watches[line.row] else { return }
        watch.latestAnswered = max(watch.latestAnswered, ping)
        watches[line.row] = watch
        guard folds(row), ping == watch.latestSent, reach(row, .up) == .through, isKnownToHost(row),
            !machine(of: row).pointee.standsStill
        else { return }
        table.rows[row].state.remove(.watched)
        watches[line.row] = nil
    }

    func answerDue(_ line: LineNumber, _ ping: UInt64) {
        guard isOpenAtDevice(line), let watch = watches[line.row], watch.latestAnswered < ping else { return }
        tellDevice(Int(line.row), .silent, after: .zero)
    }

    func silenceDue(_ line: LineNumber, watch serial: UInt32) {
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row), watches[line.row]?.serial == serial else { return }
        let due = table.rows[row].heardAt + settings(of: row).silenceLimit
        if due <= now {
            tellHost(row, .silent, after: .zero)
        } else {
            tellKeeper(.silenceDue(line, watch: serial), at: due)
        }
    }
}
