import Simulation
import Testing

@Suite("simulation: random: closed forms")
struct ClosedFormTests {
    /// Expected values from forty-digit arithmetic, those with a floor from quadrature to 10⁻¹³. A variance
    /// is the difference of two moments, so rounding counts in units of the larger, mean square.
    @Test(
        "mean and variance",
        arguments: [
            (.constant(3), 3, 0),
            (.uniform(Uniform(from: 2, to: 5)), 3.5, 0.75),
            (.exponential(Exponential(mean: 3)), 3, 9),
            (.logNormal(LogNormal(mu: 0, sigma: 0.5)), 1.1331484530668263, 0.3646958540123867),
            (.logNormal(LogNormal(mu: 1, sigma: 0.6, floor: 2)), 3.429968717319963, 3.973379428828153),
            (.logNormal(LogNormal(mu: 1, sigma: 0.6, floor: 20)), 20.001621215681567, 0.013240043586904449),
            (.pareto(Pareto(from: 2, shape: 3)), 3, 3),
            (.pareto(Pareto(from: 2, shape: 2)), 4, .infinity),
            (.pareto(Pareto(from: 2, shape: 1)), .infinity, .infinity),
            (.pareto(Pareto(from: 2, shape: 1.5, to: 100)), 5.166083753994652, 46.37103573925801),
            (.pareto(Pareto(from: 2, shape: 1, to: 100)), 7.983720419241115, 136.26020826739247),
            (.pareto(Pareto(from: 2, shape: 2, to: 100)), 3.9215686274509802, 15.930007026627976),
            (.pareto(Pareto(from: 1, shape: 1.0000001, to: 10)), 2.5584277769418593, 3.454446495901699),
            (.table(QuantileTable([(0, 0), (0.5, 1), (1, 3)])), 1.25, 0.7708333333333334),
        ] as [(Spread, Double, Double)])
    func moments(spread: Spread, mean: Double, variance: Double) {
        check(spread.mean, spread.variance, mean, variance)
    }

    @Test("mean and variance of what is no spread")
    func otherMoments() {
        let weibull = Weibull(scale: 2, shape: 0.8)
        check(weibull.mean, weibull.variance, 2.2660061926386925, 8.158619816714468)
        let rayleigh = Weibull(scale: 3, shape: 2)
        check(rayleigh.mean, rayleigh.variance, 2.658680776358274, 1.9314165294229655)
        let threeRanks = Zipf(count: 3, exponent: 1)  // in proportion 6 : 3 : 2
        check(threeRanks.mean, threeRanks.variance, 18.0 / 11, 72.0 / 121)
        let ranks = Zipf(count: 1_000, exponent: 1.2)
        check(ranks.mean, ranks.variance, 72.27732314662025, 26990.543981256917)
        let gamma = Gamma(shape: 2.5, scale: 2)
        check(gamma.mean, gamma.variance, 5, 10)
        let decision = Bernoulli(0.25)
        check(decision.mean, decision.variance, 0.25, 0.1875)
    }

    private func check(_ mean: Double, _ variance: Double, _ trueMean: Double, _ trueVariance: Double) {
        #expect(mean == trueMean || (mean - trueMean).magnitude <= 2e-13 * trueMean)
        let square = trueMean * trueMean + trueVariance
        #expect(variance == trueVariance || (variance - trueVariance).magnitude <= 4e-13 * square)
    }

    @Test(
        "normal quantiles, in each of the three ranges and beside their borders",
        arguments: [
            (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (0.001, -3.090232306167813),
            (0.0749, -1.4402382675279635), (0.0751, -1.4388253927525403), (0.25, -0.6744897501960817),
            (0.5, 0), (0.9, 1.2815515655446004), (0.975, 1.959963984540054), (0.999, 3.090232306167813),
            (0, -.infinity), (1, .infinity),
        ] as [(Double, Double)])
    func normalQuantiles(share: Double, expected: Double) {
        let quantile = Normal(mean: 0, deviation: 1).quantile(share)
        #expect(quantile == expected || (quantile - expected).magnitude <= 4 * expected.ulp)
    }

    /// The density is accurate to x²/2 units of the last place, which is what its exponent suffers by
    /// rounding.
    @Test(
        "normal shares, by series and by fraction",
        arguments: [
            (-10, 7.61985302416047e-24), (-2.51, 0.006036558080412666), (-2.49, 0.006387154764943171),
            (-1, 0.15865525393145707), (0, 0.5), (0.5, 0.6914624612740131), (2.49, 0.9936128452350568),
            (2.51, 0.9939634419195873), (8, 0.9999999999999993), (.infinity, 1), (-.infinity, 0),
            (40, 1), (-40, 0),
        ] as [(Double, Double)])
    func normalShares(x: Double, expected: Double) {
        let share = Normal.standardShare(below: x)
        #expect((share - expected).magnitude <= 1e-14 * expected)
    }

    @Test("a lognormal distribution is given by its median and a percentile, and cut at its floor")
    func percentiles() {
        let delay = LogNormal(median: 20, share: 0.99, below: 80, floor: 12)
        #expect((delay.quantile(0.5) - 20).magnitude <= 1e-13)
        #expect((delay.quantile(0.99) - 80).magnitude <= 1e-12)
        #expect(delay.quantile(0.01) == 12)
        #expect(delay.quantile(0) == 12)
        #expect(delay.quantile(1) == .infinity)
    }

    @Test("quantiles end where the distribution ends")
    func ends() {
        #expect(Exponential(mean: 3).quantile(0) == 0)
        #expect(Exponential(mean: 3).quantile(1) == .infinity)
        #expect(Weibull(scale: 3, shape: 2).quantile(0) == 0)
        #expect(Weibull(scale: 3, shape: 2).quantile(1) == .infinity)
        #expect(Pareto(from: 2, shape: 1).quantile(0) == 2)
        #expect(Pareto(from: 2, shape: 1).quantile(1) == .infinity)
        #expect(Pareto(from: 2, shape: 0.7, to: 10).quantile(1) <= 10)
        #expect(Uniform(from: -1, to: 4).quantile(1) == 4)
    }

    @Test("a table of quantiles is met at its points and never left")
    func table() {
        var points: [(share: Double, value: Double)] = [(0, 0.1)]
        for step in 1...300 { points.append((Double(step * step) / 90_000, 0.1 + Double(step) / 7)) }
        let table = QuantileTable(points)
        for (share, value) in points {
            #expect((table.quantile(share) - value).magnitude <= 2 * value.ulp)
        }
        #expect(table.quantile(1) == points[300].value)
        #expect(table.quantile((1.0).nextDown) <= points[300].value)
        var last = 0.0
        for step in 0...10_000 {
            let value = table.quantile(Double(step) / 10_000)
            #expect(value >= last)
            last = value
        }
    }
}
