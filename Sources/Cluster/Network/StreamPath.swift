public import Vocabulary

/// One direction of a connection, as TCP would carry it, worked out when a message is sent: no events for
/// segments.
///
/// A message leaves in flights, each as large as the window still allows, and the next when the
/// acknowledgements of the last return. The window starts at 10 segments, doubles with each flight that fills
/// it, and shrinks again after a pause (RFC 5681):
///
///     sender   |10 segments    |20 segments    |5 segments
///               \             / \             / \
///     receiver   \___________/   \___________/   \ the message is complete
///
/// Messages become available in order: what arrives early waits for what was sent before it.
///
/// This is the whole of it as long as nothing is lost. A message that loses a segment, that has to wait for
/// acknowledgements which may be lost, that a fault delays for longer than the sender waits, or that queues
/// before what a fault has narrowed, is for a `LossRecovery`, which knows each segment and gives the path back
/// when all is well. The way back of a flight is only drawn when something waits for it; elsewhere it counts as
/// long as the way there. 32 bytes: each of 100,000 idle connections has two.
public struct StreamPath: Hashable, Sendable {
    // In this order the fields leave no gaps.

    /// When the latest message is available at the receiver, and thus all before it.
    public internal(set) var available = Instant.start

    /// When the first acknowledgement of the latest flight is back.
    var flightEnds = Instant.start

    // Segments. `used` of the window are in the latest flight; `credit` are those of the next that have been
    // acknowledged beyond slow start.
    var window: UInt16
    var threshold: UInt16 = .max  // up to it the window doubles, from there on it grows by one
    var used: UInt16 = 0
    var credit: UInt16 = 0

    /// A handshake has measured the round trip, or a message.
    public internal(set) var isMeasured: Bool

    /// With so small a window, a single acknowledgement decides whether anything goes on.
    static let sparse = 8

    public init(_ settings: StreamSettings, isMeasured: Bool = false) {
        window = UInt16(settings.initialWindow)
        self.isMeasured = isMeasured
    }

    /// How many segments may be under way at once.
    public var windowSize: Int { Int(window) }

    /// Sends a message that takes `wire` with its headers. The result says when it is available; nil when
    /// that has to be found out by a `LossRecovery`, and then nothing has changed.
    public mutating func send(
        wire: ByteCount, at now: Instant, on link: inout LinkState, over route: StreamRoute,
        _ settings: StreamSettings
    ) -> Instant? {
        send(
            settings.segments(onWire: wire), last: settings.lastSegment(onWire: wire), at: now, on: &link,
            over: route, settings)
    }

    mutating func send(
        _ segments: Int, last: ByteCount, at now: Instant, on link: inout LinkState, over route: StreamRoute,
        _ settings: StreamSettings
    ) -> Instant? {
        guard !settings.areLate(route.there), !route.there.present.pointee.isNarrowed else { return nil }
        let (path, state) = (self, link)
        let there = link.nextDelay(under: route.there)
        let pace = Pacing(last: last, at: now, route.there, settings)
        if used > 0, now >= flightEnds { endFlight(taking: there * 2, pace, settings) }
        if window > settings.initialWindow { shrinkAfterPause(at: now, on: link, over: route, settings) }
        let arrival =
            Int(used) + segments <= Int(window)
            ? sendAtOnce(segments, at: now, taking: there, pace, on: &link, over: route)
            : sendInFlights(segments, at: now, taking: there, pace, on: &link, over: route, settings)
        guard let arrival else {
            self = path
            link = state
            return nil
        }
        isMeasured = true
        available = max(available, arrival)
        return available
    }

    private mutating func sendAtOnce(
        _ segments: Int, at now: Instant, taking there: Span, _ pace: Pacing, on link: inout LinkState,
        over route: StreamRoute
    ) -> Instant? {
        guard link.pass(segments, under: route.there) else { return nil }
        let first = segments == 1 ? pace.last : pace.segment
        let left = link.leave(after: first, at: now, under: route.there)
        if used == 0 { flightEnds = left + there * 2 }
        used += UInt16(segments)
        guard segments > 1 else { return left + there }
        let rest = pace.segment * Int64(segments - 2) + pace.last
        return link.leave(after: rest, at: now, under: route.there) + there
    }

