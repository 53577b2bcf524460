internal import Cluster
internal import Simulation
internal import Vocabulary

/// Random faults made explicit: drawn from the seed, inside of the scenario's envelope.
///
/// Each role is a replica set, or that part of it that a target names; people, and a region as a whole, are
/// sets of one. That
/// a set is in step again cannot be known beforehand: `recover-first` leaves it alone for as long as health
/// has to hold.
extension FaultSchedule {
    static func random(in scenario: Scenario) -> [Occasion] {
        guard let random = scenario.random else { return [] }
        let sets = randomSets(of: random, in: scenario)
        guard !sets.isEmpty else { return [] }
        let end = Instant.at(random.healedBy ?? scenario.duration)
        let health = scenario.healthy.map { $0.window * Int64($0.hold) } ?? .zero
        let envelope = Envelope(
            sets.map(\.set), in: min(.at(scenario.warmup), end)..<end, healedBy: end,
            interval: random.every.spread, duration: random.duration.spread,
            recovery: random.recoverFirst ? health : .zero)
        return envelope.schedule(seed: UInt64(scenario.seed)).enumerated().map { number, strike in
            var target = sets.first { $0.set.role == strike.role }!.target
            if case .role(let name) = target.subject, let role = scenario.topology.role(name) {
                let number = role.numbers(at: target, in: Layout(scenario))[strike.number]
                target.machines = number...number
            }
            let effect = RandomFaults.effect(strike.kind, on: target)
            return Occasion(
                name: "random fault \(number + 1)", turn: 1, effect: effect, from: strike.start,
                to: effect.isOverAtOnce ? strike.start : strike.start + strike.duration)
        }
    }

    /// What may befall whom; empty when none of the kinds can hit any of the targets.
    static func randomSets(
        of random: RandomFaults, in scenario: Scenario
    ) -> [(target: Target, set: Envelope.ReplicaSet)] {
        let roles = scenario.topology.roles.map { Target(subject: .role($0.name)) }
        let everything = roles + [Target(subject: .clients)]
        let targets = random.targets.isEmpty ? everything : random.targets
        let unique = targets.flatMap { $0 == .everything ? everything : [$0] }.reduce(into: [Target]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        return unique.compactMap { target in
            let kinds = random.kinds.map(\.name).filter { RandomFaults.canHit(target, with: $0) }
            guard !kinds.isEmpty else { return nil }
            var members = 0...0
            if case .role(let name) = target.subject {
                let count = scenario.topology.role(name)?.numbers(at: target, in: Layout(scenario)).count ?? 0
                guard count > 0 else { return nil }
                members = 0...count - 1
            }
            return (
                target,
                Envelope.ReplicaSet(target.written, members, kinds: kinds, atMost: random.atMost.count)
            )
        }
    }
}

extension RandomFaults {
    private static let ofMachines = ["crash", "pause", "slow", "disk", "clock"]
    private static let ofPeople = ["disconnect", "roam", "revoke"]

    /// What goes wrong inside of parts has to be planned: only the file knows which partition, say.
    static let ofParts = ["leader-loss", "rebalance", "flush", "errors"]

    /// Links to phones are hit by hitting machines; people are hit by what is theirs alone.
    static func canHit(_ target: Target, with kind: String) -> Bool {
        if ofParts.contains(kind) { return false }
        return switch target.subject {
        case .role: !ofPeople.contains(kind)
        case .clients: ofPeople.contains(kind)
        case .place, .everything: true
        }
    }

    /// A fault of a strength that is felt and can be survived: a tenth of all packets or people, ten times as
    /// slow.
    static func effect(_ kind: String, on target: Target) -> FaultPlan.Effect {
        let tenth = Share.percent(10)
        let people = FaultPlan.Hit(target: target, pick: .share(tenth))
        switch kind {
        case "partition": return .partition(.init(between: target))
        case "delay": return .delay(.init(between: target, add: Varied(.milliseconds(100))))
        case "loss": return .loss(.init(between: target, share: tenth))
        case "duplicate": return .duplicate(.init(between: target, share: tenth))
        case "reorder": return .reorder(.init(between: target, share: tenth))
        case "corrupt": return .corrupt(.init(between: target, share: tenth))
        case "bandwidth": return .bandwidth(.init(between: target))
        case "reset": return .reset(.init(between: target))
        case "crash": return .crash(.init(target: target))
        case "pause": return .pause(.init(target: target))
        case "slow": return .slow(.init(target: target, factor: .times(10)))
        case "disk": return .disk(.init(target: target))
        case "clock": return .clock(.init(target: target, offset: .seconds(1)))
        case "disconnect": return .disconnect(people)
        case "roam": return .roam(people)
        case "revoke": return .revoke(people)
        default: preconditionFailure("\(kind) at random")
        }
    }
}
