import Vocabulary

/// What repeated measurements of one benchmark say, on a machine that does other things too.
///
/// A measurement is disturbed in one direction only, so that medians are compared. How far two medians of the
/// same may lie apart is measured on the spot: the odd rounds against the even ones, which are the same
/// program at the same time.
package enum Speed {
    /// Fewer points have no steps: any two neighbours differ.
    package static let fewestForSteps = 20

    package static func median(_ values: some Collection<Double>) -> Double {
        precondition(!values.isEmpty)
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The noise band as a share: A against A, and three times what the spread says of a median.
    package static func noise(of rounds: [Double]) -> Double {
        precondition(rounds.count > 3, "so few rounds say nothing of their noise")
        let all = median(rounds)
        let odd = rounds.indices.filter { $0 % 2 == 1 }.map { rounds[$0] }
        let even = rounds.indices.filter { $0 % 2 == 0 }.map { rounds[$0] }
        let apart = (median(odd) - median(even)).magnitude / all
        let spread = median(rounds.map { ($0 - all).magnitude }) / all
        // 1.4826 makes a standard deviation of a median distance, 1.2533 that of a median of one of values.
        return max(apart, 3 * 1.4826 * 1.2533 * spread / Double(rounds.count).squareRoot())
    }

    /// Where the level of a series changed for good, as positions of the first point of the new level.
    ///
    /// The split that explains most is taken, after which the points lie nearest to the medians of their sides,
    /// if these lie apart by more than three of their standard errors and by more than 2 %; then each side is
    /// looked at by itself (binary segmentation). A side has at least five points: fewer are an outlier.
    package static func steps(in series: [Double]) -> [Int] {
        guard series.count >= fewestForSteps else { return [] }
        return steps(in: series[...])
    }

    private static func steps(in part: ArraySlice<Double>) -> [Int] {
        let least = 5
        guard part.count >= 2 * least else { return [] }
        var best: (place: Int, rest: Double)?
        for place in part.startIndex + least...part.endIndex - least {
            let (a, b) = (part[..<place], part[place...])
            let (left, right) = (median(a), median(b))
            let distance = (right - left).magnitude
            let error = (variance(a, left) / Double(a.count) + variance(b, right) / Double(b.count))
                .squareRoot()
            let strength = error > 0 ? distance / error : distance > 0 ? .infinity : 0
            guard distance > 0.02 * left, strength > 3 * 1.2533 else { continue }
            let rest = distances(a, left) + distances(b, right)
            if best.map({ rest < $0.rest }) ?? true { best = (place, rest) }
        }
        guard let place = best?.place else { return [] }
        return steps(in: part[..<place]) + [place] + steps(in: part[place...])
    }

    private static func distances(_ values: ArraySlice<Double>, _ middle: Double) -> Double {
        values.reduce(0) { $0 + ($1 - middle).magnitude }
    }

    /// Of what lies within the usual: the square of 1.4826 median distances.
    private static func variance(_ values: ArraySlice<Double>, _ middle: Double) -> Double {
        let deviation = 1.4826 * median(values.map { ($0 - middle).magnitude })
        return deviation * deviation
    }
}
