/// A value whose logarithm is normal, and which is never below a floor: a delay. One draw a sample.
///
/// The floor is what physics allows (light in a fibre): samples below it are raised to it, they are not drawn
/// again, so the median and the upper percentiles stay what the file says. Mean and variance include the
/// floor.
@frozen
public struct LogNormal: Hashable, Sendable {
    public let mu: Double
    public let sigma: Double
    public let floor: Double

    /// `mu` and `sigma` are the mean and the deviation of the logarithm.
    public init(mu: Double, sigma: Double, floor: Double = 0) {
        precondition(mu.isFinite, "a lognormal distribution with mu = \(mu)")
        precondition(sigma > 0, "a lognormal distribution with sigma = \(sigma)")
        precondition(sigma.isFinite, "a lognormal distribution with sigma = \(sigma)")
        precondition(floor >= 0, "a lognormal distribution with the floor \(floor)")
        precondition(floor.isFinite, "a lognormal distribution with the floor \(floor)")
        self.mu = mu
        self.sigma = sigma
        self.floor = floor
    }

    /// Half of the samples are below `median`, and `share` of them (0.99, say) below `value`.
    public init(median: Double, share: Double, below value: Double, floor: Double = 0) {
        precondition(median > 0, "a lognormal distribution with the median \(median)")
        precondition(share > 0.5, "a share of \(share) is not above the median")
        precondition(share < 1, "no value of a lognormal distribution has a share of \(share) below it")
        precondition(value > median, "\(value) is not above the median, \(median)")
        self.init(
            mu: Elementary.log(median),
            sigma: Elementary.log(value / median) / Normal.standardQuantile(share), floor: floor)
    }

    public var mean: Double { moment(1) }
    public var variance: Double {
        let mean = moment(1)
        return moment(2) - mean * mean
    }

    /// The mean of the `order`th power: floorᵏ·Φ(a) + e^(kμ + k²σ²/2)·Φ(kσ − a), a = (ln floor − μ)/σ.
    private func moment(_ order: Double) -> Double {
        let a = (Elementary.log(floor) - mu) / sigma
        let raised = (order == 1 ? floor : floor * floor) * Normal.standardShare(below: a)
        let free = Elementary.exp(order * mu + order * order * sigma * sigma / 2)
        return raised + free * Normal.standardShare(below: order * sigma - a)
    }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return max(floor, Elementary.exp(mu + sigma * Normal.standardQuantile(share)))
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
