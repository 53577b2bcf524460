/// How wide buckets are, and how many there are.
extension EventQueue {
    private static let widestShift: UInt64 = 40
    private static let mostBuckets: UInt64 = 1 &<< 18
    /// The width that is aimed at, in mean gaps between events: narrower buckets are more often empty, wider
    /// ones take longer to sort.
    private static let gapsPerBucket = 8.0

    /// Chooses width and number of buckets anew when they are off by more than a factor of two.
    mutating func tune() {
        let now = bucket &<< shift
        defer {
            tunedAt = now
            passedSinceTuned = 0
            bucketsSinceTuned = 0
        }
        guard passedSinceTuned > 0 else { return }
        let ideal = Double(now - tunedAt) / Double(passedSinceTuned) * Self.gapsPerBucket
        let idealShift = min(UInt64(63 - UInt64(max(ideal, 1)).leadingZeroBitCount), Self.widestShift)
        let idealBuckets = min(max(UInt64(count).nextPowerOf2 / 2, Self.fewestBuckets), Self.mostBuckets)
        let buckets = bucketMask + 1
        let shiftIsOff = idealShift > shift + 1 || idealShift + 1 < shift
        let bucketsAreOff = idealBuckets > buckets || idealBuckets < buckets / 4
        guard shiftIsOff || bucketsAreOff else { return }
        rebuild(buckets: bucketsAreOff ? idealBuckets : buckets, shift: shiftIsOff ? idealShift : shift)
    }

    private mutating func rebuild(buckets: UInt64, shift: UInt64) {
        var all = far.removeAll()
        forEachNear { event in
            event.pointee.next = all
            all = event
        }
        // The current bucket is empty here. If buckets become wider, it may get some of the events that
        // follow.
        layOut(buckets: buckets, shift: shift, from: (bucket &<< self.shift) &>> shift)
        count = 0
        forEachEvent(in: all) { insert($0) }
    }

    /// Words that have a bit for each word that has a bit for each bucket.
    static func words(_ buckets: UInt64) -> Int { Int((buckets + 4_095) / 4_096) }

    mutating func layOut(buckets: UInt64, shift: UInt64, from bucket: UInt64) {
        lists.deallocate()
        occupied.deallocate()
        occupiedWords.deallocate()
        far.deallocate()
        self.shift = shift
        self.bucket = bucket
        bucketMask = buckets - 1
        pageBits = UInt64((buckets / Self.pagesPerWindow).trailingZeroBitCount)
        lists = .allocate(capacity: Int(buckets))
        lists.initialize(repeating: nil, count: Int(buckets))
        occupied = .allocate(capacity: Int(buckets / 64))
        occupied.initialize(repeating: 0, count: Int(buckets / 64))
        occupiedWords = .allocate(capacity: Self.words(buckets))
        occupiedWords.initialize(repeating: 0, count: Self.words(buckets))
        let firstFarPage = bucket &>> pageBits + Self.pagesPerWindow
        nearEnd = firstFarPage &<< pageBits
        far = FarFuture(pageShift: shift + pageBits, cursor: firstFarPage)
    }
}

extension UInt64 {
    fileprivate var nextPowerOf2: UInt64 { self <= 1 ? 1 : 1 &<< UInt64(64 - (self - 1).leadingZeroBitCount) }
}
