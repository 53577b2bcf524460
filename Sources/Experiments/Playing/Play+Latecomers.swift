internal import Chat
internal import Results
internal import Vocabulary

/// Letters that have not come by the end of a run, to people who could be reached: are they lost, or late?
///
/// Nobody sees that at the end: a log may have a backlog that takes minutes, a phone a line that carries little. A run can be
/// repeated to the bit, so it is played once more, and on: what comes then was late. For latencies it has not come all the same.
struct Latecomers {
    var letters: Set<AwaitedCopy> = []
    /// How long after the end the last of them came.
    var last = Span.zero

    /// For how long none has come when no more are waited for: longer than a line or a connection waits before it tries again.
    static let patience = Span.minutes(5)
    /// For how long it is played on at most: a system that is overloaded may take as long again as it was.
    static func limit(of scenario: Scenario) -> Span {
        max(.minutes(10), scenario.duration + scenario.drain)
    }
}

extension Play {
    /// - Returns: nil when nobody wants to wait for it.
    func latecomers(among missing: Set<AwaitedCopy>, _ watch: (Status) -> Bool) -> Latecomers? {
        var longer = scenario
        longer.drain += Latecomers.limit(of: scenario)
        var play = Play(longer, design: design, thresholds: [], healthy: nil, origin: origin)
        (play.isRetold, play.eventLimit, play.canary, play.isWanted) = (true, eventLimit, canary, isWanted)
        return Run(play, design).playOn(after: scenario.end, for: missing, watch)
    }
}

extension Run {
    fileprivate func playOn(
        after end: Instant, for missing: Set<AwaitedCopy>, _ watch: (Play.Status) -> Bool
    ) -> Latecomers? {
        var comers = Latecomers()
        var time = Instant.start
        read(at: .start)
        while comers.letters.count < missing.count, time < scenario.end,
            time < end + comers.last + Latecomers.patience
        {
            time = time + .seconds(1)
            if proceed(to: time) != nil { return comers }
            read(at: time)
            ledger.flush()
            let status = Play.Status(
                time: time, end: scenario.end, events: cluster.world.eventNumber, news: [], run: self)
            guard watch(status) else { return nil }
            guard time > end else { continue }
            let come = missing.subtracting(ledger.awaited(among: missing))
            if come.count > comers.letters.count { comers = Latecomers(letters: come, last: time - end) }
        }
        return comers
    }
}
