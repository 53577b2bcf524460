import Results
import Vocabulary

/// Several programs, designs or settings beside each other, played with the same seeds.
package struct RunComparison: Sendable {
    package struct Candidate: Sendable {
        /// `A`, as requirements call it.
        package let label: String
        package let name: String
        package let outcomes: [SeedOutcome]

        package init(label: String, name: String, outcomes: [SeedOutcome]) {
            (self.label, self.name, self.outcomes) = (label, name, outcomes)
        }
    }

    package struct ComparedFigure: Sendable {
        package let name: String
        package let kind: RunFigure.Kind
        package let isJudged: Bool
        /// The mean over the seeds, for each candidate.
        package let values: [Amount?]
        /// Against the first, for each of the others; nil where there is nothing to compare.
        package let differences: [PairedDifference?]
        /// The candidate that is better than every other one beyond chance; nil where a run did not come to its end.
        package let winner: Int?
    }

    /// How sure an interval is.
    package static let level = 0.05

    package let candidates: [Candidate]
    /// Those that all of them have.
    package let seeds: [UInt64]
    package let rows: [ComparedFigure]

    package init(_ candidates: [Candidate]) {
        precondition(candidates.count > 1, "one alone is compared with nothing")
        self.candidates = candidates
        let seeds = candidates[0].outcomes.map(\.seed).filter { seed in
            candidates.allSatisfy { $0.outcomes.contains { $0.seed == seed } }
        }
        self.seeds = seeds
        var figures: [RunFigure] = []
        var names: Set<String> = []  // looked up only, never iterated
        for figure in candidates.flatMap(\.outcomes).flatMap(\.figures)
        where names.insert(figure.name).inserted {
            figures.append(figure)
        }
        figures = figures.enumerated().sorted { ($0.element.kind, $0.offset) < ($1.element.kind, $1.offset) }
            .map(\.element)
        let areComplete = candidates.indices.allSatisfy { Self.incomplete(candidates[$0], seeds).isEmpty }
        rows = figures.map { Self.row($0, candidates, seeds, areComplete: areComplete) }
    }

    /// Each candidate with the seeds in which it did not come to its end: its figures there are of a part of the run, of
    /// which a whole one is neither better nor worse.
    package var incomplete: [(candidate: Candidate, seeds: [UInt64])] {
        candidates.map { ($0, Self.incomplete($0, seeds)) }.filter { !$0.seeds.isEmpty }
    }

    private static func incomplete(_ candidate: Candidate, _ seeds: [UInt64]) -> [UInt64] {
        seeds.filter { seed in candidate.outcomes.contains { $0.seed == seed && !$0.isComplete } }
    }

    /// Of one candidate's figure, seed by seed; nil for one that nobody has.
    package func values(of name: String, candidate label: String) -> [Amount?]? {
        guard let candidate = candidates.first(where: { $0.label == label || $0.name == label }),
            rows.contains(where: { $0.name == name })
        else { return nil }
        return Self.values(name, candidate, seeds)
    }

    private static func values(_ name: String, _ candidate: Candidate, _ seeds: [UInt64]) -> [Amount?] {
        seeds.map { seed in
            candidate.outcomes.first { $0.seed == seed }?.figures.first { $0.name == name }?.value
        }
    }

    private static func row(
        _ figure: RunFigure, _ candidates: [Candidate], _ seeds: [UInt64], areComplete: Bool
    ) -> ComparedFigure {
        let all = candidates.map { values(figure.name, $0, seeds) }
        return ComparedFigure(
            name: figure.name, kind: figure.kind, isJudged: figure.isJudged && !figure.isOwed,
            values: all.map(Amount.mean),
            differences: all.dropFirst().map { PairedDifference(before: all[0], after: $0) },
            winner: areComplete ? winner(figure, all) : nil)
    }

    private static func winner(_ figure: RunFigure, _ all: [[Amount?]]) -> Int? {
        // Whoever does more in the same time is busier, and no worse for it.
        guard figure.worse != .neither, figure.kind < .role else { return nil }
        return all.indices.first { place in
            all.indices.allSatisfy { other in
                guard other != place else { return true }
                guard let difference = PairedDifference(before: all[other], after: all[place]) else {
                    return false
                }
                if difference.infiniteBefore != difference.infiniteAfter {
                    return (difference.infiniteAfter < difference.infiniteBefore) == (figure.worse == .up)
                }
                guard let half = difference.halfWidth(level: level) else { return false }
                let better = figure.worse == .up ? -difference.mean : difference.mean
                return better > half
            }
        }
    }
}
