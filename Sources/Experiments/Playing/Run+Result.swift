internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// A run that is over, as plain values.
extension Run {
    func result(_ earlyEnd: EarlyEnding?, endedAt: Instant) -> RunResult {
        var result = RunResult()
        result.run = identity(endedEarly: earlyEnd == nil ? nil : endedAt)
        let findings = ledger.invariants.findings
        let verdict = Verdict(
            of: measurement, isComplete: earlyEnd == nil,
            violated: findings.filter { $0.count > 0 }.map { ($0.promise.name, $0.count) }, hang: hang,
            abort: earlyEnd?.abort?.abortText)
        result.verdict = stored(verdict, earlyEnd)
        result.thresholds = verdict.judgements.map(judgement)
        result.invariants = findings.compactMap { invariant($0, isComplete: earlyEnd == nil) }
        result.health = health(verdict)
        result.faults = faults(endedAt: endedAt)
        result.verdict.notes +=
            notes(onFaults: result.faults, endedAt: endedAt) + notesOnLatecomers + notesOnHeld + notesOnLines
            + notesOnEndedParts
            + notesOnReplies + notesOnDisks
        result.slowest = ledger.stages.run.slowest(20).map(delivery)
        result.events = chronicle.events.inOrderOfTime
        guard play.tellsAll else { return result }
        result.scenario = scenarioText
        result.summaries = summaries
        result.figures = figures(isEarly: earlyEnd != nil)
        result.refused = refused
        result.phases = phases
        result.latencies = [latencies(of: .delivery), latencies(of: .accept)].compactMap { $0 }
        result.gauges = gauges
        result.spectra = spectra
        result.heatMaps = [heatMap].compactMap { $0 }
        let slowest = ledger.stages.run.slowest(.max)
        result.stages = stages(among: slowest)
        result.cost = cost
        result.topology = topology
        result.metrics =
            Metric.all.map { definition($0, named: $0.name) }
            + measurement.own.map { definition($0.metric, named: $0.name) }
        var saturations = saturations
        for role in saturations.indices {
            saturations[role].waiting = cluster.waitingWork(ofRole: saturations[role].role)
        }
        let diagnosis = Diagnosis(
            result, scenario, of: play.design.sheet, judgements: verdict.judgements, saturations: saturations,
            dueInCalm: dueInCalm.sum, fullLinks: fullLinks, taps: ledger.counts.taps,
            sentAgain: town.sentAgain,
            overTime: measurement.overTime,
            lostOverTime: measurement.overTime(.lost).slices, lostUnopened: ledger.lostUnopened,
            lostWithSender: ledger.lostWithSender, moments: measurement.timeline.stretches, slowest: slowest,
            tags: ledger.tags, stages: stages, calls: roleCalls, sampleCount: measurement.sampleCount)
        (result.verdict.causes, result.verdict.hints) = (diagnosis.causes, diagnosis.hints)
        if let nearest = verdict.nearest { result.verdict.hints.append(nearest) }
        return result
    }

    private var notesOnLatecomers: [String] {
        let count = latecomers.letters.count
        guard count > 0 else { return [] }
        let those = count == 1 ? "one accepted letter" : "\(grouped(UInt64(count))) accepted letters"
        return [
            "\(those) had not come at the end, and came when the run was played on, the last "
                + "\(clockText(latecomers.last)) later: late, and not lost; a longer drain, now \(scenario.drain), waits for that"
        ]
    }

    /// What came too late to be judged is no loss, so that a run whose last letters are stuck would look well.
    private var notesOnHeld: [String] {
        let count = ledger.heldForLess
        guard count > 0 else { return [] }
        let letters = count == 1 ? "one accepted letter" : "\(grouped(count)) accepted letters"
        return [
            "\(letters) had not come at the end to people who could be reached, for less than "
                + "\(ledger.settings.chance) by then: lost or on the way, which a longer drain tells apart"
        ]
    }

