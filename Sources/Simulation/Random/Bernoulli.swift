/// Yes with a given probability: a packet lost, a call answered. One draw a sample, also where 0 or 1 make it
/// certain, so that turning a fault up from nothing moves no other draw.
@frozen
public struct Bernoulli: Hashable, Sendable {
    public let probability: Double

    public init(_ probability: Double) {
        precondition(probability >= 0, "a probability of \(probability)")
        precondition(probability <= 1, "a probability of \(probability)")
        self.probability = probability
    }

    public var mean: Double { probability }
    public var variance: Double { probability * (1 - probability) }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Bool { stream.unit() < probability }
}
