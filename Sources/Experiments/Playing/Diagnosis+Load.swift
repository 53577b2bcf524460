internal import Chat
internal import Cluster
internal import Results
internal import Vocabulary

/// Who had too much to do, who did not answer, and what was sent again for that.
extension Diagnosis {
    mutating func lookAtSaturation(_ saturations: [Saturation]) -> Bool {
        var found = false
        for saturation in saturations {
            guard let setup = scenario.topology.role(saturation.role) else { continue }
            let busy = saturation.busyCores.longest.flatMap {
                $0.length >= Self.leastStretch && isToBlame($0) ? $0 : nil
            }
            if let busy {
                found = true
                addBusyCores(of: setup, busy, saturation)
            }
            if lookAtBusiest(of: setup, saturation) { found = true }
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

    /// Whether a tenth of the slowest were under way then, where it was deliveries that took too long.
    private func isToBlame(_ stretch: Range<Instant>) -> Bool {
        let met = worst.count { $0.isUnderWay(from: stretch.lowerBound, to: stretch.upperBound) }
        return met * 10 >= worst.count
    }

    /// One machine that was full for far longer than all were, and what the others had to spare.
    private mutating func lookAtBusiest(of setup: RoleSetup, _ saturation: Saturation) -> Bool {
        let stretches = saturation.busyMachines.map { $0.longest ?? Instant.start..<Instant.start }
        guard let number = stretches.indices.max(by: { stretches[$0].length < stretches[$1].length }),
            let role = result.topology.roles.first(where: { $0.name == setup.name })
        else { return false }
        let ofAll = saturation.busyCores.longest?.length ?? .zero
        let name = "\(setup.name)[\(number)]"
        let others = role.machines.filter { $0.name != name }.map { $0.utilisation / 10_000 }
        guard stretches[number].length >= Self.leastStretchOfOne, stretches[number].length > ofAll * 2,
            let least = others.min(), let most = others.max(), Double(least) < Self.sustainable * 100
        else { return false }
        add(
            "\(name) was busy all the time from \(words(stretches[number])), and the rest of \(setup.name) for "
                + (least == most ? "" : "\(least) to ") + "\(most) % of the time under load")
        return true
    }

    private mutating func addBusyCores(
        of setup: RoleSetup, _ stretch: Range<Instant>, _ saturation: Saturation
    ) {
        guard let knob = knob(of: setup.name, relieving: .cores), let cores = Int(knob.text) else { return }
        let fewest = saturation.busyCores.machines.lowerBound
        let cause = "\(busyCores(of: setup, each: cores, saturation)) were busy from \(words(stretch))"
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
        func each(_ needed: Double) -> Int {
            Int((needed / Self.sustainable / Double(setup.count)).rounded(.up))
        }
        guard let phase = phaseThatBegan(with: stretch), phase.to < stretch.upperBound || wasTurnedAway,
            let (needed, isAllKnown) = coresNeeded(saturation, in: phase),
            each(needed) > cores
        else {
            let more = cores * fewest == 1 ? "one core" : "\(cores * fewest) cores"
            return add(
                cause,
                "\(setup.name).\(knob.name) is \(cores), and what came was work for more than \(more), for how many this run "
                    + "does not say: begin with --set topology.\(setup.name).\(knob.name)=\(min(64, 2 * cores))\(faster)"
            )
        }
        let isDone =
            !saturation.busyCores.isLongestOn && (saturation.turnedAway == 0 || deliveries.never == 0)
        add(
            cause,
            "\(setup.name).\(knob.name) is \(cores): what came in \(phase.name) (\(clockText(phase.from))–\(clockText(phase.to))) "
                + (isMuchSentAgain ? "for the first time " : "")
                + "was work for \(isAllKnown ? "about" : "at least") \(decimal(needed, places: 1)) cores, and "
                + (isDone ? "took until \(clockText(stretch.upperBound))" : "not all of it was done")
                + "; to be busy \(Int(Self.sustainable * 100)) % of the time: --set topology.\(setup.name).\(knob.name)=\(min(64, each(needed)))\(faster)"
        )
    }

    /// Machines crash, and are booted: those that were up in that time.
    private func busyCores(of setup: RoleSetup, each cores: Int, _ saturation: Saturation) -> String {
        let up = saturation.busyCores.machines
        let (fewest, most) = (cores * up.lowerBound, cores * up.upperBound)
        if fewest < most { return "all cores of \(setup.name) that were up, \(fewest) to \(most)," }
        guard up.lowerBound >= setup.count else {
            return "all cores of \(setup.name) that were up, \(most) of \(cores * setup.count),"
        }
        return "all \(most) \(most == 1 ? "core" : "cores") of \(setup.name)"
    }

    /// How many cores the letters of a phase were work for, and whether that is all of it; nil where the run does not say.
    ///
    /// Where all was done, and once, it is what was done. Else who has too much to do says little of what letters take: copies and
    /// calls that are made again are work that there would not be with enough cores, and the answer to what waits is work
    /// that has not come yet. What letters took before that is not distorted.
    private func coresNeeded(_ saturation: Saturation, in phase: Results.Phase) -> (
        cores: Double, isAll: Bool
    )? {
        let inPhase = due(in: phase.from..<phase.to)
        let seconds = (phase.to - phase.from).seconds
        let isBehind = saturation.busyCores.isLongestOn
        let isDoneOnce = saturation.turnedAway == 0 && !isMuchSentAgain && !isCalledAgain(saturation.role)
        let work = (saturation.worked + saturation.waiting.work).seconds
        let share = inPhase / max(1, due(in: .start..<scenario.end))
        if isDoneOnce, !isBehind { return (work * share / seconds, true) }
        if dueInCalm >= Self.leastDue {
            let each = Double(saturation.workedInCalm.sum) / 1e9 / Double(dueInCalm)
            return (each * inPhase / seconds, true)
        }
        return isDoneOnce ? (work * share / seconds, false) : nil
    }

    /// The deliveries that were due of letters sent in a time.
    private func due(in time: Range<Instant>) -> Double {
        guard let due = result.latencies.first(where: { $0.metric == Sample.Metric.delivery.name }) else {
            return 0
        }
        return due.counts.enumerated().reduce(0) { sum, slice in
            let start = Instant.start + due.slice * Int64(slice.offset)
            let shared = (start..<start + due.slice).clamped(to: time).length
            return sum + Double(slice.element) * shared.seconds / due.slice.seconds
        }
    }

    /// Whether a hundredth of the calls to a role had no answer, or were made again, so that it had more to do for them.
    private func isCalledAgain(_ role: String) -> Bool {
        calls.contains { _, calls in
            calls.callee.split(separator: " or ").contains { $0 == role }
                && (calls.unanswered * 100 >= calls.made || calls.requests * 100 > calls.made * 101)
        }
    }

    /// The deliveries that were due, and how many never came.
    var deliveries: (due: UInt64, never: UInt64) {
        let all = result.summaries.first { $0.metric == Sample.Metric.delivery.name && $0.window == "all" }
        return (all?.count ?? 0, all?.undelivered ?? 0)
    }

    func faults(on stretch: Range<Instant>) -> [FaultEffect] {
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
    mutating func lookAtSilence() {
        for (role, calls) in calls where calls.ignored > 0 && calls.ignored * 100 >= calls.made {
            add(
                "\(role) → \(calls.callee): \(grouped(calls.ignored)) of \(grouped(calls.made)) calls had no answer, "
                    + "while \(calls.callee) was up")
        }
    }

    // MARK: What was sent again

    private var isMuchSentAgain: Bool { sentAgain * 100 >= taps && sentAgain > 0 }

    mutating func lookAtRetries(_ saturations: [Saturation]) {
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
}
