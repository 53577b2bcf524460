internal import Chat
internal import Simulation
internal import Vocabulary

/// Whether what faults and links name is there: roles of the design, machines of a role, regions of the
/// users.
struct TargetChecks {
    let scenario: Scenario

    /// What a fault can hit. A partition takes all kinds; a phone has no disk, and a server no coverage to
    /// lose.
    private enum Kinds {
        case all
        case machines
        case clients
        case roles
    }

    func make(_ reading: inout Reading) {
        for fault in scenario.faults {
            guard let effect = fault.effect, !fault.name.isEmpty else { continue }
            let path = "faults.\(fault.name).\(effect.kind)"
            check(effect, path, &reading)
        }
        for (index, target) in (scenario.random?.targets ?? []).enumerated() {
            check(target, .all, "random.targets[\(index)]", &reading)
        }
        if let random = scenario.random { checkRandom(random, &reading) }
        for rule in scenario.topology.links {
            let path = "topology.links.\(rule.links.written)"
            check(rule.links.from, .all, path, &reading)
            if rule.links.to != rule.links.from { check(rule.links.to, .all, path, &reading) }
        }
    }

    private func check(_ effect: FaultPlan.Effect, _ path: String, _ reading: inout Reading) {
        func groups(_ fault: some BetweenGroups) {
            check(fault.between, .all, "\(path).between", &reading)
            check(fault.and, .all, "\(path).and", &reading)
            if fault.between == fault.and, fault.between == .everything, reading.isSound("\(path).between") {
                reading.fail(
                    at: "\(path).between", "everything from everything leaves nothing connected",
                    "name one group")
            }
        }
        func hits(_ fault: some HitsTarget, _ kinds: Kinds) {
            check(fault.target, kinds, "\(path).target", &reading)
            check(fault.pick, of: fault.target, "\(path).pick", &reading)
        }
        switch effect {
        case .partition(let fault): groups(fault)
        case .delay(let fault):
            groups(fault)
            check(fault, path, &reading)
        case .loss(let fault): groups(fault)
        case .duplicate(let fault): groups(fault)
        case .reorder(let fault): groups(fault)
        case .corrupt(let fault): groups(fault)
        case .bandwidth(let fault): groups(fault)
        case .reset(let fault): groups(fault)
        case .crash(let fault): hits(fault, .machines)
        case .pause(let fault): hits(fault, .machines)
        case .slow(let fault): hits(fault, .machines)
        case .disk(let fault): hits(fault, .machines)
        case .clock(let fault): hits(fault, .machines)  // phones read none
        case .disconnect(let fault), .roam(let fault): hits(fault, .clients)
        case .revoke(let fault):
            hits(fault, .clients)
            if let sheet = reading.sheet, !sheet.checksCredentials, reading.isSound("\(path).target") {
                reading.fail(
                    at: "\(path).target", "\(sheet.name) checks no credentials, so there are none to revoke",
                    "'disconnect' cuts people off in every design")
            }
        case .leaderLoss(let fault):
            check(fault.target, .roles, "\(path).target", &reading)
            checkPart(fault, "\(path).partition", &reading)
            if reading.isSound("\(path).partition") { checkOffer(.leaderLoss, fault.target, path, &reading) }
        case .rebalance(let fault): service(.rebalance, fault.target)
        case .flush(let fault): service(.flush, fault.target)
        case .errors(let fault): service(.errors, fault.target)
        }
        func service(_ kind: PartFault.Kind, _ target: Target) {
            check(target, .roles, "\(path).target", &reading)
            checkOffer(kind, target, path, &reading)
        }
    }

    /// Whether the design can play a fault inside of its parts.
    private func checkOffer(
        _ kind: PartFault.Kind, _ target: Target, _ path: String, _ reading: inout Reading
    ) {
        guard case .role(let name) = target.subject, reading.isSound("\(path).target"),
            let sheet = reading.sheet, let role = sheet.role(name), !role.faults.contains(kind)
        else { return }
        let able = sheet.roles.filter { $0.faults.contains(kind) }.map(\.name)
        reading.fail(
            at: "\(path).target", "\(name) of \(sheet.name) has no \(quoted(kind.rawValue)) to suffer",
            able.isEmpty ? "no role of this design has" : "it can hit \(able.joined(separator: ", "))")
    }

    /// Each packet's delay is drawn by itself.
    private func check(_ delay: FaultPlan.Delay, _ path: String, _ reading: inout Reading) {
        if delay.correlation > .none {
            reading.fail(
                at: "\(path).correlation", "delays of packets do not depend on each other here",
                "leave it out")
        }
        if case .constant = delay.add.spread { return }
        if delay.jitter > .zero {
            reading.fail(
                at: "\(path).jitter", "what is added, \(delay.add.written), varies already", "leave it out")
        }
    }

