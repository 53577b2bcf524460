import Results
import Simulation
import Vocabulary

/// One percentile over time, in which neighbouring slices are joined until it has its samples: ten letters
/// beyond it, as a threshold asks too.
///
/// Of a slice of 16 letters the p99 is the slowest of them, and a line through such values is noise. What is
/// joined is told from what the slices say: each knows how many letters took no longer than its p50, its p90,
/// its p99 and its p99.9. So for any time all of them together know how many took longer, exactly where
/// slices are small, and by the logarithm between two of these times where they are large.
package struct JoinedSlices {
    package struct Group: Equatable {
        /// Of the series.
        package var slices: Range<Int>
        /// In ns; nil where the percentile falls on what never came.
        package var value: UInt64?
    }

    package let groups: [Group]

    private static let knots: [(thousandths: UInt64, path: KeyPath<LatencySeries, [UInt64?]> & Sendable)] = [
        (500, \.p50), (900, \.p90), (990, \.p99), (999, \.p99_9),
    ]

    /// - Parameters:
    ///   - thousandths: which percentile, one of those that slices have.
    ///   - never: how many never came, slice by slice, where that is known.
    ///   - cuts: slices with which a fault, a phase or the warm-up begins or ends. No group reaches over one: a stretch
    ///     between two of them that is too short for ten has a group all the same where one letter is beyond.
    ///   - known: what is known exactly, of some stretches.
    package init(
        of series: LatencySeries, thousandths: UInt64, never: [UInt64], cuts: [Int],
        known: [Range<Int>: UInt64?] = [:]
    ) {
        let needed = 10_000 / (1_000 - thousandths)
        groups = Self.ranges(series.counts, needed: needed, cuts: cuts).map { range in
            let value = known[range] ?? Self.value(thousandths, of: series, in: range, never: never)
            return Group(slices: range, value: value)
        }
    }

    /// Nil between groups, and where nothing was due.
    func value(at slice: Int) -> Group? { groups.first { $0.slices.contains(slice) } }

    private static func ranges(_ counts: [UInt64], needed: UInt64, cuts: [Int]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, sum, segment) = (0, UInt64(0), 0)
        /// What is left has too few of its own, and goes to what stands before it.
        func joinsTheLast() -> Bool {
            ranges.last.map { $0.upperBound == start && $0.lowerBound >= segment } ?? false
        }
        for (slice, count) in counts.enumerated() {
            if cuts.contains(slice) {
                if joinsTheLast() {
                    if sum > 0 { ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<slice }
                    (start, sum) = (slice, 0)
                } else {
                    if sum >= needed / 10 { ranges.append(start..<slice) }
                    (start, sum) = (slice, 0)
                }
                segment = slice
            }
            if sum == 0 { start = count == 0 ? slice + 1 : slice }
            sum += count
            guard sum >= needed else { continue }
            ranges.append(start..<slice + 1)
            (start, sum) = (slice + 1, 0)
        }
        let end = counts.lastIndex { $0 > 0 }.map { $0 + 1 } ?? counts.count
        if joinsTheLast() {
            if sum > 0 { ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<end }
        } else if segment > 0, sum >= needed / 10 {
            ranges.append(start..<end)
        }
        return ranges
    }

    private static func value(
        _ thousandths: UInt64, of series: LatencySeries, in range: Range<Int>, never: [UInt64]
    ) -> UInt64? {
        guard range.count > 1 else {
            return series[keyPath: knots.first { $0.thousandths == thousandths }!.path][range.lowerBound]
        }
        let slices = range.filter { series.counts[$0] > 0 }.map { index in
            Slice(of: series, at: index, never: index < never.count ? never[index] : nil)
        }
        let all = slices.reduce(0) { $0 + $1.count }
        let rank = (all * Double(thousandths) / 1_000).rounded(.up)
        guard slices.reduce(0, { $0 + $1.came }) >= rank else { return nil }
        var (low, high) = (
            slices.compactMap(\.knots.first?.log).min() ?? 0, slices.compactMap(\.knots.last?.log).max() ?? 0
        )
        // 40 halves of a range of a few decades are below a nanosecond.
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if slices.reduce(0, { $0 + $1.within(middle) }) >= rank { high = middle } else { low = middle }
        }
        return UInt64(Elementary.exp(high).rounded())
    }

    /// How many letters of a slice took how long, by the logarithm of the time in ns.
    private struct Slice {
        let count: Double
        /// Of these, the ones that came at all.
        let came: Double
        let knots: [(log: Double, rank: Double)]

        init(of series: LatencySeries, at index: Int, never: UInt64?) {
            let count = Double(series.counts[index])
            var known: [(log: Double, rank: Double)] = []
            for knot in JoinedSlices.knots {
                guard let value = series[keyPath: knot.path][index] else { continue }
                let rank = (count * Double(knot.thousandths) / 1_000).rounded(.up)
                known.append((Elementary.log(Double(max(1, value))), rank))
            }
            // The faster half is taken to spread as the slower one does.
            if let median = known.first, known.count > 1 {
                known.insert((2 * median.log - known[1].log, 0), at: 0)
            }
            let isWhole = series.p99_9[index] != nil
            let came =
                never.map { count - min(count, Double($0)) } ?? (isWhole ? count : known.last?.rank ?? 0)
            if let last = known.last { known[known.count - 1].rank = max(last.rank, came) }
            (self.count, self.came, knots) = (count, came, known)
        }

        /// How many came within that time.
        func within(_ log: Double) -> Double {
            guard let first = knots.first, log >= first.log else { return 0 }
            guard let above = knots.firstIndex(where: { $0.log > log }) else {
                return knots.last?.rank ?? 0
            }
            let (a, b) = (knots[above - 1], knots[above])
            // The letter that stands at the knot above is not within.
            let between = max(0, b.rank - a.rank - 1)
            return a.rank + between * (log - a.log) / max(b.log - a.log, 1e-12)
        }
    }
}
