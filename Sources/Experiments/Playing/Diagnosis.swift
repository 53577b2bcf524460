internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// Why a run came out badly, and which knobs the run itself says something about.
///
/// Each finding needs its evidence: cores that were all busy, a queue that was full, a fault during which the
/// slowest letters were under way. Where there is none nothing is said: advice that fits every run helps
/// nobody. Hints name the knob, its value, and what was measured.
struct Diagnosis {
    private(set) var causes: [String] = []
    private(set) var hints: [String] = []

    let result: RunResult
    let scenario: Scenario
    /// Accepted ones that never came, of the slowest.
    let missing: [KeptDelivery]
    /// Of the slowest, those by which was judged what was missed, where they spent their time, and which ones that are, for a
    /// sentence.
    let judged: [KeptDelivery]
    /// The slowest hundredth, where it was deliveries that took too long: the thousand that are kept are nearly all letters of
    /// a small run.
    private(set) var worst: [KeptDelivery] = []
    /// How many of these are of letters that were never accepted.
    private let unaccepted: Int
    /// Where fewer are kept than can be, those are all.
    private let areAllKept: Bool
    let schedule: FaultSchedule
    let stages: [Results.Stage]
    let whichOnes: String
    let knobs: [(role: String, knob: KnobDescription)]
    /// What was missed because something was too slow, too late or too little.
    let limits: [Judgement]
    /// Deliveries that became due before any role had too much to do.
    let dueInCalm: UInt64
    let calls: [(role: String, calls: CallReading)]
    /// Letters, and how often apps sent one of them again.
    let taps: UInt64
    let sentAgain: UInt64
    /// Whether any copy of a letter found a queue full: until the next one is taken, the letter counts as on its way in.
    let wasTurnedAway: Bool

    /// How busy cores may be, so that what comes unevenly does not wait for long.
    static let sustainable = 0.8
    /// Shorter than this, all cores are busy in any run now and then.
    static let leastStretch = Span.seconds(2)
    /// And those of one machine of many.
    static let leastStretchOfOne = Span.seconds(10)
    /// Fewer deliveries say little of what one takes: 50 of exponential work are off by 14 %.
    static let leastDue: UInt64 = 50

    init(
        _ result: RunResult, _ scenario: Scenario, of sheet: DesignSheet, judgements: [Judgement],
        saturations: [Saturation], dueInCalm: UInt64, fullLinks: [Saturation.Streak], taps: UInt64,
        sentAgain: UInt64,
        overTime: (Threshold) -> (width: Span, slices: [TimesSlice])?, lostOverTime: [LevelSlice],
        lostUnopened: UInt64, lostWithSender: UInt64, moments: (Window) -> [Range<Instant>],
        slowest: [Chat.Delivery], tags: (User, LetterID) -> Sample.Tags,
        stages: ([Chat.Delivery]) -> [Results.Stage], calls: [(role: String, calls: CallReading)],
        sampleCount: (Threshold) -> UInt64?
    ) {
        (self.result, self.scenario) = (result, scenario)
        (self.taps, self.sentAgain) = (taps, sentAgain)
        (self.dueInCalm, self.calls) = (dueInCalm, calls)
        limits = judgements.filter(\.isTooSlow)
        let portions = result.health.after == .failed ? [] : limits.map(\.threshold).portionsOfDeliveries
        let stretches = portions.map { moments($0.window) }
        let judged =
            portions.isEmpty
            ? slowest
            : slowest.filter { delivery in
                zip(portions, stretches).contains { portion, stretches in
                    let user = portion.isOfSenders ? delivery.letter.sender : delivery.recipient
                    return stretches.contain(delivery.tapped)
                        && portion.scope?.contains(tags(user, delivery.letter)) ?? true
                }
            }
        missing = slowest.filter { $0.latency == nil && $0.wasAccepted }.map(KeptDelivery.init)
        self.judged = judged.map(KeptDelivery.init)
        unaccepted = judged.count { $0.latency == nil && !$0.wasAccepted }
        areAllKept = slowest.count < SlowestDeliveries.limit
        schedule = FaultSchedule(scenario)
        self.stages = stages(judged)
        whichOnes = portions.isEmpty ? "" : " " + portions.map(\.words).joined(separator: ", and ")
        knobs = sheet.roles.flatMap { role in
            role.settings.knobs.map { (role: role.name, knob: $0) }
        }
        wasTurnedAway = saturations.contains { $0.turnedAway > 0 }
        for judgement in judgements where judgement.outcome == .inconclusive {
            addWhatDecides(judgement, samples: sampleCount(judgement.threshold))
        }
        let isLossExplained = lookForLosses(
            lostOverTime, unopened: lostUnopened, withSender: lostWithSender)
        lookAtRefusals()
        guard !limits.isEmpty || result.health.after == .failed else {
            // What has not come by the end may have waited for who has too much to do.
            if !isLossExplained || result.cost.deliveries == 0 {
                _ = lookAtSaturation(saturations)
                _ = lookAtFullLinks(fullLinks)
            }
            return
        }
        lookAtLossyLinks()
        for limit in limits { lookAtRecovery(limit) }
        // Where deliveries were fast enough, theirs is not the time that was missed.
        guard result.health.after == .failed || limits.contains(where: \.threshold.isAboutDeliveries) else {
            for limit in limits { lookAtSlices(of: limit.threshold, overTime(limit.threshold), moments) }
            _ = lookAtSaturation(saturations)
            _ = lookAtFullLinks(fullLinks)
            return
        }
        // All that are kept were sent at other times.
        if judged.isEmpty {
            for limit in limits { lookAtSlices(of: limit.threshold, overTime(limit.threshold), moments) }
        }
        worst = Array(self.judged.prefix(max(20, Int(clamping: result.cost.deliveries / 100))))
        // What was broken comes before what had to wait for it.
        let isTouched = lookAtFaults()
        let endedTooEarly = lookAtEnd()
        lookAtStages(saturations)
        let hasSaturation = [lookAtSaturation(saturations), lookAtFullLinks(fullLinks)].contains(true)
        if !isTouched, !hasSaturation { lookAtSilence() }
        lookAtRetries(saturations)
        if !isTouched, !endedTooEarly, !judged.isEmpty, !hasSaturation || linksAreTooSlow {
            lookAtLinks(isQuiet: !hasSaturation)
        }
    }

