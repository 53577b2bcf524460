public import Simulation
public import Vocabulary

extension Varied<Span> {
    /// What so many pieces of work take together, each drawn by itself.
    @inlinable
    public func drawn(_ count: Int = 1, from stream: inout RandomStream) -> Span {
        var sum = Span.zero
        for _ in 0..<count { sum += Span(roundingNanoseconds: spread.sample(&stream)) }
        return sum
    }
}
