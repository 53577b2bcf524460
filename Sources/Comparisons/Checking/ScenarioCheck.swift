import Results
import Vocabulary

/// What a seed came to, as far as a check compares it.
package struct SeedOutcome: Sendable {
    package let seed: UInt64
    package let letters: Digits
    package let verdict: Results.Verdict.Conclusion
    /// Whether its figures are of a whole run.
    package let isComplete: Bool
    /// Why it did not pass.
    let reasons: [SeedReason]
    let demands: [Demand]
    package let figures: [RunFigure]
    package let curves: [Curve]

    package init(_ result: RunResult, letters: UInt64) {
        seed = result.run.seed
        self.letters = Digits(letters)
        verdict = result.verdict.word
        isComplete = result.run.isComplete
        reasons = SeedReason.all(of: result)
        demands = result.thresholds.map(Demand.init) + Demand.promises(of: result)
        figures = RunFigure.all(of: result)
        curves = Curve.all(of: result)
    }
}

extension Baseline.Reference {
    /// What a program came to in a scenario.
    package init(
        _ name: String, design: String, set: [String], text: UInt64, healthy: [Demand],
        outcomes: [SeedOutcome]
    ) {
        self.init()
        (self.name, self.design, self.set, self.text) = (name, design, set, Digits(text))
        seeds = outcomes.map(\.seed)
        letters = outcomes.map(\.letters)
        verdicts = outcomes.map(\.verdict)
        against = Self.against(outcomes)
        curves = outcomes.first?.curves ?? []
        for demand in outcomes.flatMap(\.demands) + healthy where !demands.contains(demand) {
            demands.append(demand)
        }
        var names: [String] = []
        var values: [String: [Amount?]] = [:]  // looked up only, never iterated
        for (place, outcome) in outcomes.enumerated() {
            for figure in outcome.figures {
                if values[figure.name] == nil {
                    names.append(figure.name)
                    values[figure.name] = Array(repeating: nil, count: outcomes.count)
                }
                values[figure.name]?[place] = figure.value
            }
        }
        rows = names.map { Baseline.SeedValues($0, values[$0] ?? []) }
    }

    private static func against(_ outcomes: [SeedOutcome]) -> [Baseline.SeedWords] {
        var all: [Baseline.SeedWords] = []
        for (place, outcome) in outcomes.enumerated() {
            for reason in outcome.reasons {
                let known = all.firstIndex { $0.about == reason.about }
                if known == nil {
                    all.append(Baseline.SeedWords(reason.about, Array(repeating: nil, count: outcomes.count)))
                }
                all[known ?? all.endIndex - 1].words[place] = reason.topic.word
            }
        }
        return all.sorted { $0.about < $1.about }
    }

    /// What this baseline calls what a reason is about: of a threshold with another limit, as it was.
    func former(_ reason: SeedReason, now: [Demand]) -> String {
        guard let demand = reason.judgement.map(Demand.init), !demands.contains(demand),
            let former = demands.first(where: { $0.isAlike(demand) && !now.contains($0) })
        else { return reason.about }
        return SeedReason.about(.threshold, former.exactText)
    }
}

