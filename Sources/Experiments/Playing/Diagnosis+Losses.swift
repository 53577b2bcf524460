internal import Chat
internal import Cluster
internal import Results
internal import Vocabulary

/// What was lost, and by what.
extension Diagnosis {
    /// - Parameters:
    ///   - slices: those that were lost, by when they were sent.
    ///   - unopened: how many of them waited to be sealed anew.
    ///   - orphans: how many of these no device of their senders' has any more.
    /// - Returns: whether it is known what they were lost by, or there are none. That a fault was on while they were under
    ///   way says where to look, and leaves room for others.
    mutating func lookForLosses(
        _ slices: [LevelSlice], unopened: UInt64, withSender orphans: UInt64
    ) -> Bool {
        guard case .count(let lost)? = result.figures.first(where: { $0.metric == "lost" })?.value, lost > 0
        else { return true }
        let cause = "\(grouped(lost)) accepted \(lost == 1 ? "letter was" : "letters were") lost"
        for (role, knob) in knobs {
            guard case .loss(let value)? = knob.relieves,
                let text = scenario.topology.role(role)?.text(of: knob.name), text != value,
                let crash = crash(of: role, before: slices, lost)
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
        } else if let backlog = longestBacklog {
            let waiting =
                "\(cause): they did not come either when the run was played on, and \(grouped(backlog.waiting)) waited in \(backlog.role).backlog"
            if let earlier = backlog.earlier, earlier <= backlog.waiting {
                add("\(waiting), which \(recently) before had \(grouped(earlier))")
            } else {
                add(waiting, "a longer drain, now \(scenario.drain), gives what is under way more time")
            }
            return false
        } else {
            add(cause)
            return false
        }
        return true
    }

    /// What waits in a log at the end, and what did a little earlier; nil where letters were still sent then.
    private struct Backlog {
        let role: String
        let waiting: UInt64
        let earlier: UInt64?
    }

    private var longestBacklog: Backlog? {
        let backlogs = result.gauges.filter { $0.metric == "backlog" }.map { gauge in
            let slices = Int(recently.nanoseconds / gauge.slice.nanoseconds)
            let earlier = slices > 0 ? gauge.values.dropLast(slices).last : nil
            return Backlog(
                role: gauge.role, waiting: gauge.values.last.flatMap { $0 } ?? 0,
                earlier: earlier.flatMap { $0 })
        }
        return backlogs.filter { $0.waiting > 0 }.max { $0.waiting < $1.waiting }
    }

    private var recently: Span { min(.seconds(10), scenario.drain) }

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

    /// The name of a crash that took from machines of a role what was not synced, when most of the letters that were lost had
    /// been sent by then. It is not to blame for what still waits in a log at the end.
    private func crash(of role: String, before slices: [LevelSlice], _ lost: UInt64) -> String? {
        if let longestBacklog, longestBacklog.waiting * 2 >= lost { return nil }
        let crashes = schedule.occasions.filter {
            guard let crash = $0.effect.fault as? FaultPlan.Crash, crash.lose != .process else {
                return false
            }
            return crash.target.roles(in: scenario).contains(role)
        }
        return result.faults.first { fault in
            let sent = slices.filter { $0.start <= fault.from }.reduce(0) { $0 + UInt64($1.sum) }
            return crashes.contains { $0.name == fault.name } && sent * 2 >= lost
        }?.name
    }
}
