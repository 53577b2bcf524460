public import Vocabulary

/// One direction of a connection, as TCP would carry it, worked out when a message is sent: no events for
/// segments.
///
/// A message leaves in flights, each as large as the window still allows, and the next when the
/// acknowledgements of
/// the last return. The window starts at 10 segments, doubles with each flight that fills it, and starts
/// again
/// after a pause (RFC 5681):
///
///     sender   |10 segments    |20 segments    |5 segments
///               \             / \             / \
///     receiver   \___________/   \___________/   \ the message is complete
///
/// A lost segment that three others of its message follow is sent again one round trip after the third has
/// left
/// (fast retransmit); any other one waits for the retransmission timer, which then sends what is missing, one
/// segment first, then twice as many. Messages become available in order: what has arrived waits for what was
/// sent before it.
///
/// Kept out of the fold: segments of later messages do not report an earlier loss, so a message of up to
/// three
/// segments always pays the timer, and those sent while it runs leave when its repetition is acknowledged;
/// there are no
/// tail-loss probes; one sample of the delay holds for a whole message.
///
/// While something is cut, a message becomes a `PendingMessage`, whose attempts are events of the caller.
/// 32 bytes.
public struct StreamPath: Hashable, Sendable {
    // In this order the fields leave no gaps.

    /// When the latest message is available at the receiver, and thus all before it.
    public private(set) var available = Instant.start

    private var flightEnds = Instant.start

    public private(set) var timer = RetransmissionTimer()

    /// A message is pending: those behind it have to wait until its attempts have come to an end.
    public private(set) var isStalled = false

    // Segments. `used` of the window are in the flight whose first acknowledgement is back at `flightEnds`.
    private var window: UInt16
    private var used: UInt16 = 0
    private var threshold: UInt16 = .max  // up to it the window doubles, from there on it grows by one

    public init(_ settings: StreamSettings) { window = UInt16(settings.initialWindow) }

    /// How many segments may be under way at once.
    public var windowSize: Int { Int(window) }

    /// Sends a message on a path that is not cut. `trip` holds for all of its segments.
    public mutating func send(
        _ size: ByteCount, at now: Instant, taking trip: RoundTrip, on link: inout LinkState,
        under conditions: LinkConditions, _ settings: StreamSettings
    ) -> Transfer {
        precondition(!isStalled, "a message was sent past one that is pending")
        let segments = settings.segments(of: size)
        var pace = Pacing(size, segments, at: now, conditions, settings)
        restartAfterPause(at: now, settings)

        var losses = RecentLosses()
        var missing = 0
        var lastProgress = Instant.start
        var unsent = segments
        var repeated = 0
        var at = now
        var arrival = now
        var someArrive = true
        while unsent > 0 && someArrive {
            if at >= flightEnds || used >= window {
                at = max(at, flightEnds)
                openFlight(pace, trip, settings)
            }
            someArrive = false
            var isHalved = false
            for _ in 0..<min(Int(window - used), unsent) {
                unsent -= 1
                let left = pace.leave(isLast: unsent == 0, from: at, on: &link, under: conditions)
                if used == 0 { flightEnds = left + trip.total }
                used += 1
                guard link.passes(under: conditions) else {
                    losses.lose(leftAt: left)
                    continue
                }
                someArrive = true
                arrival = max(arrival, left + trip.there)
                let reported = losses.pass()
                guard reported > 0 else { continue }
                let again = left + trip.total
                repeated += reported
                for place in 1...Int64(reported) {
                    if link.passes(under: conditions) {
                        arrival = max(arrival, again + pace.segment * place + trip.there)
                    } else {
                        missing += 1
                        lastProgress = max(lastProgress, again)
                    }
                }
                isHalved = true
            }
            if isHalved { halve() }
        }

        if let first = losses.first { lastProgress = max(lastProgress, first) }
        missing += losses.count + unsent
        if missing == 0 {
            timer.acknowledged(after: trip.total, retransmitted: false)
            available = max(available, arrival)
            return Transfer(.available(at: available), size, segments, repeated, unsent: 0, settings)
        }
        var pending = PendingMessage(
            size: size, segments: segments, missing: missing, unsent: unsent, waitingSince: lastProgress,
            next: timer.next(after: lastProgress, since: lastProgress, settings), arrival: arrival,
            repeated: repeated, wasSent: true)
        while timer.doublings < settings.foldedTimeouts,
            pending.next < pending.waitingSince + settings.timer.giveUp
        {
            timer.expired()
            let done = resend(
                &pending, at: pending.next, &pace, taking: trip, on: &link, under: conditions, settings)
            if done {
                available = max(available, pending.arrival)
                return Transfer(
                    .available(at: available), size, segments, pending.repeated, unsent: 0, settings)
            }
        }
        isStalled = true
        return Transfer(
            .pending(pending), size, segments, pending.repeated, unsent: pending.unsent, settings)
    }

