internal import Chat
internal import Results
internal import Simulation
public import Vocabulary

/// What the thresholds and `healthy` make of a run that is over.
extension Measurement {
    /// A run ends before its time. To be told before letters that are still on their way come as samples without a
    /// latency: only for what is beyond hope already, and for what was lost to them, did they have the time.
    public func endEarly(lost: [Threshold] = []) {
        lostAtEarlyEnd = lost + thresholds.filter { isBeyondHope($0) }
    }

    /// The end of a run. Letters that are still on their way have come as samples without a latency before.
    public func finish(at time: Instant) { timeline.finish(at: time) }

    /// The windows of `healthy`; nil when the scenario does not say what that is.
    public var health: Health? { healthMeter?.judged(until: timeline.endOfSends) }

    /// All thresholds, in the order of the file.
    ///
    /// Of a run that did not come to its end only what is beyond hope is known: what had no time to arrive
    /// is not late.
    public func judgements(isComplete: Bool) -> [Judgement] {
        let health = health
        return thresholds.map { threshold in
            let window = threshold.windowName
            let excluded = excluded(from: threshold.measuredWindow)
            var judged = judge(threshold, health)
            if !isComplete, !(lostAtEarlyEnd?.contains(threshold) ?? isBeyondHope(threshold)) {
                judged = Judged(.none("the run ended too early"))
            }
            var name = excluded.isEmpty ? window : window.replacingAll(without: excluded)
            if threshold.subject == .recovery, let healthy { name += ", windows of \(healthy.window)" }
            return Judgement(
                threshold: threshold, measured: judged.measured, outcome: judged.outcome,
                reason: judged.reason, window: name)
        }
    }

    /// What is left out of the whole run.
    private func excluded(from window: Window) -> [String] {
        guard window.part == .all, window.exception == nil else { return [] }
        return [
            timeline.warmup > .start ? "warm-up" : nil,
            window.leavesOutDrain && timeline.end > timeline.endOfSends ? "drain" : nil,
        ].compactMap { $0 }
    }

    /// What a threshold came to.
    private struct Judged {
        var measured: Measured
        var outcome: Outcome
        var reason: String?

        init(_ measured: Measured, by threshold: Threshold? = nil) {
            self.measured = measured
            let holds: Bool?
            switch measured {
            case .value(let value): holds = threshold.map { $0.comparison.holds(value, $0.limit.value) }
            case .infinite, .never: holds = threshold?.comparison.holdsForInfinity
            case .none(let why): (holds, reason) = (nil, why)
            }
            outcome = holds.map { $0 ? .held : .failed } ?? .inconclusive
        }
    }

    /// There were faults, and it was not healthy once, not even before the first: nobody can tell what they did.
    var wasNeverHealthy: Bool {
        guard let health, let fault = timeline.firstFault else { return false }
        return health.wasNeverGood(before: fault)
    }

    /// How many thresholds hold by what is known up to now. A recovery is known at the end only.
    var heldSoFar: Int {
        thresholds.count { $0.subject != .recovery && judge($0, nil).outcome == .held }
    }

    private func judge(_ threshold: Threshold, _ health: Health?) -> Judged {
        switch threshold.subject {
        case .recovery: return Judged(recovery(threshold, health), by: threshold)
        case .role:
            return Judged(reading(threshold), by: threshold)
        case .times, .own, .events, .availability, .availabilityOfService:
            let meter = meter(of: threshold.window, threshold.scope)
            var judged = Judged(ofLetters(threshold, meter), by: threshold)
            if let reason = tooFew(threshold, meter) {
                (judged.outcome, judged.reason) = (.inconclusive, reason)
            }
            return judged
        }
    }