/// One scenario beside its baseline.
///
/// Equal digests of all that people saw, and equal figures, are a proof that nothing changed. Equal digests
/// alone say that only the cost changed, which has no chance in it. Only where digests differ do seeds,
/// paired, have to tell a change from chance.
package struct ScenarioCheck: Sendable {
    package enum Assessment: String, Sendable, CaseIterable {
        case same
        /// The same letters at the same moments, at another cost.
        case otherCost = "other cost"
        /// Other letters or moments, and nothing that is worth more than is allowed.
        case alike
        case improved
        /// The scenario asks less than it did: nothing became worse, and less would be seen.
        case weaker = "asks less"
        case regressed = "REGRESSED"
        /// Nothing became worse, and a promise of the design is broken all the same.
        case violated = "VIOLATED"
        /// Nothing became worse, and nobody can tell whether what is asked for holds.
        case inconclusive = "INCONCLUSIVE"
        /// Too few seeds to tell.
        case unclear
        /// Not in the baseline.
        case new
    }

    package let name: String
    package let design: String
    package let seeds: [UInt64]
    package let word: Assessment
    /// What it would be if no promise were broken, and each run could be judged.
    package let besides: Assessment
    /// What changed, the gravest first; of the small ones all.
    package let changes: [FigureChange]
    /// Whether people saw the same, and every figure that is asked for before and now is equal.
    package let isEqual: Bool
    /// Whether the scenario itself, or a default of its design, is another one.
    package let isTextChanged: Bool
    /// Seeds with another verdict, or more that speaks against them, and why: `seed 7: passed, now failed: delivery p99 <
    /// 10s is 12.1s`; those that became worse first.
    package let verdicts: [String]
    /// What the scenario asks no more, or less of, than in the baseline.
    package let weaker: [String]
    package let isViolated: Bool
    /// Which promises are broken, or else what cannot be told, in seeds whose verdict is no news: `seed 7: as in the
    /// baseline: never-lost violated, once`.
    package let broken: [String]
    /// Figures of the baseline that there are no more, and new ones.
    package let goneFigures: [String]
    package let newFigures: [String]
    /// How much the median and the 99th percentile of deliveries could have changed without being seen; empty for a
    /// single seed, which cannot tell.
    package let sight: [(name: String, smallest: Double)]
    /// The first event at which the two programs part, where both could be asked.
    package var parting: String?

    /// All figures of a scenario together may raise one false alarm in so many checks of it.
    private static let falseAlarms = 0.01

    /// - Parameter before: nil for a scenario that the baseline does not have.
    package init(
        _ now: Baseline.Reference, outcomes: [SeedOutcome], before: Baseline.Reference?,
        tolerances: Tolerances
    ) {
        (name, design) = (now.name, now.design)
        isViolated = now.verdicts.contains(.violated)
        let seedVerdicts = outcomes.map { SeedVerdict($0, in: before, now: now.demands) }
        let isInconclusive = !isViolated && now.verdicts.contains(.inconclusive)
        let standing: Results.Verdict.Conclusion = isViolated ? .violated : .inconclusive
        broken = SeedVerdict.lines(
            seedVerdicts.filter { $0.outcome.verdict == standing && ($0.before == nil || $0.isAsBefore) })
        let seeds = before.map { before in now.seeds.filter(before.seeds.contains) } ?? []
        guard let before, !seeds.isEmpty else {
            besides = .new
            word = isViolated ? .violated : .new
            (changes, isEqual, isTextChanged, verdicts, weaker) = ([], false, false, [], [])
            (goneFigures, newFigures, sight, self.seeds) = ([], [], [], now.seeds)
            return
        }
        self.seeds = seeds
        isTextChanged = before.text != now.text
        func each<Value>(_ entry: Baseline.Reference, _ values: [Value]) -> [Value] {
            seeds.compactMap { seed in entry.seeds.firstIndex(of: seed).map { values[$0] } }
        }
        let lettersAreSame = each(before, before.letters) == each(now, now.letters)
        let worse = SeedVerdict.lines(seedVerdicts.filter(\.isWorse))
        verdicts = worse + SeedVerdict.lines(seedVerdicts.filter(\.isBetter))
        weaker = Demand.weaker(now.demands, than: before.demands)
        // The figures of all seeds, for a run that lost nothing has no threshold less.
        var known: [RunFigure] = []
        var names: Set<String> = []  // looked up only, never iterated
        for figure in outcomes.flatMap(\.figures) where names.insert(figure.name).inserted {
            known.append(figure)
        }
        goneFigures = before.rows.map(\.name).filter { name in
            // Of these seeds: a stage may have been passed in another one only.
            !names.contains(name) && before.values(of: name, seeds: seeds).contains { $0 != nil }
        }
        newFigures = known.map(\.name).filter { before.row($0) == nil }

        let compared = known.filter { before.row($0.name) != nil }
        let judged = compared.count { $0.isJudged || tolerances.isNamed($0.name) }
        let level = Self.falseAlarms / Double(max(1, judged))
        func change(_ figure: RunFigure) -> FigureChange? {
            FigureChange(
                of: figure, before: before.values(of: figure.name, seeds: seeds),
                after: now.values(of: figure.name, seeds: seeds), tolerances: tolerances, level: level,
                isExact: lettersAreSame)
        }
        let all = compared.compactMap(change)
        let gone = zip(
            compared,
            compared.map { figure in
                let (a, b) = (
                    before.values(of: figure.name, seeds: seeds), now.values(of: figure.name, seeds: seeds)
                )
                return zip(a, b).contains { ($0 == nil) != ($1 == nil) }
            }
        ).contains { $0.1 && $0.0.kind != .stage }
        var changed = all.filter { !$0.difference.isNone }
        let attribution = Attribution(all, figures: compared, before: before, now: now, seeds: seeds)
        for place in changed.indices
        where changed[place].word == .regressed || changed[place].word == .improved {
            changed[place].causes = attribution.causes(of: changed[place])
        }
        changes = changed.enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            return (x.rank, x.kind, -x.difference.mean.magnitude, a.offset)
                < (y.rank, y.kind, -y.difference.mean.magnitude, b.offset)
        }.map(\.element)
        sight = ["delivery p50", "delivery p99"].compactMap { name in
            all.first { $0.name == name }?.smallest.map { (name, $0) }
        }
        let words = Set(changed.map(\.word))  // looked up only, never iterated
        let isWhole = !gone && goneFigures.isEmpty
        isEqual = lettersAreSame && changed.isEmpty && (isWhole || !weaker.isEmpty)
        besides =
            if !worse.isEmpty || words.contains(.regressed) {
                .regressed
            } else if words.contains(.unclear), seeds.count < 2 {
                .unclear
            } else if !weaker.isEmpty {
                .weaker
            } else if !verdicts.isEmpty || words.contains(.improved) {
                .improved
            } else if !lettersAreSame { .alike } else if changed.isEmpty, isWhole { .same } else {
                .otherCost
            }
        word =
            switch besides {
            case .regressed: .regressed
            case _ where isViolated: .violated
            case _ where isInconclusive: .inconclusive
            default: besides
            }
    }
}

extension FigureChange {
    fileprivate var rank: Int {
        switch word {
        case .regressed: 0
        case .improved: 1
        case .unclear: 2
        case .small: 3
        }
    }
}
