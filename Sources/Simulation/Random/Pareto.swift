/// Many small and a few huge: what exceeds x does so with probability (low/x)^shape. One draw a sample.
///
/// With an upper bound it is the bounded Pareto distribution: the same law on condition of a value not above
/// `high`.
@frozen
public struct Pareto: Hashable, Sendable {
    public let low: Double
    public let high: Double
    public let shape: Double
    @usableFromInline let shareBelowHigh: Double
    @usableFromInline let exponent: Double

    public init(from low: Double, shape: Double, to high: Double = .infinity) {
        precondition(low > 0, "a Pareto distribution from \(low)")
        precondition(low.isFinite, "a Pareto distribution from \(low)")
        precondition(shape > 0, "a Pareto distribution of shape \(shape)")
        precondition(shape.isFinite, "a Pareto distribution of shape \(shape)")
        precondition(high > low, "a Pareto distribution from \(low) ends at \(high)")
        self.low = low
        self.high = high
        self.shape = shape
        shareBelowHigh = 1 - Elementary.pow(low / high, shape)
        exponent = -1 / shape
    }

    /// Infinite if unbounded and of a shape up to 1.
    public var mean: Double { moment(1) }

    /// Infinite if unbounded and of a shape up to 2.
    public var variance: Double {
        let mean = moment(1)
        return mean == .infinity ? .infinity : moment(2) - mean * mean
    }

    /// The integral of xᵏ times the density, shape·lowˢʰᵃᵖᵉ·x^(−shape−1)/shareBelowHigh.
    ///
    /// Written by way of (eʸ − 1)/y, which passes smoothly through shape = k.
    private func moment(_ order: Double) -> Double {
        let power = order == 1 ? low : low * low
        guard high < .infinity else {
            return shape > order ? power * shape / (shape - order) : .infinity
        }
        let width = Elementary.log(high / low)
        return power * shape / shareBelowHigh * width * Elementary.growth((order - shape) * width)
    }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return min(high, low * Elementary.pow(1 - share * shareBelowHigh, exponent))
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