    /// Who has no line cannot be reached, so that nothing is lost there: what stands still altogether would look well.
    private var notesOnLines: [String] {
        let count = ledger.heldWithoutLine
        guard count > 0 else { return [] }
        let letters = count == 1 ? "one letter" : "\(grouped(count)) letters"
        return [
            "\(letters) had not come at the end to people whose apps were open and had a network, "
                + "but no line to the system that lasted"
        ]
    }

    /// A request has one reply at the most: the others are dropped, whatever they say.
    private var notesOnReplies: [String] {
        roleCalls.filter { $1.replies > $1.requests }.map { role, calls in
            "\(calls.callee) replied \(grouped(calls.replies)) times to \(grouped(calls.requests)) requests of \(role): "
                + "of several replies to one the first counts"
        }
    }

    /// The calls of all roles.
    private var roleCalls: [(role: String, calls: CallReading)] {
        play.design.sheet.roles.flatMap { role in cluster.calls(by: role.name).map { (role.name, $0) } }
    }

    /// What a program writes into its own log before it ends.
    private var notesOnEndedParts: [String] {
        cluster.endedParts.map { part in
            part.hasLostBits
                ? "\(part.name) does not start: its file fails its checksum"
                : "\(part.name) has ended by itself, as its disk failed, and nothing has started it again"
        }
    }

    /// What the cost of a delivery leaves out: disks that had not written yet what they were given.
    private var notesOnDisks: [String] {
        let readings = cluster.readings
        return measurement.roles.compactMap { role in
            let machines = readings.filter { $0.role == role }
            let stored = machines.reduce(0) { $0 + $1.stored }
            let unwritten = machines.reduce(0) { $0 + $1.unwritten }
            // A write that is just under way is no more than that.
            guard unwritten > stored / 100 else { return nil }
            return "the disks of \(role) had \(bytesText(unwritten)) still to write at the end, beside the "
                + "\(bytesText(stored)) that are written: deliveries take more than their cost says"
        }
    }

    private func stored(_ verdict: Verdict, _ earlyEnd: EarlyEnding?) -> Results.Verdict {
        var stored = Results.Verdict()
        stored.word = verdict.conclusion.word
        stored.exitCode = UInt64(verdict.conclusion.rawValue)
        stored.headline = verdict.headline
        stored.reasons = verdict.reasons.map(\.text)
        stored.topics = verdict.reasons.map { $0.topic.stored($0.conclusion.word) }
        stored.notes = verdict.notes
        switch earlyEnd {
        case nil, .aborted: break
        case .interrupted: stored.word = .interrupted
        case .escaped(let what), .runaway(let what):
            (stored.word, stored.exitCode) = (.interrupted, 70)
            stored.reasons.insert(what, at: 0)
            stored.topics.insert(Verdict.Topic.end.stored(.interrupted), at: 0)
        }
        return stored
    }

    // MARK: Which run

    private var scenarioText: ScenarioText {
        var text = ScenarioText()
        text.text = scenario.resolvedText
        text.changedLines = scenario.changedLines(from: play.design.sheet).map(UInt64.init)
        return text
    }

    private func identity(endedEarly: Instant?) -> Identity {
        var run = Identity()
        run.name = scenario.name
        run.title = scenario.title
        run.design = scenario.design
        run.seed = UInt64(scenario.seed)
        (run.isComplete, run.ended) = (endedEarly == nil, endedEarly)
        (run.duration, run.warmup, run.drain) = (scenario.duration, scenario.warmup, scenario.drain)
        run.digest = play.digest(cluster.world.behaviourDigest.value, isComplete: run.isComplete)
        return run
    }

    /// Those that came before the end.
    private var phases: [Results.Phase] {
        let timeline = measurement.timeline
        return timeline.phases.enumerated().filter { $1.from < timeline.endOfSends }.map { place, phase in
            var stored = Results.Phase()
            stored.name = phase.name
            stored.from = phase.from
            let next = timeline.phases.dropFirst(place + 1).first?.from
            stored.to = min(next ?? timeline.endOfSends, timeline.endOfSends)
            return stored
        }
    }

    // MARK: What was asked

