import Glibc

/// How far counts may stray from a closed form. Seeds are fixed and none was chosen: a right program exceeds
/// 6.5 standard errors with a probability of 10⁻¹⁰, once, and then for ever.
enum Chance {
    static let seeds: ClosedRange<UInt64> = 1...5

    static func isNear(_ measured: Double, _ expected: Double, standardError: Double) -> Bool {
        (measured - expected).magnitude <= 6.5 * standardError
    }

    /// Pearson's statistic, between the bounds of Laurent and Massart (2000) for 10⁻⁹.
    static func fits(_ counts: [Int], _ expected: [Double]) -> Bool {
        let statistic = zip(counts, expected).reduce(0) { sum, cell in
            let difference = Double(cell.0) - cell.1
            return sum + difference * difference / cell.1
        }
        let freedom = Double(counts.count - 1)
        let exponent = log(2e9)
        let width = 2 * (freedom * exponent).squareRoot()
        return statistic >= freedom - width && statistic <= freedom + width + 2 * exponent
    }
}
