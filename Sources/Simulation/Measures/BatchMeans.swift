/// The mean of observations of one run that depend on their neighbours, with an honest standard error.
///
/// What follows a slow letter is slow too, so n letters say much less than n independent ones. The run is
/// therefore cut into batches, and the means of batches, once these are much longer than the dependence, are
/// nearly independent. Nobody knows that length beforehand: when the 64th batch is complete, neighbours merge
/// and the size of a batch doubles, so that there are 32 to 63 from the 32nd observation on.
///
///     size 1    [ x1 | x2 | x3 | x4 | ... | x63 | x64 ]
///     size 2    [ mean of 2 | mean of 2 | ... | mean of 2 ]  32 batches, and room for 31 more
///
/// The estimate leaves out the last, incomplete batch, less than a 32nd of all. (Law, Simulation Modeling and
/// Analysis, section 9.5; doubling as in Fishman, Grouping observations in digital simulation, Management
/// Science 24, 1978.)
public struct BatchMeans: Hashable, Sendable {
    private static let limit = 64

    /// How many observations a batch has.
    public private(set) var batchSize = 1
    package private(set) var means: [Double] = []
    private var unfinished = 0.0  // the mean of the observations since the last whole batch
    private var unfinishedCount = 0

    public init() {}

    public mutating func record(_ observation: Double) {
        precondition(observation.isFinite, "the mean of \(observation) and other values says nothing")
        unfinishedCount += 1
        unfinished += (observation - unfinished) / Double(unfinishedCount)
        guard unfinishedCount == batchSize else { return }
        means.append(unfinished)
        (unfinished, unfinishedCount) = (0, 0)
        if means.count == Self.limit { mergePairs() }
    }

    /// How many whole batches there are.
    public var batchCount: Int { means.count }

    /// The mean of the whole batches and its standard error; nil for fewer than two. Believe the error only
    /// if `batchesLookIndependent`.
    public var estimate: Estimate? { Replications(means).estimate }

    /// The correlation between neighbouring batches; nil when they do not differ.
    public var autocorrelation: Double? {
        guard let mean = Replications(means).mean else { return nil }
        var squares = 0.0
        var products = 0.0
        var last = 0.0
        for batch in means {
            let distance = batch - mean
            squares += distance * distance
            products += last * distance
            last = distance
        }
        return squares > 0 ? products / squares : nil
    }

    /// Whether the batches are long enough for the standard error, as far as they can tell.
    ///
    /// The correlation of m independent batches scatters around -1/m with a standard deviation of about 1/√m;
    /// what is more than 1.645 of these above 0 comes by chance once in twenty times at most. Too few batches
    /// to tell do not look independent; equal ones do.
    public var batchesLookIndependent: Bool {
        guard means.count >= Self.limit / 2 else { return false }
        return (autocorrelation ?? 0) * Double(means.count).squareRoot() <= 1.645
    }

    private mutating func mergePairs() {
        means = stride(from: 0, to: means.count, by: 2).map { index -> Double in
            let (first, second) = (means[index], means[index + 1])
            return first + (second - first) / 2
        }
        batchSize *= 2
    }
}
