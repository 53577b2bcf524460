internal import Cluster
internal import Simulation
internal import Vocabulary

/// Random faults made explicit: drawn from the seed, inside of the scenario's envelope.
///
/// Each role is a replica set, or that part of it that a target names; people, and a region as a whole, are sets of one. A
/// zone counts as one machine of each role that is spread over zones. `recover-first` leaves a set alone for as long as
/// health has to hold, and then, where its parts can tell, until they are in sync: a fault waits until then, since that
/// cannot be known before the run.
extension FaultSchedule {
    static func random(in scenario: Scenario) -> [Occasion] {
        guard let random = scenario.random else { return [] }
        let sets = randomSets(of: random, in: scenario)
        guard !sets.isEmpty else { return [] }
        let end = Instant.at(random.healedBy ?? scenario.duration)
        let health = scenario.healthy.map { $0.window * Int64($0.hold) } ?? .zero
        let envelope = FaultEnvelope(
            sets.map(\.set), in: min(.at(scenario.warmup), end)..<end, healedBy: end,
            interval: random.every.spread, duration: random.duration.spread,
            recovery: random.recoverFirst ? health : .zero)
        return envelope.schedule(seed: UInt64(scenario.seed)).enumerated().map { number, strike in
            var (target, set) = sets.first { $0.set.role == strike.role }!
            set.members = strike.number...strike.number
            if case .role(let name) = target.subject, let role = scenario.topology.role(name) {
                let number = role.numbers(at: target, in: Layout(scenario))[strike.number]
                target.machines = number...number
            }
            guard let kind = FaultKinds.named(strike.kind) else {
                preconditionFailure("\(strike.kind) at random")
            }
            var fault = kind.init(atRandomOn: target)
            if var loss = fault as? FaultPlan.LeaderLoss {
                loss.drawPartition(of: number, in: scenario)
                fault = loss
            } else if var partition = fault as? FaultPlan.Partition {
                partition.drawOtherGroup(of: number, among: random.targets, seed: scenario.seed)
                fault = partition
            }
            let isOverAtOnce = if case .atOnce = fault.ending(in: scenario) { true } else { false }
            return Occasion(
                name: "random fault \(number + 1)", turn: 1, effect: FaultPlan.Effect(fault),
                from: strike.start, to: isOverAtOnce ? strike.start : strike.start + strike.duration,
                set: random.recoverFirst ? set : nil)
        }
    }

    /// What may befall whom; empty when none of the kinds can hit any of the targets.
    static func randomSets(
        of random: RandomFaults, in scenario: Scenario
    ) -> [(target: Target, set: FaultEnvelope.ReplicaSet)] {
        let roles = scenario.topology.roles.map { Target(subject: .role($0.name)) }
        let everything = roles + [Target(subject: .clients)]
        let targets = random.targets.isEmpty ? everything : random.targets
        let unique = targets.flatMap { $0 == .everything ? everything : [$0] }.reduce(into: [Target]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        return unique.compactMap { target in
            let kinds = random.kinds.map(\.name).filter {
                FaultKinds.named($0)?.canHit(target, in: scenario) ?? false
            }
            guard !kinds.isEmpty else { return nil }
            var members = 0...0
            if case .role(let name) = target.subject {
                let count = scenario.topology.role(name)?.numbers(at: target, in: Layout(scenario)).count ?? 0
                guard count > 0 else { return nil }
                members = 0...count - 1
            }
            return (
                target,
                FaultEnvelope.ReplicaSet(
                    target.written, members, kinds: kinds, atMost: random.atMost.count,
                    roles: target.roles(in: scenario))
            )
        }
    }
}

extension Target {
    /// The roles that have machines there.
    package func roles(in scenario: Scenario) -> [String] {
        switch subject {
        case .role(let name): return [name]
        case .clients: return []
        case .everything: return scenario.topology.roles.map(\.name)
        case .place:
            let layout = Layout(scenario)
            return scenario.topology.roles.filter { !$0.numbers(at: self, in: layout).isEmpty }.map(\.name)
        }
    }
}
