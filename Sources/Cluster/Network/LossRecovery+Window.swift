internal import Vocabulary

/// How many segments may be under way: halved once for each recovery, and given back when that was needless.
extension LossRecovery {
    mutating func remember() {
        windowBefore = growth.window
        // In slow start the threshold says nothing yet.
        thresholdBefore =
            growth.window < growth.threshold
            ? growth.threshold : max(growth.threshold, growth.window - growth.window / 4)
    }

    mutating func beginReduction() {
        remember()
        recoveryEnd = nextToSend
        probedBefore = nil
        delivered = 0
        sentInRecovery = 0
        growth = WindowGrowth(window: growth.window, threshold: max(growth.window / 2, 2), credit: 0)
    }

    mutating func beginRecovery() {
        needless = repeated + (probedBefore != nil && probeWasRepetition ? 1 : 0)
        if needless == 0 { needless = -1 }
        beginReduction()
        state = .recovery
    }

    /// As many leave as have arrived, less as long as more are under way than may be (RFC 6937).
    mutating func limitToDelivered(_ news: News) {
        guard news.delivered > 0 else { return }
        delivered += news.delivered
        let room = growth.threshold - underWay
        var count: Int
        if room < 0 {
            count = (growth.threshold * delivered + windowBefore - 1) / windowBefore - sentInRecovery
        } else {
            count = max(delivered - sentInRecovery, news.delivered)
            if news.hasProgressed, lost <= news.lostBefore { count += 1 }
            count = min(room, count)
        }
        growth.window = max(1, underWay + max(count, sentInRecovery > 0 ? 0 : 1))
    }

    mutating func grow(by count: Int) {
        let isSlowStart = growth.window < growth.threshold
        guard isLimited || isSlowStart && growth.window < 2 * mostOut else { return }
        growth.acknowledge(count, settings)
    }

    /// Everything that was sent again had arrived already.
    func wasNeedless(_ news: News) -> Bool {
        guard let needless else { return false }
        if needless == 0 { return true }
        return firstRepeatedAt.map { news.echo < $0 } ?? false
    }

    mutating func undo() {
        growth = WindowGrowth(
            window: max(growth.window, windowBefore), threshold: max(growth.threshold, thresholdBefore),
            credit: growth.credit)
        needless = nil
        for index in segments.indices where segments[index].isLost && !segments[index].isRepeated {
            segments[index].isLost = false
            lost -= 1
        }
    }

    mutating func shrinkAfterPause(at now: Instant) {
        var pause = now - lastSent - timeout
        guard lastSent > .start, pause > .zero else { return }
        while pause > .zero, growth.window > settings.initialWindow {
            growth.window = max(growth.window / 2, settings.initialWindow)
            pause -= timeout
        }
    }
}
