public import Chat
package import Cluster
public import Experiments
internal import Results
public import Vocabulary

/// One run of a campaign, before it is played: the arena's scenario with explicit faults.
public struct Trial: Sendable {
    public let scenario: Scenario
    public let design: any Design.Type
    public let thresholds: [Threshold]
    public let healthy: Healthy?
    /// How machines break their word; they keep it when nil.
    package var canary: Canary?

    public init(
        _ scenario: Scenario, design: any Design.Type, thresholds: [Threshold], healthy: Healthy?
    ) {
        self.scenario = scenario
        self.design = design
        self.thresholds = thresholds
        self.healthy = healthy
    }

    public init(_ faults: [FaultPlan], in arena: Arena) {
        var scenario = arena.scenario
        scenario.faults = faults
        self.init(
            scenario, design: arena.design, thresholds: arena.thresholds, healthy: arena.healthy)
        canary = arena.canary
    }

    /// Any scenario, checked as its file would be; nil when that would be wrong.
    public init?(checking scenario: Scenario, design: any Design.Type) {
        let loaded = ScenarioLoader(designs: [design.sheet]) { (_) throws(Misreading) in
            throw Misreading("a resolved scenario needs no other file")
        }.load(Array(scenario.resolvedText.utf8), from: "chaos")
        guard let checked = loaded.scenario else { return nil }
        self.init(
            checked, design: design, thresholds: loaded.thresholds, healthy: loaded.healthy)
    }

    /// As it is played.
    public func play() -> Play {
        var play = Play(scenario, design: design, thresholds: thresholds, healthy: healthy)
        play.tellsAll = false
        play.notesOrdeals = true
        play.canary = canary
        return play
    }
}

/// Plays a run; nil when it was stopped.
public typealias TrialPlayer = (Play) -> Play.PlayedRun?

/// What came of a trial, as far as a campaign goes on by it: small, deterministic, and kept on the disk, so
/// that an interrupted campaign can go on.
public struct TrialOutcome: Hashable, Sendable {
    /// Who gave way, the gravest first; nobody when all held.
    public var broken: [Oracle] = []
    /// Why nobody can tell, if so.
    public var unknown: String?
    /// Who could have given way.
    public var tested: [Oracle] = []
    public var met: [Met] = []
    /// What it met that may be new, in words that are compared.
    public var features: [String] = []
    /// When promises were given that were kept long after that or never, some of them: what comes right after
    /// one may break it.
    public var promises: [Instant] = []
    public var events: UInt64 = 0
    public var digest: UInt64 = 0
    /// What is wrong with Hubbub itself, if something is.
    public var fault: String?

    /// How many faults of a kind hit a role, and how many of them met work there.
    public struct Met: Hashable, Sendable {
        public var kind: String
        public var group: String
        public var hits: Int
        public var met: Int
    }

    public init() {}

    public init(_ outcome: Play.PlayedRun, of trial: Trial) {
        let result = outcome.result
        let verdict = result.verdict
        for invariant in result.invariants {
            switch invariant.state {
            case .held, .broken: tested.append(.promise(invariant.name))
            case .notTested, .notPromised, .notKnown: continue
            }
            if invariant.broken > 0 { broken.append(.promise(invariant.name)) }
        }
        tested.append(.hang)
        if result.events.contains(where: { $0.kind == RunEvent.Kind.hang.rawValue }) { broken.append(.hang) }
        for judgement in result.thresholds where judgement.outcome != .inconclusive {
            tested.append(.threshold(judgement.text))
            if judgement.outcome == .failed { broken.append(.threshold(judgement.text)) }
        }
        if let after = result.health.after, after != .inconclusive {
            tested.append(.health)
            if after == .failed { broken.append(.health) }
        }
        if broken.isEmpty, verdict.word == .inconclusive { unknown = verdict.reasons.first }
        met = Self.met(outcome, of: trial)
        features = Features(outcome, met, of: trial).all
        promises = outcome.promises
        (events, digest) = (outcome.events, result.run.digest.value)
        fault = outcome.escape.map { "work left the simulation: \($0)" } ?? outcome.runaway
    }

    /// Machines by what they met, people and regions by the letters that were under way meanwhile.
    private static func met(_ outcome: Play.PlayedRun, of trial: Trial) -> [Met] {
        var all = outcome.encounters.map {
            Met(kind: $0.kind, group: $0.role, hits: $0.hits, met: $0.met)
        }
        for (fault, plan) in zip(outcome.result.faults, trial.scenario.faults) {
            let plan = trial.scenario.faults.first { $0.name == fault.name } ?? plan
            let group = plan.role
            guard trial.scenario.topology.role(group) == nil else { continue }
            let met = fault.lettersTouched > 0 ? 1 : 0
            if let place = all.firstIndex(where: { $0.kind == fault.kind && $0.group == group }) {
                all[place].hits += 1
                all[place].met += met
            } else {
                all.append(Met(kind: fault.kind, group: group, hits: 1, met: met))
            }
        }
        return all.sorted { ($0.kind, $0.group) < ($1.kind, $1.group) }
    }
}