    func judgement(_ judgement: Judgement) -> Results.Judgement {
        let threshold = judgement.threshold
        var stored = Results.Judgement()
        stored.text = threshold.description
        stored.metric = threshold.subject.description
        stored.statistic = threshold.statistic?.description ?? ""
        stored.comparison = threshold.comparison.rawValue
        stored.limit = Amount(threshold.limit.value, threshold.limit.unit)
        stored.value = amount(judgement.measured, threshold.limit.unit)
        stored.outcome = judgement.outcome.stored
        stored.margin = judgement.margin ?? ""
        stored.window = judgement.window
        stored.reason = judgement.reason ?? ""
        stored.words = threshold.words
        return stored
    }

    private func amount(_ measured: Measured, _ unit: Metric.Unit) -> Amount? {
        switch measured {
        case .value(let value): Amount(value, unit)
        case .infinite(let missing):
            .never(undelivered: UInt64(missing.numerator), of: UInt64(missing.denominator))
        case .never: .never(undelivered: 0, of: 0)
        case .none: nil
        }
    }

    /// Nil when it was switched off: then nothing is known.
    private func invariant(_ findings: Vocabulary.PromiseFindings, isComplete: Bool) -> InvariantOutcome? {
        var outcome = InvariantOutcome()
        switch findings.state {
        case .held: outcome.state = isComplete || !findings.promise.isKeptAtEnd ? .held : .notKnown
        case .broken: outcome.state = .broken
        case .notTested: outcome.state = .notTested
        case .notPromised: outcome.state = .notPromised
        case .switchedOff: return nil
        }
        outcome.name = findings.promise.name
        outcome.requirement = findings.promise.requirements.joined(separator: ", ")
        outcome.promise = findings.promise.sentence
        outcome.broken = findings.count
        outcome.violations = findings.violations.map { violation in
            var stored = InvariantOutcome.Violation()
            stored.time = violation.time
            stored.evidence = violation.evidence
            return stored
        }
        return outcome
    }

    private func health(_ verdict: Verdict) -> Results.Health {
        var stored = Results.Health()
        guard let healthy = measurement.healthy, let health = measurement.health else { return stored }
        stored.expected = healthy.expectations.map(\.description)
        stored.window = healthy.window
        stored.start = health.start
        stored.windows = health.states.map {
            switch $0 {
            case .good: .held
            case .bad: .failed
            case .unknown: .inconclusive
            }
        }
        stored.before = verdict.healthBefore?.stored
        stored.after = verdict.healthAfter?.stored
        return stored
    }

    /// What matters most comes first.
    private var summaries: [Results.Summary] {
        let all = measurement.summaries
        return (all.filter { $0.metric == .delivery } + all.filter { $0.metric != .delivery }).map(summary)
    }

    private func summary(_ summary: Summary) -> Results.Summary {
        var stored = Results.Summary()
        stored.metric = summary.metric.name
        stored.window = summary.window.name
        stored.count = summary.count + summary.undelivered
        stored.undelivered = summary.undelivered
        (stored.p50, stored.p90, stored.p99) = (summary.p50, summary.p90, summary.p99)
        (stored.p99_9, stored.max) = (summary.p99_9, summary.max)
        return stored
    }

    private func figures(isEarly: Bool) -> [Figure] {
        let meter = measurement.meter(of: .all)
        func share(_ part: (accepted: UInt64, of: UInt64)?) -> Amount? {
            part.map { .share(part: $0.accepted, whole: $0.of) }
        }
        let values: [(String, Amount?)] =
            [
                ("availability", share(measurement.availability(of: meter))),
                ("availability.service", share(measurement.availabilityOfService(of: meter))),
            ]
            + Incident.allCases.map { ($0.metric.name, .count(meter.count($0))) }
        return values.map { name, value in
            var figure = Figure()
            figure.metric = name
            // What had no time to come may be lost yet.
            let isOpen = isEarly && name == Incident.lost.metric.name && value == .count(0)
            figure.value = isOpen ? nil : value
            return figure
        }
    }

