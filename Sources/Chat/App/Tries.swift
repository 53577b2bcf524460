internal import Simulation
public import Vocabulary

/// How often an app tries something, and how long it pauses in between.
///
/// Pause n, from 0, is drawn evenly from nothing to base · 2ⁿ, at most the cap: *full jitter*, for the
/// reason that `RetryPolicy` gives for calls.
public struct Tries: Hashable, Sendable {
    /// How often in all.
    public var limit: UInt32
    public var base: Span
    public var cap: Span

    /// Town numbers the draws of a letter by its attempts, in 20 bits.
    static let greatestLimit = 1 << 20

    public init(limit: Int, base: Span, cap: Span) {
        precondition((1...Self.greatestLimit).contains(limit), "\(limit) attempts")
        precondition(base >= .zero)
        precondition(cap >= base, "the longest pause, \(cap), is shorter than the first, \(base)")
        self.limit = UInt32(limit)
        self.base = base
        self.cap = cap
    }

    /// The cap is halved instead of the base doubled, which could overflow; of whole nanoseconds both say
    /// the same.
    func longestPause(_ number: UInt32) -> Span {
        base.nanoseconds <= cap.nanoseconds >> number ? Span(nanoseconds: base.nanoseconds << number) : cap
    }

    /// Takes one number from the stream.
    func pause(_ number: UInt32, drawing stream: inout RandomStream) -> Span {
        Span(roundingNanoseconds: stream.unit() * Double(longestPause(number).nanoseconds))
    }
}
