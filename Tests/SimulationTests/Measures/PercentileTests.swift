import Simulation
import Testing

@Suite("measures: histogram: percentiles")
struct PercentileTests {
    /// How samples can look; all by whole numbers and basic operations.
    enum Shape: CaseIterable, CustomTestStringConvertible {
        case constant, small, dense, wide, twoPeaks, heavyTail, anyMagnitude

        func draw(_ draws: inout TestDraws) -> UInt64 {
            let u = draws.unit()
            return switch self {
            case .constant: 123_456_789
            case .small: draws.next() % 64
            case .dense: 50_000_000 + draws.next() % 1_000_000
            case .wide: draws.next() % 10_000_000_000
            case .twoPeaks: (u < 0.9 ? 2_000_000 : 900_000_000) + draws.next() % 500_000
            case .heavyTail: UInt64(1_000 / (1 - u))  // one in n is n times the least
            case .anyMagnitude: draws.next() >> (draws.next() % 64)
            }
        }

        var testDescription: String { "\(self)" }
    }

    static let shares: [UInt32] =
        [0, 1, 999_000, 999_900, 999_990, 999_999] + stride(from: 5_000, through: 1_000_000, by: 5_000)

    @Test(
        "percentiles are within the promised error of the sorted values",
        arguments: Shape.allCases, [1, 2, 3, 10, 99, 100, 1_000, 100_000])
    func againstSorted(shape: Shape, size: Int) throws {
        var draws = TestDraws(seed: UInt64(size))
        let values = (0..<size).map { _ in shape.draw(&draws) }
        let sorted = values.sorted()
        let (fine, coarse) = (FineHistogram(), CoarseHistogram())
        for value in values {
            fine.record(value)
            coarse.record(value)
        }
        for share in Self.shares {
            let percentile = Percentile(partsPerMillion: share)
            let exact = sorted[Int(percentile.rank(among: UInt64(size))) - 1]
            let fineError = distance(try #require(fine.value(at: percentile)), exact)
            let coarseError = distance(try #require(coarse.value(at: percentile)), exact)
            #expect(fineError <= exact / 1_024)
            #expect(coarseError <= exact / 64 || coarseError <= sorted[size - 1] / 100_000_000)
            if shape == .small { #expect(fineError + coarseError == 0) }
        }
        #expect(fine.value(at: Percentile(partsPerMillion: 0)) == sorted.first)
        #expect(coarse.value(at: Percentile(partsPerMillion: 1_000_000)) == sorted.last)
        #expect(fine.sum == sorted.reduce(0) { $0 + UInt128($1) })
    }

    private func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }

    /// The definition, word for word, on every sample of up to 40 small values.
    @Test("a percentile is the smallest value that so many do not exceed")
    func definition() {
        var draws = TestDraws(seed: 4)
        for size in 1...40 as ClosedRange<UInt64> {
            let values = (0..<size).map { _ in draws.next() % 30 }
            let histogram = CoarseHistogram()
            for value in values { histogram.record(value) }
            for share in Self.shares {
                let defined = values.sorted().first { candidate in
                    let below = UInt64(values.count { $0 <= candidate })
                    return below * 1_000_000 >= UInt64(share) * size
                }
                #expect(histogram.value(at: Percentile(partsPerMillion: share)) == defined)
            }
        }
    }

    @Test(
        "ranks have no rounding surprise",
        arguments: [
            (Percentile.p99_9, 1_000, 999), (.p99_9, 1_001, 1_000), (.p99_9, 999, 999), (.p50, 2, 1),
            (.p50, 3, 2), (.p99, 100, 99), (.p90, 10, 9), (Percentile(partsPerMillion: 0), 5, 1),
            (Percentile(partsPerMillion: 1_000_000), .max, .max),
            // 2^64 - 1 = 18,446,744,073,709,551,615; half of it, rounded up
            (.p50, .max, 9_223_372_036_854_775_808),
        ] as [(Percentile, UInt64, UInt64)])
    func ranks(percentile: Percentile, count: UInt64, rank: UInt64) {
        #expect(percentile.rank(among: count) == rank)
    }

    @Test("p99.9 of 1 ... 1,000 is 999")
    func thousand() {
        let histogram = FineHistogram()
        for value in 1...1_000 as ClosedRange<UInt64> { histogram.record(value) }
        #expect(histogram.value(at: .p99_9) == 999)
    }

    @Test(
        "a percentile is named as people write it",
        arguments: [
            (Percentile.p50, "p50"), (.p99_9, "p99.9"), (.p99_99, "p99.99"),
            (Percentile(partsPerMillion: 0), "p0"), (Percentile(partsPerMillion: 1_000_000), "p100"),
            (Percentile(partsPerMillion: 999_999), "p99.9999"), (Percentile(partsPerMillion: 5), "p0.0005"),
        ])
    func names(percentile: Percentile, name: String) {
        #expect(percentile.description == name)
    }

    /// 98 letters arrived and two did not: the 98th is the last to be known.
    @Test("what never came is later than all that did")
    func infinitelyLate() {
        let histogram = FineHistogram()
        for value in 1...98 as ClosedRange<UInt64> { histogram.record(value) }
        #expect(histogram.value(at: .p50, outOf: 100) == 50)
        #expect(histogram.value(at: Percentile(partsPerMillion: 980_000), outOf: 100) == 98)
        #expect(histogram.value(at: Percentile(partsPerMillion: 980_001), outOf: 100) == nil)
        #expect(histogram.value(at: .p99, outOf: 100) == nil)
        #expect(FineHistogram().value(at: .p50, outOf: 1) == nil)
    }

    /// Compared with the percentile of every rank, whose share is rank/n; n divides a million.
    @Test(
        "as many values are above a limit as percentiles say", arguments: Shape.allCases,
        [1, 2, 10, 100, 1_000])
    func aboveLimit(shape: Shape, size: UInt32) {
        var draws = TestDraws(seed: UInt64(size))
        let histogram = CoarseHistogram()
        let values = (0..<size).map { _ in shape.draw(&draws) }
        for value in values { histogram.record(value) }
        let ranked = (1...size).map {
            histogram.value(at: Percentile(partsPerMillion: $0 * (1_000_000 / size)))!
        }
        for limit in values.prefix(50) + ranked.prefix(50) + [0, .max] {
            #expect(histogram.count(above: limit) == UInt64(ranked.count { $0 > limit }))
        }
    }

    /// 1,000 values from 1,000,000 to 1,999,000 in steps of 1,000: variance (n² - 1)/12 steps².
    /// sqrt(999,999 / 12) · 1,000 = 288,674.99.
    @Test("the standard deviation is near that of the values")
    func standardDeviation() throws {
        let histogram = FineHistogram()
        for step in 0..<1_000 as Range<UInt64> { histogram.record(1_000_000 + 1_000 * step) }
        let deviation = try #require(histogram.standardDeviation)
        #expect(abs(deviation - 288_674.99) < 288_674.99 / 1_000)
        #expect(histogram.mean == 1_499_500)
    }
}
