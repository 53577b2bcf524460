public import Vocabulary

/// One direction of a connection from the moment at which something goes wrong until all is well again: both
/// ends of a TCP, segment by segment.
///
/// It is a small simulation of its own inside of the large one, and runs when somebody asks: up to now when a
/// message is sent, and ahead, on a copy, to find out when the next message is safe. A message is *safe* when
/// the last of its missing segments has left and will not be lost; only then is its arrival known, and only
/// that instant is an event. What is sent in the meantime may bring it forward: its segments report the loss. A segment
/// that a fault delays for longer than the sender waits is safe when it is there: what leaves again may overtake it, once
/// the fault is healed.
///
///     sender    1 2 3 4      .           3'                             the message is safe when 3' leaves
///                \ \ x \    /|            \
///     receiver    1 2   4--- reports 3     3'                           and available when 3' arrives
///
/// What the two ends do is what Linux does (`tcp_input.c`, `tcp_output.c`, `tcp_recovery.c`, `tcp_timer.c`):
///
/// - **Reports.** An acknowledgement says what has arrived, out of order too (RFC 2018), and of what came
///   twice that it did (RFC 2883). Every second segment is acknowledged at once, as is what leaves or fills a
///   gap, and the last of a message, whose answer carries it; a single segment 40 ms later. A burst
///   that arrives at once is acknowledged when it is read: as a whole, or once in between after two segments.
///   The latter is a race between the network and the program that reads; measured, it comes about half of
///   the time, and one time in eight in the middle of a message, when the program is awake.
/// - **RACK** (RFC 8985). What left a quarter of the shortest round trip before something that has arrived is
///   lost; at once after three reports, and during recovery. A lost repetition is found in the same way.
/// - **Tail-loss probe** (RFC 8985). When nothing has come back for two smoothed round trips, and the least
///   timeout more if one segment alone is out, the last segment leaves again, or a new one.
/// - **Timeout** (RFC 6298). Nothing else has helped: all is lost, one segment leaves, the timeout doubles.
/// - **Window** (RFC 5681, 6675, 6937). Halved once for each recovery; one after a timeout; as it was when a
///   repetition proves to have been needless.
public struct LossRecovery: Sendable {
    // MARK: What is known of segments and messages

    struct Segment {
        /// The latest time.
        var sentAt: Instant
        /// The earliest time; never while all that was sent of it has been lost.
        var arrivesAt = Instant.never
        /// When the receiver got it, counted in segments; 0 before.
        var receipt: UInt32 = 0
        let bytes: UInt32
        let endsMessage: Bool
        // As the sender sees it.
        var isReported = false
        var isLost = false
        /// Sent again, and so under way once more though it was lost.
        var isRepeated = false
        var wasRepeated = false
    }

    struct Message: BitwiseCopyable {
        let end: Int
        let last: UInt32
    }

    /// Under way to the receiver.
    struct Data: BitwiseCopyable {
        let arrival: Instant
        let segment: Int
        let packet: UInt64
        let sentAt: Instant
    }

    /// Under way to the sender.
    struct Report: BitwiseCopyable {
        let arrival: Instant
        /// All segments before it have arrived.
        let next: Int
        /// What has arrived out of order: all with a receipt up to this one.
        let receipts: UInt32
        let isForDuplicate: Bool
        /// When that left which it answers (RFC 7323).
        let echo: Instant
    }

    enum Alarm {
        case timeout, probe, reordering
    }

    /// How the sender takes its losses.
    enum CongestionState {
        case open
        /// Something arrived out of order, or was repeated for fear of a loss.
        case disorder
        case recovery
        case timedOut
    }

    let settings: StreamSettings

    // The sender. Segments count from 0; those of `segments` begin with `base`, all before it is acknowledged.
    var segments: [Segment] = []
    var base = 0
    var nextToSend: Int { base + segments.count }
    /// Messages that are not safe yet; of the one at `sending`, and those behind it, something is unsent.
    var messages = Ring<Message>()
    var sending = 0
    var queued = 0
    var reported = 0
    var lost = 0
    var repeated = 0
    /// Segments from before the trouble, acknowledged together at a time that is known.
    var former: Int
    let formerEnd: Instant
    var state = CongestionState.open
    /// Recovery lasts until all before it is acknowledged.
    var recoveryEnd = 0
    var alarm: (kind: Alarm, time: Instant)?
    var timer: RetransmissionTimer
    var shortestTrip: Span
    var timeouts = 0
    var probedBefore: Int?
    var probeWasRepetition = false
    var progressAt: Instant
    var lastSent = Instant.start