    private mutating func sendInFlights(
        _ segments: Int, at now: Instant, taking there: Span, _ pace: Pacing, on link: inout LinkState,
        over route: StreamRoute, _ settings: StreamSettings
    ) -> Instant? {
        guard window >= Self.sparse || route.losesNothing else { return nil }
        let trip = there + link.returning.delay(ofPacket: link.packets, under: route.back)
        var pace = pace
        var unsent = segments
        var at = now
        var arrival = now
        while unsent > 0 {
            if at >= flightEnds || used >= window {
                at = max(at, flightEnds)
                endFlight(taking: trip, pace, settings)
            }
            for _ in 0..<min(Int(window - used), unsent) {
                unsent -= 1
                let left = pace.leave(isLast: unsent == 0, from: at, on: &link, under: route.there)
                if used == 0 { flightEnds = left + trip }
                used += 1
                guard link.passes(under: route.there) else { return nil }
                arrival = left + there
            }
        }
        return arrival
    }

    /// The acknowledgements of a flight have come back: a full window grows, unless it fills the path
    /// already.
    private mutating func endFlight(taking trip: Span, _ pace: Pacing, _ settings: StreamSettings) {
        let isFull = used >= window || window < threshold && window < 2 * used
        if isFull, pace.segment * Int64(window) <= trip {
            var growth = WindowGrowth(window: Int(window), threshold: Int(threshold), credit: Int(credit))
            growth.acknowledge(Int(used), settings)
            window = UInt16(growth.window)
            credit = UInt16(growth.credit)
        }
        used = 0
    }

    /// Each pause as long as a timeout halves a window that has grown, for nobody knows what the path can
    /// bear by now.
    private mutating func shrinkAfterPause(
        at now: Instant, on link: LinkState, over route: StreamRoute, _ settings: StreamSettings
    ) {
        guard now > flightEnds + settings.timer.floor.span else { return }
        let timeout = measuredTimer(of: link, over: route).timer.timeout(settings.timer)
        var pause = now - flightEnds - timeout
        if pause > .zero { threshold = max(threshold, window - window / 4) }
        while pause > .zero, window > settings.initialWindow {
            window = max(window / 2, UInt16(settings.initialWindow))
            pause -= timeout
        }
    }

    /// The timer as the latest round trips have set it, and the shortest of them. They are drawn only now:
    /// each packet's delay belongs to its number, whenever somebody asks for it.
    func measuredTimer(of link: LinkState, over route: StreamRoute) -> (timer: RetransmissionTimer, Span?) {
        guard isMeasured else { return (RetransmissionTimer(), nil) }
        var timer = RetransmissionTimer()
        var shortest = Span(nanoseconds: .max)
        let returning = link.returning
        for age in (1...Self.samples).reversed() {
            let packet = link.packets &- UInt64(age)
            let trip =
                link.delay(ofPacket: packet, under: route.there)
                + returning.delay(ofPacket: packet, under: route.back)
            timer.acknowledged(after: trip)
            shortest = min(shortest, trip)
        }
        return (timer, shortest)
    }

    /// After so many of them, what came before has a weight of a third in SRTT and a tenth in RTTVAR.
    private static let samples = 8

    /// The rules that hold between calls.
    package func checkInvariants(_ settings: StreamSettings) {
        precondition(window >= 1, "nothing may be sent")
        precondition(window <= settings.windowLimit, "\(window) segments exceed \(settings.windowLimit)")
        precondition(used <= window, "\(used) segments are in a window of \(window)")
        precondition(threshold >= 2, "a threshold of \(threshold) segments")
    }
}

/// How acknowledgements widen a window (RFC 5681): by as many segments as they are for up to the threshold,
/// from there on by one for a whole window.
struct WindowGrowth {
    var window: Int
    let threshold: Int
    var credit: Int

    mutating func acknowledge(_ segments: Int, _ settings: StreamSettings) {
        let slowStart = max(0, min(segments, threshold - window))
        window += slowStart
        credit += segments - slowStart
        if credit >= window {
            let growth = credit / window
            credit -= growth * window
            window += growth
        }
        window = min(window, settings.windowLimit)
        credit = min(credit, window)
    }
}

/// When a message's segments have left the narrowest stretch.
///
/// The stretch is shared, and the message is worked out at once. So all of its segments queue there as if
/// they came now: later flights make others wait for their bits, but not for the round trips in between.
private struct Pacing {
    let segment: Span
    let last: Span
    private let now: Instant
    private var left = Instant.start

    init(last: ByteCount, at now: Instant, _ conditions: LinkConditions, _ settings: StreamSettings) {
        self.now = now
        guard let rate = conditions.present.pointee.bandwidth?.rate else {
            segment = .zero
            self.last = .zero
            return
        }
        segment = rate.transmissionTime(of: settings.segment + settings.header)
        self.last = rate.transmissionTime(of: last)
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
