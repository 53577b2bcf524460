import Glibc
import Simulation
import Testing

@Suite("measures: histogram: what it keeps")
struct HistogramTests {
    /// Around every power of two: where pages begin, and with them the width of buckets.
    static let borders: [UInt64] =
        [0, .max]
        + (0..<64).flatMap { (number: Int) -> [UInt64] in
            let power: UInt64 = 1 << number
            return [power - 1, power, power + 1]
        }

    @Test("a value alone is every percentile of itself, up to 2^64 - 1", arguments: borders)
    func alone(value: UInt64) {
        let (fine, coarse) = (FineHistogram(), CoarseHistogram())
        fine.record(value)
        coarse.record(value)
        for percentile in [Percentile(partsPerMillion: 0), .p50, .p99] {
            #expect(fine.value(at: percentile) == value)
            #expect(coarse.value(at: percentile) == value)
        }
        #expect(fine.min == value)
        #expect(fine.max == value)
        #expect(fine.sum == UInt128(value))
        #expect(fine.standardDeviation == 0)
        #expect(fine.checkInvariants() == [])
        #expect(coarse.checkInvariants() == [])
    }

    @Test("a bucket holds the values it is drawn with, and its middle is within the promised error")
    func bucketBorders() throws {
        try checkBuckets(of: FineHistogram.self, errorDivisor: 1_024)
        try checkBuckets(of: CoarseHistogram.self, errorDivisor: 64)
    }

    private func checkBuckets<P>(of _: Histogram<P>.Type, errorDivisor: UInt128) throws {
        var draws = TestDraws(seed: 1)
        let anywhere = (0..<20_000).map { _ in draws.next() >> (draws.next() % 64) }
        for value in Self.borders + anywhere {
            let histogram = Histogram<P>()
            histogram.record(value)
            let bucket = try #require(histogram.buckets.first { _ in true })
            #expect((bucket.lowest...bucket.highest).contains(value))
            for end in [bucket.lowest, bucket.highest] {
                let error = UInt128(bucket.middle > end ? bucket.middle - end : end - bucket.middle)
                #expect(error * errorDivisor <= UInt128(end))
            }
            // The neighbours begin where it ends.
            if bucket.lowest > 0 { histogram.record(bucket.lowest - 1) }
            if bucket.highest < .max { histogram.record(bucket.highest + 1) }
            let around = Array(histogram.buckets)
            #expect(around.allSatisfy { $0.count == 1 })
            #expect(zip(around, around.dropFirst()).allSatisfy { $0.highest + 1 == $1.lowest })
        }
    }

    @Test("the rules of the structure hold after every record, also when coarse pages give way")
    func soundAfterEachRecord() {
        var draws = TestDraws(seed: 2)
        let (fine, coarse) = (FineHistogram(), CoarseHistogram())
        #expect(fine.checkInvariants() == [])
        for value in (0..<400).map({ _ in draws.next() >> (draws.next() % 64) })
            + Self.borders.shuffled(using: &draws)
        {
            fine.record(value, count: draws.next() % 3)
            coarse.record(value, count: draws.next() % 3)
            #expect(fine.checkInvariants() == [])
            #expect(coarse.checkInvariants() == [])
        }
        #expect(fine.pagesInUse == 56)
        #expect(coarse.pagesInUse == 28)
    }

    @Test("a weight counts as so many records, and a weight of 0 as none")
    func weights() {
        let (weighted, repeated) = (FineHistogram(), FineHistogram())
        for (value, weight) in [(7, 3), (100_000, 5), (0, 2), (1 << 40, 0)] as [(UInt64, UInt64)] {
            weighted.record(value, count: weight)
            for _ in 0..<weight { repeated.record(value) }
        }
        expectEqual(weighted, repeated)
        #expect(weighted.max == 100_000)
    }

    /// 2^64 - 1 values of 2^64 - 1: (2^64 - 1)² = 2^128 - 2^65 + 1, the greatest sum there can be.
    @Test("the sum is exact as far as it can go")
    func greatestSum() {
        let histogram = FineHistogram()
        histogram.record(.max, count: .max)
        #expect(histogram.sum == UInt128.max - (1 << 65) + 2)
        #expect(histogram.mean == 0x1p64)
        #expect(histogram.checkInvariants() == [])
    }

