/// A measured distribution: so much of it lies below this value, so much below that one, and straight lines
/// between the points. One draw a sample.
///
/// The inverse distribution function is the table itself. A guide (Chen and Asau, 1974) says for each of 2ᵏ
/// equal slices of (0, 1) where to start looking, so that a look-up takes one or two steps in a table of any
/// length.
public struct QuantileTable: Hashable, Sendable {
    @usableFromInline
    struct Segment: Hashable, Sendable {
        @usableFromInline let start: Double  // shares
        @usableFromInline let end: Double
        @usableFromInline let low: Double  // values
        @usableFromInline let high: Double
        @usableFromInline let slope: Double
    }

    @usableFromInline let segments: [Segment]
    @usableFromInline let guide: [Int32]
    @usableFromInline let slices: Double

    /// From the smallest value, of which the share is 0, to the largest, of which it is 1.
    public init(_ points: [(share: Double, value: Double)]) {
        precondition(points.count >= 2, "a table of quantiles with \(points.count) points has no line")
        precondition(points[0].share == 0, "a table of quantiles starts with the share 0")
        precondition(points[points.count - 1].share == 1, "a table of quantiles ends with the share 1")
        segments = zip(points, points.dropFirst()).map { from, to in
            precondition(from.value.isFinite, "a table of quantiles with the value \(from.value)")
            precondition(to.value.isFinite, "a table of quantiles with the value \(to.value)")
            precondition(from.share < to.share, "the share \(to.share) does not follow \(from.share)")
            precondition(from.value <= to.value, "the value \(to.value) does not follow \(from.value)")
            return Segment(
                start: from.share, end: to.share, low: from.value, high: to.value,
                slope: (to.value - from.value) / (to.share - from.share))
        }

        var slices = 16
        while slices < segments.count { slices *= 2 }
        self.slices = Double(slices)
        var guide: [Int32] = []
        var segment = 0
        for slice in 0..<slices {
            while segments[segment].end <= Double(slice) / Double(slices) { segment += 1 }
            guide.append(Int32(segment))
        }
        self.guide = guide
    }

    public var mean: Double {
        segments.reduce(0) { $0 + ($1.end - $1.start) * ($1.low + $1.high) / 2 }
    }

    /// Of every segment the mean square about the common mean, (a² + ab + b²)/3 for a uniform piece from a to
    /// b.
    public var variance: Double {
        let mean = mean
        return segments.reduce(0) { sum, segment in
            let a = segment.low - mean
            let b = segment.high - mean
            return sum + (segment.end - segment.start) * (a * a + a * b + b * b) / 3
        }
    }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        precondition(share >= 0 && share <= 1, "a share is between 0 and 1")
        if share == 1 { return segments[segments.count - 1].high }
        var index = Int(guide[Int(share * slices)])
        while segments[index].end <= share { index += 1 }
        let segment = segments[index]
        return min(segment.high, segment.low + (share - segment.start) * segment.slope)
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
