public import Simulation
internal import Vocabulary

extension Spectrum {
    /// All percentiles of `histogram`, which counts nanoseconds.
    public init(metric: String, window: String, of histogram: FineHistogram, undelivered: UInt64) {
        let distribution = PercentileDistribution(of: histogram)
        self.init()
        self.metric = metric
        self.window = window
        self.undelivered = undelivered
        count = histogram.count
        values = distribution.rows.map { UInt64($0.value.units / 1_000) }  // it has three decimals
        levels = distribution.rows.map { UInt64($0.percentile.units) }  // it has twelve
        reached = distribution.rows.map(\.totalCount)
        mean = Span(roundingNanoseconds: histogram.mean ?? 0)
        deviation = Span(roundingNanoseconds: histogram.standardDeviation ?? 0)
    }

    /// As HdrHistogram's `.hgrm` has it, in milliseconds: what was delivered, since that format has no
    /// infinity.
    public var distribution: PercentileDistribution {
        func milliseconds(_ nanoseconds: UInt64) -> FixedDecimal {
            FixedDecimal(rounding: UInt128(nanoseconds), over: 1_000_000, decimals: 3)
        }
        var distribution = PercentileDistribution(of: FineHistogram())
        let whole = powerOfTen(12)
        distribution.rows = values.indices.map { row in
            let above = whole - levels[row]
            return .init(
                value: milliseconds(values[row]),
                percentile: FixedDecimal(units: UInt128(levels[row]), decimals: 12),
                totalCount: reached[row],
                inverse: above == 0
                    ? nil : FixedDecimal(rounding: UInt128(whole), over: UInt128(above), decimals: 2))
        }
        distribution.mean = milliseconds(UInt64(mean.nanoseconds))
        distribution.standardDeviation = milliseconds(UInt64(deviation.nanoseconds))
        distribution.max = milliseconds(values.last ?? 0)
        distribution.totalCount = count
        return distribution
    }
}
