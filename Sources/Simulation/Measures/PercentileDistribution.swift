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
/// on, until a row reaches the last value. `TotalCount` is the count up to the end of the value's bucket.
///
/// The format has no infinity. Where some values never came, percentiles are over all that were due all the
/// same: the rows end at the share that came, and remarks say what is above it.
///
///            3.000 0.600000000000          3           2.50
///     # 2 of 5 never came: all percentiles above 0.600000000000 are infinite
///     # Mean, StdDeviation and Max are of those that came
///
/// The
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
    /// With those that never came.
    public var totalCount: UInt64
    /// Of the histogram's layout: the doublings of the bucket width, counting the first width.
    public var buckets: UInt64
    /// Of the histogram's layout: how many buckets two pages have.
    public var subBuckets: UInt64
}

extension PercentileDistribution {
    /// The distribution of `histogram`, shown in units of `unit`: 1,000,000 shows nanoseconds as
    /// milliseconds.
    ///
    /// - Parameters:
    ///   - due: with those that never came, which are greater than any that was recorded; nil if all came.
    ///   - levels: what has a row besides, rising, in parts of 10¹². Percentiles that people ask for lie
    ///     between the usual rows.
    @specialized(where Precision == FinePrecision)
    @specialized(where Precision == CoarsePrecision)
    public init<Precision>(
        of histogram: Histogram<Precision>, outOf due: UInt64? = nil, also levels: [UInt64] = [],
        unit: UInt64 = 1
    ) {
        precondition(unit > 0, "a unit holds at least one")
        precondition(due.map { $0 >= histogram.count } ?? true, "more came than were due")
        func shown(_ value: UInt64) -> FixedDecimal {
            FixedDecimal(rounding: UInt128(value), over: UInt128(unit), decimals: 3)
        }
        let count = histogram.count
        let due = due ?? count
        rows = []
        var between: [Quantile] = []
        var step = PercentileLevel()
        var levels = levels[...]
        var reached: UInt64 = 0
        for bucket in histogram.buckets {
            reached += bucket.count
            while rows.last?.totalCount != count, step.rank(among: due) <= reached {
                rows.append(
                    Quantile(
                        value: shown(histogram.reported(rank: step.rank(among: due), in: bucket)),
                        percentile: step.percentile, totalCount: reached, inverse: step.inverse))
                step.advance()
            }
            while let level = levels.first, Self.rank(of: level, among: due) <= reached {
                between.append(
                    Quantile(
                        value: shown(histogram.reported(rank: Self.rank(of: level, among: due), in: bucket)),
                        level: level, totalCount: reached))
                levels.removeFirst()
            }
        }
        for row in between {
            let place = rows.firstIndex { $0.percentile.units >= row.percentile.units } ?? rows.endIndex
            if place == rows.endIndex || rows[place].percentile != row.percentile {
                rows.insert(row, at: place)
            }
        }
        if let largest = histogram.max {
            let came = FixedDecimal(rounding: UInt128(count), over: UInt128(due), decimals: 12)
            if count == due || rows.last?.percentile != came {
                rows.append(Quantile(value: shown(largest), level: UInt64(came.units), totalCount: count))
            }
        }
        mean = FixedDecimal(
            rounding: histogram.sum, over: UInt128(unit) * UInt128(Swift.max(count, 1)), decimals: 3)
        standardDeviation = FixedDecimal(
            rounding: (histogram.standardDeviation ?? 0) / Double(unit), decimals: 3)
        max = shown(histogram.max ?? 0)
        totalCount = due
        buckets = UInt64(64 - Precision.pageBits)
        subBuckets = 2 << UInt64(Precision.pageBits)
    }

    /// The first rank, from 1, that reaches a share of 10¹² parts.
    private static func rank(of level: UInt64, among count: UInt64) -> UInt64 {
        let (whole, rest) = (UInt128(count) * UInt128(level))
            .quotientAndRemainder(dividingBy: UInt128(powerOfTen(12)))
        return Swift.max(1, UInt64(whole) + (rest > 0 ? 1 : 0))
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

extension PercentileDistribution.Quantile {
    /// A row about `level` parts of 10¹².
    public init(value: FixedDecimal, level: UInt64, totalCount: UInt64) {
        let whole = powerOfTen(12)
        self.init(
            value: value, percentile: FixedDecimal(units: UInt128(level), decimals: 12),
            totalCount: totalCount,
            inverse: level >= whole
                ? nil : FixedDecimal(rounding: UInt128(whole), over: UInt128(whole - level), decimals: 2))
    }
}

extension PercentileDistribution {
    /// Greater than all that is in the rows, for ever.
    public var neverCame: UInt64 { totalCount - (rows.last?.totalCount ?? 0) }

    public var text: String {
        var text = Self.row("Value", "Percentile", "TotalCount", "1/(1-Percentile)") + "\n"
        for row in rows {
            text += Self.row(
                row.value.description, row.percentile.description, String(row.totalCount),
                row.inverse?.description)
        }
        if neverCame > 0 {
            let came = rows.last?.percentile ?? FixedDecimal(units: 0, decimals: 12)
            text += "# \(neverCame) of \(totalCount) never came: \(Self.infinite) \(came) are infinite\n"
            text += Self.meanOfThoseThatCame + "\n"
        }
        text += "#[Mean    = \(mean, width: 12), StdDeviation   = \(standardDeviation, width: 12)]\n"
        text += "#[Max     = \(max, width: 12), Total count    = \(totalCount, width: 12)]\n"
        text += "#[Buckets = \(buckets, width: 12), SubBuckets     = \(subBuckets, width: 12)]\n"
        return text
    }

    static let infinite = "all percentiles above"
    static let meanOfThoseThatCame = "# Mean, StdDeviation and Max are of those that came"

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