    /// Those on percentiles that have fewer samples than these take. One of them may have failed all the same, by
    /// any reading of so few; played with another seed it may not.
    var thresholdsOfFew: [Threshold] {
        thresholds.filter { threshold in
            guard threshold.subject.placeAmongTimes(own) != nil else { return false }
            return samples(of: threshold, meter(of: threshold.window, threshold.scope))
                .map { !$0.percentile.isKnown(among: $0.count) } ?? false
        }
    }

    func sampleCount(of threshold: Threshold) -> UInt64? {
        samples(of: threshold, meter(of: threshold.window, threshold.scope))?.count
    }

    /// How many samples a percentile has; nil for what is none, or has none.
    private func samples(of threshold: Threshold, _ meter: Meter) -> (count: UInt64, percentile: Percentile)?
    {
        guard case .percentile(let percentile)? = threshold.statistic,
            let metric = threshold.subject.placeAmongTimes(own)
        else { return nil }
        let due = meter.due(metric)
        return due > 0 ? (due, percentile) : nil
    }

    /// Why there is too little data for a percentile, unless it misses its limit by any reading.
    private func tooFew(_ threshold: Threshold, _ meter: Meter) -> String? {
        guard let metric = threshold.subject.placeAmongTimes(own),
            let (due, percentile) = samples(of: threshold, meter), !percentile.isKnown(among: due)
        else { return nil }
        let limit = threshold.limit.nanoseconds
        let (below, upTo) = (
            meter.count(of: metric, below: limit), meter.count(of: metric, below: limit + 1)
        )
        let holdsSomehow = percentile.plausibleRanks(among: due).contains { rank in
            threshold.comparison.holds(rank: rank, below: below, upTo: upTo)
        }
        guard holdsSomehow else { return nil }
        let samples = due == 1 ? "1 sample" : "\(grouped(due)) samples"
        return "\(samples), and \(percentile) takes \(grouped(percentile.leastCount))"
    }

    private func ofLetters(_ threshold: Threshold, _ meter: Meter) -> Measured {
        switch threshold.subject {
        case .times(let metric): return ofTimes(threshold, metric.place, meter)
        case .events(let incident):
            guard meter.sawLetters else { return .none("no letters in this window") }
            switch incident {
            case .refusedByRule, .refusedInTrouble: break
            case .interrupted, .lost, .duplicate, .misordered, .disagreement, .leaked:
                guard meter.sawAccepted else { return .none("no letter was accepted") }
            }
            return amount(meter.count(incident), threshold)
        case .availability: return share(availability(of: meter))
        case .availabilityOfService: return share(availabilityOfService(of: meter))
        case .own: return ofDesign(threshold, meter)
        case .recovery, .role: preconditionFailure("'\(threshold)' is not about letters")
        }
    }

    private func share(_ part: (accepted: UInt64, of: UInt64)?) -> Measured {
        part.map { .value(Quotient($0.accepted, over: $0.of)) } ?? .none("no samples")
    }

    /// Taps accepted within patience, of all that no rule refused and whose patience was over before the run, or that were
    /// accepted; nil when there are none. The one number of thresholds, figures and reports.
    func availability(of meter: Meter) -> (accepted: UInt64, of: UInt64)? { accepted(meter, excused: 0) }

    /// Without the taps whose device had no working network all that time.
    func availabilityOfService(of meter: Meter) -> (accepted: UInt64, of: UInt64)? {
        accepted(meter, excused: meter.excused)
    }

    private func accepted(_ meter: Meter, excused: UInt64) -> (accepted: UInt64, of: UInt64)? {
        let place = Sample.Metric.accept.place
        let all = meter.due(place) - excused - meter.cutShortTaps
        return all > 0 ? (meter.count(of: place, below: UInt64(patience.nanoseconds) + 1), all) : nil
    }

