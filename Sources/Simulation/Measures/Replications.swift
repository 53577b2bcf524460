/// Independent values of one quantity, one per seed: their mean, their spread, and what that says of the
/// truth.
///
/// Mean and squared distances are updated value by value, as Welford's method does (Technometrics 4, 1962):
/// sums of squares would cancel when the spread is small against the mean.
public struct Replications: Hashable, Sendable {
    public private(set) var count = 0
    private var runningMean = 0.0
    private var squares = 0.0  // of the distances from the mean

    public init() {}

    public init(_ values: some Sequence<Double>) {
        for value in values { record(value) }
    }

    public mutating func record(_ value: Double) {
        precondition(value.isFinite, "the mean of \(value) and other values says nothing")
        count += 1
        let distance = value - runningMean
        runningMean += distance / Double(count)
        squares += distance * (value - runningMean)
    }

    public var mean: Double? { count > 0 ? runningMean : nil }

    /// The spread of the values, estimated from them (over n - 1).
    public var standardDeviation: Double? {
        count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
    }

    /// The mean with its standard error; nil for fewer than two values.
    public var estimate: Estimate? {
        standardDeviation.map {
            Estimate(
                mean: runningMean, standardError: $0 / Double(count).squareRoot(),
                degreesOfFreedom: count - 1)
        }
    }
}
