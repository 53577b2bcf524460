/// A lifetime whose risk of ending grows (shape above 1) or falls (below 1) with age. One draw a sample.
@frozen
public struct Weibull: Hashable, Sendable {
    public let scale: Double
    public let shape: Double
    @usableFromInline let exponent: Double

    public init(scale: Double, shape: Double) {
        precondition(scale > 0, "a Weibull distribution of scale \(scale)")
        precondition(scale.isFinite, "a Weibull distribution of scale \(scale)")
        precondition(shape > 0, "a Weibull distribution of shape \(shape)")
        precondition(shape.isFinite, "a Weibull distribution of shape \(shape)")
        self.scale = scale
        self.shape = shape
        exponent = 1 / shape
    }

    public var mean: Double { scale * Elementary.exp(Elementary.logGamma(1 + exponent)) }
    public var variance: Double {
        scale * scale * Elementary.exp(Elementary.logGamma(1 + 2 * exponent)) - mean * mean
    }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return scale * Elementary.pow(-Elementary.log(1 - share), exponent)
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