    mutating func add(_ cause: String, _ hint: String? = nil) {
        causes.append(cause)
        if let hint { hints.append(hint) }
    }

    // MARK: What the sheet says of knobs

    /// The knobs of a role that relieve it of something, with their values: `server.sync (200ms)`.
    func knobs(of role: String, relieving relief: Relief) -> [(name: String, text: String)] {
        knobs.filter { $0.role == role && $0.knob.relieves == relief }.compactMap { _, knob in
            scenario.topology.role(role)?.text(of: knob.name).map { (knob.name, $0) }
        }
    }

    func knob(of role: String, relieving relief: Relief) -> (name: String, text: String)? {
        knobs(of: role, relieving: relief).first
    }

    // MARK: What would decide

    /// What a threshold lacks of which nobody can tell.
    private mutating func addWhatDecides(_ judgement: Judgement, samples count: UInt64?) {
        let threshold = judgement.threshold
        guard judgement.measured.approximation != nil, let percentile = threshold.statistic?.percentile,
            judgement.reason != Verdict.neverHealthy
        else { return }
        guard let count, count < percentile.leastCount else { return }
        let factor = Double(percentile.leastCount) / Double(count)
        let whose = threshold.windowName == Window.all.name ? "" : " in \(threshold.windowName)"
        hints.append(
            "\(threshold.measure)\(whose) takes \(grouped(percentile.leastCount)) samples: "
                + "\(decimal(factor, places: 1)) times as many people, letters or minutes as now would decide"
        )
    }

    // MARK: What the run was too short for

    /// Most of what never came was sent so shortly before the end that its senders would have waited on.
    private mutating func lookAtEnd() -> Bool {
        let missing = judged.filter { $0.latency == nil }
        let late = missing.filter { $0.tapped + scenario.patience > scenario.end }
        guard !late.isEmpty, late.count * 2 >= missing.count else { return false }
        add(
            "\(count(late)) of \(count(missing)) deliveries that never came were sent less than "
                + "\(scenario.patience) before the run ended",
            "drain is \(scenario.drain): letters that are sent last have no more time than that: "
                + "--set drain=\(scenario.patience)")
        return true
    }

    // MARK: Where the slowest were

