/// Student's t distribution for any level: what is judged at once in many figures needs levels far out, for
/// which there are no tables.
///
/// For whole degrees of freedom its distribution is a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4).
/// Beyond additions, multiplications, divisions and square roots it needs an arc tangent, which is made of
/// these, so that the last digit is the same on every machine.
package enum Student {
    /// The value that |t| exceeds with probability `level`.
    package static func critical(level: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom > 0, "one value says nothing about its error")
        precondition(level > 0 && level < 1, "\(level) is no probability")
        var (low, high) = (0.0, 1.0)
        while within(high, degreesOfFreedom) < 1 - level, high < 1e9 { high *= 2 }
        // Each step halves the interval: 64 of them leave nothing that a Double could tell apart.
        for _ in 0..<64 {
            let middle = low + (high - low) / 2
            if within(middle, degreesOfFreedom) < 1 - level { low = middle } else { high = middle }
        }
        return high
    }

    /// The probability that |t| is at most `t`.
    package static func within(_ t: Double, _ degreesOfFreedom: Int) -> Double {
        let nu = Double(degreesOfFreedom)
        let cos2 = nu / (nu + t * t)
        let sin = t / (nu + t * t).squareRoot()
        if degreesOfFreedom % 2 == 0 {
            var (term, sum) = (1.0, 1.0)
            for k in stride(from: 2, to: degreesOfFreedom, by: 2) {
                term *= Double(k - 1) / Double(k) * cos2
                sum += term
            }
            return sin * sum
        }
        var sum = 0.0
        if degreesOfFreedom > 1 {
            var term = cos2.squareRoot()
            sum = term
            for k in stride(from: 3, to: degreesOfFreedom, by: 2) {
                term *= Double(k - 1) / Double(k) * cos2
                sum += term
            }
        }
        return 2 / Double.pi * (arcTangent(t / nu.squareRoot()) + sin * sum)
    }

    /// tan(a/2) = tan(a) / (1 + √(1 + tan²(a))): five halvings leave an argument below 0.05, where nine terms
    /// of the series are exact to the last bit.
    static func arcTangent(_ x: Double) -> Double {
        var x = x
        for _ in 0..<5 { x /= 1 + (1 + x * x).squareRoot() }
        var sum = 0.0
        for k in stride(from: 17, through: 1, by: -2) {
            sum = (k % 4 == 1 ? 1.0 : -1.0) / Double(k) + x * x * sum
        }
        return 32 * x * sum
    }
}
