internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// What the faults of a run did.
extension Run {
    func faults(endedAt: Instant) -> [FaultEffect] {
        placesOfBegun(by: endedAt).map { place in
            let (occasion, touched) = (schedule.occasions[place], keeper.touched[place])
            var effect = FaultEffect()
            effect.name = occasion.name
            effect.kind = occasion.kind
            effect.target = occasion.target
            effect.from = occasion.from
            effect.to = occasion.to
            if let end = occasion.to, let health = measurement.health {
                switch health.recovery(from: end) {
                case .after(let span): effect.recovery = .time(span)
                case .never: effect.recovery = .never(undelivered: 0, of: 0)
                case .unknown: break
                }
            }
            effect.lettersTouched = touched
            let hits = cluster.hits(ofFault: occasion.drawName)
            // A machine at the other end of people's lines is not hit: only what it meets comes by there.
            let machines = occasion.effect.layer == .people ? 0 : hits.machines
            (effect.machinesHit, effect.metWork) = (UInt64(machines), UInt64(hits.atWork))
            if play.tellsAll { effect.changes = changes(measurement, around: occasion.name) }
            return effect
        }
    }

    /// What a reader would take for granted and is not so: faults of the file that did nothing, and a `healthy` that nothing
    /// is asked of.
    func notes(onFaults effects: [FaultEffect], endedAt: Instant) -> [String] {
        var notes: [String] = []
        for fault in scenario.faults.map(\.name) {
            let turns = effects.filter { $0.name == fault }
            let all = schedule.occasions.filter { $0.name == fault }
            if !all.isEmpty, all.allSatisfy({ $0.from > endedAt }) {
                notes.append("the fault \(fault) never came: the run ended before it")
            } else if turns.isEmpty {
                notes.append(
                    "the fault \(fault) never came: of the turns that it has, its ratio left out all")
            } else if let key = all.first?.effect.fault.changesNothingBy {
                notes.append("the fault \(fault) changes nothing, by its '\(key)': it has tested nothing")
            } else if all.contains(where: { $0.effect.layer == .people }) {
                // It meets who sends and reads, which is no work of machines.
                if all.allSatisfy({ hitsNobody($0.effect) }) {
                    notes.append("the fault \(fault) hit nobody: it has tested nothing")
                }
            } else if turns.allSatisfy({ $0.machinesHit == 0 }) {
                let off = all.first.map { wereOff($0.effect) } ?? false ? ", since what it names was off" : ""
                notes.append("the fault \(fault) hit no machine\(off): it has tested nothing")
            } else if turns.allSatisfy({ $0.hasMetNothing(in: schedule) }) {
                notes.append("the fault \(fault) met nothing that it could disturb: it has tested nothing")
            } else if turns.allSatisfy({ $0.metWork == 0 }) {
                if turns.allSatisfy({ $0.lettersTouched == 0 }) {
                    notes.append("the fault \(fault) met neither work nor letters: it has tested nothing")
                }
            }
        }
        if measurement.healthy != nil, schedule.occasions.isEmpty {
            notes.append("`healthy` was not asked for: there were no faults")
        }
        return notes
    }

    /// Of a role that has spare machines those that are named may be off; who is there is hit.
    private func wereOff(_ effect: FaultPlan.Effect) -> Bool {
        guard case .role(let name)? = (effect.fault as? any HitsTarget)?.target.subject else { return false }
        return scenario.topology.role(name)?.spare.map { $0 > 0 } ?? false
    }

    private func hitsNobody(_ effect: FaultPlan.Effect) -> Bool {
        guard let fault = effect.fault as? any HitsTarget else { return false }
        let there = town.people(of: fault.target.region).count
        return there == 0 || fault.pick.count(of: there) == 0
    }

    /// In the schedule, in the order in which they began.
    func placesOfBegun(by time: Instant) -> [Int] {
        schedule.occasions.indices
            .filter { !postponed.contains($0) && schedule.occasions[$0].from <= time }
            .sorted { (schedule.occasions[$0].from, $0) < (schedule.occasions[$1].from, $1) }
    }

    // MARK: What waits until a set is in sync

    /// Until it begins, it stands where all is healed.
    func hear(_ news: FaultSchedule.Postponement, of place: Int) {
        let occasion = schedule.occasions[place]
        func find(_ what: String) {
            chronicle.find(RunEvent(cluster.world.now, .fault, occasion.target, what))
        }
        switch news {
        case .waits(let role):
            postponed.insert(place)
            find("\(occasion.name) (\(occasion.kind)) waits until \(role) is in sync")
            move(place, from: schedule.healedBy, to: schedule.healedBy)
        case .begins(let from, let to):
            postponed.remove(place)
            move(place, from: from, to: to)
        case .never:
            find("\(occasion.name) (\(occasion.kind)) does not come: it has waited until all is healed")
        }
    }

    private func move(_ place: Int, from: Instant, to: Instant?) {
        let former = schedule.occasions[place]
        schedule.move(place, from: from, to: to)
        let occasion = schedule.occasions[place]
        keeper.occasions = schedule.occasions
        chronicle.move(place, from: former, to: occasion, isTold: !postponed.contains(place))
        measurement.faultMoved(occasion.name, from: from, to: to)
        ledger.quietFrom = measurement.timeline.quietFrom
    }

    /// Metrics before, during and after a fault of that name; none for one beyond those with windows.
    private func changes(_ measurement: Measurement, around name: String) -> [FaultEffect.MetricChange] {
        let period = Window.Period(fault: name)
        let windows = [Window(.before(period)), Window(.during(period)), Window(.after(period))]
        guard windows.allSatisfy({ measurement.windows.contains($0) }) else { return [] }
        let meters = windows.map { measurement.meter(of: $0) }
        func times(_ metric: Sample.Metric, _ percentile: Percentile) -> FaultEffect.MetricChange {
            change("\(metric.name) \(percentile)") { meter in
                let place = metric.place
                guard meter.due(place) > 0 else { return nil }
                return meter.time(percentile, of: place).map { .time($0) }
                    ?? .never(undelivered: meter.missing[place], of: meter.due(place))
            }
        }
        func change(_ metric: String, _ value: (Meter) -> Amount?) -> FaultEffect.MetricChange {
            var change = FaultEffect.MetricChange()
            change.metric = metric
            (change.before, change.during, change.after) = (
                value(meters[0]), value(meters[1]), value(meters[2])
            )
            return change
        }
        return [
            times(.delivery, .p50), times(.delivery, .p99), times(.accept, .p99),
            change("availability") { meter in
                measurement.availability(of: meter).map { .share(part: $0.accepted, whole: $0.of) }
            },
        ]
    }
}

extension FaultEffect {
    /// What meets traffic had all of its time for that, whatever letters were under way elsewhere.
    func hasMetNothing(in schedule: FaultSchedule) -> Bool {
        metWork == 0 && (machinesHit ?? 0) > 0
            && schedule.occasions.contains { $0.name == name && $0.effect.meetsTraffic }
    }
}