    private mutating func lookAtStages(_ saturations: [Saturation]) {
        let total = stages.reduce(0) { $0 + $1.sumAmongSlowest.nanoseconds }
        guard total > 0, let worst = stages.max(by: { $0.sumAmongSlowest < $1.sumAmongSlowest }) else {
            return
        }
        let share = worst.sumAmongSlowest.nanoseconds * 100 / total
        let which =
            areAllKept
            ? "all \(count(judged)) deliveries" : "the \(count(judged)) slowest deliveries"
        let waits = waits(in: worst)
        add(
            "\(which)\(whichOnes) spent \(share) % of their time in '\(worst.name)'" + waits,
            waits.isEmpty ? shorterWork(in: worst, saturations) : nil)
        guard unaccepted * 2 >= judged.count else { return }
        add("\(grouped(UInt64(unaccepted))) of these were of letters that had not been accepted by the end")
    }

    /// The work on one of them, where that is most of a stage. Of cores that were busy all the time more is said elsewhere.
    private func shorterWork(in stage: Results.Stage, _ saturations: [Saturation]) -> String? {
        let isBusy = saturations.contains {
            $0.role == stage.component && ($0.busyCores.longest?.length ?? .zero) >= Self.leastStretch
        }
        let each = Double(stage.sumAmongSlowest.nanoseconds) / Double(judged.count)
        guard !isBusy, let work = knob(of: stage.component, relieving: .work),
            let time = try? Varied<Span>(reading: work.text), time.spread.mean * 2 >= each
        else { return nil }
        return
            "a shorter \(stage.component).\(work.name), now \(work.text): each of these deliveries was "
            + "\(shortText(Span(roundingNanoseconds: each))) in '\(stage.name)', on average"
    }

    /// Whom it waited for, where calls went wrong, or took as long as the stage does: else it was its own work, or it waited
    /// for what it does not call. Of that nothing is measured.
    private func waits(in stage: Results.Stage) -> String {
        guard let calls = stage.calls.first, let p99 = calls.p99,
            calls.unanswered > 0 || takesAsLong(as: stage, p99)
        else { return "" }
        let lost =
            calls.unanswered > 0
            ? ", and \(grouped(calls.unanswered)) of \(grouped(calls.made)) calls had no answer" : ""
        return
            ": most of what \(stage.component) waits for is \(calls.callee), \(shortText(p99)) at p99\(lost)"
    }

    /// Whether so long a wait is what deliveries have spent in a stage, the slowest too: a call of 4 ms does not explain
    /// 10 s, though there was no longer one. Less than a tenth of their mean is something else.
    private func takesAsLong(as stage: Results.Stage, _ wait: Span) -> Bool {
        let isMostOfIt = stage.p99.map { $0 <= wait * 2 } ?? true
        return isMostOfIt && wait * Int64(10 * judged.count) >= stage.sumAmongSlowest
    }

    // MARK: When other times were missed

    /// Of what no single one is kept, like confirmations: in which slices of time, by the taps of their letters, it was
    /// over the limit, and which fault most of these were under way in.
    private mutating func lookAtSlices(
        of threshold: Threshold, _ overTime: (width: Span, slices: [TimesSlice])?,
        _ moments: (Window) -> [Range<Instant>]
    ) {
        // Slices have everybody's.
        guard threshold.scope == nil, let (width, all) = overTime else { return }
        let stretches = moments(threshold.window)
        let slices = all.filter { stretches.contain($0.start) }
        let limit = threshold.limit.unit == .time ? threshold.limit : nil
        let late = slices.filter { slice in
            guard let limit, let p99 = slice.p99 else { return slice.undelivered > 0 }
            return p99 >= Span(nanoseconds: Int64(limit.nanoseconds))
        }
        guard !late.isEmpty else { return }
        let met = result.faults.map { fault in
            (
                fault,
                late.count { slice in
                    let end = slice.p99.map { slice.start + width + $0 } ?? scenario.end
                    return slice.start < (fault.to ?? scenario.end) && end > fault.from
                }
            )
        }
        let most = met.max { $0.1 < $1.1 }.flatMap { $0.1 * 2 >= late.count ? $0 : nil }
        add(
            "\(threshold.subject) \(limit.map { "had p99 over \($0.written)" } ?? "never came") in \(grouped(UInt64(late.count))) of "
                + "\(grouped(UInt64(slices.count))) slices of \(clockText(width))"
                + (most.map { ", \(grouped(UInt64($0.1))) of them under way while \(words($0.0))" } ?? ""))
    }

    // MARK: When it was not healthy

