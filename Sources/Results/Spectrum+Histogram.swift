public import Simulation
internal import Vocabulary

extension Spectrum {
    /// All percentiles of `histogram`, which counts nanoseconds, and of what is not in it because it never
    /// came.
    public init(metric: String, window: String, of histogram: FineHistogram, undelivered: UInt64) {
        self.init()
        self.metric = metric
        self.window = window
        self.undelivered = undelivered
        count = histogram.count + undelivered
        let distribution = PercentileDistribution(
            of: histogram, outOf: count, also: Self.roundLevels(nines: Self.nines(among: count)))
        values = distribution.rows.map { UInt64($0.value.units / 1_000) }  // it has three decimals
        levels = distribution.rows.map { UInt64($0.percentile.units) }  // it has twelve
        reached = distribution.rows.map(\.totalCount)
        mean = Span(roundingNanoseconds: histogram.mean ?? 0)
        deviation = Span(roundingNanoseconds: histogram.standardDeviation ?? 0)
    }

    /// As HdrHistogram's `.hgrm` has it, in milliseconds.
    public var distribution: PercentileDistribution {
        func milliseconds(_ nanoseconds: UInt64) -> FixedDecimal {
            FixedDecimal(rounding: UInt128(nanoseconds), over: 1_000_000, decimals: 3)
        }
        var distribution = PercentileDistribution(of: FineHistogram())
        distribution.rows = values.indices.map { row in
            .init(value: milliseconds(values[row]), level: levels[row], totalCount: reached[row])
        }
        distribution.mean = milliseconds(UInt64(mean.nanoseconds))
        distribution.standardDeviation = milliseconds(UInt64(deviation.nanoseconds))
        distribution.max = milliseconds(values.last ?? 0)
        distribution.totalCount = count
        return distribution
    }
}

// The percentiles that people ask for.
extension Spectrum {
    /// How many nines it takes to tell the slowest of `count` letters from all others, within what a chart
    /// shows.
    package static func nines(among count: UInt64) -> Int {
        max(2, (1...9).first { powerOfTen($0) >= count } ?? 9)
    }

    /// 0, 25, 50, 75, 90, 92.5, 95, 97.5, 99 … per cent, in parts of 10¹²: four to each nine, and the last of
    /// them.
    package static func roundLevels(nines: Int) -> [UInt64] {
        let whole = powerOfTen(12)
        let steps = (0..<nines).flatMap { nine in
            [100, 75, 50, 25].map { whole - $0 * powerOfTen(10 - nine) }
        }
        return steps + [whole - powerOfTen(12 - nines)]
    }

    /// What that share takes no longer than; nil where no row says so. It is what a summary and a threshold
    /// say of the same letters.
    package func value(at level: UInt64) -> Amount? {
        if let row = levels.firstIndex(of: level) {
            return .time(Span(nanoseconds: Int64(clamping: values[row])))
        }
        let (rank, rest) = (UInt128(level) * UInt128(count))
            .quotientAndRemainder(dividingBy: UInt128(powerOfTen(12)))
        let first = rank + (rest > 0 ? 1 : 0)
        if first + UInt128(undelivered) > UInt128(count) {
            return .never(undelivered: undelivered, of: count)
        }
        guard first == UInt128(count), let slowest = values.last else { return nil }
        return .time(Span(nanoseconds: Int64(clamping: slowest)))
    }
}

extension Spectrum {
    /// The same as it is written now, of one that an earlier Hubbub wrote: that took the count and all shares
    /// of what came alone. It is told by a row of 100 % beside letters that never came.
    var ofAllThatWereDue: Spectrum {
        guard undelivered > 0, count == 0 || levels.last == powerOfTen(12) else { return self }
        let (due, isTooMuch) = count.addingReportingOverflow(undelivered)
        guard !isTooMuch else { return self }
        var spectrum = self
        spectrum.count = due
        spectrum.levels = levels.map { UInt64(UInt128($0) * UInt128(count) / UInt128(due)) }
        return spectrum
    }
}