    // Its window.
    var growth: WindowGrowth
    var isLimited = false
    var mostOut = 0
    var limitedUntil = 0
    var windowBefore = 0  // of the recovery, as is the threshold
    var thresholdBefore = 0
    var delivered = 0  // in this recovery, as are those sent
    var sentInRecovery = 0
    /// Repetitions of this recovery that have not yet proved needless, −1 before the first; nil when the
    /// window stays as it is.
    var needless: Int?
    var firstRepeatedAt: Instant?

    // What tells how late is too late (RACK).
    var latestArrived: (sentAt: Instant, segment: Int, trip: Span)?
    var hasNews = false

    // The way there and the receiver.
    var data = Ring<Data>()
    var burst: (at: Instant, delay: Span)?
    var lastArrival: Instant
    var expected = 0
    var held = 0
    var receipts: UInt32 = 0
    /// The segments of the receipts that the sender has not heard of yet, and the highest one that it has.
    var received = Ring<Int>()
    var latestReported = -1
    var isBetweenMessages = true
    var unacknowledged = 0
    /// Whether what reads a burst gets in between once.
    var reading: (at: Instant, isEarly: Bool)?
    var delayed: (due: Instant, packet: UInt64, echo: Instant)?

    /// What a fault delays for longer than the sender waits.
    var late = LateArrivals<Data>()
    /// Whether the latest copy is of these.
    var isLate = false

    // The way back.
    var reports = Ring<Report>()
    var lateReports = LateArrivals<Report>()
    var returning: LinkState
    var lastReport = Instant.start

    // What comes of it.
    var safeBefore = 0
    var available: Instant
    /// When messages become available that have become safe, in the order in which they were sent.
    public internal(set) var arrivals: [Instant] = []
    /// Segments sent more than once, each time counted.
    public internal(set) var repetitions = 0
    /// Nothing came back for so long that the sender gives the connection up.
    public internal(set) var hasGivenUp = false
    /// How far packets get from now on.
    public var reach = Reach.through

    /// Takes over a path that is well no more.
    public init(
        _ path: StreamPath, at now: Instant, on link: LinkState, over route: StreamRoute,
        _ settings: StreamSettings
    ) {
        self.settings = settings
        let isInFlight = path.used > 0 && now < path.flightEnds
        former = isInFlight ? Int(path.used) : 0
        formerEnd = isInFlight ? path.flightEnds : .never
        growth = WindowGrowth(
            window: Int(path.window), threshold: Int(path.threshold), credit: Int(path.credit))
        // Of a long delay the sender knows nothing before an acknowledgement comes.
        let isKnown = !settings.areLate(route.there) && !settings.areLate(route.back)
        let (timer, shortest) = path.measuredTimer(of: link, over: isKnown ? route : route.usual)
        self.timer = timer
        shortestTrip = shortest ?? Span(nanoseconds: .max)
        progressAt = now
        lastArrival = path.available
        available = path.available
        returning = link.returning
    }

    /// Whether a path can go on from here: nothing waits, and nothing is in doubt any more. A busy connection is
    /// hardly ever without something under way, and need not be.
    public var isOver: Bool { messages.count == 0 && !isLate && (isWell || isAtRest) }

    /// Whether what is under way will arrive, and whatever waits only has to wait for its turn.
    var isWell: Bool {
        state == .open && safeBefore == nextToSend && reported == 0 && former == 0 && probedBefore == nil
            && growth.window >= StreamPath.sparse && reach == .through
    }

    private var isAtRest: Bool {
        state == .open && segments.isEmpty && data.count == 0 && reports.count == 0 && former == 0
            && probedBefore == nil
    }

    /// The path as it goes on, with what is under way as its latest flight.
    public func path(at now: Instant, on link: LinkState, over route: StreamRoute) -> StreamPath {
        var path = StreamPath(settings, isMeasured: timer.smoothedRoundTrip != nil)
        path.window = UInt16(growth.window)
        path.threshold = UInt16(min(growth.threshold, Int(UInt16.max)))
        path.credit = UInt16(growth.credit)
        path.available = available
        path.used = UInt16(min(segments.count, growth.window))
        let answer = returning.delay(ofPacket: link.packets &- 1, under: route.back)
        path.flightEnds = max(now, lastArrival + answer)
        return path
    }

    var timeout: Span { timer.timeout(settings.timer) }

    // MARK: Running

    /// Sends a message. All until `now` has to have been played before. False when it only queues.
    @discardableResult
    public mutating func send(
        wire: ByteCount, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) -> Bool {
        let before = nextToSend
        queued += settings.segments(onWire: wire)
        let last = settings.lastSegment(onWire: wire)
        messages.append(Message(end: queued, last: UInt32(clamping: last.bytes)))
        if segments.isEmpty { shrinkAfterPause(at: now) }
        sendNew(at: now, on: &link, over: route)
        return nextToSend > before
    }

