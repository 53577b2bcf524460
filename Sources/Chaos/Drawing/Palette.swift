public import Chat
internal import Cluster
public import Experiments
internal import Simulation
public import Vocabulary

/// What may befall whom in a scenario: each kind of fault on each machine of each role, on the people, and on
/// each region, in the form in which it comes at random; and of what cannot be drawn, why not.
public struct Palette: Sendable {
    /// A fault that can be drawn, with neither a time nor a length yet.
    public struct PossibleFault: Hashable, Sendable {
        public var kind: String
        /// The role, `client`, or a region: what stands in for each other.
        public var group: String
        /// `server[0]`
        public var target: Experiments.Target
        var effect: FaultPlan.Effect

        /// Whether there is anything to be healed.
        var lasts: Bool { plan(named: "", at: .zero, for: .seconds(1)).end != .zero }

        /// What of a machine has to be at work for it to meet some; nil where it meets what comes by.
        var work: Interrupted? {
            guard !effect.meetsTraffic else { return nil }
            return switch effect.layer {
            case .storage: .disk
            case .cores: [.cores, .queue]
            case .power, .parts, .network: [.cores, .queue, .disk, .calls]
            case .people: nil
            }
        }

        /// As a fault of a scenario, in the form in which it comes at random.
        public func plan(named name: String, at: Span, for duration: Span) -> FaultPlan {
            FaultPlan(named: name, at: at, for: duration, effect)
        }
    }

    public struct Impossible: Hashable, Sendable {
        public var kind: String
        public var group: String
        public var reason: String
    }

    public let choices: [PossibleFault]
    public let impossible: [Impossible]
    /// What meets no work unless something else breaks.
    public private(set) var idle: [Impossible] = []
    /// Who sends to each role without faults.
    private(set) var talkers: [String: [String]] = [:]  // looked up only, never iterated
    /// With which other roles each of them talks without faults.
    private(set) var peers: [String: [String]] = [:]  // looked up only, never iterated
    /// In the order of the format.
    public let kinds: [String]
    public let groups: [String]

    /// What a scenario's `random` allows; all kinds on everybody when it has none.
    public init(of scenario: Scenario, sheet: DesignSheet) {
        let kinds = RandomFaults.Kind.form.words
        let wanted = scenario.random?.kinds.map(\.name) ?? kinds
        var targets: [Experiments.Target] = []
        for role in scenario.topology.roles where role.count > 0 {
            targets += (0..<role.count).map { Target(subject: .role(role.name), machines: $0...$0) }
        }
        targets.append(Target(subject: .clients))
        let regions = scenario.users.regions.entries.map(\.part.text)
        if regions.count > 1 { targets += regions.map { Target(subject: .place, region: $0) } }
        var (choices, impossible): ([PossibleFault], [Impossible]) = ([], [])
        var groups: [String] = []
        for target in targets where !groups.contains(target.written.roleName) {
            groups.append(target.written.roleName)
        }
        for kind in kinds {
            var possible: [PossibleFault] = []
            for target in targets {
                guard let effect = Self.effect(kind, on: target, in: scenario),
                    // What befalls a role as a whole is there once, and not for each of its machines.
                    !possible.contains(where: { $0.effect == effect })
                else { continue }
                possible.append(
                    PossibleFault(kind: kind, group: target.written.roleName, target: target, effect: effect))
            }
            for group in groups {
                let ofGroup = possible.filter { $0.group == group }
                if !RandomFaults.Kind.atRandom.contains(kind) {
                    impossible.append(Impossible(kind: kind, group: group, reason: "never comes at random"))
                } else if !wanted.contains(kind) {
                    impossible.append(
                        Impossible(kind: kind, group: group, reason: "left out by the scenario's 'random'"))
                } else if ofGroup.isEmpty {
                    let reason = Self.reason(kind, on: group, possible: possible, sheet: sheet)
                    impossible.append(Impossible(kind: kind, group: group, reason: reason))
                } else {
                    let admitted = ofGroup.filter { Self.isWanted($0.target, in: scenario) }
                    choices += admitted
                    if admitted.isEmpty {
                        impossible.append(
                            Impossible(
                                kind: kind, group: group,
                                reason: "not among the targets of the scenario's 'random'"))
                    }
                }
            }
        }
        (self.choices, self.impossible, self.kinds, self.groups) = (choices, impossible, kinds, groups)
    }

    /// Notes what would meet no work if nothing else broke, and who talks to whom.
    mutating func noteIdle(in control: Play.PlayedRun) {
        let roles = groups.filter { $0 != Experiments.Target(subject: .clients).written }
        for edge in control.result.topology.edges {
            talkers[edge.to, default: []].append(edge.from)
            guard edge.from != edge.to, roles.contains(edge.from), roles.contains(edge.to) else { continue }
            for (one, other) in [(edge.from, edge.to), (edge.to, edge.from)]
            where !peers[one, default: []].contains(other) { peers[one, default: []].append(other) }
        }
        var work: [String: Interrupted] = [:]  // looked up only, never iterated
        for moment in control.moments { work[moment.role, default: []].formUnion(moment.work) }
        for choice in choices where choice.target.machines != nil {
            guard !idle.contains(where: { $0.kind == choice.kind && $0.group == choice.group }) else {
                continue
            }
            let reason: String? =
                if let needed = choice.work {
                    !work[choice.group, default: []].isDisjoint(with: needed)
                        ? nil : needed == .disk ? "its disk is not seen at work" : "it is not seen at work"
                } else if talkers[choice.group] == nil {
                    "nobody talks to it"
                } else {
                    choice.kind == "errors" && !control.callees.contains(choice.group)
                        ? "nobody calls it" : nil
                }
            guard let reason else { continue }
            idle.append(
                Impossible(kind: choice.kind, group: choice.group, reason: "\(reason) without faults"))
        }
    }

    /// The random form of a fault on one target; nil where it cannot come at random.
    private static func effect(_ kind: String, on target: Experiments.Target, in scenario: Scenario)
        -> FaultPlan.Effect?
    {
        guard let kind = try? RandomFaults.Kind(reading: kind) else { return nil }
        var asked = scenario
        var random = RandomFaults()
        (random.kinds, random.targets) = ([kind], [target])
        (random.every, random.duration) = (Varied(.milliseconds(10)), Varied(.milliseconds(1)))
        random.recoverFirst = false
        asked.faults = []
        asked.random = random
        (asked.warmup, asked.duration) = (.zero, .milliseconds(100))
        return FaultSchedule(asked).occasions.first?.effect
    }

    private static func isWanted(_ target: Experiments.Target, in scenario: Scenario) -> Bool {
        guard let targets = scenario.random?.targets, !targets.isEmpty else { return true }
        return targets.contains { wanted in
            if wanted == .everything { return true }
            guard wanted.subject == target.subject, wanted.region == target.region else { return false }
            guard let range = wanted.machines, let machines = target.machines else { return true }
            return range.contains(machines.lowerBound)
        }
    }

    private static func reason(
        _ kind: String, on group: String, possible: [PossibleFault], sheet: DesignSheet
    ) -> String {
        guard possible.isEmpty else {
            if possible.contains(where: { $0.group == "client" }) { return "befalls people, not machines" }
            return group == "client"
                ? "befalls machines; the people's side is hit through them" : "this role does not support it"
        }
        guard sheet.role(group) != nil else { return "is a fault inside of a part" }
        return kind == "errors" ? "nobody calls the only role" : "no role of \(sheet.name) supports it"
    }
}
