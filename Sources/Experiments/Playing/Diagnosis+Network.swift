internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

/// What the network has to do with it: links, interfaces and connections.
extension Diagnosis {
    // MARK: What lets nothing through

    /// From which loss on a link makes most of what is sent over it late: streams send what is lost again, and wait for
    /// that.
    private static let heavyLoss = 0.05

    /// Links that the file has lose so much that letters cannot be expected in time.
    mutating func lookAtLossyLinks() {
        let rules = scenario.topology.links
        for (place, rule) in rules.enumerated() {
            guard let loss = rule.profile.loss, loss.fraction >= Self.heavyLoss,
                !rules[(place + 1)...].contains(where: { $0.links == rule.links })
            else { continue }
            let name = "'\(rule.links.written)'"
            add(
                loss.fraction == 1
                    ? "the links \(name) let nothing through: they lose \(loss.written), by topology.links"
                    : "the links \(name) lose \(loss.written) of what is sent over them, by topology.links",
                "less loss in topology.links: \(name) has \(loss.written)")
        }
    }

    // MARK: What carried all that it can

    mutating func lookAtInterfaces(of setup: RoleSetup, _ saturation: Saturation) -> Bool {
        var found = false
        for (streak, what) in [
            (saturation.fullSending, "what was sent"), (saturation.fullReceiving, "what came"),
        ] {
            guard let stretch = streak.longest, stretch.length >= Self.leastStretch else { continue }
            let interface = setup.count == 1 ? "the network interface" : "all network interfaces"
            add(
                "\(interface) of \(setup.name) carried all that \(setup.count == 1 ? "it" : "they") can from "
                    + "\(words(stretch)): \(what) waited there",
                found ? nil : moreBandwidth(of: setup))
            found = true
        }
        return found
    }

    private func moreBandwidth(of setup: RoleSetup) -> String? {
        guard let knob = knob(of: setup.name, relieving: .bandwidth),
            let rate = try? DataRate(reading: knob.text)
        else { return nil }
        let twice = DataRate(bitsPerSecond: 2 * rate.bitsPerSecond)
        return "\(setup.name).\(knob.name) is \(knob.text), and more came than that carries: "
            + "--set topology.\(setup.name).\(knob.name)=\(twice.written)"
    }

    /// - Parameter full: by the rule that says how much links carry.
    mutating func lookAtFullLinks(_ full: [Saturation.Streak]) -> Bool {
        var found = false
        for (rule, streak) in zip(scenario.topology.links, full) {
            guard let stretch = streak.longest, stretch.length >= Self.leastStretch,
                let rate = rule.profile.bandwidth
            else { continue }
            let name = "'\(rule.links.written)'"
            add(
                "the links \(name) carried all that they can, \(rate.written) by topology.links, from "
                    + "\(words(stretch)): what was sent over them waited there",
                "more bandwidth in topology.links: \(name) has \(rate.written)")
            found = true
        }
        return found
    }

    mutating func lookAtConnections(of setup: RoleSetup, _ saturation: Saturation) -> Bool {
        guard let times = saturation.refusing, let knob = knob(of: setup.name, relieving: .connections),
            let limit = Int(knob.text)
        else { return false }
        let people = scenario.users.count
        let enough = max(2 * limit, (people + setup.count - 1) / setup.count)
        add(
            "\(setup.name) refused \(shortText(saturation.connectionsRefused)) connections from \(words(times)), since it "
                + "had as many as it takes (\(setup.name).\(knob.name), \(limit))",
            "\(setup.name).\(knob.name) is \(limit), and more were wanted: "
                + "--set topology.\(setup.name).\(knob.name)=\(enough)")
        return true
    }

    // MARK: The way

    /// One of the ways alone misses a limit, with nobody in it who could be given more to work with.
    var linksAreTooSlow: Bool {
        !wasTurnedAway
            && limits.contains { judgement in
                let threshold = judgement.threshold
                guard case .times(.delivery) = threshold.subject,
                    let percentile = threshold.statistic?.percentile
                else { return false }
                let limit = Span(nanoseconds: Int64(threshold.limit.nanoseconds))
                return threshold.window.part == .all && threshold.scope == nil
                    && accessTakes(limit, at: percentile)
                    && stages.contains { stage in
                        stage.isNetwork
                            && (percentile < .p99 ? stage.p50 : stage.p99).map { $0 >= limit } ?? false
                    }
            }
    }

    mutating func lookAtLinks(isQuiet: Bool) {
        guard
            let worst = stages.filter(\.isNetwork).max(by: { $0.sumAmongSlowest < $1.sumAmongSlowest }
            ),
            let p50 = worst.p50, let p99 = worst.p99, !isQuiet || worst.isWorst(of: stages)
        else { return }
        let access = scenario.users.access.entries.map { "\($0.part.rawValue) \($0.share.written)" }
        add(
            (isQuiet
                ? "nothing was broken and nobody was busy all the time" : "the links alone miss the limit")
                + ": '\(worst.name)' took \(shortText(p50)) in the median, and \(shortText(p99)) at p99",
            "delay and loss of the links decide: users.access (\(access.joined(separator: ", "))) and topology.links"
        )
    }

    /// Whether an access network takes so long by itself, for so many of all people's letters: what waits for others at its
    /// ends is not the link's time.
    private func accessTakes(_ limit: Span, at percentile: Percentile) -> Bool {
        let layout = Layout(scenario)
        // A delay without bound has no longest one: of a maximum, the longest of a million.
        let missed = Double(max(1, 1_000_000 - percentile.partsPerMillion)) / 1_000_000
        let shares = scenario.users.regions.entries.flatMap { region in
            scenario.users.access.entries.map { region.share.fraction * $0.share.fraction }
        }
        return zip(layout.deviceZones, shares).contains { zone, share in
            guard missed < share else { return false }
            let people = LinkEnd(zone: zone)
            return scenario.topology.roles.contains { role in
                let server = LinkEnd(zone: layout.serverZones[layout.region(of: zone)][0], role: role.name)
                return [layout.route(from: people, to: server), layout.route(from: server, to: people)]
                    .contains {
                        Span(roundingNanoseconds: $0.link.delay.quantile(1 - missed / share)) >= limit
                    }
            }
        }
    }
}

extension Results.Stage {
    fileprivate func isWorst(of stages: [Results.Stage]) -> Bool {
        stages.allSatisfy { $0.sumAmongSlowest <= sumAmongSlowest }
    }
}
