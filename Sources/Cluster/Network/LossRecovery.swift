public import Vocabulary

/// One direction of a connection from the moment at which something goes wrong until all is well again: both
/// ends of a TCP, segment by segment.
///
/// It is a small simulation of its own inside of the large one, and runs when somebody asks: up to now when a
/// message is sent, and ahead, on a copy, to find out when the next message is safe. A message is *safe* when
/// the last of its missing segments has left and will not be lost; only then is its arrival known, and only
/// that instant is an event. What is sent in the meantime may bring it forward: its segments report the loss.
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

    private struct Segment {
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

    private struct Message: BitwiseCopyable {
        let end: Int
        let last: UInt32
    }

    /// Under way to the receiver.
    private struct Data: BitwiseCopyable {
        let arrival: Instant
        let segment: Int
        let packet: UInt64
        let sentAt: Instant
    }

    /// Under way to the sender.
    private struct Report: BitwiseCopyable {
        let arrival: Instant
        /// All segments before it have arrived.
        let next: Int
        /// What has arrived out of order: all with a receipt up to this one.
        let receipts: UInt32
        let isForDuplicate: Bool
        /// When that left which it answers (RFC 7323).
        let echo: Instant
    }

    private enum Alarm {
        case timeout, probe, reordering
    }

    /// How the sender takes its losses.
    private enum State {
        case open
        /// Something arrived out of order, or was repeated for fear of a loss.
        case disorder
        case recovery
        case timedOut
    }

    private let settings: StreamSettings

    // The sender. Segments count from 0; those of `segments` begin with `base`, all before it is acknowledged.
    private var segments: [Segment] = []
    private var base = 0
    private var nextToSend: Int { base + segments.count }
    /// Messages that are not safe yet; of the one at `sending`, and those behind it, something is unsent.
    private var messages = Ring<Message>()
    private var sending = 0
    private var queued = 0
    private var reported = 0
    private var lost = 0
    private var repeated = 0
    /// Segments from before the trouble, acknowledged together at a time that is known.
    private var former: Int
    private let formerEnd: Instant
    private var state = State.open
    /// Recovery lasts until all before it is acknowledged.
    private var recoveryEnd = 0
    private var alarm: (kind: Alarm, time: Instant)?
    private var timer: RetransmissionTimer
    private var shortestTrip: Span
    private var timeouts = 0
    private var probedBefore: Int?
    private var probeWasRepetition = false
    private var progressAt: Instant
    private var lastSent = Instant.start

    // Its window.
    private var growth: WindowGrowth
    private var isLimited = false
    private var mostOut = 0
    private var limitedUntil = 0
    private var windowBefore = 0  // of the recovery, as is the threshold
    private var thresholdBefore = 0
    private var delivered = 0  // in this recovery, as are those sent
    private var sentInRecovery = 0
    /// Repetitions of this recovery that have not yet proved needless, −1 before the first; nil when the
    /// window stays as it is.
    private var needless: Int?
    private var firstRepeatedAt: Instant?

    // What tells how late is too late (RACK).
    private var latestArrived: (sentAt: Instant, segment: Int, trip: Span)?
    private var hasNews = false

    // The way there and the receiver.
    private var data = Ring<Data>()
    private var burst: (at: Instant, delay: Span)?
    private var lastArrival: Instant
    private var expected = 0
    private var held = 0
    private var receipts: UInt32 = 0
    private var isBetweenMessages = true
    private var unacknowledged = 0
    /// Whether what reads a burst gets in between once.
    private var reading: (at: Instant, isEarly: Bool)?
    private var delayed: (due: Instant, packet: UInt64, echo: Instant)?

    // The way back.
    private var reports = Ring<Report>()
    private var returning: LinkState
    private var lastReport = Instant.start

    // What comes of it.
    private var safeBefore = 0
    private var available: Instant
    /// When messages become available that have become safe, in the order in which they were sent.
    public private(set) var arrivals: [Instant] = []
    /// Segments sent more than once, each time counted.
    public private(set) var repetitions = 0
    /// Nothing came back for so long that the sender gives the connection up.
    public private(set) var hasGivenUp = false
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
        let (timer, shortest) = path.measuredTimer(of: link, over: route)
        self.timer = timer
        shortestTrip = shortest ?? Span(nanoseconds: .max)
        progressAt = now
        lastArrival = path.available
        available = path.available
        returning = link.returning
    }

    /// Whether nothing is under way or in doubt any more, so that a path can go on from here.
    public var isOver: Bool {
        segments.isEmpty && messages.count == 0 && data.count == 0 && reports.count == 0 && former == 0
            && state == .open && probedBefore == nil
    }

    /// What is under way will arrive, and the rest only has to wait for its turn.
    private var isWell: Bool {
        state == .open && messages.count > 0 && safeBefore == nextToSend && reported == 0 && former == 0
            && probedBefore == nil && growth.window >= StreamPath.sparse && reach == .through
    }

    /// The path after it is over.
    public var path: StreamPath {
        var path = StreamPath(settings, isMeasured: timer.smoothedRoundTrip != nil)
        path.window = UInt16(growth.window)
        path.threshold = UInt16(min(growth.threshold, Int(UInt16.max)))
        path.credit = UInt16(growth.credit)
        path.available = available
        return path
    }

    private var timeout: Span { timer.timeout(settings.timer) }

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
            if isWell { flow(at: next.time, on: &link, over: route) }
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
            ahead.take(next.step, at: next.time, on: &link, over: route)
            if !ahead.arrivals.isEmpty || ahead.isWell { return next.time }
        }
        return nil
    }

    /// Hands over the arrivals of messages that have become safe.
    public mutating func takeArrivals() -> [Instant] {
        let arrivals = arrivals
        self.arrivals = []
        return arrivals
    }

    private enum Step {
        case data, report, former, delayed, alarm
    }

    /// What is up next; at one instant, in the order of the steps.
    private var nextStep: (time: Instant, step: Step)? {
        var next: (time: Instant, step: Step) = (.never, .alarm)
        if let time = alarm?.time { next = (time, .alarm) }
        if let time = delayed?.due, time <= next.time { next = (time, .delayed) }
        if former > 0, formerEnd <= next.time { next = (formerEnd, .former) }
        if reports.count > 0, reports[0].arrival <= next.time { next = (reports[0].arrival, .report) }
        if data.count > 0, data[0].arrival <= next.time { next = (data[0].arrival, .data) }
        return next.time < .never ? next : nil
    }

    private mutating func take(
        _ step: Step, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        switch step {
        case .data: receive(data.removeFirst(), at: now, over: route)
        case .report: hear(reports.removeFirst(), at: now, on: &link, over: route)
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
    private mutating func flow(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        var path = path
        path.used = UInt16(min(segments.count, growth.window))
        let packet = link.packets &- 1
        path.flightEnds = max(now, lastArrival + returning.delay(ofPacket: packet, under: route.back))
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

    // MARK: The sender sends

    private var underWay: Int { segments.count - reported - lost + repeated + former }

    private mutating func sendNew(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        let before = segments.count
        while nextToSend < queued, underWay < growth.window, segments.count < settings.windowLimit {
            sendNext(at: now, on: &link, over: route)
        }
        noteSent(segments.count - before, at: now)
        if segments.count > before { armProbe(at: now, hasProgressed: false) }
    }

    private mutating func sendNext(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        let message = messages[sending]
        let isLast = nextToSend + 1 == message.end
        if isLast { sending += 1 }
        if segments.isEmpty { progressAt = now }
        let full = UInt32(clamping: (settings.segment + settings.header).bytes)
        segments.append(
            Segment(sentAt: now, bytes: isLast ? message.last : full, endsMessage: isLast))
        transmit(segments.count - 1, at: now, on: &link, over: route)
        lastSent = now
        if segments.count == 1 || alarm?.kind == .probe { armTimeout(at: now) }
    }

    private mutating func noteSent(_ count: Int, at now: Instant) {
        let fillsWindow = underWay >= growth.window
        guard count > 0 || fillsWindow else { return }
        if base >= limitedUntil || fillsWindow || !isLimited && segments.count > mostOut {
            isLimited = fillsWindow
            mostOut = segments.count
            limitedUntil = nextToSend
        }
        if state == .recovery { sentInRecovery += count }
    }

    private mutating func transmit(
        _ index: Int, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        segments[index].sentAt = now
        guard reach != .nowhere else { return }
        let packet = link.packets
        if burst?.at != now { burst = (now, link.nextDelay(under: route.there)) }
        let bandwidth = route.there.present.pointee.bandwidth
        let work = bandwidth?.rate.transmissionTime(of: .bytes(Int64(segments[index].bytes))) ?? .zero
        let left = link.leave(after: work, at: now, under: route.there)
        guard link.passes(under: route.there) else { return }
        lastArrival = max(lastArrival, left + burst!.delay)
        data.append(Data(arrival: lastArrival, segment: base + index, packet: packet, sentAt: now))
        guard segments[index].arrivesAt == .never else { return }
        segments[index].arrivesAt = lastArrival
        noteSafe()
    }

    /// Messages are safe in the order in which they were sent.
    private mutating func noteSafe() {
        while safeBefore < nextToSend, segments[safeBefore - base].arrivesAt != .never {
            available = max(available, segments[safeBefore - base].arrivesAt)
            safeBefore += 1
            if messages[0].end == safeBefore {
                arrivals.append(available)
                _ = messages.removeFirst()
                sending -= 1
            }
        }
    }

    private mutating func sendAgain(
        _ index: Int, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        segments[index].isRepeated = true
        repeated += 1
        noteRepetition(of: index, at: now)
        if state == .recovery { sentInRecovery += 1 }
        transmit(index, at: now, on: &link, over: route)
    }

    private mutating func noteRepetition(of index: Int, at now: Instant) {
        segments[index].wasRepeated = true
        repetitions += 1
        if firstRepeatedAt == nil { firstRepeatedAt = now }
        if let count = needless { needless = max(count, 0) + 1 }
    }

    private mutating func sendLostAgain(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        guard lost > repeated else { return }
        var isFirst = false
        for index in segments.indices where segments[index].isLost && !segments[index].isRepeated {
            guard underWay < growth.window else { break }
            sendAgain(index, at: now, on: &link, over: route)
            if index == 0, alarm?.kind != .reordering { isFirst = true }
        }
        if isFirst { arm(.timeout, after: timeout, at: now) }
    }

    // MARK: The receiver

    private mutating func receive(_ packet: Data, at now: Instant, over route: StreamRoute) {
        let index = packet.segment - base
        guard packet.segment >= expected, segments[index].receipt == 0 else {
            return report(
                on: 2 * packet.packet, at: now, echo: packet.sentAt, isForDuplicate: true, over: route)
        }
        receipts += 1
        segments[index].receipt = receipts
        guard packet.segment == expected else {
            held += 1
            return report(on: 2 * packet.packet, at: now, echo: packet.sentAt, over: route)
        }
        let fillsGap = held > 0
        let startsMessage = isBetweenMessages
        var endsMessage = false
        repeat {
            isBetweenMessages = segments[expected - base].endsMessage
            endsMessage = endsMessage || segments[expected - base].endsMessage
            expected += 1
            if expected - 1 != packet.segment { held -= 1 }
        } while expected < nextToSend && segments[expected - base].receipt != 0
        unacknowledged += 1
        if data.count > 0, data[0].arrival == now, !fillsGap, !endsMessage {
            // More of the same burst is here already.
            if reading?.at != now {
                let share: UInt64 = startsMessage ? 2 : 8
                reading = (now, isEarly: returning.isHit(by: packet.packet, oneIn: share))
            }
            guard unacknowledged >= 2, reading!.isEarly else { return }
            reading!.isEarly = false
        }
        if fillsGap || unacknowledged >= 2 {
            report(on: 2 * packet.packet, at: now, echo: packet.sentAt, over: route)
        } else if delayed == nil {
            let due = time(after: settings.delayedAcknowledgement, at: now)
            delayed = (due, packet.packet, packet.sentAt)
        }
        // The answer to a message tells that it has come.
        if endsMessage { report(on: 2 * packet.packet + 1, at: now, echo: packet.sentAt, over: route) }
    }

    private mutating func report(
        on number: UInt64, at now: Instant, echo: Instant, isForDuplicate: Bool = false,
        over route: StreamRoute
    ) {
        unacknowledged = 0
        delayed = nil
        guard reach == .through, returning.returns(for: number, under: route.back) else { return }
        lastReport = max(lastReport, now + returning.delay(ofPacket: number, under: route.back))
        reports.append(
            Report(
                arrival: lastReport, next: expected, receipts: receipts, isForDuplicate: isForDuplicate,
                echo: echo))
    }

    // MARK: The sender hears of it

    private mutating func hear(
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

    private struct News {
        let isForDuplicate: Bool
        let echo: Instant
        let lostBefore: Int
        var hasProgressed = false
        var hasReports = false
        var delivered = 0
        var sample: Span?
        var resetsAlarm = false
    }

    private mutating func takeAcknowledged(_ report: Report, at now: Instant, _ news: inout News) {
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

    private mutating func takeReported(_ report: Report, at now: Instant, _ news: inout News) {
        guard report.receipts > 0 else { return }
        for index in segments.indices {
            let segment = segments[index]
            guard !segment.isReported, segment.receipt != 0, segment.receipt <= report.receipts else {
                continue
            }
            if segment.isLost { lost -= 1 }
            if segment.isRepeated { repeated -= 1 }
            segments[index].isLost = false
            segments[index].isRepeated = false
            segments[index].isReported = true
            reported += 1
            news.delivered += 1
            news.hasReports = true
            if !segment.wasRepeated {
                if news.sample == nil { news.sample = now - segment.sentAt }
                // Not for what left after the first one did: or the timeout could be put off for ever.
                if segment.sentAt < segments[0].sentAt { news.resetsAlarm = true }
            }
            noteArrived(segment, base + index, at: now)
        }
    }

    private mutating func noteArrived(_ segment: Segment, _ number: Int, at now: Instant) {
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

    private mutating func takeAnswerToProbe(_ report: Report, _ news: News) {
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
    private mutating func takeAlarmed(at now: Instant, _ news: inout News) -> Bool {
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
                if !segments.contains(where: \.isRepeated) { firstRepeatedAt = nil }
                keepOpen()
                return false
            }
            beginRecovery()
        }
        return true
    }

    private mutating func keepOpen() {
        let isInOrder = reported + lost + repeated == 0 && segments.first?.wasRepeated != true
        if !isInOrder, state != .disorder { recoveryEnd = nextToSend }
        state = isInOrder ? .open : .disorder
    }

    // MARK: Finding losses

    /// How much later than what has arrived something may arrive that left before it.
    private var reorderingWindow: Span {
        if state == .recovery || state == .timedOut || reported >= 3 { return .zero }
        return min(shortestTrip / 4, timer.smoothedRoundTrip ?? .zero)
    }

    private func remaining(_ segment: Segment, at now: Instant) -> Span {
        (latestArrived?.trip ?? .zero) + reorderingWindow - (now - segment.sentAt)
    }

    private mutating func findLost(at now: Instant, _ news: inout News) {
        guard hasNews else { return }
        hasNews = false
        guard let wait = markLost(at: now) else { return }
        arm(.reordering, after: min(wait + settings.slack, timeout), at: now)
        news.resetsAlarm = false
    }

    /// Marks what is overdue. The result is how long the others have left.
    private mutating func markLost(at now: Instant) -> Span? {
        guard let latest = latestArrived else { return nil }
        var longest: Span?
        for index in segments.indices {
            let segment = segments[index]
            guard !segment.isReported, !segment.isLost || segment.isRepeated,
                (segment.sentAt, base + index) < (latest.sentAt, latest.segment)
            else { continue }
            let wait = remaining(segment, at: now)
            if wait <= .zero { lose(index) } else { longest = max(longest ?? .zero, wait) }
        }
        return longest
    }

    private mutating func lose(_ index: Int) {
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

    // MARK: Alarms

    private mutating func arm(_ kind: Alarm, after wait: Span, at now: Instant) {
        var due = time(after: wait, at: now)
        if kind == .timeout { due = min(due, progressAt + settings.timer.giveUp) }
        alarm = (kind, due)
    }

    private func time(after wait: Span, at now: Instant) -> Instant {
        settings.ticks?.time(after: wait, at: now) ?? now + max(wait, .nanoseconds(1))
    }

    private mutating func armTimeout(at now: Instant) {
        guard let first = segments.first else { return alarm = nil }
        // An alarm of another kind was in its place; it runs from where it would have run without.
        let hasRun = alarm.map { $0.kind == .timeout } ?? true ? .zero : now - first.sentAt
        arm(.timeout, after: timeout - hasRun, at: now)
    }

    private mutating func resetAlarm(at now: Instant) {
        if !armProbe(at: now, hasProgressed: true) { armTimeout(at: now) }
    }

    @discardableResult
    private mutating func armProbe(at now: Instant, hasProgressed: Bool) -> Bool {
        guard state == .open, !segments.isEmpty, let smoothed = timer.smoothedRoundTrip else { return false }
        var wait = smoothed * 2 + (segments.count == 1 ? settings.timer.floor.span : settings.slack)
        let untilTimeout = hasProgressed ? timeout : segments[0].sentAt + timeout - now
        if untilTimeout > .zero { wait = min(wait, untilTimeout) }
        arm(.probe, after: wait, at: now)
        return true
    }

    private mutating func probe(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
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

    private mutating func settleReordering(at now: Instant, on link: inout LinkState, over route: StreamRoute)
    {
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

    private mutating func timeOut(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
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

    // MARK: The window

    private mutating func remember() {
        windowBefore = growth.window
        // In slow start the threshold says nothing yet.
        thresholdBefore =
            growth.window < growth.threshold
            ? growth.threshold : max(growth.threshold, growth.window - growth.window / 4)
    }

    private mutating func beginReduction() {
        remember()
        recoveryEnd = nextToSend
        probedBefore = nil
        delivered = 0
        sentInRecovery = 0
        growth = WindowGrowth(window: growth.window, threshold: max(growth.window / 2, 2), credit: 0)
    }

    private mutating func beginRecovery() {
        needless = repeated + (probedBefore != nil && probeWasRepetition ? 1 : 0)
        if needless == 0 { needless = -1 }
        beginReduction()
        state = .recovery
    }

    /// As many leave as have arrived, less as long as more are under way than may be (RFC 6937).
    private mutating func limitToDelivered(_ news: News) {
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

    private mutating func grow(by count: Int) {
        let isSlowStart = growth.window < growth.threshold
        guard isLimited || isSlowStart && growth.window < 2 * mostOut else { return }
        growth.acknowledge(count, settings)
    }

    /// Everything that was sent again had arrived already.
    private func wasNeedless(_ news: News) -> Bool {
        guard let needless else { return false }
        if needless == 0 { return true }
        return firstRepeatedAt.map { news.echo < $0 } ?? false
    }

    private mutating func undo() {
        growth = WindowGrowth(
            window: max(growth.window, windowBefore), threshold: max(growth.threshold, thresholdBefore),
            credit: growth.credit)
        needless = nil
        for index in segments.indices where segments[index].isLost && !segments[index].isRepeated {
            segments[index].isLost = false
            lost -= 1
        }
    }

    private mutating func shrinkAfterPause(at now: Instant) {
        var pause = now - lastSent - timeout
        guard lastSent > .start, pause > .zero else { return }
        while pause > .zero, growth.window > settings.initialWindow {
            growth.window = max(growth.window / 2, settings.initialWindow)
            pause -= timeout
        }
    }
}

extension Instant {
    fileprivate static let never = Instant(nanoseconds: .max)
}
