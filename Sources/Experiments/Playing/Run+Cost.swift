internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// What the deliveries of a run cost.
extension Run {
    var cost: Cost {
        var cost = Cost()
        cost.deliveries = ledger.counts.shown
        for from in cluster.zones.indices {
            for to in cluster.zones.indices {
                let traffic = cluster.traffic(from: Zone(number: from), to: Zone(number: to))
                cost.messages += traffic.sent
                cost.bytes += traffic.sentBytes
            }
        }
        let readings = cluster.readings.filter { $0.timeOn > .zero }
        cost.storedBytes = readings.reduce(0) { $0 + $1.stored }
        cost.machines = UInt64(readings.count)
        cost.machineTime = readings.reduce(.zero) { $0 + $1.timeOn }
        cost.coreTime = measurement.roles.reduce(Span.zero) { $0 + coreTime(of: $1) }
        cost.extrapolation = scale.map { extrapolation(of: cost, to: $0) } ?? []
        return cost
    }

    /// How long the cores of a role worked.
    private func coreTime(of role: String) -> Span {
        cluster.readings.filter { $0.role == role }.reduce(Span.zero) {
            $0 + ($1.processor?.coreTime ?? .zero)
        }
    }

    /// What this run's letters would cost if there were as many as the design is made for, in words: what it
    /// comes to, role by role, and what has to be so for that to hold.
    /// Beats of services that look after each other are most of what a run of a few people takes.
    private static let largestFactor = 20.0

    private func extrapolation(of cost: Cost, to scale: ScaleSheet) -> [String] {
        let length = (scenario.endOfSends - .start).seconds
        guard ledger.counts.taps > 0, cost.deliveries > 0, length > 0 else { return [] }
        let asked = Double(scale.people) / scale.interval.seconds
        let here = Double(ledger.counts.taps) / length
        let factor = asked / here
        func perSecond(_ total: UInt64) -> Double { Double(total) / length * factor }
        let question =
            "\(scale.requirement) asks for \(grouped(UInt64(scale.people))) people, each with a letter of "
            + "\(bytesText(UInt64(scale.letter.bytes))) every \(scale.interval): \(decimal(asked, places: 0)) "
            + "letters/s, \(decimal(factor, places: 2)) times the \(decimal(here, places: 0)) letters/s "
            + "of this run\(sizes(besides: scale.letter))"
        let worksAnyway = (play.design.sheet.effort?.eventsPerSecond ?? 0) > 0
        guard factor <= Self.largestFactor || !worksAnyway else {
            return [
                question,
                "what that takes such a small run does not tell: services also do what takes as much without letters",
            ]
        }
        var lines = [
            question,
            "that is \(shortText(UInt64(perSecond(cost.messages)))) messages/s, "
                + "\(bytesText(UInt64(perSecond(cost.bytes))))/s on the wire, and "
                + "\(bytesText(UInt64(perSecond(cost.storedBytes) * 86_400))) stored a day",
        ]
        let all = measurement.summaries.first { $0.metric == .delivery && $0.window == .all }
        let (came, never) = (all?.count ?? 0, all?.undelivered ?? 0)
        let isPartly = never * 100 >= came + never && never > 0
        if isPartly {
            lines.append(
                "\(grouped(never)) of \(grouped(came + never)) deliveries of this run never came: all this is of what was "
                    + "done, not of what all of them take")
        }
        if town.sentAgain * 100 >= ledger.counts.taps, town.sentAgain > 0 {
            lines.append(
                "apps sent letters of this run again \(grouped(town.sentAgain)) times, which is in all of it")
        }
        for role in measurement.roles {
            guard let setup = scenario.topology.role(role),
                let cores = setup.text(of: "cores").flatMap(Int.init),
                setup.count > 0
            else { continue }
            let busy = coreTime(of: role).seconds / length * factor
            let machines = busy / Double(cores)
            lines.append(
                "\(role): work for \(decimal(busy, places: 2)) cores on average\(isPartly ? " of what was done" : ""), all the time of "
                    + "\(decimal(machines, places: 2)) machines with \(cores) \(cores == 1 ? "core" : "cores"); "
                    + "this run had \(setup.count)")
        }
        return lines + [
            "assumed: everything grows in step with the letters, also what services do without any; letters are as large, go to "
                + "as many people and come as evenly as in this run; what queues, batches and faults do at that scale only a run says"
        ]
    }

    /// What this run's letters weigh, where it is something else: bytes grow with these, not with those asked for.
    private func sizes(besides asked: ByteCount) -> String {
        let sizes = scenario.load.map(\.size.written).reduce(into: [String]()) { sizes, size in
            if !sizes.contains(size) { sizes.append(size) }
        }
        let isAsAsked = scenario.load.allSatisfy { $0.size == Varied(asked) }
        return isAsAsked || sizes.isEmpty
            ? ""
            : ", whose letters are of \(sizes.joined(separator: " and ")): all bytes below are for such letters"
    }
}
