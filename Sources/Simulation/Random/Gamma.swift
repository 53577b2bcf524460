/// A wait of several exponential steps, of which there may also be a fraction.
///
/// Two draws a trial and at most 1.05 trials a sample on the average, and one draw more for shapes below 1:
/// there is no closed inverse. G. Marsaglia and W. W. Tsang, *A simple method for generating gamma variables*
/// (2000): the cube of a scaled normal variate, seldom rejected.
@frozen
public struct Gamma: Hashable, Sendable {
    public let shape: Double
    public let scale: Double
    @usableFromInline let d: Double
    @usableFromInline let c: Double

    public init(shape: Double, scale: Double) {
        precondition(shape > 0, "a gamma distribution of shape \(shape)")
        precondition(shape.isFinite, "a gamma distribution of shape \(shape)")
        precondition(scale > 0, "a gamma distribution of scale \(scale)")
        precondition(scale.isFinite, "a gamma distribution of scale \(scale)")
        self.shape = shape
        self.scale = scale
        d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
        c = 1 / (9 * d).squareRoot()
    }

    public var mean: Double { shape * scale }
    public var variance: Double { shape * scale * scale }

    public func sample(_ stream: inout RandomStream) -> Double {
        // Below 1 the method has no peak to stand on: Γ(shape) is Γ(shape + 1)·U^(1/shape).
        let thinning = shape < 1 ? Elementary.pow(stream.openUnit(), 1 / shape) : 1
        while true {
            let x = Normal.standardQuantile(stream.openUnit())
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let u = stream.openUnit()
            let square = x * x
            if u < 1 - 0.0331 * (square * square)
                || Elementary.log(u) < square / 2 + d * (1 - v + Elementary.log(v))
            {
                return scale * d * v * thinning
            }
        }
    }
}
