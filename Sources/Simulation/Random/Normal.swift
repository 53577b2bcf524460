/// The bell curve. One draw a sample: the inverse of the distribution function, not a pair by Box and Muller,
/// which would make a stream remember half a draw.
@frozen
public struct Normal: Hashable, Sendable {
    public let mean: Double
    public let deviation: Double

    public init(mean: Double, deviation: Double) {
        precondition(mean.isFinite, "a normal distribution with the mean \(mean)")
        precondition(deviation > 0, "a normal distribution with the deviation \(deviation)")
        precondition(deviation.isFinite, "a normal distribution with the deviation \(deviation)")
        self.mean = mean
        self.deviation = deviation
    }

    public var variance: Double { deviation * deviation }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return mean + deviation * Self.standardQuantile(share)
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}

extension Normal {
    /// Where the standard normal distribution (mean 0, deviation 1) reaches `share`.
    ///
    /// M. J. Wichura, *Algorithm AS 241: the percentage points of the normal distribution* (1988), PPND16:
    /// three quotients of polynomials of degree 7, one for the middle 85 %, two for the tails; relative error
    /// about 10⁻¹⁶.
    @usableFromInline
    static func standardQuantile(_ share: Double) -> Double {
        let q = share - 0.5
        if q.magnitude <= 0.425 {
            let r = 0.180625 - q * q
            return q
                * polynomial(
                    r, 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                    3.3430575583588128105e+4, 2.5090809287301226727e+3)
                / polynomial(
                    r, 1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                    2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
                    5.2264952788528545610e+3)
        }
        let tail = q < 0 ? share : 1 - share
        if tail == 0 { return q < 0 ? -.infinity : .infinity }
        let distance = (-Elementary.log(tail)).squareRoot()
        let magnitude: Double
        if distance <= 5 {
            let r = distance - 1.6
            magnitude =
                polynomial(
                    r, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                    2.27238449892691845833e-2, 7.74545014278341407640e-4)
                / polynomial(
                    r, 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                    1.05075007164441684324e-9)
        } else {
            let r = distance - 5
            magnitude =
                polynomial(
                    r, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                    2.71155556874348757815e-5, 2.01033439929228813265e-7)
                / polynomial(
                    r, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
                    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
                    1.42151175831644588870e-7, 2.04426310338993978564e-15)
        }
        return q < 0 ? -magnitude : magnitude
    }

    /// The share of the standard normal distribution below `x`; accurate to 10⁻¹⁴ of itself also ten
    /// deviations out.
    ///
    /// Near the middle the series of G. Marsaglia, *Evaluating the normal distribution* (2004); in the tails,
    /// where the series would cancel out, Laplace's continued fraction.
    package static func standardShare(below x: Double) -> Double {
        let density = 0x1.9884533d43651p-2 * Elementary.exp(-x * x / 2)  // (2π)^(−½) at the centre
        guard x.magnitude > 2.5 else {
            var term = x
            var sum = x
            var odd = 1.0
            while term.magnitude > 0x1p-60 {
                odd += 2
                term *= x * x / odd
                sum += term
            }
            return 0.5 + density * sum
        }
        if x.magnitude > 39 { return x < 0 ? 0 : 1 }
        // 120 levels settle the last bit from 2.5 on.
        var fraction = x.magnitude
        for level in stride(from: 120.0, through: 1, by: -1) { fraction = x.magnitude + level / fraction }
        return x < 0 ? density / fraction : 1 - density / fraction
    }

    /// a + bx + … + hx⁷ in pairs, pairs of pairs and so on (G. Estrin, 1960): the processor has no need to
    /// wait for one term before it starts the next.
    @inline(__always)
    private static func polynomial(
        _ x: Double, _ a: Double, _ b: Double, _ c: Double, _ d: Double,
        _ e: Double, _ f: Double, _ g: Double, _ h: Double
    ) -> Double {
        let square = x * x
        return ((a + b * x) + (c + d * x) * square)
            + ((e + f * x) + (g + h * x) * square) * (square * square)
    }
}
