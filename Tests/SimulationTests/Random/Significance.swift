import Glibc

/// How far a statistic may stray before a test speaks of a flaw.
///
/// Seeds are fixed, 1 to 5, and none was chosen, so a right program fails with the probability computed here,
/// once, and then for ever. Each check raises a false alarm with a probability of at most 10⁻⁹. There are
/// fewer than 2,000 checks:
///
///     battery       5 seeds · 4 sequences · 28 checks                               560
///     neighbours    5 seeds · 3 relations · 10 checks                               150
///     avalanche     5 seeds · 4 functions                                            20
///     below         5 seeds · 5 checks                                               25
///     continuous    5 seeds · 16 cases · (shape, mean, variance, 8 quantiles)       880
///     discrete      5 seeds · 18 cases · (shape, mean, variance)                    270
///
/// so that all of them together raise one with less than 2 · 10⁻⁶. Bounds are inequalities that hold for
/// every sample size, except where a statistic is taken for Gaussian; there, 6.5 standard errors stand for 6
/// · 10⁻¹¹, and the skewness left at our sample sizes may multiply that by ten.
enum Significance {
    /// ln(2/α) for α = 10⁻⁹ divided by the number of statistics of which the worst is looked at.
    static func exponent(of statistics: Int = 1) -> Double { log(2e9 * Double(statistics)) }

    /// A Gaussian is this many deviations off with a probability of at most α: P(|Z| ≥ z) ≤ 2·e^(−z²/2).
    static let standardErrors = (2 * exponent()).squareRoot()

    /// Bernstein: how far the number of successes in `trials` may be from its expectation.
    static func binomial(trials: Int, probability: Double, statistics: Int = 1) -> Double {
        let exponent = exponent(of: statistics)
        let variance = Double(trials) * probability * (1 - probability)
        return exponent / 3 + (exponent * exponent / 9 + 2 * exponent * variance).squareRoot()
    }

    /// Dvoretzky, Kiefer and Wolfowitz with the constant of Massart (1990): how far a sample's distribution
    /// function may be from the true one.
    static func kolmogorov(samples: Int) -> Double { (exponent() / (2 * Double(samples))).squareRoot() }

    /// Laurent and Massart (2000), both tails: too even is a flaw as well.
    static func chiSquared(freedom: Int) -> ClosedRange<Double> {
        let k = Double(freedom)
        let width = 2 * (k * exponent()).squareRoot()
        return (k - width)...(k + width + 2 * exponent())
    }

    /// Pearson's statistic for cells with these counts and expectations is within its bounds.
    static func fits(_ counts: [Int], _ expected: [Double]) -> Bool {
        let statistic = zip(counts, expected).reduce(0) { sum, cell in
            let difference = Double(cell.0) - cell.1
            return sum + difference * difference / cell.1
        }
        return chiSquared(freedom: counts.count - 1).contains(statistic)
    }

    static let seeds: ClosedRange<UInt64> = 1...5
}