    /// Plays what happens before `time`, or until then.
    public mutating func play(
        before time: Instant, orThen: Bool = false, on link: inout LinkState, over route: StreamRoute
    ) {
        while !hasGivenUp, let next = nextStep, next.time < time || orThen && next.time == time {
            take(next.step, at: next.time, on: &link, over: route)
            if isWell, !isLate, messages.count > 0 { flow(at: next.time, on: &link, over: route) }
        }
    }

    /// When the next message is safe, or something is up that may have come out otherwise by then; nil when
    /// nothing waits for it. On a path that is cut, everything may.
    public func nextEvent(on link: LinkState, over route: StreamRoute) -> Instant? {
        if reach != .through { return nextStep?.time }
        guard messages.count > 0 else { return nil }
        var (ahead, link) = (self, link)
        while let next = ahead.nextStep {
            if next.step == .alarm, case .timeout? = ahead.alarm?.kind { return next.time }
            // What is late may be overtaken, as soon as the link is another one.
            if next.step == .late || next.step == .alarm && !ahead.late.isEmpty { return next.time }
            ahead.take(next.step, at: next.time, on: &link, over: route)
            if !ahead.arrivals.isEmpty || ahead.isWell { return next.time }
        }
        return nil
    }

    /// The narrowest stretch carries more from now on: what waits before it leaves sooner.
    mutating func widen(_ widening: Widening, at now: Instant) { late.widen(widening, at: now) }

    /// Hands over the arrivals of messages that have become safe.
    public mutating func takeArrivals() -> [Instant] {
        let arrivals = arrivals
        self.arrivals = []
        return arrivals
    }

    enum InnerEvent {
        case data, late, report, lateReport, former, delayed, alarm
    }

    /// What is up next; at one instant, in the order of the steps.
    var nextStep: (time: Instant, step: InnerEvent)? {
        var next: (time: Instant, step: InnerEvent) = (.never, .alarm)
        if let time = alarm?.time { next = (time, .alarm) }
        if let time = delayed?.due, time <= next.time { next = (time, .delayed) }
        if former > 0, formerEnd <= next.time { next = (formerEnd, .former) }
        if let time = lateReports.next, time <= next.time { next = (time, .lateReport) }
        if reports.count > 0, reports[0].arrival <= next.time { next = (reports[0].arrival, .report) }
        if let time = late.next, time <= next.time { next = (time, .late) }
        if data.count > 0, data[0].arrival <= next.time { next = (data[0].arrival, .data) }
        return next.time < .never ? next : nil
    }

    mutating func take(
        _ step: InnerEvent, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        switch step {
        case .data: receive(data.removeFirst(), at: now, over: route)
        case .late: receive(late.removeFirst(), at: now, over: route)
        case .report: hear(reports.removeFirst(), at: now, on: &link, over: route)
        case .lateReport: hear(lateReports.removeFirst(), at: now, on: &link, over: route)
        case .delayed:
            let (_, packet, echo) = delayed!
            report(on: 2 * packet, at: now, echo: echo, over: route)
        case .former:
            growth.acknowledge(former >= growth.window ? former : 0, settings)
            former = 0
            sendNew(at: now, on: &link, over: route)
        case .alarm:
            switch alarm!.kind {
            case .timeout: timeOut(at: now, on: &link, over: route)
            case .probe: probe(at: now, on: &link, over: route)
            case .reordering: settleReordering(at: now, on: &link, over: route)
            }
        }
    }

    /// The messages that wait for their turn leave as they do on a path that is well, until one does not.
    mutating func flow(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        var path = path(at: now, on: link, over: route)
        var sent = nextToSend
        while messages.count > 0 {
            let message = messages[0]
            guard
                let arrival = path.send(
                    message.end - sent, last: .bytes(Int64(message.last)), at: now, on: &link, over: route,
                    settings)
            else { break }
            arrivals.append(arrival)
            sent = message.end
            _ = messages.removeFirst()
        }
        var rest = LossRecovery(path, at: now, on: link, over: route, settings)
        // From here on segments count anew; those before were acknowledged, or will be.
        rest.base = sent
        rest.expected = sent
        rest.safeBefore = sent
        rest.queued = queued
        rest.messages = messages
        rest.arrivals = arrivals
        rest.repetitions = repetitions
        self = rest
        sendNew(at: now, on: &link, over: route)
    }
}

extension Instant {
    static let never = Instant(nanoseconds: .max)
}
