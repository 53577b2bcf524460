internal import Chat
internal import Simulation
internal import Vocabulary

/// Whether what faults and links name is there: roles of the design, machines of a role, regions of the
/// users.
struct TargetChecks {
    let scenario: Scenario

    /// What a fault can hit. A partition takes all kinds; a phone has no disk, and a server no coverage to
    /// lose.
    enum Kinds {
        case all
        case machines
        case clients
        case roles
    }

    func make(_ reading: inout Reading) {
        for fault in scenario.faults {
            guard let effect = fault.effect, !fault.name.isEmpty else { continue }
            let path = "faults.\(fault.name).\(effect.kind)"
            effect.fault.check(in: fault, at: path, self, &reading)
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

    /// The two groups of a fault between them.
    func checkGroups<Fault: BetweenGroups>(of fault: Fault, at path: String, _ reading: inout Reading) {
        check(fault.between, .all, "\(path).between", &reading)
        check(fault.and, .all, "\(path).and", &reading)
        guard fault.between == fault.and, reading.isSound("\(path).between", "\(path).and"),
            !Fault.leavesConnected || !hasLinks(within: fault.between)
        else { return }
        if fault.between == .everything {
            let example = reading.sheet?.roles.first.map { ", as in { between: \($0.name) }" } ?? ""
            reading.fail(
                at: "\(path).between", "'*' is everybody, which leaves nobody for the other group",
                "name one group\(example): everybody else is the other")
        } else {
            let group = quoted(fault.between.written)
            reading.fail(
                at: "\(path).and",
                Fault.leavesConnected
                    ? "nothing lies between \(group) and itself"
                    : "both groups are \(group), and this fault is between two",
                "name another group, or leave 'and' out for everybody else"
                    + (machinesApart(of: fault.between).map { "; \($0)" } ?? ""))
        }
    }

    /// How to name some of a role's machines and the others, where there are any.
    private func machinesApart(of target: Target) -> String? {
        guard case .role(let name) = target.subject, target.machines == nil, target.region == nil,
            let count = scenario.topology.role(name)?.count, count > 1
        else { return nil }
        let others = count == 2 ? "\(name)[1]" : "\(name)[1..\(count - 1)]"
        return "\(name)[0] and \(others) are machines of it"
    }

    /// Devices talk to machines only, and a machine to others.
    private func hasLinks(within group: Target) -> Bool {
        switch group.subject {
        case .everything, .place: true
        case .clients: false
        case .role(let name):
            (group.machines?.count ?? scenario.topology.role(name)?.countWithSpare ?? 0) > 1
        }
    }

    func checkHit<Fault: HitsTarget>(of fault: Fault, at path: String, _ reading: inout Reading) {
        check(fault.target, Fault.victims, "\(path).target", &reading)
        check(fault.pick, of: fault.target, "\(path).pick", &reading)
    }

    func checkParts<Fault: HitsParts>(of fault: Fault, at path: String, _ reading: inout Reading) {
        checkRole(fault.target, at: path, &reading)
        checkOffer(Fault.name, fault.target, at: path, &reading)
    }

    func checkRole(_ target: Target, at path: String, _ reading: inout Reading) {
        check(target, .roles, "\(path).target", &reading)
    }

    /// Whether a fault that is of no machine names a role as a whole.
    func checkWhole(_ target: Target, _ reason: String, at path: String, _ reading: inout Reading) {
        guard case .role(let name) = target.subject, target.machines != nil || target.region != nil,
            reading.isSound("\(path).target")
        else { return }
        reading.fail(
            at: "\(path).target", "\(quoted(target.written)) is some machines of a role, and \(reason)",
            "write \(name)")
    }

    /// Whether the design can play a fault inside of its parts.
    func checkOffer(_ kind: String, _ target: Target, at path: String, _ reading: inout Reading) {
        guard case .role(let name) = target.subject, reading.isSound("\(path).target"),
            let sheet = reading.sheet, let role = sheet.role(name), !role.faults.contains(kind)
        else { return }
        let able = sheet.roles.filter { $0.faults.contains(kind) }.map(\.name)
        reading.fail(
            at: "\(path).target",
            "role \(quoted(name)) of \(sheet.name) does not support fault \(quoted(kind))",
            able.isEmpty ? "no role of this design does" : "it can hit \(able.joined(separator: ", "))")
    }

    private func checkRandom(_ random: RandomFaults, _ reading: inout Reading) {
        for (index, kind) in random.kinds.enumerated() where !RandomFaults.Kind.atRandom.contains(kind.name) {
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
        guard random.targets.indices.allSatisfy({ reading.isSound("random.targets[\($0)]") }),
            random.kinds.indices.allSatisfy({ reading.isSound("random.kinds[\($0)]") })
        else { return }
        // Targets may be narrowed without another look at the kinds, as long as something is left.
        guard random.targets.isEmpty else {
            if reading.isSound("random.kinds"), !random.kinds.isEmpty, !canHit(random) {
                reading.fail(at: "random.kinds", "none of these can hit any of the targets")
            }
            return
        }
        for (index, kind) in random.kinds.enumerated() {
            var alone = random
            alone.kinds = [kind]
            if canHit(alone) { continue }
            reading.fail(
                at: "random.kinds[\(index)]", "nothing of this design supports \(quoted(kind.name))",
                "leave it out")
        }
    }

    private func canHit(_ random: RandomFaults) -> Bool {
        !FaultSchedule.randomSets(of: random, in: scenario).isEmpty
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
        if let machines = target.machines, machines.upperBound >= role.countWithSpare,
            reading.isSound(counted)
        {
            let spare = role.spare.map { $0 > 0 ? " and \($0) spare" : "" } ?? ""
            reading.fail(
                at: path,
                "\(quoted(target.written)) reaches past the last machine, \(role.countWithSpare - 1) (\(role.countedAs): \(role.count)\(spare), \(reading.line(of: counted)))"
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
        guard case .count(let count) = pick, reading.isSound(path) else { return }
        if target.subject == .clients, target.region == nil, reading.isSound("users.count"),
            count > scenario.users.count
        {
            let people = scenario.users.count
            return reading.fail(
                at: path, "there are \(people) people, and not \(count) whose devices could be picked")
        }
        guard case .role(let name) = target.subject, let role = scenario.topology.role(name) else { return }
        let there = role.numbers(at: target, in: Layout(scenario)).count
        if count > there {
            reading.fail(
                at: path,
                "\(quoted(target.written)) has \(there) machine\(there == 1 ? "" : "s"), and not \(count) to pick"
            )
        }
    }

    func checkPart(_ part: Int, of target: Target, at path: String, _ reading: inout Reading) {
        guard case .role(let name) = target.subject, let role = scenario.topology.role(name),
            reading.isSound(path)
        else { return }
        guard let knob = role.partsKnob, let count = role.parts else {
            return reading.fail(at: path, "\(name) has no parts that could lose a leader")
        }
        if part >= count {
            reading.fail(
                at: path,
                "there is no part \(part) in \(name); they count from 0 to \(count - 1) (\(knob): \(count), \(reading.line(of: "topology.\(name).\(knob)")))"
            )
        }
    }
}