    private var refused: [Refused] {
        let counts = measurement.meter(of: .all).refusals
        return Refusal.allCases.filter { counts[Int($0.rawValue)] > 0 }.map { refusal in
            var stored = Refused()
            stored.reason = refusal.words
            stored.isByRule = refusal.isByRule
            stored.count = counts[Int(refusal.rawValue)]
            stored.limits = refusal.limit.map(limits) ?? []
            return stored
        }
    }

    /// The knobs that say from where on something is refused: `server.body-limit is 4096B`.
    private func limits(_ limit: KnobLimit) -> [String] {
        play.design.sheet.roles.flatMap { role in
            role.settings.knobs.filter { $0.limits == limit }.compactMap { knob in
                scenario.topology.role(role.name)?.text(of: knob.name).map {
                    "\(role.name).\(knob.name) is \($0)"
                }
            }
        }
    }

    // MARK: Over time

    private func latencies(of metric: Sample.Metric) -> LatencySeries? {
        let (width, slices) = measurement.overTime(metric)
        guard let last = slices.last else { return nil }
        var series = LatencySeries()
        series.metric = metric.name
        series.slice = width
        let count = Int((last.start - .start).nanoseconds / width.nanoseconds) + 1
        var byPlace = [TimesSlice?](repeating: nil, count: count)
        for slice in slices { byPlace[Int((slice.start - .start).nanoseconds / width.nanoseconds)] = slice }
        func values(_ percentile: KeyPath<TimesSlice, Span?>) -> [UInt64?] {
            byPlace.map { $0?[keyPath: percentile].map { UInt64($0.nanoseconds) } }
        }
        series.counts = byPlace.map { $0.map { $0.count + $0.undelivered } ?? 0 }
        series.p50 = values(\.p50)
        series.p90 = values(\.p90)
        series.p99 = values(\.p99)
        series.p99_9 = values(\.p99_9)
        return series
    }

    private var spectra: [Spectrum] {
        measurement.summaries.filter { $0.metric == .delivery }.prefix(6).map {
            Spectrum(
                metric: $0.metric.name, window: $0.window.name,
                of: measurement.histogram(of: .delivery, in: $0.window), undelivered: $0.undelivered)
        }
    }

    /// Classes of 25 % each, from the fastest decade that anything was in.
    private var heatMap: HeatMap? {
        let slices = measurement.timesOverTime[Int(Sample.Metric.delivery.rawValue)]
        guard slices.count > 0 else { return nil }
        var map = HeatMap()
        map.metric = Sample.Metric.delivery.name
        map.slice = slices.width
        var bound: UInt64 = 1_000_000
        while bound < 3_600_000_000_000 {
            map.classes.append(bound)
            bound += bound / 4
        }
        let forEver: UInt64 = 1 << 63
        for index in 0..<slices.count {
            guard let histogram = slices[index] else {
                map.counts += Array(repeating: 0, count: map.classes.count + 1)
                continue
            }
            let above = map.classes.map { histogram.count(above: $0) } + [histogram.count(above: forEver)]
            for place in map.classes.indices {
                let inClass = place == 0 ? histogram.count - above[1] : above[place] - above[place + 1]
                map.counts.append(inClass)
            }
            map.counts.append(above[map.classes.count])
        }
        let width = map.classes.count + 1
        let used = map.classes.indices.filter { place in
            stride(from: place, to: map.counts.count, by: width).contains { map.counts[$0] > 0 }
        }
        guard let first = used.first, let last = used.last else { return nil }
        let all = map.counts
        map.counts = []
        for row in stride(from: 0, to: all.count, by: width) {
            map.counts += all[row + first...row + last]
            map.counts.append(all[row + width - 1])
        }
        map.classes = Array(map.classes[first...last])
        return map
    }

    // MARK: Who talks to whom