    /// Which windows after a fault, or a phase, say that it had not recovered yet.
    private mutating func lookAtRecovery(_ limit: Judgement) {
        guard limit.threshold.subject == .recovery, case .after(let period) = limit.threshold.window.part,
            let (former, end) = whatEnded(period)
        else { return }
        let recovery = limit.measured.approximation ?? .infinity
        let health = result.health
        let starts = health.windows.indices.filter { health.windows[$0] == .failed }
            .map { health.start + health.window * Int64($0) }
            .filter { start in
                guard start + health.window > end else { return false }
                return Double((start - end).nanoseconds) < recovery
            }
        guard let last = starts.last else { return }
        add(
            "after \(former), over at \(clockText(end)), \(grouped(UInt64(starts.count))) of the windows of "
                + "\(health.window) were not healthy, the last from \(words(last..<last + health.window)); "
                + "healthy is \(health.expected.joined(separator: ", "))")
    }

    private func whatEnded(_ period: Window.Period) -> (name: String, at: Instant)? {
        guard period.isFault else {
            return result.phases.first { $0.name == period.name }.map { ($0.name, $0.to) }
        }
        guard let fault = result.faults.last(where: { $0.name == period.name }), let end = fault.to else {
            return nil
        }
        return ("\(fault.name) (\(fault.kind) of \(fault.target))", end)
    }

    // MARK: What was refused

    private mutating func lookAtRefusals() {
        for refused in result.refused where !refused.limits.isEmpty {
            let letters = refused.count == 1 ? "one letter was" : "\(grouped(refused.count)) letters were"
            hints.append("\(letters) refused, \(refused.reason): \(refused.limits.joined(separator: ", "))")
        }
    }

    func count(_ deliveries: [KeptDelivery]) -> String { grouped(UInt64(deliveries.count)) }

    func words(_ stretch: Range<Instant>) -> String {
        "\(clockText(stretch.lowerBound)) to \(clockText(stretch.upperBound))"
    }
}

extension Judgement {
    /// It was missed, and not because something was too fast, or happened too often: that is nothing of which
    /// less waiting relieves anybody.
    fileprivate var isTooSlow: Bool {
        guard outcome == .failed else { return false }
        let isUpperLimit = threshold.comparison == .less || threshold.comparison == .atMost
        let isLowerLimit = threshold.comparison == .more || threshold.comparison == .atLeast
        switch threshold.subject {
        case .times, .recovery:
            switch threshold.statistic {
            case .count, .rate, .ratio: return isLowerLimit
            case nil, .percentile, .min, .max, .mean, .sum, .last: return isUpperLimit
            }
        case .availability, .availabilityOfService: return isLowerLimit
        case .role, .own: return isUpperLimit && threshold.subject.metric.direction != .largerIsBetter
        case .events: return false
        }
    }
}

extension Threshold {
    /// Whether slow deliveries may tell why it was missed.
    fileprivate var isAboutDeliveries: Bool {
        switch subject {
        case .times(.receipt), .times(.read), .times(.catchUp): false
        case .own(let sheet): sheet.metric.kind != .durations
        case .times, .availability, .availabilityOfService, .recovery, .role, .events: true
        }
    }
}

/// A part of the deliveries, by when they were sent and whose they are.
private struct Portion: Equatable {
    var window: Window
    var scope: Scope?
    var isOfSenders: Bool
    var words: String

    init(of threshold: Threshold) {
        (window, scope) = (threshold.window, threshold.scope)
        (isOfSenders, words) = (threshold.subject.isOfSenders, threshold.letters)
    }

    var isAll: Bool { window == .all && scope == nil }
}

extension [Threshold] {
    /// Those of deliveries that decide about them; none where all of them do.
    fileprivate var portionsOfDeliveries: [Portion] {
        var portions: [Portion] = []
        for threshold in self where threshold.isAboutDeliveries {
            switch threshold.subject {
            case .times, .own, .availability, .availabilityOfService: break
            // What was sent during a fault may be what has to be worked off after it.
            case .recovery, .role, .events: return []
            }
            let portion = Portion(of: threshold)
            if portion.isAll { return [] }
            if !portions.contains(portion) { portions.append(portion) }
        }
        return portions
    }
}

extension KeptDelivery {
    fileprivate init(_ delivery: Chat.Delivery) {
        self.init(
            delivery.letter, to: delivery.recipient, tapped: delivery.tapped, latency: delivery.latency)
    }
}

extension Range<Instant> {
    var length: Span { upperBound - lowerBound }
}

extension [Range<Instant>] {
    fileprivate func contain(_ moment: Instant) -> Bool { contains { $0.contains(moment) } }
}