    private func ofTimes(_ threshold: Threshold, _ metric: Int, _ meter: Meter) -> Measured {
        let (came, due) = (meter.came(metric), meter.due(metric))
        guard due > 0 else { return .none("no samples") }
        let missing = Quotient(due - came, over: due)
        if let percentile = threshold.statistic?.percentile {
            guard let time = meter.time(percentile, of: metric) else { return .infinite(missing: missing) }
            let limit = threshold.limit.nanoseconds
            let rank = percentile.rank(among: due)
            // The histogram may be wrong by a thousandth, and the counts are right: the value is moved next
            // to the limit when it came out on its other side.
            if rank <= meter.count(of: metric, below: limit) {
                return .value(Quotient(min(UInt64(time.nanoseconds), limit - 1)))
            }
            if rank <= meter.count(of: metric, below: limit + 1) { return .value(Quotient(limit)) }
            return .value(Quotient(max(UInt64(time.nanoseconds), limit + 1)))
        }
        switch threshold.statistic {
        case .mean:
            guard came == due else { return .infinite(missing: missing) }
            return .value(Quotient(meter.times[metric].sum, over: came))
        case .ratio: return .value(Quotient(came, over: due))
        case nil, .percentile, .min, .max, .count, .sum, .rate, .last: return amount(came, threshold)
        }
    }

    /// A count, or so many a second of the time in which letters were sent.
    private func amount(_ count: UInt64, _ threshold: Threshold) -> Measured {
        guard threshold.statistic == .rate else { return .value(Quotient(count)) }
        let sending = timeline.stretches(of: threshold.window).clipped(to: .start..<timeline.endOfSends)
        return rate(UInt128(count), over: sending)
    }

    private func rate(_ amount: UInt128, over stretches: [Range<Instant>]) -> Measured {
        let duration = stretches.duration
        guard duration > .zero else { return .none("the window is empty") }
        return .value(Quotient(amount * 1_000_000_000, over: duration.nanoseconds))
    }

    private func reading(_ threshold: Threshold) -> Measured {
        let (place, unit) = level(of: threshold.subject)
        return reading(threshold, meter(of: threshold.measuredWindow).levels[place], unit: unit)
    }

    private func ofDesign(_ threshold: Threshold, _ meter: Meter) -> Measured {
        if let metric = threshold.subject.placeAmongTimes(own) { return ofTimes(threshold, metric, meter) }
        let (place, unit) = level(of: threshold.subject)
        let level = self.meter(of: threshold.measuredWindow, threshold.scope).levels[place]
        if threshold.subject.metric.kind == .share, level.count > 0 {
            return .value(Quotient(level.sum, over: UInt128(level.count)))
        }
        return reading(threshold, level, unit: unit)
    }

    private func reading(_ threshold: Threshold, _ level: Level, unit: UInt64) -> Measured {
        guard level.count > 0 else { return .none("no samples") }
        switch threshold.statistic {
        case .min: return .value(Quotient(level.min, over: unit))
        case .max: return .value(Quotient(level.max, over: unit))
        case .mean: return .value(Quotient(level.sum, over: UInt128(level.count) * UInt128(unit)))
        case .last: return .value(Quotient(level.last, over: unit))
        case .rate: return rate(level.sum, over: timeline.stretches(of: threshold.measuredWindow))
        case nil, .percentile, .count, .sum, .ratio: return .value(Quotient(level.sum))
        }
    }

    private func recovery(_ threshold: Threshold, _ health: Health?) -> Measured {
        guard case .after(let period) = threshold.window.part else {
            preconditionFailure("'\(threshold)' follows nothing")
        }
        guard let health else { return .none("the scenario does not say what is healthy") }
        guard let end = timeline.lastEnd(of: period) else { return .none("\(period.name) did not end") }
        switch health.recovery(from: end) {
        case .after(let span): return .value(Quotient(span.nanoseconds))
        case .never: return .never
        case .unknown(let reason): return .none(reason)
        }
    }
}

extension String {
    /// The name of the whole run's window, with what is left out of it.
    fileprivate func replacingAll(without excluded: [String]) -> String {
        "all, \(excluded.joined(separator: " and ")) excluded" + dropFirst("all".count)
    }
}