    private var topology: Results.Topology {
        let readings = cluster.readings
        var topology = Results.Topology()
        var users = Results.Topology.Role()
        users.name = "users"
        users.count = UInt64(scenario.users.count)
        topology.roles = [users]
        for role in measurement.roles {
            var stored = Results.Topology.Role()
            stored.name = role
            // Those that were on at some time.
            let machines = readings.enumerated().filter { $1.role == role && $1.timeOn > .zero }
            stored.count = UInt64(machines.count)
            stored.machines = machines.map { place, reading in
                var machine = Results.Topology.Machine()
                machine.name = "\(role)[\(reading.number)]"
                machine.zone = cluster.zones[reading.zone.number]
                machine.region = cluster.region(of: reading.zone)
                machine.utilisation = reading.processor.map { utilisation(ofMachine: place, $0) } ?? 0
                return machine
            }
            topology.roles.append(stored)
        }
        topology.edges = edges
        return topology
    }

    /// The share of its cores' time in which it worked under load, as far as it was up, in millionths: what is worked off in
    /// the drain would make it look idle, the longer that is.
    private func utilisation(ofMachine place: Int, _ processor: ProcessorReading) -> UInt64 {
        let (coreTime, up) = underLoad[place]
        let time = Double(up.nanoseconds) * Double(processor.coreCount)
        return time > 0 ? UInt64(Double(coreTime.nanoseconds) / time * 1e6) : 0
    }

    /// Between which roles anything was said; people's devices come first.
    private var edges: [Results.Topology.Edge] {
        let all: [String?] = [nil] + measurement.roles
        return all.flatMap { from in
            all.compactMap { to in
                let flow = cluster.flow(fromRole: from, toRole: to)
                guard flow.messages > 0 else { return nil }
                var edge = Results.Topology.Edge()
                (edge.from, edge.to) = (from ?? "users", to ?? "users")
                (edge.messages, edge.bytes) = (flow.messages, flow.bytes)
                (edge.messagesAcross, edge.bytesAcross) = (flow.messagesAcross, flow.bytesAcross)
                return edge
            }
        }
    }

    private func definition(_ metric: Metric, named name: String) -> MetricDefinition {
        var definition = MetricDefinition()
        definition.name = name
        definition.unit = metric.unit.name
        definition.direction = metric.direction.words
        definition.sentence = metric.sentence
        return definition
    }
}

extension Refusal {
    /// What kind of knob refuses such a letter.
    fileprivate var limit: KnobLimit? {
        switch self {
        case .roomTooLarge: .room
        case .bodyTooLarge: .letter
        case .rateLimited: .rate
        case .notAuthenticated, .notMember, .unknownRecipient, .blocked, .recipientBlocked, .overloaded,
            .failed:
            nil
        }
    }
}

extension Outcome {
    var stored: Results.Outcome {
        switch self {
        case .held: .held
        case .failed: .failed
        case .inconclusive: .inconclusive
        }
    }
}

extension Verdict.Conclusion {
    fileprivate var word: Results.Verdict.Conclusion {
        switch self {
        case .held: .passed
        case .failed: .failed
        case .inconclusive: .inconclusive
        case .broken: .violated
        }
    }
}

extension Verdict.Topic {
    fileprivate func stored(_ word: Results.Verdict.Conclusion) -> Results.Verdict.Topic {
        switch self {
        case .threshold(let threshold): .init(.threshold, threshold.description, word)
        case .promise(let name): .init(.promise, name, word)
        case .hang: .init(.run, "hang", word)
        case .health: .init(.run, "health", word)
        case .healthBefore: .init(.run, "health before the faults", word)
        case .healthAfter: .init(.run, "health after the faults", word)
        case .letters: .init(.run, "letters", word)
        case .end: .init(.run, "end", word)
        }
    }
}

extension Sample.Metric {
    var name: String { Subject.times(self).description }
}

extension Metric.Unit {
    fileprivate var name: String {
        switch self {
        case .time: "time"
        case .count: "count"
        case .share: "share"
        case .bytes: "bytes"
        case .rate: "per second"
        case .byteRate: "bytes per second"
        }
    }
}

extension Metric.Preference {
    fileprivate var words: String {
        switch self {
        case .smallerIsBetter: "smaller is better"
        case .largerIsBetter: "larger is better"
        case .neither: "neither is better"
        }
    }
}
