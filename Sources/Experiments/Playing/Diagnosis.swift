internal import Chat
internal import Cluster
internal import Results
internal import Vocabulary

/// Why a run came out badly, and which knobs the run itself says something about.
///
/// Each finding needs its evidence: cores that were all busy, a queue that was full, a fault during which the
/// slowest letters were under way. Where there is none nothing is said: advice that fits every run helps
/// nobody. Hints name the knob, its value, and what was measured.
struct Diagnosis {
    private(set) var causes: [String] = []
    private(set) var hints: [String] = []

    private let result: RunResult
    let scenario: Scenario
    /// Accepted ones that never came, of the slowest.
    private let missing: [KeptDelivery]
    /// Of the slowest, those by which was judged what was missed, where they spent their time, and which ones that are, for a
    /// sentence.
    private let judged: [KeptDelivery]
    /// Where fewer are kept than can be, those are all.
    private let areAllKept: Bool
    private let schedule: FaultSchedule
    let stages: [Results.Stage]
    private let whichOnes: String
    private let knobs: [(role: String, knob: KnobDescription)]
    /// What was missed because something was too slow, too late or too little.
    let limits: [Judgement]
    /// Letters, and how often apps sent one of them again.
    private let taps: UInt64
    private let sentAgain: UInt64
    /// Whether any copy of a letter found a queue full: until the next one is taken, the letter counts as on its way in.
    let wasTurnedAway: Bool

    /// How busy cores may be, so that what comes unevenly does not wait for long.
    private static let sustainable = 0.8
    /// Shorter than this, all cores are busy in any run now and then.
    static let leastStretch = Span.seconds(2)

