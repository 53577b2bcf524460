import Comparisons
import Results
import Vocabulary

/// A result that is made up: deliveries of so long, in two stages of one role.
func madeUp(
    seed: UInt64, p50: Span = .milliseconds(100), p99: Span = .seconds(1), queue: Span = .milliseconds(40),
    bytes: UInt64 = 1_000_000, lost: UInt64 = 0, word: Results.Verdict.Conclusion = .passed,
    undelivered: UInt64 = 0, utilisation: UInt64 = 400_000
) -> RunResult {
    var result = RunResult()
    (result.run.name, result.run.design, result.run.seed) = ("evening", "single-server", seed)
    result.verdict.word = word
    var summary = Summary()
    (summary.metric, summary.window, summary.count) = ("delivery", "all", 1_000)
    summary.undelivered = undelivered
    (summary.p50, summary.p90) = (p50, p50 * 2)
    (summary.p99, summary.p99_9, summary.max) = (undelivered > 10 ? nil : p99, p99 * 2, p99 * 3)
    result.summaries = [summary]
    var judgement = Judgement()
    (judgement.text, judgement.metric, judgement.statistic) = ("delivery p99 < 5s", "delivery", "p99")
    (judgement.comparison, judgement.limit) = ("<", .time(.seconds(5)))
    judgement.value = undelivered > 10 ? .never(undelivered: undelivered, of: 1_000) : .time(p99)
    result.thresholds = [judgement]
    var figure = Figure()
    (figure.metric, figure.value) = ("lost", .count(lost))
    result.figures = [figure]
    var definition = MetricDefinition()
    (definition.name, definition.direction) = ("delivery", "smaller is better")
    result.metrics = [definition]
    definition.name = "lost"
    result.metrics.append(definition)
    result.cost.deliveries = 1_000
    (result.cost.bytes, result.cost.messages, result.cost.machines) = (bytes, 2_000, 1)
    let delivered = Int64(1_000 - undelivered)
    func stage(_ name: String, _ mean: Span) -> Stage {
        var stage = Stage()
        (stage.name, stage.count, stage.sum, stage.sumAmongSlowest) = (
            name, UInt64(delivered), mean * delivered, mean * 1_000
        )
        return stage
    }
    result.stages = [stage("network", .milliseconds(50)), stage("server queue", queue)]
    var role = Results.Topology.Role()
    var machine = Results.Topology.Machine()
    machine.utilisation = utilisation
    (role.name, role.count, role.machines) = ("server", 1, [machine])
    result.topology.roles = [role]
    return result
}

func entry(_ results: [RunResult], letters: UInt64) -> (entry: Baseline.Reference, outcomes: [SeedOutcome]) {
    let outcomes = results.map { SeedOutcome($0, letters: letters &+ $0.run.seed) }
    return (
        Baseline.Reference(
            "evening", design: "single-server", set: [], text: 7, healthy: [], outcomes: outcomes),
        outcomes
    )
}

func check(
    _ before: [RunResult], _ now: [RunResult], lettersChanged: Bool = true,
    tolerances: Tolerances = Tolerances()
) -> ScenarioCheck {
    let (old, (new, outcomes)) = (entry(before, letters: 1), entry(now, letters: lettersChanged ? 100 : 1))
    return ScenarioCheck(new, outcomes: outcomes, before: old.entry, tolerances: tolerances)
}

extension RunResult {
    /// What speaks against it, the gravest first.
    mutating func speak(
        _ kind: Results.Verdict.Topic.Kind, _ name: String, _ word: Results.Verdict.Conclusion,
        _ text: String
    ) {
        verdict.reasons.append(text)
        verdict.topics.append(.init(kind, name, word))
    }
}
