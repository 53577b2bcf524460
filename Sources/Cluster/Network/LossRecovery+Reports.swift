internal import Vocabulary

/// What the sender makes of a report: what has arrived, and what is lost (RACK, RFC 8985).
extension LossRecovery {
    mutating func hear(
        _ report: Report, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        var news = News(isForDuplicate: report.isForDuplicate, echo: report.echo, lostBefore: lost)
        takeAcknowledged(report, at: now, &news)
        takeReported(report, at: now, &news)
        if let sample = news.sample {
            timer.acknowledged(after: sample)
            shortestTrip = min(shortestTrip, sample)
        }
        if report.isForDuplicate, let count = needless, count > 0 { needless = count - 1 }
        takeAnswerToProbe(report, news)
        var sendsAgain = false
        if news.isForDuplicate || news.hasReports || !news.hasProgressed || state != .open {
            sendsAgain = takeAlarmed(at: now, &news)
        }
        if news.resetsAlarm { resetAlarm(at: now) }
        if state == .recovery {
            limitToDelivered(news)
        } else if news.hasProgressed {
            grow(by: news.delivered)
        }
        if sendsAgain { sendLostAgain(at: now, on: &link, over: route) }
        sendNew(at: now, on: &link, over: route)
    }

    struct News {
        let isForDuplicate: Bool
        let echo: Instant
        let lostBefore: Int
        var hasProgressed = false
        var hasReports = false
        var delivered = 0
        var sample: Span?
        var resetsAlarm = false
    }

    mutating func takeAcknowledged(_ report: Report, at now: Instant, _ news: inout News) {
        guard report.next > base else { return }
        let count = report.next - base
        for index in 0..<count {
            let segment = segments[index]
            if segment.isReported {
                reported -= 1
            } else {
                news.delivered += 1
                if news.sample == nil, !segment.wasRepeated { news.sample = now - segment.sentAt }
                noteArrived(segment, base + index, at: now)
            }
            if segment.isLost { lost -= 1 }
            if segment.isRepeated { repeated -= 1 }
        }
        // Time stamps tell which copy is acknowledged (RFC 7323), so that repetitions give samples too.
        if news.sample == nil { news.sample = now - report.echo }
        segments.removeFirst(count)
        base = report.next
        timeouts = 0
        progressAt = now
        news.hasProgressed = true
        news.resetsAlarm = true
    }

    mutating func takeReported(_ report: Report, at now: Instant, _ news: inout News) {
        for number in takeReceived(upTo: report.receipts) {
            let index = number - base
            let segment = segments[index]
            if segment.isLost { lost -= 1 }
            if segment.isRepeated { repeated -= 1 }
            segments[index].isLost = false
            segments[index].isRepeated = false
            segments[index].isReported = true
            reported += 1
            latestReported = max(latestReported, number)
            news.delivered += 1
            news.hasReports = true
            if !segment.wasRepeated {
                if news.sample == nil { news.sample = now - segment.sentAt }
                // Not for what left after the first one did: or the timeout could be put off for ever.
                if segment.sentAt < segments[0].sentAt { news.resetsAlarm = true }
            }
            noteArrived(segment, number, at: now)
        }
    }

    /// What the receiver has taken, up to a receipt, and the sender had not heard of; without what is acknowledged by now.
    private mutating func takeReceived(upTo receipt: UInt32) -> [Int] {
        var numbers: [Int] = []
        while received.count > 0, receipts - UInt32(received.count) < receipt {
            let number = received.removeFirst()
            if number >= base { numbers.append(number) }
        }
        if numbers.count > 1 { numbers.sort() }
        return numbers
    }

    mutating func noteArrived(_ segment: Segment, _ number: Int, at now: Instant) {
        let trip = now - segment.sentAt
        // Sooner than anything ever was: it was the first copy that arrived.
        if segment.wasRepeated, trip < shortestTrip { return }
        hasNews = true
        if let latest = latestArrived, (segment.sentAt, number) <= (latest.sentAt, latest.segment) {
            latestArrived!.trip = trip
        } else {
            latestArrived = (segment.sentAt, number, trip)
        }
    }

