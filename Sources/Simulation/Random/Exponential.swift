/// The time to the next of events that happen independently of each other and of the past. One draw a sample.
@frozen
public struct Exponential: Hashable, Sendable {
    public let mean: Double

    public init(mean: Double) {
        precondition(mean > 0, "an exponential distribution with the mean \(mean)")
        precondition(mean.isFinite, "an exponential distribution with the mean \(mean)")
        self.mean = mean
    }

    public var variance: Double { mean * mean }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        return -mean * Elementary.log(1 - share)
    }

    /// The quantile at a share of the stream's choice, but for the last digits of very short times.
    public func sample(_ stream: inout RandomStream) -> Double {
        -mean * Elementary.logOfShare(stream.openUnitFromAbove())
    }
}
