import Results
import Vocabulary

/// Looks for the edge between passing and failing along one quantity: doubling until there is a bracket, then
/// halving it on a scale of ratios, at last with all seeds.
///
/// Where too few samples tell nothing it goes on outwards: more load brings more of them, and what fails has failed.
///
/// It is a value that is asked what to try next and told what came of it. Everybody who tries uses the same
/// seeds at every value, so neighbouring values differ by what is varied and by nothing else.
package struct CapacitySearch: Sendable {
    /// What passes: little of it, or much.
    package enum Goal: Sendable {
        /// The largest load that passes.
        case most
        /// The fewest machines that pass.
        case least
    }

    /// A value that was tried.
    package struct Trial: Sendable, Equatable {
        package let value: Int
        package let passed: Int
        /// Runs that had too few samples to tell.
        package let unclear: Int
        package let of: Int

        /// By more than half of the seeds: a single unlucky one does not move the edge.
        package var outcome: Outcome {
            if passed * 2 > of { return .held }
            return (passed + unclear) * 2 > of ? .inconclusive : .failed
        }
    }

    package enum Advice: Sendable, Equatable {
        /// Try this value, with one seed or with all.
        case attempt(Int, allSeeds: Bool)
        /// Found, within the precision.
        case edge(passing: Int, failing: Int)
        /// Everything passes, or nothing does, as far as may be tried.
        case noBracket(allPass: Bool)
    }

    package let side: Goal
    package let range: ClosedRange<Int>
    /// Largest ratio between the two sides of the edge, less one.
    package let precision: Double
    package private(set) var trials: [Trial] = []
    private let start: Int
    private let seeds: Int

    package init(from start: Int, in range: ClosedRange<Int>, side: Goal, seeds: Int, precision: Double) {
        precondition(range.contains(start), "\(start) is not in \(range)")
        precondition(range.lowerBound > 0, "values on a scale of ratios are above 0")
        precondition(precision > 0, "an edge has two sides")
        (self.start, self.range, self.side) = (start, range, side)
        (self.seeds, self.precision) = (seeds, precision)
    }

    package mutating func record(_ value: Int, passed: Int, unclear: Int = 0, of count: Int) {
        trials.removeAll { $0.value == value && $0.of <= count }
        trials.append(Trial(value: value, passed: passed, unclear: unclear, of: count))
        trials.sort { $0.value < $1.value }
    }

    /// Whether nobody can tell of the value next to the edge, or of the outermost that was tried.
    package var isUnclear: Bool {
        let last: Int? =
            switch next {
            case .edge(let passing, _): passing
            case .noBracket(allPass: true): (side == .most ? trials.last : trials.first)?.value
            case .noBracket(allPass: false), .attempt: nil
            }
        return trials.contains { $0.value == last && $0.outcome == .inconclusive }
    }

    /// Whether some value passes beyond one that fails. Then there is no edge, but several.
    package var isMonotonic: Bool {
        let beyond = side == .most ? trials : trials.reversed()
        return !zip(beyond, beyond.dropFirst()).contains { $0.outcome == .failed && $1.outcome == .held }
    }

    package var next: Advice {
        let ordered = side == .most ? trials : trials.reversed()
        guard let failing = ordered.firstIndex(where: { $0.outcome == .failed }) else {
            // None fails so far: further out.
            guard let last = ordered.last else { return .attempt(start, allSeeds: false) }
            guard let further = outward(last.value) else { return .noBracket(allPass: true) }
            return .attempt(further, allSeeds: false)
        }
        guard failing > 0 else {
            guard let nearer = inward(ordered[0].value) else {
                return ordered[0].of == seeds
                    ? .noBracket(allPass: false) : .attempt(ordered[0].value, allSeeds: true)
            }
            return .attempt(nearer, allSeeds: false)
        }
        let (good, bad) = (ordered[failing - 1], ordered[failing])
        let (low, high) = (min(good.value, bad.value), max(good.value, bad.value))
        // One seed finds where the edge is about; what is said of it all have to say.
        let isClose = Double(high) <= Double(low) * 1.05 || high - low <= 1
        if isClose, good.of < seeds { return .attempt(good.value, allSeeds: true) }
        if isClose, bad.of < seeds { return .attempt(bad.value, allSeeds: true) }
        if high - low <= 1 || Double(high) <= Double(low) * (1 + precision) {
            return .edge(passing: good.value, failing: bad.value)
        }
        let middle = Int((Double(low) * Double(high)).squareRoot().rounded())
        return .attempt(min(max(middle, low + 1), high - 1), allSeeds: isClose)
    }

    /// Away from what passes.
    private func outward(_ value: Int) -> Int? { side == .most ? larger(value) : smaller(value) }
    private func inward(_ value: Int) -> Int? { side == .most ? smaller(value) : larger(value) }

    private func larger(_ value: Int) -> Int? {
        value >= range.upperBound ? nil : min(range.upperBound, value * 2)
    }

    private func smaller(_ value: Int) -> Int? {
        value <= range.lowerBound ? nil : max(range.lowerBound, value / 2)
    }
}
