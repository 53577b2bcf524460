/// Every value between two bounds, equally likely. One draw a sample.
@frozen
public struct Uniform: Hashable, Sendable {
    public let low: Double
    public let high: Double

    public init(from low: Double, to high: Double) {
        precondition(low.isFinite, "a uniform distribution starts at \(low)")
        precondition(high.isFinite, "a uniform distribution ends at \(high)")
        precondition(low <= high, "a uniform distribution from \(low) ends below, at \(high)")
        self.low = low
        self.high = high
    }

    public var mean: Double { low + (high - low) / 2 }
    public var variance: Double { (high - low) * (high - low) / 12 }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return min(high, low + (high - low) * share)  // rounding must not leave the bounds
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
