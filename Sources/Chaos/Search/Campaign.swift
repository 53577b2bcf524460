public import Experiments
internal import Simulation
internal import Vocabulary

/// A search for faults that break something, in generations of fixed size.
///
///     generation 1 ── 16 random runs ──▶ what is new ──┐
///     generation 2 ── 8 random, 8 grown of that ──▶ …  ┘ in the order of run numbers
///
/// As long as something has met little, three of the random ones go after that.
///
/// What a run draws follows from the seed, its number, and the generations before its own. So the same seed
/// repeats a campaign on any number of threads, and a longer one begins as the shorter one did. Never feedback
/// alone: half of all runs is random, for what looks new need not be what leads on.
public struct Campaign: Sendable {
    public static let generationSize = 16

    public let arena: Arena
    private let swarm: Swarm
    private let growth: Growth
    private let draws: Streams
    public private(set) var corpus = Corpus()
    public private(set) var coverage: Coverage
    /// In the order of run numbers.
    public private(set) var runs: [PlayedTrial] = []
    /// Whether runs grow out of others, and faults follow each other; a campaign without is pure random.
    private let learns: Bool
    /// The runs of the last generation that met something new, those that met most of it first.
    private var fresh: [Growth.Parent] = []
    /// What had met little at the end of the last generation, the least first.
    private var gaps: [Swarm.Gap] = []

    /// A run that is over.
    public struct PlayedTrial: Sendable {
        /// From 1.
        public var number: Int
        public var faults: [FaultPlan]
        public var outcome: TrialOutcome
    }

    public init(_ arena: Arena, learns: Bool = true) {
        self.arena = arena
        self.learns = learns
        swarm = Swarm(arena)
        growth = Growth(arena)
        draws = Streams(seed: UInt64(arena.scenario.seed), purpose: Purpose("chaos"))
        coverage = Coverage(arena)
    }

    /// The next generation, as many as are wanted of it; the number of the first of them.
    public func next(atMost limit: Int) -> (first: Int, faults: [[FaultPlan]]) {
        let first = runs.count + 1
        let begun = runs.count % Self.generationSize
        return (
            first, (0..<min(limit, Self.generationSize - begun)).map { faults(ofRun: first + $0) }
        )
    }

    /// What a run breaks. The first one breaks what the file plans, if it plans anything.
    private func faults(ofRun number: Int) -> [FaultPlan] {
        if number == 1, !arena.planned.isEmpty { return arena.planned }
        var stream = draws.stream(of: UInt64(number))
        guard learns else { return swarm.scattered(&stream) }
        if [3, 7, 11].contains(number % Self.generationSize), !gaps.isEmpty {
            return swarm.faults(for: gaps, &stream)
        }
        guard number % 2 == 0, !corpus.isEmpty else { return swarm.faults(&stream) }
        // Every second of those that are grown comes of what is new, as long as there is some.
        let turn = (number - 1) % Self.generationSize
        let one = turn % 4 == 1 && turn / 4 < fresh.count ? fresh[turn / 4] : corpus.choose(&stream)
        let other = corpus.choose(&stream)
        return growth.grown(one, beside: other.faults, &stream)
    }

    /// What came of the runs that `next` gave, in their order.
    public mutating func take(_ outcomes: [TrialOutcome], of faults: [[FaultPlan]]) {
        precondition(outcomes.count == faults.count, "an outcome for each run")
        for (outcome, faults) in zip(outcomes, faults) {
            runs.append(PlayedTrial(number: runs.count + 1, faults: faults, outcome: outcome))
            coverage.take(outcome, ofRun: runs.count)
        }
        guard runs.count % Self.generationSize == 0 else { return }
        var news: [(parent: Growth.Parent, count: Int)] = []
        for run in runs.suffix(Self.generationSize) where arena.admits(run.faults) {
            let parent = Growth.Parent(run.faults, promises: run.outcome.promises)
            news.append((parent, corpus.take(run.outcome.features, of: parent)))
        }
        gaps =
            arena.moments.isEmpty
            ? []
            : coverage.rows.filter(\.isGap).sorted { ($0.met, $0.hit) < ($1.met, $1.hit) }.map {
                Swarm.Gap(
                    kind: $0.kind, group: $0.group, meetsSeldom: $0.hit > 0 && $0.met * 10 <= $0.hit)
            }
        fresh = news.filter { $0.count > 0 }.sorted { $0.count > $1.count }.map(\.parent)
    }
}