    /// A message for a path that is cut, or one in flight when it was: its attempts begin at `sent`.
    public mutating func hold(
        _ size: ByteCount, sentAt sent: Instant, _ settings: StreamSettings
    ) -> PendingMessage {
        precondition(!isStalled, "a message was sent past one that is pending")
        isStalled = true
        let segments = settings.segments(of: size)
        return PendingMessage(
            size: size, segments: segments, missing: segments, unsent: segments, waitingSince: sent,
            next: sent,
            arrival: sent, repeated: 0, wasSent: false)
    }

    /// Tries to bring over a pending message, at `pending.next` or later: the first time all that the window
    /// allows, then,
    /// by the timer, one segment. The first attempt that comes through delivers.
    public mutating func attempt(
        _ pending: inout PendingMessage, at now: Instant, reach: Reach, taking trip: RoundTrip,
        on link: inout LinkState, under conditions: LinkConditions, _ settings: StreamSettings
    ) -> Attempt {
        precondition(isStalled, "an attempt for a message that is not pending")
        let isFirst = !pending.wasSent
        pending.wasSent = true
        if !isFirst {
            if pending.isReceived && reach == .through {
                isStalled = false
                return .acknowledged
            }
            if now >= pending.waitingSince + settings.timer.giveUp { return .gaveUp }
            timer.expired()
        }
        let flight = isFirst ? min(Int(window), pending.missing) : 1
        switch reach {
        case .through where isFirst:
            isStalled = false
            let transfer = send(
                pending.size, at: now, taking: trip, on: &link, under: conditions, settings)
            switch transfer.outcome {
            case .available(let time): return .delivered(at: time)
            case .pending(let rest):
                pending = rest
                return .retry(at: rest.next)
            }

        case .through:
            var pace = Pacing(pending.size, pending.segments, at: now, conditions, settings)
            let done = resend(
                &pending, at: now, &pace, taking: trip, on: &link, under: conditions, settings)
            guard done else { return .retry(at: pending.next) }
            isStalled = false
            available = max(available, pending.arrival)
            return .delivered(at: available)

        case .oneWay:
            pending.transmit(flight)
            pending.next = timer.next(after: now, since: pending.waitingSince, settings)
            // Without acknowledgements nothing but the first flight leaves, and then its first segment again
            // and again.
            var passed = 0
            var pace = Pacing(pending.size, pending.segments, at: now, conditions, settings)
            var left = now
            for place in 1...flight {
                left = pace.leave(
                    isLast: place == pending.missing, from: now, on: &link, under: conditions)
                if link.passes(under: conditions) { passed += 1 }
            }
            guard !pending.isReceived && passed == pending.missing else { return .retry(at: pending.next) }
            pending.isReceived = true
            available = max(available, left + trip.there)
            return .received(at: available, retry: pending.next)

        case .nowhere:
            pending.transmit(flight)
            pending.next = timer.next(after: now, since: pending.waitingSince, settings)
            return .retry(at: pending.next)
        }
    }

    /// The rules that hold between calls.
    package func checkInvariants(_ settings: StreamSettings) {
        precondition(window >= 1, "nothing may be sent")
        precondition(window <= settings.windowLimit, "\(window) segments exceed \(settings.windowLimit)")
        precondition(used <= window, "\(used) segments are in a window of \(window)")
        precondition(threshold >= 2, "a threshold of \(threshold) segments")
    }

