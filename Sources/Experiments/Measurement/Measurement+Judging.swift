internal import Chat
internal import Results
internal import Simulation
public import Vocabulary

/// What the thresholds and `healthy` make of a run that is over.
extension Measurement {
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
            let isAll = threshold.window == .all && timeline.warmup > .start
            var (measured, outcome) = judge(threshold, health)
            if !isComplete,
                threshold.statistic != .count || !threshold.isBeyondHope(count: count(of: threshold))
            {
                (measured, outcome) = (.none("the run ended too early"), .inconclusive)
            }
            return Judgement(
                threshold: threshold, measured: measured, outcome: outcome,
                window: isAll ? window.replacingAll : window)
        }
    }

    /// How many thresholds hold by what is known up to now. A recovery is known at the end only.
    var heldSoFar: Int {
        thresholds.count { $0.subject != .recovery && judge($0, nil).1 == .held }
    }

    private func judge(_ threshold: Threshold, _ health: Health?) -> (Measured, Outcome) {
        let measured =
            switch threshold.subject {
            case .recovery: recovery(threshold, health)
            case .role(let role, let resource): reading(threshold, role, resource)
            case .own(let sheet): ofDesign(threshold, sheet)
            case .times, .events, .availability, .availabilityOfService:
                ofLetters(threshold, meter(of: threshold.window, threshold.scope))
            }
        let holds: Bool
        switch measured {
        case .value(let value): holds = threshold.comparison.holds(value, threshold.limit.value)
        case .infinite, .never: holds = threshold.comparison.holdsForInfinity
        case .none: return (measured, .inconclusive)
        }
        return (measured, holds ? .held : .failed)
    }

    private func ofLetters(_ threshold: Threshold, _ meter: Meter) -> Measured {
        switch threshold.subject {
        case .times(let metric): return ofTimes(threshold, metric.place, meter)
        case .events(let incident):
            guard meter.sawLetters else { return .none("no letters in this window") }
            return amount(meter.incidents[Int(incident.rawValue)], threshold)
        case .availability: return share(of: meter, due: meter.due(Sample.Metric.accept.place))
        case .availabilityOfService:
            return share(of: meter, due: meter.due(Sample.Metric.accept.place) - meter.excused)
        case .recovery, .role, .own: preconditionFailure("'\(threshold)' is not about letters")
        }
    }

    private func share(of meter: Meter, due: UInt64) -> Measured {
        guard due > 0 else { return .none("no samples") }
        let inTime = meter.count(
            of: Sample.Metric.accept.place, below: UInt64(patience.nanoseconds) + 1)
        return .value(Quotient(inTime, over: due))
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

    private func reading(_ threshold: Threshold, _ role: String, _ resource: Resource) -> Measured {
        guard let place = roles.firstIndex(of: role) else {
            preconditionFailure("a threshold names the role '\(role)', which the run does not have")
        }
        return reading(
            threshold, meter(of: threshold.window).levels[level(of: resource, role: place)],
            unit: resource == .utilisation ? 1_000_000 : 1)
    }

    private func ofDesign(_ threshold: Threshold, _ sheet: MetricSheet) -> Measured {
        guard let place = own.firstIndex(of: sheet) else {
            preconditionFailure("a threshold is about '\(sheet.name)', which the run does not measure")
        }
        let meter = meter(of: threshold.window)
        if let metric = threshold.subject.placeAmongTimes(own) { return ofTimes(threshold, metric, meter) }
        return reading(threshold, meter.levels[levelOfOwn(place)], unit: 1)
    }

    private func reading(_ threshold: Threshold, _ level: Level, unit: UInt64) -> Measured {
        guard level.count > 0 else { return .none("no samples") }
        switch threshold.statistic {
        case .min: return .value(Quotient(level.min, over: unit))
        case .max: return .value(Quotient(level.max, over: unit))
        case .mean: return .value(Quotient(level.sum, over: UInt128(level.count) * UInt128(unit)))
        case .last: return .value(Quotient(level.last, over: unit))
        case .rate: return rate(level.sum, over: timeline.stretches(of: threshold.window))
        case nil, .percentile, .count, .sum, .ratio: return .value(Quotient(level.sum))
        }
    }

    private func recovery(_ threshold: Threshold, _ health: Health?) -> Measured {
        guard case .after(let fault) = threshold.window.part else {
            preconditionFailure("'\(threshold)' follows no fault")
        }
        guard let health else { return .none("the scenario does not say what is healthy") }
        guard let end = timeline.fault(fault.name).lastEnd else { return .none("\(fault.name) did not end") }
        switch health.recovery(from: end) {
        case .after(let span): return .value(Quotient(span.nanoseconds))
        case .never: return .never
        case .unknown(let reason): return .none(reason)
        }
    }
}

extension String {
    /// The name of the whole run's window, with what is left out of it.
    fileprivate var replacingAll: String { "all, warm-up excluded" + dropFirst("all".count) }
}
