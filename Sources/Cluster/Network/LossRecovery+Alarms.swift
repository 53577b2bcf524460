internal import Vocabulary

/// The timers of the sender: tail-loss probe, reordering, timeout.
extension LossRecovery {
    mutating func arm(_ kind: Alarm, after wait: Span, at now: Instant) {
        var due = time(after: wait, at: now)
        if kind == .timeout { due = min(due, progressAt + settings.timer.giveUp) }
        alarm = (kind, due)
    }

    func time(after wait: Span, at now: Instant) -> Instant {
        settings.ticks?.time(after: wait, at: now) ?? now + max(wait, .nanoseconds(1))
    }

    mutating func armTimeout(at now: Instant) {
        guard let first = segments.first else { return alarm = nil }
        // An alarm of another kind was in its place; it runs from where it would have run without.
        let hasRun = alarm.map { $0.kind == .timeout } ?? true ? .zero : now - first.sentAt
        arm(.timeout, after: timeout - hasRun, at: now)
    }

    mutating func resetAlarm(at now: Instant) {
        if !armProbe(at: now, hasProgressed: true) { armTimeout(at: now) }
    }

    @discardableResult
    mutating func armProbe(at now: Instant, hasProgressed: Bool) -> Bool {
        guard state == .open, !segments.isEmpty, let smoothed = timer.smoothedRoundTrip else { return false }
        var wait = smoothed * 2 + (segments.count == 1 ? settings.timer.floor.span : settings.slack)
        let untilTimeout = hasProgressed ? timeout : segments[0].sentAt + timeout - now
        if untilTimeout > .zero { wait = min(wait, untilTimeout) }
        arm(.probe, after: wait, at: now)
        return true
    }

    mutating func probe(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        guard probedBefore == nil, !segments.isEmpty else { return armTimeout(at: now) }
        probeWasRepetition = nextToSend == queued || segments.count >= settings.windowLimit
        if probeWasRepetition {
            noteRepetition(of: segments.count - 1, at: now)
            transmit(segments.count - 1, at: now, on: &link, over: route)
        } else {
            sendNext(at: now, on: &link, over: route)
            noteSent(1, at: now)
        }
        probedBefore = nextToSend
        alarm = nil
        armTimeout(at: now)
    }

    mutating func settleReordering(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        let before = underWay
        _ = markLost(at: now)
        if underWay != before {
            if state != .recovery {
                beginRecovery()
                limitToDelivered(News(isForDuplicate: false, echo: now, lostBefore: lost, delivered: 1))
            }
            sendLostAgain(at: now, on: &link, over: route)
        }
        if alarm?.kind != .timeout { armTimeout(at: now) }
    }

    mutating func timeOut(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        alarm = nil
        guard !segments.isEmpty else { return }
        guard now < progressAt + settings.timer.giveUp else { return hasGivenUp = true }
        let isNew =
            state == .open || state == .disorder || base >= recoveryEnd || state == .timedOut && timeouts == 0
        for index in segments.indices where index == 0 || remaining(segments[index], at: now) <= .zero {
            lose(index)
        }
        if isNew {
            remember()
            growth = WindowGrowth(
                window: growth.window, threshold: max(growth.window / 2, 2), credit: 0)
            needless = repeated > 0 ? repeated : -1
        }
        growth.window = underWay + 1
        growth.credit = 0
        state = .timedOut
        recoveryEnd = nextToSend
        timeouts += 1
        sendAgain(0, at: now, on: &link, over: route)
        timer.expired()
        arm(.timeout, after: timeout, at: now)
    }
}