    @Test("nothing recorded, nothing said")
    func empty() {
        let histogram = FineHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.min == nil)
        #expect(histogram.max == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.standardDeviation == nil)
        #expect(histogram.value(at: .p50) == nil)
        #expect(histogram.count(above: 0) == 0)
    }

    /// Shares of two samples of any kind: narrow, and so wide that coarse pages give way on one side, on
    /// both, or only in the merged histogram.
    @Test("merging is the same as recording everything in one", arguments: 0..<60)
    func merging(seed: UInt64) {
        checkMerging(seed: seed, FineHistogram.self)
        checkMerging(seed: seed, CoarseHistogram.self)
    }

    private func checkMerging<P>(seed: UInt64, _: Histogram<P>.Type) {
        var draws = TestDraws(seed: seed)
        let (one, other, both) = (Histogram<P>(), Histogram<P>(), Histogram<P>())
        for (part, size) in [(one, draws.next() % 200), (other, draws.next() % 200)] {
            let (shift, spread) = (draws.next() % 32, draws.next() % 32 + 1)
            for _ in 0..<size {
                let value = draws.next() >> (shift + draws.next() % spread)
                part.record(value)
                both.record(value)
            }
        }
        one.merge(other)
        #expect(one.checkInvariants() == [])
        expectEqual(one, both)
    }

    @Test("the order of values does not matter, also when coarse pages give way")
    func order() {
        var draws = TestDraws(seed: 3)
        var values = (0..<500).map { _ in draws.next() >> (draws.next() % 64) }
        let first = CoarseHistogram()
        for value in values { first.record(value) }
        for _ in 0..<20 {
            values.shuffle(using: &draws)
            let again = CoarseHistogram()
            for value in values { again.record(value) }
            expectEqual(first, again)
        }
    }

    /// 29 powers of two, from 2^10: the lowest page, with the values 1,024 and 1,500, gives way to that of
    /// 2^11.
    @Test("the 29th power of two moves the values of the lowest page up")
    func lowestPageGivesWay() {
        let histogram = CoarseHistogram()
        func firstBucket() -> [UInt64] {
            histogram.buckets.prefix(1).flatMap { [$0.lowest, $0.highest, $0.count] }
        }
        histogram.record(1_500)
        for power in 10..<38 { histogram.record(1 << power) }
        #expect(firstBucket() == [1_024, 1_055, 1])
        histogram.record(1 << 38)
        #expect(firstBucket() == [2_048, 2_111, 3])
        histogram.record(5)
        #expect(firstBucket() == [2_048, 2_111, 4])
        #expect(histogram.min == 5)
        #expect(histogram.count == 31)
        #expect(histogram.checkInvariants() == [])
    }

    /// What the allocator really gave, for the object and for its counters, with all pages in use.
    @Test("a coarse histogram takes at most 4 KB")
    func coarseMemory() {
        let histogram = CoarseHistogram()
        for value in Self.borders { histogram.record(value) }
        let object = Self.allocatedSize(Unmanaged.passUnretained(histogram).toOpaque())
        let counters = Self.allocatedSize(histogram.counters)
        #expect(counters >= 28 * 32 * MemoryLayout<UInt32>.stride)
        #expect(object + counters <= 4_096)
    }

    /// 1 µs to 1 s are 20 powers of two: 21 pages of 4 KiB. An allocator with four sizes to a power of two
    /// rounds them up to 24.
    @Test("a fine histogram has only the pages it met")
    func fineMemory() {
        let histogram = FineHistogram()
        #expect(histogram.pagesInUse == 0)
        for value in stride(from: 1_000, through: 1_000_000_000, by: 500) as StrideThrough<UInt64> {
            histogram.record(value)
        }
        #expect(histogram.pagesInUse == 21)
        #expect(Self.allocatedSize(histogram.counters) <= 24 * 4_096)
    }

    /// `malloc_usable_size`, which the Glibc module leaves out.
    private static func allocatedSize(_ memory: UnsafeMutableRawPointer) -> Int {
        typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Int
        return unsafeBitCast(dlsym(nil, "malloc_usable_size"), to: Function.self)(memory)
    }

    @Test("a coarse bucket does not overflow in silence")
    func coarseOverflow() async {
        await #expect(processExitsWith: .failure) {
            let histogram = CoarseHistogram()
            histogram.record(1, count: UInt64(UInt32.max))
            histogram.record(1)
        }
    }
}

/// Each rule of the check, broken by hand in an otherwise sound histogram of 10, 20 and 5,000.
@Suite("measures: histogram: its check can fail")
struct HistogramCheckTests {
    let histogram = FineHistogram()

    init() {
        for value in [10, 20, 5_000] as [UInt64] { histogram.record(value) }
    }

    @Test("sound before it is broken")
    func sound() {
        #expect(histogram.checkInvariants() == [])
    }

    @Test("a count that no bucket knows of")
    func count() {
        histogram.recorded += 1
        #expect(histogram.checkInvariants() == ["the buckets hold 3 values, 4 were recorded"])
    }

    @Test("a value counted in the wrong bucket")
    func bucket() {
        histogram.counters[10] -= 1
        histogram.counters[11] += 1
        #expect(
            histogram.checkInvariants() == [
                "the smallest value, 10, is not in the first bucket, 11...11",
                "the sum, 5030, is not within 5031...5038",
            ])
    }

    @Test("a largest value that was forgotten")
    func largest() {
        histogram.largest = 20
        #expect(
            histogram.checkInvariants() == ["the largest value, 20, is not in the last bucket, 5000...5007"])
    }

    @Test("a sum that the values cannot have")
    func sum() {
        histogram.total = 5_038
        #expect(histogram.checkInvariants() == ["the sum, 5038, is not within 5030...5037"])
    }

    /// Value 5,000 lies in page 4, at slot 2; the page of 1,024 takes over its counters and shifts its
    /// meaning.
    @Test("two pages at one place, and one at none")
    func slots() {
        histogram.slots[2] = 2
        #expect(histogram.checkInvariants().contains("2 pages have slots [1, 2, 2]"))
    }

    @Test("more pages than the precision allows")
    func pages() {
        histogram.pagesInUse = 57
        #expect(histogram.checkInvariants().contains("there are 57 pages, at most 56"))
    }

    @Test("a sum without values")
    func emptySum() {
        let empty = CoarseHistogram()
        empty.total = 1
        #expect(empty.checkInvariants() == ["an empty histogram has the sum 1"])
    }
}

/// Everything that can be seen of the two is the same, including their text.
func expectEqual<P>(
    _ a: Histogram<P>, _ b: Histogram<P>, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(Array(a.buckets) == Array(b.buckets), sourceLocation: sourceLocation)
    #expect(a.sum == b.sum, sourceLocation: sourceLocation)
    #expect(a.min == b.min, sourceLocation: sourceLocation)
    #expect(
        PercentileDistribution(of: a).text == PercentileDistribution(of: b).text,
        sourceLocation: sourceLocation)
}