    mutating func takeAnswerToProbe(_ report: Report, _ news: News) {
        guard let end = probedBefore, report.next >= end else { return }
        if !probeWasRepetition || news.isForDuplicate {
            probedBefore = nil  // it was new, or the receiver had it already
        } else if report.next > end {
            // Something was lost, and nothing has been done about it yet.
            beginReduction()
            growth.window = growth.threshold
            keepOpen()
        } else if !news.hasProgressed, !news.hasReports {
            probedBefore = nil
        }
    }

    /// Something may be lost. The result says whether what is lost may leave again.
    mutating func takeAlarmed(at now: Instant, _ news: inout News) -> Bool {
        if state == .open { firstRepeatedAt = nil }
        if state == .recovery, base >= recoveryEnd {
            if wasNeedless(news) { undo() } else if needless != nil { growth.window = growth.threshold }
            state = .open
        }
        switch state {
        case .recovery: findLost(at: now, &news)
        case .timedOut:
            if news.hasProgressed, wasNeedless(news) {
                undo()
                state = .open
            } else if base >= recoveryEnd {
                state = .open
            }
            findLost(at: now, &news)
            guard state == .open else { return true }
            fallthrough
        case .open, .disorder:
            if needless == 0 { undo() }
            findLost(at: now, &news)
            guard lost > 0 else {
                if repeated == 0 { firstRepeatedAt = nil }
                keepOpen()
                return false
            }
            beginRecovery()
        }
        return true
    }

    mutating func keepOpen() {
        let isInOrder = reported + lost + repeated == 0 && segments.first?.wasRepeated != true
        if !isInOrder, state != .disorder { recoveryEnd = nextToSend }
        state = isInOrder ? .open : .disorder
    }

    // MARK: Finding losses

    /// How much later than what has arrived something may arrive that left before it.
    var reorderingWindow: Span {
        if state == .recovery || state == .timedOut || reported >= 3 { return .zero }
        return min(shortestTrip / 4, timer.smoothedRoundTrip ?? .zero)
    }

    func remaining(_ segment: Segment, at now: Instant) -> Span {
        (latestArrived?.trip ?? .zero) + reorderingWindow - (now - segment.sentAt)
    }

    mutating func findLost(at now: Instant, _ news: inout News) {
        guard hasNews else { return }
        hasNews = false
        guard let wait = markLost(at: now) else { return }
        arm(.reordering, after: min(wait + settings.slack, timeout), at: now)
        news.resetsAlarm = false
    }

    /// Marks what is overdue. The result is how long the others have left.
    mutating func markLost(at now: Instant) -> Span? {
        guard let latest = latestArrived else { return nil }
        var longest: Span?
        // Of a large window most lies behind a few gaps, and has been reported.
        var gaps = latestReported + 1 - base - reported
        var index = 0
        while index < segments.count {
            if gaps == 0, base + index <= latestReported {
                index = latestReported + 1 - base
                continue
            }
            let segment = segments[index]
            let isEarlier = (segment.sentAt, base + index) < (latest.sentAt, latest.segment)
            // What left behind it has left later still.
            guard isEarlier || segment.wasRepeated else { break }
            if !segment.isReported {
                gaps -= 1
                if isEarlier, !segment.isLost || segment.isRepeated {
                    let wait = remaining(segment, at: now)
                    if wait <= .zero { lose(index) } else { longest = max(longest ?? .zero, wait) }
                }
            }
            index += 1
        }
        return longest
    }

    mutating func lose(_ index: Int) {
        guard !segments[index].isReported else { return }
        if !segments[index].isLost {
            segments[index].isLost = true
            lost += 1
        }
        if segments[index].isRepeated {
            segments[index].isRepeated = false
            repeated -= 1
        }
    }
}
