internal import Vocabulary

/// A share of all values, in whole millionths.
///
/// Not a `Double`: 99.9 / 100 · 1,000 is 999.0000000000001 there, and the 999th of 1,000 becomes the 1,000th.
public struct Percentile: Hashable, Comparable, Sendable {
    public let partsPerMillion: UInt32

    public init(partsPerMillion: UInt32) {
        precondition(partsPerMillion <= 1_000_000, "a percentile is at most 100 %")
        self.partsPerMillion = partsPerMillion
    }

    public static let p50 = Percentile(partsPerMillion: 500_000)
    public static let p90 = Percentile(partsPerMillion: 900_000)
    public static let p95 = Percentile(partsPerMillion: 950_000)
    public static let p99 = Percentile(partsPerMillion: 990_000)
    public static let p99_9 = Percentile(partsPerMillion: 999_000)
    public static let p99_99 = Percentile(partsPerMillion: 999_900)

    public static func < (a: Percentile, b: Percentile) -> Bool { a.partsPerMillion < b.partsPerMillion }

    /// The nearest rank: the first of `count` values in ascending order, from 1, that reaches this share.
    public func rank(among count: UInt64) -> UInt64 {
        let (whole, rest) = (UInt128(count) * UInt128(partsPerMillion))
            .quotientAndRemainder(dividingBy: 1_000_000)
        return max(1, UInt64(whole) + (rest > 0 ? 1 : 0))
    }
}

extension Percentile: CustomStringConvertible {
    /// As people write it: `p50`, `p99.9`.
    public var description: String {
        var percent = FixedDecimal(units: UInt128(partsPerMillion), decimals: 4).description
        while percent.last == "0" { percent.removeLast() }
        if percent.last == "." { percent.removeLast() }
        return "p\(percent)"
    }
}

// Specialised, because other modules would run the generic code, and that is twenty times slower.
extension Histogram {
    /// The smallest value that at least this share of all values does not exceed; nil when there are none.
    ///
    /// The first and the last value are exact; any other is the middle of its bucket, and never outside what
    /// was recorded.
    public func value(at percentile: Percentile) -> UInt64? { value(at: percentile, outOf: recorded) }

    /// The same among `all` values, of which those not recorded are greater than any that was; nil when it is
    /// one of those. (A letter that never arrived is later than all others.)
    @specialized(where Precision == FinePrecision)
    @specialized(where Precision == CoarsePrecision)
    public func value(at percentile: Percentile, outOf all: UInt64) -> UInt64? {
        precondition(all >= recorded, "\(recorded) values were recorded, and are said to be out of \(all)")
        let rank = percentile.rank(among: all)
        guard rank <= recorded else { return nil }
        var reached: UInt64 = 0
        for bucket in buckets {
            reached += bucket.count
            if reached >= rank { return reported(rank: rank, in: bucket) }
        }
        preconditionFailure("the buckets hold fewer values than were recorded")
    }

    /// How many values percentiles report as greater than `limit`.
    ///
    /// That, and not a count of its own, so that p99 is above a limit exactly when more than 1 % of the
    /// values are.
    @specialized(where Precision == FinePrecision)
    @specialized(where Precision == CoarsePrecision)
    public func count(above limit: UInt64) -> UInt64 {
        guard largest > limit, recorded > 0 else { return 0 }
        guard smallest <= limit else { return recorded }
        // The last value is above and the first is not, wherever the middles of their buckets lie.
        var above: UInt64 = 1
        var position: UInt64 = 0
        for bucket in buckets {
            let first: UInt64 = position == 0 ? 1 : 0
            position += bucket.count
            let last: UInt64 = position == recorded ? 1 : 0
            if clamped(bucket.middle) > limit { above += bucket.count - first - last }
        }
        return above
    }

    /// The standard deviation of all values, each taken as the middle of its bucket.
    public var standardDeviation: Double? {
        guard let mean else { return nil }
        var squares = 0.0
        for bucket in buckets {
            let distance = Double(clamped(bucket.middle)) - mean
            squares += distance * distance * Double(bucket.count)
        }
        return (squares / Double(recorded)).squareRoot()
    }

    /// What is reported for the value of that rank, which lies in `bucket`.
    func reported(rank: UInt64, in bucket: Bucket) -> UInt64 {
        switch rank {
        case 1: smallest
        case recorded: largest
        default: clamped(bucket.middle)
        }
    }

    private func clamped(_ value: UInt64) -> UInt64 { Swift.min(Swift.max(value, smallest), largest) }
}
