extension Histogram {
    /// Where a value is counted: the page of its power of two, and the bucket in it.
    @usableFromInline
    package struct BucketNumber {
        @usableFromInline package var page: Int
        @usableFromInline package var offset: Int

        @inlinable
        package init(page: Int, offset: Int) {
            self.page = page
            self.offset = offset
        }

        /// Pages 0 and 1 together are the values that have a bucket each, so both have a shift of 0.
        @inlinable
        package init(of value: UInt64) {
            let firstOfPage1 = UInt64(1) << UInt64(Precision.pageBits)
            let shift = UInt64(63 - Precision.pageBits - (value | firstOfPage1).leadingZeroBitCount)
            let bucket = Int(truncatingIfNeeded: shift << UInt64(Precision.pageBits) &+ value &>> shift)
            page = bucket &>> Precision.pageBits
            offset = bucket & (1 << Precision.pageBits - 1)
        }

        var width: UInt64 { 1 << UInt64(Swift.max(page - 1, 0)) }

        var lowest: UInt64 {
            page == 0 ? UInt64(offset) : UInt64(1 << Precision.pageBits + offset) * width
        }
    }

    /// Neighbouring values that a histogram does not tell apart, and how many of them it counted.
    public struct Bucket: Hashable, Sendable {
        public var lowest: UInt64
        public var highest: UInt64
        public var count: UInt64

        /// What stands for all its values: the middle, or the value above it when two are in the middle.
        public var middle: UInt64 { lowest + (highest - lowest + 1) / 2 }
    }

    /// The buckets that are not empty, in ascending order.
    public var buckets: Buckets { Buckets(histogram: self) }

    public struct Buckets: Sequence, IteratorProtocol {
        let histogram: Histogram
        private var page = 0
        private var offset = 0

        init(histogram: Histogram) { self.histogram = histogram }

        public mutating func next() -> Bucket? {
            while page < Histogram.pageCount {
                let slot = Int(histogram.slots[page])
                while slot > 0, offset < 1 << Precision.pageBits {
                    let number = BucketNumber(page: page, offset: offset)
                    let count = histogram.counters[(slot - 1) << Precision.pageBits + offset]
                    offset += 1
                    guard count > 0 else { continue }
                    return Bucket(
                        lowest: number.lowest, highest: number.lowest + (number.width - 1),
                        count: UInt64(count))
                }
                page += 1
                offset = 0
            }
            return nil
        }
    }

    /// The rules of the structure that do not hold, in words; none in a sound histogram.
    package func checkInvariants() -> [String] {
        let buckets = Array(self.buckets)
        var broken: [String] = []
        func check(_ holds: Bool, _ rule: @autoclosure () -> String) {
            if !holds { broken.append(rule()) }
        }

        let counted = buckets.reduce(0) { $0 + $1.count }
        check(counted == recorded, "the buckets hold \(counted) values, \(recorded) were recorded")

        let used = (0..<Self.pageCount).map { slots[$0] }.filter { $0 > 0 }
        check(
            used.sorted() == (0..<pagesInUse).map { UInt8($0 + 1) }, "\(pagesInUse) pages have slots \(used)")
        check(
            pagesInUse <= Precision.pageLimit, "there are \(pagesInUse) pages, at most \(Precision.pageLimit)"
        )

        guard let first = buckets.first, let last = buckets.last else {
            check(total == 0, "an empty histogram has the sum \(total)")
            return broken
        }
        check(
            (last.lowest...last.highest).contains(largest),
            "the largest value, \(largest), is not in the last bucket, \(last.lowest)...\(last.highest)")

        // Values below the lowest page moved up into its first bucket: that one may hold anything below, too.
        let firstLowest =
            pagesInUse == Precision.pageLimit && BucketNumber(of: first.lowest).offset == 0 ? 0 : first.lowest
        check(
            (firstLowest...first.highest).contains(smallest),
            "the smallest value, \(smallest), is not in the first bucket, \(firstLowest)...\(first.highest)")

        var least: UInt128 = UInt128(firstLowest) * UInt128(first.count)
        for bucket in buckets.dropFirst() { least += UInt128(bucket.lowest) * UInt128(bucket.count) }
        var most: UInt128 = 0
        for bucket in buckets { most += UInt128(bucket.highest) * UInt128(bucket.count) }
        check((least...most).contains(total), "the sum, \(total), is not within \(least)...\(most)")
        return broken
    }
}