    /// Sends what is missing, one segment and then twice as many, until all has arrived. False when a whole
    /// flight was
    /// lost: then the timer has been set again.
    private mutating func resend(
        _ pending: inout PendingMessage, at start: Instant, _ pace: inout Pacing, taking trip: RoundTrip,
        on link: inout LinkState, under conditions: LinkConditions, _ settings: StreamSettings
    ) -> Bool {
        if window > 1 { threshold = max(window / 2, 2) }
        window = 1
        var at = start
        while true {
            let flight = min(Int(window), pending.missing)
            let again = pending.transmit(flight)
            used = 0
            var passed = 0
            for place in 0..<flight {
                let left = pace.leave(isLast: false, from: at, on: &link, under: conditions)
                if used == 0 { flightEnds = left + trip.total }
                used += 1
                guard link.passes(under: conditions) else { continue }
                passed += 1
                pending.arrival = max(pending.arrival, left + trip.there)
                timer.acknowledged(after: trip.total, retransmitted: place < again)
            }
            pending.missing -= passed
            if pending.missing == 0 { return true }
            if passed == 0 {
                pending.next = timer.next(after: at, since: pending.waitingSince, settings)
                return false
            }
            pending.waitingSince = flightEnds
            at = flightEnds
            openFlight(pace, trip, settings)
        }
    }

    /// The acknowledgements of a flight have begun to come back: a full window grows, unless it fills the
    /// path already.
    private mutating func openFlight(_ pace: Pacing, _ trip: RoundTrip, _ settings: StreamSettings) {
        let isFull = used >= window
        used = 0
        guard isFull && pace.segment * Int64(window) <= trip.total else { return }
        let grown = window < threshold ? min(2 * Int(window), Int(threshold)) : Int(window) + 1
        window = UInt16(min(grown, settings.windowLimit))
    }

    /// Once a flight, however many of its segments were lost.
    private mutating func halve() {
        threshold = max(window / 2, 2)
        window = threshold
        used = min(used, window)
    }

    /// After a pause as long as the timeout nobody knows what the path can bear, so it begins as at first.
    private mutating func restartAfterPause(at now: Instant, _ settings: StreamSettings) {
        guard now > flightEnds + timer.timeout(settings.timer) else { return }
        window = min(window, UInt16(settings.initialWindow))
        used = 0
    }
}

extension RetransmissionTimer {
    fileprivate func next(
        after now: Instant, since first: Instant, _ settings: StreamSettings
    ) -> Instant { next(after: now, since: first, settings.timer) }
}

/// When a message's segments have left the narrowest stretch.
///
/// The stretch is shared, and the message is worked out at once. So all of its segments queue there as if
/// they came
/// now: later flights, and repetitions, make others wait for their bits, but not for the round trips in
/// between.
private struct Pacing {
    let segment: Span
    private let last: Span
    private let now: Instant
    private var left = Instant.start

    init(
        _ size: ByteCount, _ segments: Int, at now: Instant, _ conditions: LinkConditions,
        _ settings: StreamSettings
    ) {
        self.now = now
        guard let rate = conditions.present.pointee.bandwidth?.rate else {
            segment = .zero
            last = .zero
            return
        }
        let rest = size - settings.segment * Int64(segments - 1)
        segment = rate.transmissionTime(of: settings.segment + settings.header)
        last = rate.transmissionTime(of: rest + settings.header)
    }

    /// One segment of a flight that begins at `start`.
    mutating func leave(
        isLast: Bool, from start: Instant, on link: inout LinkState, under conditions: LinkConditions
    ) -> Instant {
        let work = isLast ? last : segment
        let queued = link.leave(after: work, at: now, under: conditions)
        left = start == now ? queued : max(queued, max(start, left) + work)
        return left
    }
}

/// Lost segments that fewer than three later ones have followed.
///
/// Between two segments that arrive, all are lost; so three runs are enough, by how many have arrived since:
///
///     sent      x  x  .  x  .  x         . arrived, x lost
///     runs     [ two ]  [one] [none]
private struct RecentLosses {
    private typealias Run = (count: Int, first: Instant)
    private var none: Run = (0, .start)
    private var one: Run = (0, .start)
    private var two: Run = (0, .start)

    var count: Int { none.count + one.count + two.count }

    /// When the earliest of them left.
    var first: Instant? {
        if two.count > 0 { return two.first }
        if one.count > 0 { return one.first }
        return none.count > 0 ? none.first : nil
    }

    mutating func lose(leftAt time: Instant) {
        if none.count == 0 { none.first = time }
        none.count += 1
    }

    /// One arrives: how many lost ones it is the third to report.
    mutating func pass() -> Int {
        let reported = two.count
        two = one
        one = none
        none.count = 0
        return reported
    }
}
