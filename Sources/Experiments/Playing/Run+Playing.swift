internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// A run from its first event to its last, second by second.
extension Run {
    func play(_ watch: (Play.Status) -> Bool) -> Play.PlayedRun {
        let end = min(scenario.end, play.until ?? scenario.end)
        let history = play.letter.map { ledger.watch($0) }
        var time = Instant.start
        var earlyEnd: EarlyEnding?
        read(at: .start)
        while earlyEnd == nil, time < end {
            time = min(end, time + .seconds(1))
            earlyEnd = proceed(to: time)
            guard earlyEnd == nil else {
                time = cluster.world.now
                break
            }
            read(at: time)
            ledger.flush()
            earlyEnd = abortChecks.abort.map { .aborted($0) }
            if earlyEnd != nil { break }
            let status = Play.Status(
                time: time, end: end, events: cluster.world.eventNumber,
                news: play.isRetold ? [] : news(before: time),
                run: self)
            if !watch(status), time < end { earlyEnd = .interrupted }
        }
        cluster.leaveUnfinished()
        let moment = earlyEnd == nil && end < scenario.end ? self.moment(at: time) : nil
        if earlyEnd != nil {
            ledger.flush()
            measurement.endEarly(lost: abortChecks.losses.map(\.threshold))
        }
        if earlyEnd == nil, time == scenario.end { earlyEnd = findLatecomers(at: time, watch) }
        ledger.finish(at: time, isEarly: earlyEnd != nil || time < scenario.end, later: latecomers.letters)
        meters.finish()
        measurement.finish(at: time)
        findLosses()
        if case .aborted(let loss) = earlyEnd {
            chronicle.find(RunEvent(loss.time, .abort, "\(loss.threshold)", loss.abortText))
        }
        findHealth()
        // What is planned for the end of a run that came there has come to pass.
        let lastNews = news(before: earlyEnd == nil ? end + .nanoseconds(1) : time)
        var outcome = Play.PlayedRun(
            result: result(moment == nil ? earlyEnd : .interrupted, endedAt: time),
            events: cluster.world.eventNumber,
            behaviourDigest: cluster.world.behaviourDigest.value,
            traceDigest: cluster.world.traceDigest.value, moment: moment,
            history: history?.history(placeName: ledger.settings.placeName) ?? [],
            lettersOfSender: history.flatMap { ledger.letterCount(of: $0.letter.sender) }, lastNews: lastNews,
            deliveries: keeper.kept, encounters: cluster.encounters, counts: ledger.counts,
            ordeals: keeper.ordeals, promises: keeper.promises, moments: cluster.workMoments,
            callees: play.survey == nil ? [] : callees,
            thresholdsOfFew: measurement.thresholdsOfFew.map(\.description),
            occasions: placesOfBegun(by: time).map { schedule.occasions[$0] }, endedAt: time)
        switch earlyEnd {
        case .escaped(let what): outcome.escape = what
        case .runaway(let what): outcome.runaway = what
        case .interrupted, .aborted, nil: break
        }
        return outcome
    }

    private func findLatecomers(at end: Instant, _ watch: (Play.Status) -> Bool) -> EarlyEnding? {
        let missing = play.isRetold ? [] : ledger.losses(at: end)
        if missing.isEmpty { return nil }
        guard let found = play.latecomers(among: missing, watch) else { return .interrupted }
        latecomers = found
        return nil
    }

    /// An event may take long where a million letters wait in one app, so there are few of them.
    private static let eventsBetweenLooks: UInt64 = 1_000

