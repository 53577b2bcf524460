public import Vocabulary

/// How often one person sends, over the whole run: a rate that changes linearly from point to point, and its
/// integral.
///
/// The integral turns any such rate into a plain count: a person's n-th tap is when the integral reaches the
/// sum of n distances (`TapSpacing`). So taps depend on the rate and on the person's own draws alone.
public struct LoadCurve: Sendable {
    /// A stretch of the run in which the rate goes linearly from one value to another.
    struct LinearPiece {
        var start: Double  // ns
        var length: Double  // ns
        var rate: Double  // taps a ns, at the start
        var slope: Double  // of the rate, a ns
        var before: Double  // the integral at the start
    }

    private var stretches: [LinearPiece] = []

    /// Points in the order of time: from each one on to the next the rate, in taps a second, goes linearly;
    /// two points at one time are a step.
    public init(_ points: [(at: Span, perSecond: Double)], end: Span) {
        var before = 0.0
        for (place, point) in points.enumerated() {
            precondition(point.perSecond >= 0, "a rate of \(point.perSecond) a second")
            let next = place + 1 < points.count ? points[place + 1] : (at: end, perSecond: point.perSecond)
            precondition(next.at >= point.at, "points of a load curve come in the order of time")
            let length = Double((min(next.at, end) - point.at).nanoseconds)
            guard length > 0 else { continue }
            let rate = point.perSecond / 1e9
            let slope = (next.perSecond / 1e9 - rate) / Double((next.at - point.at).nanoseconds)
            stretches.append(
                LinearPiece(
                    start: Double(point.at.nanoseconds), length: length, rate: rate, slope: slope,
                    before: before))
            before += length * (rate + slope * length / 2)
        }
        total = before
    }

    /// How many times one person taps in all, on average.
    public let total: Double

    /// When the integral reaches `count`; nil when the run is over before.
    @inlinable
    public func time(of count: Double) -> Instant? { count < total ? find(count) : nil }

    @usableFromInline
    func find(_ count: Double) -> Instant? {
        for stretch in stretches {
            let rest = count - stretch.before
            let end = stretch.length * (stretch.rate + stretch.slope * stretch.length / 2)
            guard rest < end else { continue }
            // rate·x + slope·x²/2 = rest, solved so that a slope of nearly nothing does no harm. Where the
            // rate falls to nothing, rounding could leave a little less than nothing below the root.
            let square = stretch.rate * stretch.rate + 2 * stretch.slope * rest
            let offset = rest > 0 ? 2 * rest / (stretch.rate + max(0, square).squareRoot()) : 0
            return Instant(nanoseconds: UInt64(stretch.start + min(offset, stretch.length)))
        }
        return nil
    }

    /// How many times one person has tapped by then, on average.
    public func integral(to time: Instant) -> Double {
        let time = Double(time.nanoseconds)
        guard let stretch = stretches.last(where: { $0.start <= time }) else { return 0 }
        let passed = min(time - stretch.start, stretch.length)
        return stretch.before + passed * (stretch.rate + stretch.slope * passed / 2)
    }

    /// Taps a second at a moment, for those who plan.
    public func rate(at time: Instant) -> Double {
        let time = Double(time.nanoseconds)
        let stretch = stretches.last { $0.start <= time }
        guard let stretch, time < stretch.start + stretch.length else { return 0 }
        return (stretch.rate + stretch.slope * (time - stretch.start)) * 1e9
    }
}
