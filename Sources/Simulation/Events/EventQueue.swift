/// What is going to happen, in order of (time, tie).
///
/// Time is cut into *buckets* of a power of two of nanoseconds. Only the events of the current bucket are in
/// order; those of later buckets wait in unsorted lists, and those beyond the near window in `FarFuture`:
///
///      current bucket         near window: one list per bucket            far future: by page
///     ┌────────────────┐ ┌────┬────┬────┬────┬── ─ ─ ─ ─ ──┬────┐ ┌────────────────────────────┐
///     │ soon  (sorted) │ │    │ ●  │    │ ●● │              │ ●  │ │   ●      ●●        ●   …    │
///     │ crowd (a heap) │ │    │ ●  │    │    │              │    │ │                            │
///     └────────────────┘ └────┴────┴────┴────┴── ─ ─ ─ ─ ──┴────┘ └────────────────────────────┘
///                         a bit per list, a bit per word of bits      a page is 1/8 of the window
///
/// The window is a ring of lists: when the current bucket enters a new page, the page that comes into the
/// window is fetched from the far future. A bucket should hold a few events: the width follows the mean gap
/// between events, and the number of buckets follows the number of events pending. Neither can change the
/// order of anything.
@usableFromInline
package struct EventQueue {
    // The current bucket: at most `soonLimit` events sorted, the latest first, so that the next one is at the
    // end; the rest in a heap.
    @usableFromInline let soon: UnsafeMutablePointer<QueuedEvent>
    @usableFromInline var soonCount = 0
    @usableFromInline var crowd = Crowd()
    @inlinable static var soonLimit: Int { 64 }

    // The near window.
    /// Number of the current bucket. All events of buckets up to this one are in `soon` or `crowd`.
    @usableFromInline var bucket: UInt64 = 0
    /// Buckets before this number and after the current one are in the near window; a multiple of the page
    /// size.
    @usableFromInline var nearEnd: UInt64 = 0
    /// How far a time is shifted to give its bucket.
    @usableFromInline var shift: UInt64
    @usableFromInline var bucketMask: UInt64
    /// How far a bucket is shifted to give its page.
    var pageBits: UInt64 = 0
    @usableFromInline var lists: UnsafeMutablePointer<EventPointer?>
    @usableFromInline var occupied: UnsafeMutablePointer<UInt64>
    var occupiedWords: UnsafeMutablePointer<UInt64>

    var far: FarFuture

    // Where in the lists of the buckets that follow `scoutsFrom` the memory has been asked for.
    var scouts = InlineArray<16, EventPointer?>(repeating: nil)
    var scoutsFrom: UInt64 = 0

    /// Of the world whose events these are, if any; used to look ahead only.
    var mailboxes: UnsafeMutablePointer<Mailbox>?

    /// Events pending, the cancelled ones among them.
    @usableFromInline package var count = 0
    /// Events that were cancelled and still lie here.
    @usableFromInline package var cancelled = 0

    // What the width is measured by.
    var tunedAt: UInt64 = 0  // ns since the start of the run
    /// Events that have come into the current bucket.
    @usableFromInline var passedSinceTuned = 0
    var bucketsSinceTuned = 0

    private static let initialShift: UInt64 = 10
    static let fewestBuckets: UInt64 = 1_024
    static let pagesPerWindow: UInt64 = 8
    /// From here on the events and their actors no longer fit into a core's own cache.
    private static let manyEvents = 8_192

    package init() {
        soon = .allocate(capacity: Self.soonLimit)
        shift = Self.initialShift
        bucketMask = 0
        lists = .allocate(capacity: 0)
        occupied = .allocate(capacity: 0)
        occupiedWords = .allocate(capacity: 0)
        far = FarFuture(pageShift: 0, cursor: 0)
        layOut(buckets: Self.fewestBuckets, shift: Self.initialShift, from: 0)
    }

    package func deallocate() {
        soon.deallocate()
        crowd.deallocate()
        lists.deallocate()
        occupied.deallocate()
        occupiedWords.deallocate()
        far.deallocate()
    }

    /// Bytes of all lists and of the current bucket, without the events.
    var bytes: Int {
        Int(bucketMask + 1) * (MemoryLayout<EventPointer?>.stride + 1) + far.bytes
            + (Self.soonLimit + crowd.capacity) * MemoryLayout<QueuedEvent>.stride
    }

    // MARK: In

    @inlinable
    package mutating func insert(_ event: EventPointer) {
        count += 1
        let bucket = event.pointee.time &>> shift
        if bucket <= self.bucket {
            insertSoon(QueuedEvent(event))
        } else if bucket < nearEnd {
            insertNear(event, bucket: bucket)
        } else {
            insertFar(event)
        }
    }

    @inlinable
    mutating func insertSoon(_ entry: QueuedEvent) {
        passedSinceTuned += 1
        guard soonCount < Self.soonLimit else { return crowd.insert(entry) }
        var place = soonCount
        while place > 0, soon[place - 1] < entry {
            soon[place] = soon[place - 1]
            place -= 1
        }
        soon[place] = entry
        soonCount += 1
    }

    @inlinable
    func insertNear(_ event: EventPointer, bucket: UInt64) {
        let slot = Int(bucket & bucketMask)
        let next = lists[slot]
        event.pointee.next = next
        lists[slot] = event
        if next == nil { setOccupied(slot) }
    }

    @usableFromInline
    func setOccupied(_ slot: Int) {
        occupied[slot &>> 6] |= 1 &<< UInt64(slot & 63)
        occupiedWords[slot &>> 12] |= 1 &<< UInt64(slot &>> 6 & 63)
    }

    @usableFromInline
    func insertFar(_ event: EventPointer) { far.insert(event) }

    // MARK: Out

    /// Takes out the earliest event if it is before `end` (ns since the start of the run). It may be a
    /// cancelled one.
    @inlinable
    package mutating func removeFirst(before end: UInt64) -> EventPointer? {
        if soonCount == 0 || crowd.count != 0 { return removeFirstSlowly(before: end) }
        let first = soon[soonCount - 1]
        guard first.time < end else { return nil }
        soonCount -= 1
        count -= 1
        return first.event
    }

    @usableFromInline
    mutating func removeFirstSlowly(before end: UInt64) -> EventPointer? {
        if soonCount == 0 && crowd.count == 0 {
            guard enterNextBucket(before: end) else { return nil }
        }
        if crowd.count == 0 || (soonCount > 0 && soon[soonCount - 1] < crowd.first) {
            guard soon[soonCount - 1].time < end else { return nil }
            soonCount -= 1
            count -= 1
            return soon[soonCount].event
        }
        guard crowd.first.time < end else { return nil }
        count -= 1
        return crowd.removeFirst().event
    }

    /// Makes the next bucket that holds anything the current one. False when it begins at `end` or later:
    /// then no bucket was entered.
    private mutating func enterNextBucket(before end: UInt64) -> Bool {
        guard count > 0 else { return false }
        if bucketsSinceTuned >= 1_024 || passedSinceTuned >= 16_384 {
            tune()
            // Wider buckets may have drawn what comes next into the current one.
            if soonCount > 0 { return true }
        }
        var next = nextOccupiedBucket()
        while next == nil {
            // The window is empty: it jumps to where the far future begins.
            guard let page = far.earliestPage, page &<< far.pageShift < end else { return false }
            bucket = page &<< pageBits - 1
            fetch()
            next = nextOccupiedBucket()
        }
        guard let next, next &<< shift < end else { return false }
        if next &>> pageBits != bucket &>> pageBits {
            bucket = next
            fetch()
        }
        bucket = next
        let slot = Int(next & bucketMask)
        let list = lists[slot]
        lists[slot] = nil
        clearOccupied(slot)
        var event = list
        while let this = event {
            event = this.pointee.next
            insertSoon(QueuedEvent(this))
        }
        bucketsSinceTuned += 1
        if count >= Self.manyEvents, let mailboxes { lookAhead(from: next, in: mailboxes) }
        return true
    }

    /// Brings the pages that the window now covers in from the far future.
    private mutating func fetch() {
        let firstFarPage = bucket &>> pageBits + Self.pagesPerWindow
        nearEnd = firstFarPage &<< pageBits
        let queue = self
        far.advance(to: firstFarPage) { queue.insertNear($0, bucket: $0.pointee.time &>> queue.shift) }
    }

    private func clearOccupied(_ slot: Int) {
        occupied[slot &>> 6] &= ~(1 &<< UInt64(slot & 63))
        if occupied[slot &>> 6] == 0 { occupiedWords[slot &>> 12] &= ~(1 &<< UInt64(slot &>> 6 & 63)) }
    }

    /// The first bucket of the near window that holds anything.
    private func nextOccupiedBucket() -> UInt64? {
        let slot = bucket & bucketMask
        guard let next = occupiedSlot(from: slot + 1) ?? occupiedSlot(from: 0) else { return nil }
        return bucket + ((next &- slot) & bucketMask)
    }

    private func occupiedSlot(from slot: UInt64) -> UInt64? {
        guard slot <= bucketMask else { return nil }
        let word = slot &>> 6
        let rest = occupied[Int(word)] &>> (slot & 63)
        if rest != 0 { return slot + UInt64(rest.trailingZeroBitCount) }

        var group = (word + 1) &>> 6
        guard group <= bucketMask &>> 12 else { return nil }
        var words = occupiedWords[Int(group)] & (UInt64.max &<< ((word + 1) & 63))
        while words == 0 {
            group += 1
            guard group <= bucketMask &>> 12 else { return nil }
            words = occupiedWords[Int(group)]
        }
        let found = group &<< 6 | UInt64(words.trailingZeroBitCount)
        return found &<< 6 | UInt64(occupied[Int(found)].trailingZeroBitCount)
    }

    // MARK: Cancelled events

    /// At most as many cancelled events as live ones lie here, and this many more.
    @inlinable package static var cancelledAllowance: Int { 4_096 }

    /// An event in the queue has been marked as cancelled. True when it is time to sweep.
    @inlinable
    package mutating func noteCancelled() -> Bool {
        cancelled += 1
        return cancelled >= count - cancelled + Self.cancelledAllowance
    }

    /// Takes all cancelled events out of the lists. Those of the current bucket stay: they leave in their
    /// turn.
    package mutating func sweep(_ handOver: (EventPointer) -> Void) {
        var live = far.removeAll()
        forEachNear { event in
            event.pointee.next = live
            live = event
        }
        lists.update(repeating: nil, count: Int(bucketMask + 1))
        occupied.update(repeating: 0, count: Int((bucketMask + 1) / 64))
        occupiedWords.update(repeating: 0, count: Self.words(bucketMask + 1))
        count = soonCount + crowd.count
        forEachEvent(in: live) { event in
            if event.pointee.isCancelled {
                cancelled -= 1
                handOver(event)
            } else {
                insert(event)
            }
        }
    }

    // MARK: All of them

    func forEachNear(_ body: (EventPointer) -> Void) {
        guard var slot = occupiedSlot(from: 0) else { return }
        while true {
            forEachEvent(in: lists[Int(slot)], body)
            guard let next = occupiedSlot(from: slot + 1) else { return }
            slot = next
        }
    }

    /// Every event, in no particular order.
    package func forEach(_ body: (EventPointer) -> Void) {
        for i in 0..<soonCount { body(soon[i].event) }
        crowd.forEach(body)
        forEachNear(body)
        far.forEach(body)
    }

    package func checkInvariants() {
        for i in stride(from: 1, to: soonCount, by: 1) {
            precondition(soon[i] < soon[i - 1], "the current bucket is out of order")
        }
        crowd.checkInvariants()
        far.checkInvariants()
        precondition(far.cursor &<< pageBits == nearEnd, "the near window and the far future do not meet")
        var seen = 0
        var seenCancelled = 0
        for slot in 0..<(bucketMask + 1) {
            let bit = occupied[Int(slot &>> 6)] &>> (slot & 63) & 1
            precondition((lists[Int(slot)] != nil) == (bit == 1), "an occupancy bit is wrong")
            forEachEvent(in: lists[Int(slot)]) { event in
                let bucket = event.pointee.time &>> shift
                precondition(bucket & bucketMask == slot, "an event lies in the wrong bucket")
                precondition(
                    bucket > self.bucket && bucket < nearEnd, "an event lies outside the near window")
            }
        }
        for word in 0..<(bucketMask + 1) / 64 {
            let bit = occupiedWords[Int(word &>> 6)] &>> (word & 63) & 1
            precondition((occupied[Int(word)] != 0) == (bit == 1), "an occupancy bit of a word is wrong")
        }
        forEach { event in
            seen += 1
            if event.pointee.isCancelled { seenCancelled += 1 }
        }
        precondition(seen == count, "the queue holds \(seen) events and counts \(count)")
        precondition(
            seenCancelled == cancelled,
            "the queue holds \(seenCancelled) cancelled events and counts \(cancelled)")
    }
}