    /// Nil when the world came there.
    func proceed(to time: Instant) -> EarlyEnding? {
        let limit = cluster.world.eventNumber + play.eventLimit
        // Where time stands, and how many events there had been before.
        var (instant, eventsBefore) = (cluster.world.now, cluster.world.eventNumber)
        var standsStill: Bool {
            cluster.world.now == instant && cluster.world.eventNumber - eventsBefore > play.instantLimit
        }
        func run(until time: Instant) -> Ending {
            while true {
                let piece = cluster.world.eventNumber + Self.eventsBetweenLooks
                let ending = cluster.run(until: time, eventLimit: min(limit, piece))
                guard case .exceeded = ending, piece < limit, !standsStill, play.isWanted() else {
                    return ending
                }
                if cluster.world.now > instant {
                    (instant, eventsBefore) = (cluster.world.now, cluster.world.eventNumber)
                }
            }
        }
        var ending = run(until: time)
        if case .stopped = ending {
            // To the end of the millisecond: what is lost with it belongs to the same picture.
            let next = Instant(nanoseconds: (cluster.world.now.nanoseconds / 1_000_000 + 1) * 1_000_000)
            while case .stopped = ending { ending = run(until: min(next, time)) }
        }
        switch ending {
        case .escaped(let what): return .escaped(what)
        case .exceeded where !play.isWanted(): return .interrupted
        case .exceeded where standsStill:
            let who = cluster.world.nameOfReceiver.map { ", the last of them at \($0)" } ?? ""
            return .runaway(
                "time stands still at \(cluster.world.now): more than \(grouped(play.instantLimit)) events\(who); "
                    + "a part that sets itself a timer of no length does that")
        case .exceeded:
            return .runaway(
                "more than \(grouped(play.eventLimit)) events within one second, at \(cluster.world.now)")
        case .ranDry(_, let waiting): noteDry(at: time, waiting.first)
        case .reachedEnd, .stopped: if cluster.world.pendingEvents == 0 { noteDry(at: time, nil) }
        }
        return abortChecks.abort.map { .aborted($0) }
    }

    /// Nothing is going to happen any more, which is as it should be unless somebody waits.
    ///
    /// A fault that is still to come, or to be healed, may set things going again, so it counts as something
    /// that happens; and so does an app that will try once more.
    private func noteDry(at time: Instant, _ waiting: String?) {
        guard !isDry else { return }
        isDry = true
        let who =
            waiting
            ?? ledger.hanging(before: scenario.end).map { letters in
                let count = letters.count == 1 ? "a letter waits" : "\(grouped(letters.count)) letters wait"
                return "\(count), first of all \(letters.first)"
            }
        guard let who else { return }
        let hang = "nothing happens any more after \(clockText(time)), and \(who)"
        self.hang = hang
        chronicle.find(RunEvent(time, .hang, "", hang))
    }

    // MARK: What becomes known

    private func news(before time: Instant) -> [RunEvent] {
        findLosses()
        findViolations()
        return chronicle.news(before: time)
    }

    private func findLosses() {
        for loss in abortChecks.losses.dropFirst(lossesTold) {
            chronicle.find(
                RunEvent(loss.time, .threshold, "\(loss.threshold)", "\(loss.threshold) cannot hold any more")
            )
        }
        lossesTold = abortChecks.losses.count
    }

    private func findViolations() {
        guard ledger.invariants.count > violationsSeen else { return }
        violationsSeen = ledger.invariants.count
        for findings in ledger.invariants.findings {
            let name = findings.promise.name
            for violation in findings.violations.dropFirst(violationsTold[name, default: 0]) {
                chronicle.find(RunEvent(violation.time, .violation, name, violation.evidence))
            }
            violationsTold[name] = findings.violations.count
        }
    }

    /// The first window of health, and each that came out otherwise than the one before it.
    private func findHealth() {
        guard let health = measurement.health else { return }
        var former: WindowState?
        for (index, state) in health.states.enumerated() where state != former {
            former = state
            let word =
                switch state {
                case .good: "healthy"
                case .bad: "not healthy"
                case .unknown: "too few letters to say whether it is healthy"
                }
            chronicle.find(RunEvent(health.start(of: index), .health, "", word))
        }
    }
}
