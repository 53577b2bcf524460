/// A mean and how far it may be from the truth.
public struct Estimate: Hashable, Sendable {
    public var mean: Double
    public var standardError: Double
    public var degreesOfFreedom: Int

    /// How probable it is that an interval covers the true mean.
    public enum Confidence: Sendable { case percent95, percent99 }

    /// Half the width of the interval around the mean that covers the true one with that confidence.
    public func halfWidth(_ confidence: Confidence) -> Double {
        confidence.studentT(degreesOfFreedom: degreesOfFreedom) * standardError
    }
}

extension Estimate.Confidence {
    /// The two-sided critical value of Student's t distribution, to within 0.00003.
    ///
    /// Few degrees of freedom come from a table, more from the expansion in powers of their inverse around
    /// the normal distribution's value (Abramowitz and Stegun, 26.7.5), which needs nothing but
    /// multiplication and division.
    package func studentT(degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom > 0, "one value says nothing about its error")
        if degreesOfFreedom <= table.count { return table[degreesOfFreedom - 1] }
        let x = normal
        let x2 = x * x
        let inverse = 1 / Double(degreesOfFreedom)
        let first = (x2 + 1) * x / 4
        let second = ((5 * x2 + 16) * x2 + 3) * x / 96
        let third = (((3 * x2 + 19) * x2 + 17) * x2 - 15) * x / 384
        let fourth = ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) * x / 92_160
        return x + (first + (second + (third + fourth * inverse) * inverse) * inverse) * inverse
    }

    private var normal: Double {
        switch self {
        case .percent95: 1.959963985
        case .percent99: 2.575829304
        }
    }

    private var table: [Double] {
        switch self {
        case .percent95:
            [
                12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912,
                2.364624, 2.306004, 2.262157, 2.228139, 2.200985, 2.178813,
            ]
        case .percent99:
            [
                63.656741, 9.924843, 5.840909, 4.604095, 4.032143, 3.707428,
                3.499483, 3.355387, 3.249836, 3.169273, 3.105807, 3.054540,
            ]
        }
    }
}