    private func checkRandom(_ random: RandomFaults, _ reading: inout Reading) {
        for (index, kind) in random.kinds.enumerated() where RandomFaults.ofParts.contains(kind.name) {
            reading.fail(
                at: "random.kinds[\(index)]", "\(quoted(kind.name)) cannot come at random",
                "plan it under 'faults'")
        }
        if let sheet = reading.sheet, !sheet.checksCredentials,
            let index = random.kinds.firstIndex(where: { $0.name == "revoke" })
        {
            reading.fail(
                at: "random.kinds[\(index)]",
                "\(sheet.name) checks no credentials, so there are none to revoke")
        }
        guard reading.isSound("random.kinds"), !random.kinds.isEmpty,
            random.targets.indices.allSatisfy({ reading.isSound("random.targets[\($0)]") }),
            random.kinds.indices.allSatisfy({ reading.isSound("random.kinds[\($0)]") }),
            FaultSchedule.randomSets(of: random, in: scenario).isEmpty
        else { return }
        reading.fail(at: "random.kinds", "none of these can hit any of the targets")
    }

    private func check(_ target: Target, _ kinds: Kinds, _ path: String, _ reading: inout Reading) {
        guard reading.isSound(path), let sheet = reading.sheet else { return }
        if let region = target.region { checkRegion(region, path, &reading) }
        if let zone = target.zone { checkZone(zone, in: target.region ?? "", path, &reading) }
        let isRole = if case .role = target.subject { true } else { false }
        switch kinds {
        case .machines where target.subject == .clients:
            return reading.fail(
                at: path, "this hits machines, and \(quoted(target.written)) are people's devices",
                "name a role")
        case .clients where isRole:
            return reading.fail(
                at: path, "this hits people, and \(quoted(target.written)) is a role",
                "write client or client@eu")
        case .roles where !isRole:
            return reading.fail(
                at: path, "this hits a role, and \(quoted(target.written)) is none",
                "there are \(sheet.roles.map(\.name).joined(separator: ", "))")
        default: break
        }
        guard case .role(let name) = target.subject else { return }
        guard let role = scenario.topology.role(name) else {
            let names = sheet.roles.map(\.name) + ["client"]
            return reading.fail(
                at: path, "\(sheet.name) has no role \(quoted(name))",
                nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                    ?? "there are \(names.joined(separator: ", "))")
        }
        let counted = "topology.\(name).\(role.countedAs)"
        if let machines = target.machines, machines.upperBound >= role.count, reading.isSound(counted) {
            reading.fail(
                at: path,
                "\(quoted(target.written)) reaches past the last machine, \(role.count - 1) (\(role.countedAs): \(role.count), \(reading.line(of: counted)))"
            )
        }
        if target.region != nil, reading.isSound(path, counted, "topology.zones"),
            role.numbers(at: target, in: Layout(scenario)).isEmpty
        {
            reading.fail(at: path, "no machine of \(name) stands there", "\(name) has \(role.count)")
        }
    }

    private func checkRegion(_ region: String, _ path: String, _ reading: inout Reading) {
        let regions = scenario.users.regions.entries.map(\.part.text)
        guard !regions.contains(region), reading.isSound("users.regions") else { return }
        reading.fail(
            at: path, "there is no region \(quoted(region))",
            nearest(to: region, among: regions).map { "did you mean '\($0)'?" }
                ?? "there are \(regions.joined(separator: ", "))")
    }

    private func checkZone(_ zone: String, in region: String, _ path: String, _ reading: inout Reading) {
        let letters = Layout.letters(scenario.topology.zones)
        guard !letters.contains(zone), reading.isSound(path, "topology.zones") else { return }
        reading.fail(
            at: path, "there is no zone \(quoted("\(region)/\(zone)"))",
            letters.count == 1
                ? "each region has one zone, \(region)/a; 'topology.zones' says how many"
                : "there are \(letters.map { "\(region)/\($0)" }.joined(separator: ", "))")
    }

    private func check(_ pick: Pick, of target: Target, _ path: String, _ reading: inout Reading) {
        guard case .count(let count) = pick, case .role(let name) = target.subject,
            let role = scenario.topology.role(name), reading.isSound(path)
        else { return }
        let there = role.numbers(at: target, in: Layout(scenario)).count
        if count > there {
            reading.fail(
                at: path,
                "\(quoted(target.written)) has \(there) machine\(there == 1 ? "" : "s"), and not \(count) to pick"
            )
        }
    }

    private func checkPart(_ fault: FaultPlan.LeaderLoss, _ path: String, _ reading: inout Reading) {
        guard case .role(let name) = fault.target.subject, let role = scenario.topology.role(name),
            reading.isSound(path)
        else { return }
        guard let knob = reading.sheet?.role(name)?.partsKnob,
            let count = role.text(of: knob).flatMap({ Int($0) })
        else { return reading.fail(at: path, "\(name) has no parts that could lose a leader") }
        if fault.partition >= count {
            reading.fail(
                at: path,
                "there is no part \(fault.partition) in \(name); they count from 0 to \(count - 1) (\(knob): \(count), \(reading.line(of: "topology.\(name).\(knob)")))"
            )
        }
    }
}
