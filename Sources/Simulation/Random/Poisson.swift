/// How many independent events fall into an interval in which `mean` are expected.
///
/// Up to a mean of 10 one draw a sample: the probabilities are added up until they exceed it. Above, two
/// draws a trial and 1.12 to 1.33 trials a sample: W. Hörmann, *The transformed rejection method for
/// generating Poisson random variables* (1993), PTRS.
@frozen
public struct Poisson: Hashable, Sendable {
    public let mean: Double
    private let none: Double  // the probability of no event
    private let logMean: Double
    private let a: Double
    private let b: Double
    private let logInverseAlpha: Double
    private let quickLimit: Double

    /// 10⁹ is where rounding starts to show in the acceptance test.
    public init(mean: Double) {
        precondition(mean >= 0, "a Poisson distribution with the mean \(mean)")
        precondition(mean <= 1e9, "a Poisson distribution with the mean \(mean), more than 10⁹")
        self.mean = mean
        none = Elementary.exp(-mean)
        let rejecting = max(mean, 10)  // below, the rest is not used, but must be numbers
        logMean = Elementary.log(rejecting)
        b = 0.931 + 2.53 * rejecting.squareRoot()
        a = -0.059 + 0.02483 * b
        logInverseAlpha = Elementary.log(1.1239 + 1.1328 / (b - 3.4))
        quickLimit = 0.9277 - 3.6224 / (b - 2)
    }

    public var variance: Double { mean }

    public func sample(_ stream: inout RandomStream) -> Int {
        mean <= 10 ? counted(stream.openUnit()) : accepted(&stream)
    }

    private func counted(_ share: Double) -> Int {
        var rest = share
        var probability = none
        var count = 0
        // The sum of all probabilities may stay a rounding error below the largest share, hence the bound:
        // beyond 100 lies less than 10⁻⁵⁰.
        while rest > probability && count < 100 {
            rest -= probability
            count += 1
            probability *= mean / Double(count)
        }
        return count
    }

    private func accepted(_ stream: inout RandomStream) -> Int {
        while true {
            let u = stream.openUnit() - 0.5
            let v = stream.openUnit()
            let margin = 0.5 - u.magnitude
            let x = (2 * a / margin + b) * u + mean + 0.43
            guard x >= 0, x < 0x1p53 else { continue }
            let count = Int(x)
            if margin >= 0.07 && v <= quickLimit { return count }
            if margin < 0.013 && v > margin { continue }
            let k = Double(count)
            if Elementary.log(v) + logInverseAlpha - Elementary.log(a / (margin * margin) + b)
                <= k * logMean - mean - Elementary.logGamma(k + 1)
            {
                return count
            }
        }
    }
}
