/// Counts of values in buckets that widen with the value: all that percentiles need, in little memory.
///
/// Each power of two is one page, a row of equally wide buckets; the next page's buckets are twice as wide.
/// So the relative error is the same everywhere, and small values have buckets of their own. (The scheme is
/// log-linear, as in Gil Tene's HdrHistogram.) A page is allocated when its first value comes. Drawn for
/// fine precision, 512 buckets to a page:
///
///     value     0 ... 511   512 ... 1023   1024 ... 2047   2048 ... 4095   ...   2^63 ... 2^64 - 1
///     page      0           1              2               3                     55
///     width     1           1              2               4                     2^54
///
///     slots     [ 1  0  0  2  3  0 ... ]     the place of each page among the counters; 0: nothing there yet
///                 |        |  |
///     counters  [ page 0 | page 3 | page 4 ]
///
/// A bucket is reported as its middle, which differs from any of its values by at most half its width: by at
/// most 1/1024 of the value in fine precision, 1/64 in coarse. Values below two pages' worth of
/// buckets (1,024 and 64) are exact, and so are count, sum, smallest and largest value.
///
/// Coarse precision keeps 28 pages. When a 29th power of two is met, the lowest page gives way: its values
/// count as the lowest value of the page that is then the lowest. They lie 2^27 times below the largest value
/// or further, so the bounds are: 1/64 of the value or a hundred-millionth of the largest one, whichever is
/// more. What a histogram holds depends on the values alone, never on their order or on how they were merged.
///
/// A class, because a histogram is one shared meter with its own memory: a value would pay for a uniqueness
/// check per record, and for a copy of all pages when one is taken by mistake.
public final class Histogram<Precision: HistogramPrecision> {
    @exclusivity(unchecked) @usableFromInline package var recorded: UInt64 = 0
    @exclusivity(unchecked) @usableFromInline package var total: UInt128 = 0
    @exclusivity(unchecked) @usableFromInline package var smallest = UInt64.max
    @exclusivity(unchecked) @usableFromInline package var largest: UInt64 = 0
    @exclusivity(unchecked) @usableFromInline package var counters: UnsafeMutablePointer<Precision.Counter>
    @usableFromInline package var pagesInUse = 0
    @usableFromInline package let slots: UnsafeMutablePointer<UInt8>

    public init() {
        counters = .allocate(capacity: 0)
        slots = .allocate(capacity: Self.pageCount)
        slots.initialize(repeating: 0, count: Self.pageCount)
    }

    deinit {
        counters.deallocate()
        slots.deallocate()
    }

    /// Counts `value`, `weight` times.
    @inlinable
    public func record(_ value: UInt64, count weight: UInt64 = 1) {
        guard weight > 0 else { return }
        recorded += weight
        total &+= UInt128(value) * UInt128(weight)  // fits: fewer than 2^64 values, each below 2^64
        if value < smallest { smallest = value }
        if value > largest { largest = value }
        add(weight, to: BucketNumber(of: value))
    }

    /// Adds all that `other` counted, as if it had been recorded here.
    @specialized(where Precision == FinePrecision)
    @specialized(where Precision == CoarsePrecision)
    public func merge(_ other: Histogram) {
        precondition(other !== self, "a histogram does not merge with itself")
        recorded += other.recorded
        total &+= other.total
        smallest = Swift.min(smallest, other.smallest)
        largest = Swift.max(largest, other.largest)
        for bucket in other.buckets { add(bucket.count, to: BucketNumber(of: bucket.lowest)) }
    }

    @inlinable
    func add(_ weight: UInt64, to bucket: BucketNumber) {
        var place = bucket.offset
        let slot = slots[bucket.page]
        if slot > 0 {
            place += (Int(slot) - 1) << Precision.pageBits
        } else {
            place = openPage(for: bucket)
        }
        let (sum, overflow) = counters[place].addingReportingOverflow(Precision.Counter(weight))
        precondition(!overflow, "a coarse bucket holds at most 4,294,967,295 values")
        counters[place] = sum
    }

