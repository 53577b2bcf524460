public import Experiments
public import Results
internal import Simulation
internal import Vocabulary

/// Looks into a run that gave way: makes it small, finds its edges and what does not matter, and says which
/// fault did what.
public final class Investigation {
    /// So many runs to make it small, so many for edges and for what does not matter.
    public static let shrinkingLimit = 150
    public static let edgesLimit = 240

    private let arena: Arena
    private let player: TrialPlayer
    /// Whether somebody outside wants it stopped.
    private var isStopped = false
    /// Whether the control of a scenario holds, by that without faults.
    private var controls: [Scenario: Bool] = [:]  // looked up only, never iterated

    /// - Parameter player: on the calling thread; nil when it was stopped.
    public init(_ arena: Arena, player: @escaping TrialPlayer) {
        self.arena = arena
        self.player = player
    }

    /// Nil when it was stopped, or when the oracle does not give way this time.
    public func look(into faults: [FaultPlan], for oracle: Oracle) -> Discovery? {
        let all = faults.sorted { ($0.at ?? .zero, $0.name) < ($1.at ?? .zero, $1.name) }
        let trial = Trial(all, in: arena)
        // What fails by many samples is made small with many: by few it may be another failure. A file that
        // has few from the start has no other.
        let isOfMany = answer(trial.scenario, oracle, isOfMany: true) == .fails
        guard isOfMany || answer(trial.scenario, oracle, isOfMany: false) == .fails else { return nil }
        let bench = TestBench(limit: Self.shrinkingLimit) { [unowned self] in
            answer($0, oracle, isOfMany: isOfMany)
        }
        // What is found inside the envelope stays there.
        let arena = arena
        let isInside = arena.admits(all)
        var shrinker = Shrinker(trial.scenario, earliest: arena.from, bench: bench) {
            !isInside || arena.admits($0)
        }
        shrinker.shrink()
        let scenario = shrinker.scenario
        bench.limit = bench.tests + Self.edgesLimit
        var edges: [Edge] = []
        for (place, fault) in scenario.faults.enumerated() {
            for dial in fault.dials {
                edges.append(
                    Edge.find(
                        dial, ofFault: place, in: scenario, upTo: most(dial, of: fault), bench: bench))
            }
        }
        let indifferent = Indifference.all(of: scenario, in: arena, bench: bench)
        guard let small = Trial(checking: scenario, design: arena.design),
            var discovery = discovery(small, oracle)
        else { return nil }
        (discovery.steps, discovery.tests) = (shrinker.steps, bench.tests)
        (discovery.edges, discovery.indifferent) = (edges, indifferent)
        return isStopped ? nil : discovery
    }

    /// As far as it makes sense to turn it: a length to the moment by which all is healed, another number to
    /// four times what it is.
    private func most(_ dial: Dial, of fault: FaultPlan) -> Int64 {
        dial.path == "for"
            ? max(dial.value, (arena.healedBy - (fault.at ?? .zero)).nanoseconds)
            : min(dial.value * 4, dial.most)
    }

    /// Whether it gives way, and does not without the faults.
    private func answer(_ scenario: Scenario, _ oracle: Oracle, isOfMany: Bool) -> TestBench.Ruling {
        guard !isStopped, let trial = Trial(checking: scenario, design: arena.design),
            let played = play(trial.play())
        else { return .unknown }
        let outcome = TrialOutcome(played, of: trial)
        guard outcome.broken.contains(oracle) else {
            // A promise that nothing tried was not broken either.
            return oracle.isWrong || outcome.tested.contains(oracle) ? .passes : .unknown
        }
        if isOfMany, oracle.kind == .threshold, played.thresholdsOfFew.contains(oracle.name) {
            return .unknown
        }
        return holds(without: scenario, oracle) ? .fails : .unknown
    }

    private func holds(without scenario: Scenario, _ oracle: Oracle) -> Bool {
        var quiet = scenario
        quiet.faults = []
        if let holds = controls[quiet] { return holds }
        let control = Trial(checking: quiet, design: arena.design).flatMap { trial in
            play(trial.play()).map { TrialOutcome($0, of: trial) }
        }
        let holds = control.map { !$0.broken.contains(oracle) } ?? false
        controls[quiet] = holds
        return holds
    }

    private func play(_ play: Play) -> Play.PlayedRun? {
        guard !isStopped else { return nil }
        let outcome = player(play)
        if outcome == nil { isStopped = true }
        return outcome
    }

    // MARK: Why

    private func discovery(_ trial: Trial, _ oracle: Oracle) -> Discovery? {
        var quiet = trial.scenario
        quiet.faults = []
        guard let control = Trial(checking: quiet, design: arena.design) else { return nil }
        var controlPlay = control.play()
        (controlPlay.tellsAll, controlPlay.keeping) = (true, .everything)
        var whole = trial.play()
        whole.tellsAll = true
        guard let usual = play(controlPlay) else { return nil }
        whole.keeping = .these(usual.deliveries)
        guard let outcome = play(whole) else { return nil }
        let blame = Blame(of: trial.scenario.faults, seed: UInt64(trial.scenario.seed)) { faults in
            var scenario = trial.scenario
            scenario.faults = faults
            guard let part = Trial(checking: scenario, design: arena.design) else { return (.none, false) }
            var partPlay = part.play()
            partPlay.keeping = .these(usual.deliveries)
            guard let partial = play(partPlay) else { return (.none, false) }
            let excess = Excess(
                of: partial.deliveries, beyond: usual.deliveries,
                end: .start + scenario.duration + scenario.drain)
            return (excess, TrialOutcome(partial, of: part).broken.contains(oracle))
        }
        guard !isStopped else { return nil }
        return Discovery(
            oracle: oracle, trial: trial,
            result: outcome.result.compared(with: outcome.compared(with: usual)),
            blame: blame, parting: whole.parting(from: control.play())?.words("without", "with the faults"))
    }
}

/// What gave way, made small and explained.
public struct Discovery: Sendable {
    public var oracle: Oracle
    /// The smallest that gives way.
    public var trial: Trial
    public var result: RunResult
    public var blame: Blame
    /// The first event at which it parts from its control run.
    public var parting: String?
    /// The numbers of the runs of the campaign that it explains.
    public var runs: [Int] = []
    public var steps: [Shrinker.Reduction] = []
    public var tests = 0
    public var edges: [Edge] = []
    public var indifferent: [Indifference] = []

    /// What tells findings apart: what gave way, and by which faults.
    public var signature: Signature { Signature(oracle, trial.scenario.faults) }

    public struct Signature: Hashable, Sendable {
        public var oracle: Oracle
        /// Kinds with those whom they befell, sorted.
        public var causes: [String]

        public init(_ oracle: Oracle, _ faults: [FaultPlan]) {
            self.oracle = oracle
            causes = faults.map { "\($0.kind) of \($0.role)" }.sorted()
        }

        /// Whether a run that gave way in the same point had all of it, and so needs no other explanation.
        public func explains(_ faults: [FaultPlan]) -> Bool {
            var there = faults.map { "\($0.kind) of \($0.role)" }
            return causes.allSatisfy { cause in
                guard let place = there.firstIndex(of: cause) else { return false }
                there.remove(at: place)
                return true
            }
        }
    }
}