    init(
        _ result: RunResult, _ scenario: Scenario, of sheet: DesignSheet, judgements: [Judgement],
        saturations: [Saturation], fullLinks: [Saturation.Streak], taps: UInt64, sentAgain: UInt64,
        overTime: (Threshold) -> (width: Span, slices: [TimesSlice])?, lostOverTime: [LevelSlice],
        lostUnopened: UInt64, lostWithSender: UInt64, moments: (Window) -> [Range<Instant>],
        slowest: [Chat.Delivery], tags: (User, LetterID) -> Sample.Tags,
        stages: ([Chat.Delivery]) -> [Results.Stage], calls: [(role: String, calls: CallReading)],
        sampleCount: (Threshold) -> UInt64?
    ) {
        (self.result, self.scenario) = (result, scenario)
        (self.taps, self.sentAgain) = (taps, sentAgain)
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
        // What was broken comes before what had to wait for it.
        let isTouched = lookAtFaults()
        let endedTooEarly = lookAtEnd()
        lookAtStages()
        let hasSaturation = [lookAtSaturation(saturations), lookAtFullLinks(fullLinks)].contains(true)
        if !isTouched, !hasSaturation { lookAtSilence(calls) }
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
    private func knobs(of role: String, relieving relief: Relief) -> [(name: String, text: String)] {
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
        hints.append(
            "\(threshold.measure) takes \(grouped(percentile.leastCount)) samples: "
                + "\(decimal(factor, places: 1)) times as many people, letters or minutes as now would decide"
        )
    }

    // MARK: What was lost

    /// - Parameters:
    ///   - slices: those that were lost, by when they were sent.
    ///   - unopened: how many of them waited to be sealed anew.
    ///   - orphans: how many of these no device of their senders' has any more.
    /// - Returns: whether it is known what they were lost by, or there are none. That a fault was on while they were under
    ///   way says where to look, and leaves room for others.
    private mutating func lookForLosses(
        _ slices: [LevelSlice], unopened: UInt64, withSender orphans: UInt64
    ) -> Bool {
        guard case .count(let lost)? = result.figures.first(where: { $0.metric == "lost" })?.value, lost > 0
        else { return true }
        let cause = "\(grouped(lost)) accepted \(lost == 1 ? "letter was" : "letters were") lost"
        for (role, knob) in knobs {
            guard case .loss(let value)? = knob.relieves,
                let text = scenario.topology.role(role)?.text(of: knob.name), text != value,
                let crash = crash(of: role, behind: missing)
            else { continue }
            add(
                "\(cause): \(role).\(knob.name) is \(text), so \(crash) took what was not synced yet",
                "what is acknowledged only when it is on the disk survives a crash: --set topology.\(role).\(knob.name)=\(value)"
            )
            return true
        }
        if let (fault, met) = mostMetFault(by: missing) {
            // Who could be reached for too little time at the end has lost nothing yet.
            let those = UInt64(met.count) > lost ? "most" : count(met)
            add("\(cause), \(those) of them under way while \(words(fault))")
            return false
        } else if orphans * 2 >= lost {
            add(
                "\(cause), \(grouped(orphans)) of them by senders who have lost the devices that could seal them anew for who cannot open them"
            )
        } else if unopened * 2 >= lost {
            add(
                "\(cause), \(grouped(unopened)) of them to devices that could not open them, and for which their senders' apps did not seal them anew"
            )
        } else if let (knob, age, old) = shortestAge(slices), old * 2 >= lost {
            add(
                "\(cause), \(grouped(min(old, lost))) of them sent longer ago than \(knob) keeps them, \(age)",
                "a longer \(knob), now \(age), keeps letters for who is away, or behind, for longer")
        } else if let (role, waiting) = longestBacklog {
            add(
                "\(cause): what has not come by the end counts as that, and \(grouped(waiting)) waited in \(role).backlog",
                "a longer drain, now \(scenario.drain), gives what is under way more time")
            return false
        } else {
            add(cause)
            return false
        }
        return true
    }

    /// What waits in a log at the end, and for which role.
    private var longestBacklog: (role: String, waiting: UInt64)? {
        result.gauges.filter { $0.metric == "backlog" }
            .map { (role: $0.role, waiting: $0.values.last.flatMap { $0 } ?? 0) }
            .filter { $0.waiting > 0 }.max { $0.waiting < $1.waiting }
    }

    /// The knob by which letters are kept the least, and how many of those that were lost were kept no more at the end.
    private func shortestAge(_ slices: [LevelSlice]) -> (knob: String, age: Span, old: UInt64)? {
        let ages = knobs.compactMap { role, knob -> (knob: String, age: Span)? in
            guard knob.relieves == .age, let text = scenario.topology.role(role)?.text(of: knob.name),
                let age = try? Span(reading: text)
            else { return nil }
            return ("\(role).\(knob.name)", age)
        }
        return ages.min { $0.age < $1.age }.map { shortest in
            let old = slices.filter { $0.start + shortest.age < scenario.end }
            return (shortest.knob, shortest.age, old.reduce(0) { $0 + UInt64($1.sum) })
        }
    }

    /// The name of a crash that took from machines of a role what was not synced, when some of these letters were on their
    /// way.
    private func crash(of role: String, behind missing: [KeptDelivery]) -> String? {
        let crashes = schedule.occasions.filter {
            guard let crash = $0.effect.fault as? FaultPlan.Crash, crash.lose != .process else {
                return false
            }
            return crash.target.roles(in: scenario).contains(role)
        }
        return result.faults.first { fault in
            crashes.contains { $0.name == fault.name } && missing.contains { $0.tapped <= fault.from }
        }?.name
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

    private mutating func lookAtStages() {
        let total = stages.reduce(0) { $0 + $1.sumAmongSlowest.nanoseconds }
        guard total > 0, let worst = stages.max(by: { $0.sumAmongSlowest < $1.sumAmongSlowest }) else {
            return
        }
        let share = worst.sumAmongSlowest.nanoseconds * 100 / total
        let which =
            areAllKept
            ? "all \(count(judged)) deliveries" : "the \(count(judged)) slowest deliveries"
        add(
            "\(which)\(whichOnes) spent \(share) % of their time in '\(worst.name)'"
                + waits(in: worst))
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

    /// Whether most of the slowest hundredth were under way while one and the same fault was on. The thousand
    /// that are kept are nearly all letters of a small run.
    private mutating func lookAtFaults() -> Bool {
        let worst = Array(judged.prefix(max(20, Int(clamping: result.cost.deliveries / 100))))
        guard let (fault, touched) = mostMetFault(by: worst) else { return lookAtManyFaults(worst) }
        let cause =
            "\(count(touched)) of the \(count(worst)) slowest\(whichOnes) were under way while \(words(fault))"
        let last = touched.compactMap { delivery in delivery.latency.map { delivery.tapped + $0 } }.max()
        guard let end = fault.to, let last, last > end + Self.leastStretch else {
            add(cause)
            return true
        }
        // Which of the app's waits the rest of it was, the run does not say: so no knob is named.
        add("\(cause); the last came \(shortText(last - end)) after it was over")
        return true
    }

    /// No single fault met half of them. All together may have, each time that one came and whatever it was; or they left
    /// something behind.
    private mutating func lookAtManyFaults(_ worst: [KeptDelivery]) -> Bool {
        let touched = worst.filter { delivery in
            result.faults.contains { delivery.isUnderWay(from: $0.from, to: $0.to) }
        }
        if !worst.isEmpty, touched.count * 2 >= worst.count {
            let names = Set(result.faults.map(\.name))
            let who =
                names.count == 1
                ? "\(result.faults[0].name) was on, which came \(result.faults.count) times"
                : "one of \(names.count) faults was on"
            add("\(count(touched)) of the \(count(worst)) slowest\(whichOnes) were under way while \(who)")
            return true
        }
        let behind = result.faults.filter { fault in
            guard let end = fault.to else { return false }
            return worst.count { $0.tapped >= end && $0.tapped < end + Self.aftermath } * 2 > worst.count
        }
        guard let fault = behind.last else { return false }
        add(
            "most of the \(count(worst)) slowest\(whichOnes) were sent within \(Self.aftermath) after \(fault.name) was over"
        )
        return true
    }

    /// For so long after a fault it is what to look at first.
    private static let aftermath = Span.seconds(30)

    /// The fault that has most to do with some deliveries, and which of them were under way in it; nil where none met half
    /// of them. One that met all others as well tells these from them less than one that met few besides.
    private func mostMetFault(by deliveries: [KeptDelivery]) -> (FaultEffect, [KeptDelivery])? {
        var most: (fault: FaultEffect, met: [KeptDelivery], weight: Double)?
        for fault in result.faults where !fault.hasMetNothing(in: schedule) {
            let met = deliveries.filter { $0.isUnderWay(from: fault.from, to: fault.to) }
            guard !met.isEmpty, met.count * 2 >= deliveries.count else { continue }
            let weight = Double(met.count) * Double(met.count) / Double(max(1, fault.lettersTouched))
            if weight > most?.weight ?? 0 { most = (fault, met, weight) }
        }
        return most.map { ($0.fault, $0.met) }
    }

    private func words(_ fault: FaultEffect) -> String {
        "\(fault.name) was on (\(fault.kind) of \(fault.target))"
    }

    // MARK: Who had too much to do

    private mutating func lookAtSaturation(_ saturations: [Saturation]) -> Bool {
        var found = false
        for saturation in saturations {
            guard let setup = scenario.topology.role(saturation.role) else { continue }
            let busy = saturation.busyCores.longest.flatMap { $0.length >= Self.leastStretch ? $0 : nil }
            if let busy {
                found = true
                addBusyCores(of: setup, busy, saturation)
            }
            if let times = saturation.turningAway {
                let queue = knob(of: setup.name, relieving: .queue)
                add(
                    "\(setup.name) dropped \(shortText(saturation.turnedAway)) messages without an answer from "
                        + "\(clockText(times.lowerBound)) to \(clockText(times.upperBound)), since its queue was full"
                        + (queue.map { " (\(setup.name).\($0.name), \($0.text))" } ?? "")
                        + ": apps send a letter again after client.timeout, \(scenario.client.timeout), or later",
                    // Where cores were busy for long, a longer queue would only be a longer wait.
                    busy != nil
                        ? nil
                        : queue.map {
                            "a longer \(setup.name).\($0.name), now \($0.text), would take such bursts"
                        })
                found = true
            }
            if lookAtInterfaces(of: setup, saturation) { found = true }
            if lookAtConnections(of: setup, saturation) { found = true }
            if let stretch = saturation.busyDisk.longest, stretch.length >= Self.leastStretch {
                found = true
                let knobs = knobs(of: setup.name, relieving: .disk).map {
                    "\(setup.name).\($0.name) (\($0.text))"
                }
                let isBroken = faults(on: stretch).contains { $0.kind == "disk" }
                add(
                    "the disk of \(setup.name) was busy all the time from \(words(stretch))",
                    isBroken || knobs.isEmpty
                        ? nil : "what the disk has to do: \(knobs.joined(separator: ", "))")
            }
        }
        return found
    }

    private mutating func addBusyCores(
        of setup: RoleSetup, _ stretch: Range<Instant>, _ saturation: Saturation
    ) {
        guard let knob = knob(of: setup.name, relieving: .cores), let cores = Int(knob.text) else { return }
        let all = cores * setup.count
        let cause =
            "all \(all) \(all == 1 ? "core" : "cores") of \(setup.name) were busy from \(words(stretch))"
        let during = faults(on: stretch)
        // Then there is nothing to be turned: the fault took the cores.
        if during.contains(where: { $0.kind == "slow" || $0.kind == "pause" }) { return add(cause) }
        if let lines = linesOpened(by: setup.name, in: stretch), let fault = faultOver(before: stretch) {
            let each =
                self.knob(of: setup.name, relieving: .lines).map {
                    ", each \(setup.name).\($0.name), \($0.text), of work"
                } ?? ""
            return add(
                "\(cause): \(shortText(lines)) lines came back after \(fault.name)\(each)",
                "a longer client.reconnect.base, now \(scenario.client.reconnect.base), spreads the lines that come back"
            )
        }
        // With all the cores there are letters would still miss the limit on their way.
        guard !linksAreTooSlow else { return add(cause) }
        let faster =
            self.knob(of: setup.name, relieving: .work).map {
                ", or a shorter \(setup.name).\($0.name), now \($0.text)"
            } ?? ""
        guard let phase = phaseThatBegan(with: stretch), phase.to < stretch.upperBound || wasTurnedAway
        else {
            return add(
                cause,
                "\(setup.name).\(knob.name) is \(cores), and more came than they can do: --set topology.\(setup.name).\(knob.name)=\(min(64, 2 * cores))\(faster)"
            )
        }
        let needed = coresNeeded(saturation, in: phase)
        let each = Int((needed / Self.sustainable / Double(setup.count)).rounded(.up))
        let never = deliveries.never
        let isBehind = saturation.busyCores.isLongestOn
        let isDone = !isBehind && (saturation.turnedAway == 0 || never == 0)
        // What does not wait for these cores may wait where nobody counts it, in a log.
        let isAllKnown = !isBehind || never <= saturation.waiting.messages + saturation.turnedAway
        add(
            cause,
            "\(setup.name).\(knob.name) is \(cores): what came in \(phase.name) (\(clockText(phase.from))–\(clockText(phase.to))) "
                + (isMuchSentAgain ? "for the first time " : "")
                + "was work for \(isAllKnown ? "about" : "at least") \(decimal(needed, places: 1)) cores, and "
                + (isDone ? "took until \(clockText(stretch.upperBound))" : "not all of it was done")
                + "; to be busy \(Int(Self.sustainable * 100)) % of the time: --set topology.\(setup.name).\(knob.name)=\(min(64, each))\(faster)"
        )
    }

    /// The work of all that came to a role, whether it got to it or not, in the share of deliveries that were due in a phase,
    /// whenever it came to it; and as much for each that never came where it turned messages away. What copies of letters took
    /// is left out: with enough cores there would be none.
    private func coresNeeded(_ saturation: Saturation, in phase: Results.Phase) -> Double {
        guard let due = result.latencies.first(where: { $0.metric == Sample.Metric.delivery.name }) else {
            return 0
        }
        let slices = due.counts.enumerated().filter { slice, _ in
            let time = Instant.start + due.slice * Int64(slice)
            return phase.from <= time && time < phase.to
        }
        let share = Double(slices.reduce(0) { $0 + $1.element }) / Double(max(1, due.counts.reduce(0, +)))
        var work = (saturation.worked + saturation.waiting.work).seconds
        // A copy that was turned away took no time.
        let copies = sentAgain - min(sentAgain, saturation.turnedAway)
        work *= Double(taps) / Double(max(1, taps + copies))
        if saturation.turnedAway > 0 {
            let (all, never) = deliveries
            let gone = never - min(never, saturation.waiting.messages)
            work *= Double(all) / Double(max(1, all - gone))
        }
        return work * share / (phase.to - phase.from).seconds
    }

    /// The deliveries that were due, and how many never came.
    private var deliveries: (due: UInt64, never: UInt64) {
        let all = result.summaries.first { $0.metric == Sample.Metric.delivery.name && $0.window == "all" }
        return (all?.count ?? 0, all?.undelivered ?? 0)
    }

    private func faults(on stretch: Range<Instant>) -> [FaultEffect] {
        result.faults.filter { $0.from < stretch.upperBound && ($0.to ?? scenario.end) > stretch.lowerBound }
    }

    private func faultOver(before stretch: Range<Instant>) -> FaultEffect? {
        result.faults.first { fault in
            fault.to.map { $0 <= stretch.upperBound && stretch.lowerBound <= $0 + .seconds(30) } ?? false
        }
    }

    /// How many more lines a role had at the end than at the beginning; nil when hardly any.
    private func linesOpened(by role: String, in stretch: Range<Instant>) -> UInt64? {
        guard let gauge = result.gauges.first(where: { $0.role == role && $0.metric == "connections" }) else {
            return nil
        }
        func value(at time: Instant) -> UInt64? {
            let index = Int((time - .start).nanoseconds / gauge.slice.nanoseconds)
            return gauge.values.indices.contains(index) ? gauge.values[index] : nil
        }
        guard let before = value(at: stretch.lowerBound), let after = value(at: stretch.upperBound),
            after > before + before / 2 + 100
        else { return nil }
        return after - before
    }

    private func phaseThatBegan(with stretch: Range<Instant>) -> Results.Phase? {
        result.phases.last { phase in
            phase.from <= stretch.lowerBound && stretch.lowerBound < min(phase.to, phase.from + .seconds(5))
        }
    }

    // MARK: Who did not answer

    /// Calls that timed out, a hundredth of them and more, with nothing broken and nobody busy all the time: who was asked
    /// has not replied.
    private mutating func lookAtSilence(_ all: [(role: String, calls: CallReading)]) {
        for (role, calls) in all where calls.ignored > 0 && calls.ignored * 100 >= calls.made {
            add(
                "\(role) → \(calls.callee): \(grouped(calls.ignored)) of \(grouped(calls.made)) calls had no answer, "
                    + "while \(calls.callee) was up")
        }
    }

    // MARK: What was sent again

    private var isMuchSentAgain: Bool { sentAgain * 100 >= taps && sentAgain > 0 }

    private mutating func lookAtRetries(_ saturations: [Saturation]) {
        guard isMuchSentAgain else { return }
        let timeout = scenario.client.timeout
        let cause =
            "apps sent letters again \(shortText(sentAgain)) times, for \(shortText(taps)) taps: no answer "
            + "within client.timeout, \(timeout)"
        let isBusy = saturations.contains { ($0.busyCores.longest?.length ?? .zero) >= Self.leastStretch }
        let answers = result.summaries.filter { $0.metric == Sample.Metric.accept.name }
        // What was turned away had to be sent again; what waited in a queue had not.
        guard isBusy, saturations.allSatisfy({ $0.turnedAway == 0 }),
            let slow = answers.first(where: { $0.p99.map { $0 > timeout } ?? true })
        else { return add(cause) }
        let answered = "client.timeout is \(timeout), and the p99 of accept "
        let queued = "(\(slow.window)): copies of letters queued behind each other: "
        guard let p99 = slow.p99 else {
            return add(
                cause,
                answered + "never came " + queued + "a longer client.timeout, or fewer "
                    + "client.retry.attempts, now \(scenario.client.retry.attempts)")
        }
        let enough = Span.seconds((p99.nanoseconds + 999_999_999) / 1_000_000_000)
        add(cause, answered + "\(shortText(p99)) " + queued + "--set client.timeout=\(enough)")
    }

    private func count(_ deliveries: [KeptDelivery]) -> String { grouped(UInt64(deliveries.count)) }

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