    /// Finds a place for a bucket whose page has none, and returns the bucket's counter.
    @usableFromInline @inline(never)
    func openPage(for bucket: BucketNumber) -> Int {
        guard pagesInUse == Precision.pageLimit else {
            appendPage(bucket.page)
            return place(of: bucket)
        }
        let lowest = lowestPage
        guard bucket.page > lowest else { return place(of: BucketNumber(page: lowest, offset: 0)) }
        let folded = counters + place(of: BucketNumber(page: lowest, offset: 0))
        var count: Precision.Counter = 0
        for offset in 0..<Self.pageSize { count += folded[offset] }
        folded.update(repeating: 0, count: Self.pageSize)
        slots[bucket.page] = slots[lowest]
        slots[lowest] = 0
        counters[place(of: BucketNumber(page: lowestPage, offset: 0))] += count
        return place(of: bucket)
    }

    private func appendPage(_ page: Int) {
        let used = pagesInUse << Precision.pageBits
        let longer = UnsafeMutablePointer<Precision.Counter>.allocate(capacity: used + Self.pageSize)
        longer.moveInitialize(from: counters, count: used)
        (longer + used).initialize(repeating: 0, count: Self.pageSize)
        counters.deallocate()
        counters = longer
        pagesInUse += 1
        slots[page] = UInt8(pagesInUse)
    }

    private func place(of bucket: BucketNumber) -> Int {
        (Int(slots[bucket.page]) - 1) << Precision.pageBits + bucket.offset
    }

    private var lowestPage: Int {
        var page = 0
        while slots[page] == 0 { page += 1 }
        return page
    }

    private static var pageSize: Int { 1 << Precision.pageBits }

    /// How many pages there could be.
    static var pageCount: Int { 64 }
}

extension Histogram {
    /// How many values were recorded.
    @inlinable public var count: UInt64 { recorded }

    /// The exact sum of all values.
    @inlinable public var sum: UInt128 { total }

    /// The smallest value, exactly.
    @inlinable public var min: UInt64? { recorded > 0 ? smallest : nil }

    /// The largest value, exactly.
    @inlinable public var max: UInt64? { recorded > 0 ? largest : nil }

    /// The exact sum divided by the count, in double precision.
    public var mean: Double? { recorded > 0 ? Double(total) / Double(recorded) : nil }
}

/// How exact a histogram is, which decides its memory.
public protocol HistogramPrecision {
    associatedtype Counter: FixedWidthInteger, UnsignedInteger, BitwiseCopyable

    /// The logarithm to base 2 of the buckets in a page.
    static var pageBits: Int { get }

    /// How many pages there may be.
    static var pageLimit: Int { get }
}

/// For a run and its windows: exact to 1/1024 of the value. Pages of 4 KiB, at most 56 of them.
public enum FinePrecision: HistogramPrecision {
    public typealias Counter = UInt64
    @inlinable public static var pageBits: Int { 9 }
    @inlinable public static var pageLimit: Int { 56 }
}

/// For slices over time, roles and stages, of which there are thousands: exact to 1/64, in at most 4 KiB.
///
/// 28 pages of 128 bytes are 3,584, one of jemalloc's size classes; the object and the places of its pages take 160. From 1 µs
/// they reach to over 4 minutes without a gap, and pages between that are never met cost nothing. 32-bit
/// counters, because 64 bits would halve the number of pages; weights must leave room for that.
public enum CoarsePrecision: HistogramPrecision {
    public typealias Counter = UInt32
    @inlinable public static var pageBits: Int { 5 }
    @inlinable public static var pageLimit: Int { 28 }
}

public typealias FineHistogram = Histogram<FinePrecision>
public typealias CoarseHistogram = Histogram<CoarsePrecision>
