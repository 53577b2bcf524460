public import Simulation
public import Vocabulary

/// What one direction of a link does to packets, without the state of any link.
///
/// A fault is a profile too, of one more stretch of the way: its delay is added to that of the link, each
/// stretch may lose, spoil, repeat or hold up a packet, and the narrowest decides the bandwidth. So faults
/// add up in any number, and the empty profile, `LinkProfile()`, changes nothing.
public struct LinkProfile: Hashable, Sendable {
    /// One way, in nanoseconds, drawn for each packet.
    public var delay: Spread
    /// A drawn delay below it is raised to it.
    public var floor: Span
    public var loss: LossModel
    /// A packet arrives twice, the second time after a delay of its own.
    public var duplication: Bernoulli
    public var reordering: Reordering
    /// What arrives spoiled, which a checksum finds. In a stream it counts as lost.
    public var corruption: Bernoulli
    public var bandwidth: Bandwidth?

    public init(
        delay: Spread = .constant(0), floor: Span = .zero, loss: LossModel = .none,
        duplication: Bernoulli = Bernoulli(0), reordering: Reordering = .none,
        corruption: Bernoulli = Bernoulli(0), bandwidth: Bandwidth? = nil
    ) {
        precondition(floor >= .zero, "a delay of at least \(floor) would arrive before it was sent")
        self.delay = delay
        self.floor = floor
        self.loss = loss
        self.duplication = duplication
        self.reordering = reordering
        self.corruption = corruption
        self.bandwidth = bandwidth
    }

    /// Some packets take so much longer that later ones overtake them.
    public struct Reordering: Hashable, Sendable {
        public var probability: Bernoulli
        public var extra: Span

        public init(probability: Bernoulli, extra: Span) {
            precondition(extra >= .zero, "an extra delay of \(extra) would arrive before it was sent")
            self.probability = probability
            self.extra = extra
        }

        public static let none = Reordering(probability: Bernoulli(0), extra: .zero)
    }
}

extension Spread {
    /// Always this long.
    public static func delay(_ span: Span) -> Spread { .constant(Double(span.nanoseconds)) }

    /// Lognormal, as delays are stated: half of them below `median`, all but one in a hundred below `p99`.
    public static func delay(median: Span, p99: Span) -> Spread {
        .logNormal(
            LogNormal(median: Double(median.nanoseconds), share: 0.99, below: Double(p99.nanoseconds)))
    }
}
