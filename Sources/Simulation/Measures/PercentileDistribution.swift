public import Vocabulary

/// The percentiles of a histogram as a text that plotters of latency read: HdrHistogram's `.hgrm` format.
///
///            Value     Percentile TotalCount 1/(1-Percentile)
///
///            1.000 0.000000000000          1           1.00
///            ...
///            2.000 0.500000000000          2           2.00
///            ...
///            4.000 1.000000000000          3
///     #[Mean    =        2.333, StdDeviation   =        1.247]
///     #[Max     =        4.000, Total count    =            3]
///     #[Buckets =           55, SubBuckets     =         1024]
///
/// The rows come closer together towards 100 %: five to the first half, five to half of what is left, and so
/// on, until a row reaches the last value. `TotalCount` is the count up to the end of the value's bucket. The
/// layout is that of `outputPercentileDistribution` in HdrHistogram for Java; `HdrHistogram_c` writes fewer
/// decimals and `inf` at the end, which is read too. The numbers are kept as written: what `text` wrote, read
/// and written again, is the same.
public struct PercentileDistribution: Hashable, Sendable {
    public struct Quantile: Hashable, Sendable {
        public var value: FixedDecimal
        /// The share of all values that this row is about, from 0 to 1.
        public var percentile: FixedDecimal
        public var totalCount: UInt64
        /// 1/(1 - percentile); nil at 100 %.
        public var inverse: FixedDecimal?

        public init(
            value: FixedDecimal, percentile: FixedDecimal, totalCount: UInt64, inverse: FixedDecimal? = nil
        ) {
            self.value = value
            self.percentile = percentile
            self.totalCount = totalCount
            self.inverse = inverse
        }
    }

    public var rows: [Quantile]
    public var mean: FixedDecimal
    public var standardDeviation: FixedDecimal
    public var max: FixedDecimal
    public var totalCount: UInt64
    /// Of the histogram's layout: the doublings of the bucket width, counting the first width.
    public var buckets: UInt64
    /// Of the histogram's layout: how many buckets two pages have.
    public var subBuckets: UInt64
}

extension PercentileDistribution {
    /// The distribution of `histogram`, shown in units of `unit`: 1,000,000 shows nanoseconds as
    /// milliseconds.
    @specialized(where Precision == FinePrecision)
    @specialized(where Precision == CoarsePrecision)
    public init<Precision>(of histogram: Histogram<Precision>, unit: UInt64 = 1) {
        precondition(unit > 0, "a unit holds at least one")
        func shown(_ value: UInt64) -> FixedDecimal {
            FixedDecimal(rounding: UInt128(value), over: UInt128(unit), decimals: 3)
        }
        let count = histogram.count
        rows = []
        var step = PercentileLevel()
        var reached: UInt64 = 0
        for bucket in histogram.buckets {
            reached += bucket.count
            while rows.last?.totalCount != count, step.rank(among: count) <= reached {
                rows.append(
                    Quantile(
                        value: shown(histogram.reported(rank: step.rank(among: count), in: bucket)),
                        percentile: step.percentile, totalCount: reached, inverse: step.inverse))
                step.advance()
            }
        }
        if let largest = histogram.max {
            let whole = FixedDecimal(rounding: 1, over: 1, decimals: 12)
            rows.append(Quantile(value: shown(largest), percentile: whole, totalCount: count))
        }
        mean = FixedDecimal(
            rounding: histogram.sum, over: UInt128(unit) * UInt128(Swift.max(count, 1)), decimals: 3)
        standardDeviation = FixedDecimal(
            rounding: (histogram.standardDeviation ?? 0) / Double(unit), decimals: 3)
        max = shown(histogram.max ?? 0)
        totalCount = count
        buckets = UInt64(64 - Precision.pageBits)
        subBuckets = 2 << UInt64(Precision.pageBits)
    }

    /// A level of the distribution: all but `ticks` of the `10 · 2^halvings` parts of the whole.
    private struct PercentileLevel {
        private static let ticksPerHalf: UInt128 = 5
        private var parts = 2 * ticksPerHalf
        private var ticks = 2 * ticksPerHalf

        mutating func advance() {
            ticks -= 1
            guard ticks == Self.ticksPerHalf else { return }
            parts *= 2
            ticks *= 2
        }

        /// The first rank, from 1, at which the level is reached.
        func rank(among count: UInt64) -> UInt64 {
            Swift.max(1, count - UInt64(UInt128(count) * ticks / parts))
        }

        var percentile: FixedDecimal { FixedDecimal(rounding: parts - ticks, over: parts, decimals: 12) }
        var inverse: FixedDecimal { FixedDecimal(rounding: parts, over: ticks, decimals: 2) }
    }
}

extension PercentileDistribution {
    public var text: String {
        var text = Self.row("Value", "Percentile", "TotalCount", "1/(1-Percentile)") + "\n"
        for row in rows {
            text += Self.row(
                row.value.description, row.percentile.description, String(row.totalCount),
                row.inverse?.description)
        }
        text += "#[Mean    = \(mean, width: 12), StdDeviation   = \(standardDeviation, width: 12)]\n"
        text += "#[Max     = \(max, width: 12), Total count    = \(totalCount, width: 12)]\n"
        text += "#[Buckets = \(buckets, width: 12), SubBuckets     = \(subBuckets, width: 12)]\n"
        return text
    }

    private static func row(_ value: String, _ percentile: String, _ count: String, _ inverse: String?)
        -> String
    {
        let columns = "\(value, width: 12) \(percentile, width: 14) \(count, width: 10)"
        return inverse.map { "\(columns) \($0, width: 14)\n" } ?? columns + "\n"
    }
}

extension DefaultStringInterpolation {
    /// Right-aligned in `width` columns.
    fileprivate mutating func appendInterpolation(_ value: some CustomStringConvertible, width: Int) {
        let text = value.description
        appendLiteral(String(repeating: " ", count: Swift.max(0, width - text.utf8.count)))
        appendLiteral(text)
    }
}
