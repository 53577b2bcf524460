import Glibc
import Simulation
import Testing

/// What a distribution says about itself, and the distribution function by the C library, to hold samples
/// against.
struct ContinuousCase: Sendable, CustomTestStringConvertible {
    typealias Sampler = @Sendable (inout RandomStream) -> Double

    var name: String
    var sample: Sampler
    /// The same with one parameter 2 or 3 % off.
    var twin: Sampler
    var mean: Double
    var variance: Double
    var quantile: (@Sendable (Double) -> Double)?
    /// The share of the distribution up to a value.
    var share: @Sendable (Double) -> Double
    /// How much of it lies on its lowest value: a floor.
    var onFloor = 0.0
    /// The tail is too heavy for a sample's variance to settle.
    var isHeavy = false

    var testDescription: String { name }

    enum Flaw: Hashable {
        case mean, variance, shape
        case quantile(Double)
    }

    static let samples = 300_000

    func flaws(of sample: Sampler, seed: UInt64) -> Set<Flaw> {
        var stream = Streams(seed: seed, purpose: Purpose(name)).stream(of: 0)
        let values = (0..<Self.samples).map { _ in sample(&stream) }
        var flaws: Set<Flaw> = []
        let n = Double(values.count)

        // A mean is off by its deviation, √(variance/n).
        if variance < .infinity {
            let deviation = (variance / n).squareRoot()
            let sampleMean = values.reduce(0, +) / n
            if (sampleMean - mean).magnitude > Significance.standardErrors * deviation { flaws.insert(.mean) }
        }

        // The squared distances from the mean have the mean `variance` and a deviation that the sample itself
        // shows.
        if !isHeavy {
            let squares = values.map { ($0 - mean) * ($0 - mean) }
            let sampleVariance = squares.reduce(0, +) / n
            let fourth = squares.reduce(0) { $0 + $1 * $1 } / n
            let deviation = ((fourth - sampleVariance * sampleVariance) / n).squareRoot()
            if (sampleVariance - variance).magnitude > Significance.standardErrors * deviation {
                flaws.insert(.variance)
            }
        }

        if let quantile {
            for share in [0.001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999] {
                let value = quantile(share)
                let below = values.count { $0 <= value }
                let expected = max(share, onFloor)
                let bound = Significance.binomial(trials: values.count, probability: expected)
                if (Double(below) - n * expected).magnitude > bound { flaws.insert(.quantile(share)) }
            }
        }

        // Kolmogorov and Smirnov, looked at in 2¹⁴ places: no larger than looked at in all.
        let places = 1 << 14
        var counts = [Int](repeating: 0, count: places + 1)
        for value in values { counts[Int((share(value) * Double(places)).rounded(.up))] += 1 }
        var below = 0
        var distance = 0.0
        for place in 0...places {
            below += counts[place]
            let here = Double(place) / Double(places)
            if here >= onFloor { distance = max(distance, (Double(below) / n - here).magnitude) }
        }
        if distance > Significance.kolmogorov(samples: values.count) { flaws.insert(.shape) }
        return flaws
    }
}

@Suite("simulation: random: continuous distributions")
struct ContinuousDistributionTests {
    @Test(
        "samples have the mean, the variance, the quantiles and the shape claimed",
        arguments: ContinuousCase.all, Significance.seeds)
    func samples(distribution: ContinuousCase, seed: UInt64) {
        #expect(distribution.flaws(of: distribution.sample, seed: seed) == [])
    }

    @Test("a parameter 2 or 3 % off is found", arguments: ContinuousCase.all)
    func twins(distribution: ContinuousCase) {
        #expect(distribution.flaws(of: distribution.twin, seed: 1) != [])
    }

    /// Instead of a normal distribution: a uniform one with its mean and variance, one twice as wide, one
    /// shifted.
    @Test("each kind of flaw is found for what it is")
    func kinds() {
        let normal = ContinuousCase.normal  // of variance 4, as a uniform one 2·√12 wide
        let halfWidth = 12.0.squareRoot()
        let uniform = normal.flaws(
            of: Uniform(from: -1 - halfWidth, to: -1 + halfWidth).sample, seed: 1)
        #expect(uniform.isSuperset(of: [.shape, .quantile(0.001), .quantile(0.01)]))
        #expect(uniform.isSuperset(of: [.quantile(0.99), .quantile(0.999)]))
        #expect(uniform.isDisjoint(with: [.mean, .variance, .quantile(0.5)]))

        let wide = normal.flaws(of: Normal(mean: -1, deviation: 4).sample, seed: 1)
        #expect(wide.isSuperset(of: [.variance, .shape, .quantile(0.1), .quantile(0.25), .quantile(0.9)]))
        #expect(wide.isDisjoint(with: [.mean, .quantile(0.5)]))

        let shifted = normal.flaws(of: Normal(mean: -0.95, deviation: 2).sample, seed: 1)
        #expect(shifted.isSuperset(of: [.mean, .shape, .quantile(0.5)]))
        #expect(!shifted.contains(.variance))
    }

    /// Both ways within what the rounding of the share allows.
    @Test("quantiles are the inverse of the distribution function", arguments: ContinuousCase.all)
    func inverse(distribution: ContinuousCase) {
        guard let quantile = distribution.quantile else { return }
        for step in 1..<1_000 {
            let share = Double(step) / 1_000
            let back = distribution.share(quantile(share))
            #expect((back - max(share, distribution.onFloor)).magnitude < 1e-14)
        }
    }

