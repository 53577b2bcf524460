public import Experiments
public import Results
internal import Simulation
internal import Vocabulary

extension CampaignRecord {
    /// - Parameters:
    ///   - control: the same people without faults.
    ///   - command: what repeats the campaign.
    public init(
        _ campaign: Campaign, control: Play.PlayedRun, search: FindingSearch, command: String,
        remarks: [String]
    ) {
        self.init()
        let arena = campaign.arena
        run.name = arena.scenario.name
        run.title = arena.scenario.title
        run.design = arena.scenario.design
        run.seed = UInt64(arena.scenario.seed)
        self.command = command
        (run.duration, run.warmup, run.drain) = (
            arena.scenario.duration, arena.scenario.warmup, arena.scenario.drain
        )
        runs = UInt64(campaign.runs.count)
        events = campaign.runs.reduce(0) { $0 + $1.outcome.events }
        beyond = arena.isBeyond
        self.control = Control(control)
        findings = search.found.map { FindingRecord($0, isBeyond: arena.isBeyond) }
        others = search.others.map { oracle, runs in
            var other = Other()
            (other.oracle, other.runs) = (oracle.description, runs.map(UInt64.init))
            return other
        }
        inconclusive = UInt64(campaign.runs.count { $0.outcome.unknown != nil })
        oracles = campaign.coverage.oracles.map(\.description)
        coverage = campaign.coverage.rows.map(CoverageRecord.init)
        self.remarks = remarks
        verdict = Self.verdict(campaign, search)
        run.digest = Digits(digest(campaign))
    }

    private static func verdict(_ campaign: Campaign, _ search: FindingSearch) -> Results.Verdict {
        var verdict = Results.Verdict()
        let broken = campaign.coverage.oracles.filter { oracle in
            campaign.runs.contains { $0.outcome.broken.contains(oracle) }
        }
        let unknown = campaign.runs.count { $0.outcome.unknown != nil }
        let isWrong = broken.contains(where: \.isWrong)
        if isWrong, !campaign.arena.isBeyond {
            (verdict.word, verdict.exitCode) = (.violated, 3)
        } else if !broken.isEmpty {
            (verdict.word, verdict.exitCode) = (.failed, 1)
        } else if unknown > 0 {
            (verdict.word, verdict.exitCode) = (.inconclusive, 2)
        }
        verdict.reasons = broken.map { oracle in
            let count = campaign.runs.count { $0.outcome.broken.contains(oracle) }
            return "\(oracle) gave way in \(grouped(count)) of \(grouped(campaign.runs.count)) runs"
        }
        if unknown > 0 {
            let first = campaign.runs.first { $0.outcome.unknown != nil }
            verdict.reasons.append(
                "nobody can tell how \(grouped(unknown)) runs came out, run \(first?.number ?? 0) first: "
                    + (first?.outcome.unknown ?? ""))
        }
        return verdict
    }

    /// Of all that was played.
    private func digest(_ campaign: Campaign) -> UInt64 {
        var digest = Digest()
        digest.fold(control.digest.value)
        for run in campaign.runs { digest.fold(run.outcome.digest) }
        for finding in findings { digest.fold(finding.digest.value) }
        return digest.value
    }
}

extension CampaignRecord.Control {
    fileprivate init(_ outcome: Play.PlayedRun) {
        self.init()
        digest = outcome.result.run.digest
        let all = outcome.result.summaries.first { $0.metric == "delivery" && $0.window == "all" }
        deliveries = all?.count ?? 0
        p99 = all?.p99
    }
}

extension CoverageRecord {
    fileprivate init(_ row: Coverage.Cell) {
        self.init()
        (kind, role, impossible) = (row.kind, row.group, row.excuse)
        (hit, met) = (UInt64(row.hit), UInt64(row.met))
        first = row.first.map(UInt64.init)
        judged = row.judged.map(UInt64.init)
    }
}

extension CoverageRecord.Merged {
    public init(_ merged: CampaignMemory.Merged) {
        self.init()
        (kind, role) = (merged.kind, merged.role)
        (runs, met) = (UInt64(merged.runs), UInt64(merged.met))
    }
}

extension FindingRecord {
    init(_ discovery: Discovery, isBeyond: Bool) {
        self.init()
        let result = discovery.result
        oracle = discovery.oracle.description
        isWrong = discovery.oracle.isWrong && !isBeyond
        runs = discovery.runs.map(UInt64.init)
        scenario = result.scenario
        (verdict, digest) = (result.verdict, result.run.digest)
        evidence = result.invariants.filter { $0.name == discovery.oracle.name }
            .flatMap { $0.violations.prefix(3).map(\.evidence) }
        if evidence.isEmpty { evidence = Array(result.verdict.reasons.prefix(3)) }
        faults = result.faults
        shrinking = discovery.steps.map { step in
            var stored = Reduction()
            (stored.what, stored.before, stored.after) = (step.what, step.before, step.after)
            stored.tests = UInt64(step.tests)
            return stored
        }
        tests = UInt64(discovery.tests)
        edges = discovery.edges.map(\.words)
        indifferent = discovery.indifferent.map(\.words)
        blame = BlameRecord(discovery.blame)
        parting = discovery.parting
        waits = Self.waits(result)
        slowest = result.slowest.first
        latencies = result.latencies.filter { $0.metric == "delivery" }
        (duration, warmup, drain) = (result.run.duration, result.run.warmup, result.run.drain)
    }

    /// Of the slowest twenty, stage by stage, the longest first.
    private static func waits(_ result: RunResult) -> [Wait] {
        var waits: [Wait] = []
        for delivery in result.slowest {
            for (step, next) in zip(delivery.path, delivery.path.dropFirst()) {
                let span = next.time - step.time
                if let place = waits.firstIndex(where: { $0.stage == next.stage }) {
                    waits[place].sum += span
                } else {
                    var wait = Wait()
                    (wait.stage, wait.sum) = (next.stage, span)
                    waits.append(wait)
                }
            }
        }
        return waits.filter { $0.sum > .zero }.sorted { ($1.sum, $0.stage) < ($0.sum, $1.stage) }
    }
}

extension BlameRecord {
    init(_ blame: Blame) {
        self.init()
        excess = Span(nanoseconds: blame.excess.sum)
        (later, never) = (UInt64(blame.excess.later), UInt64(blame.excess.never))
        isSampled = blame.isSampled
        causes = blame.causes.map { cause in
            var stored = Cause()
            stored.fault = cause.name
            stored.share = Span(nanoseconds: max(0, cause.share))
            stored.relief = Span(nanoseconds: max(0, -cause.share))
            stored.alone = Span(nanoseconds: cause.alone.sum)
            stored.without = Span(nanoseconds: cause.without.sum)
            (stored.isNecessary, stored.isSufficient) = (cause.isNecessary, cause.isSufficient)
            return stored
        }
        interactions = blame.interactions.map(\.words)
    }
}