    @Test(
        "inverse distribution functions take one draw a sample, gamma takes more",
        arguments: ContinuousCase.all)
    func draws(distribution: ContinuousCase) {
        var stream = Streams(seed: 1, purpose: Purpose(distribution.name)).stream(of: 0)
        for _ in 0..<1_000 { _ = distribution.sample(&stream) }
        #expect((stream.drawn == 1_000) == (distribution.quantile != nil))
        #expect(stream.drawn < 3_500)
    }
}

extension ContinuousCase {
    static let all: [ContinuousCase] = [
        uniform, exponential, normal, logNormal, flooredLogNormal, pareto(shape: 5), pareto(shape: 1.5),
        boundedPareto(shape: 1.5), boundedPareto(shape: 1), weibull(shape: 0.8), weibull(shape: 1.5),
        gamma(shape: 0.5), gamma(shape: 1), gamma(shape: 2.5), gamma(shape: 30), table,
    ]

    static var uniform: ContinuousCase {
        let claimed = Uniform(from: 2, to: 5)
        let twin = Uniform(from: 2, to: 5.1)
        return ContinuousCase(
            name: "uniform", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { min(1, ($0 - 2) / 3) })
    }

    static var exponential: ContinuousCase {
        let claimed = Exponential(mean: 3)
        let twin = Exponential(mean: 3.06)
        return ContinuousCase(
            name: "exponential", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { -expm1(-$0 / 3) })
    }

    static var normal: ContinuousCase {
        let claimed = Normal(mean: -1, deviation: 2)
        let twin = Normal(mean: -1, deviation: 2.04)
        return ContinuousCase(
            name: "normal", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { bell(($0 + 1) / 2) })
    }

    static var logNormal: ContinuousCase {
        let claimed = LogNormal(mu: 1, sigma: 0.5)
        let twin = LogNormal(mu: 1, sigma: 0.51)
        return ContinuousCase(
            name: "lognormal", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { bell((Glibc.log($0) - 1) / 0.5) })
    }

    /// 2.3263 is where the standard normal distribution reaches 0.99: sigma = ln 4/2.3263.
    static var flooredLogNormal: ContinuousCase {
        let claimed = LogNormal(median: 20, share: 0.99, below: 80, floor: 10)
        let twin = LogNormal(median: 20, share: 0.99, below: 82, floor: 10)
        let sigma = Glibc.log(4) / 2.3263478740408408
        return ContinuousCase(
            name: "lognormal with a floor", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { bell(Glibc.log($0 / 20) / sigma) }, onFloor: bell(Glibc.log(0.5) / sigma))
    }

    static func pareto(shape: Double) -> ContinuousCase {
        let claimed = Pareto(from: 2, shape: shape)
        let twin = Pareto(from: 2, shape: shape * 1.03)
        return ContinuousCase(
            name: "pareto of shape \(shape)", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { 1 - Glibc.pow(2 / $0, shape) }, isHeavy: true)
    }

    static func boundedPareto(shape: Double) -> ContinuousCase {
        let claimed = Pareto(from: 2, shape: shape, to: 100)
        let twin = Pareto(from: 2, shape: shape * 1.03, to: 100)
        return ContinuousCase(
            name: "bounded pareto of shape \(shape)", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { min(1, (1 - Glibc.pow(2 / $0, shape)) / (1 - Glibc.pow(0.02, shape))) })
    }

    static func weibull(shape: Double) -> ContinuousCase {
        let claimed = Weibull(scale: 2, shape: shape)
        let twin = Weibull(scale: 2.04, shape: shape)
        return ContinuousCase(
            name: "weibull of shape \(shape)", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { -expm1(-Glibc.pow($0 / 2, shape)) })
    }

    /// From shape ½, where it is the error function, or 1, the exponential, up in steps of 1:
    /// P(a + 1, x) = P(a, x) − xᵃ·e⁻ˣ/Γ(a + 1).
    static func gamma(shape: Double) -> ContinuousCase {
        let claimed = Gamma(shape: shape, scale: 3)
        let twin = Gamma(shape: shape * 1.03, scale: 3)
        return ContinuousCase(
            name: "gamma of shape \(shape)", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance,
            share: { value in
                let x = value / 3
                let isWhole = shape == shape.rounded()
                var a = isWhole ? 1 : 0.5
                var share = isWhole ? -expm1(-x) : erf(x.squareRoot())
                var term = Glibc.exp(-x) * (isWhole ? x : 2 * (x / .pi).squareRoot())
                while a < shape {
                    share -= term
                    a += 1
                    term *= x / a
                }
                return min(1, max(0, share))
            })
    }

    static var table: ContinuousCase {
        let points = [(0.0, 1.0), (0.1, 2), (0.5, 3), (0.5625, 3.5), (0.9, 5), (0.99, 10), (1, 20)]
        let claimed = QuantileTable(points.map { (share: $0.0, value: $0.1) })
        let twin = QuantileTable(points.map { (share: $0.0, value: $0.1 * 1.02) })
        return ContinuousCase(
            name: "table", sample: claimed.sample, twin: twin.sample,
            mean: claimed.mean, variance: claimed.variance, quantile: claimed.quantile,
            share: { value in
                for (from, to) in zip(points, points.dropFirst()) where value <= to.1 {
                    return from.0 + (to.0 - from.0) * (value - from.1) / (to.1 - from.1)
                }
                return 1
            })
    }

    /// The standard normal distribution function.
    static func bell(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
}
