/// Events beyond the near window, by *page* (a run of buckets): cheap to put in, brought closer as their time
/// comes.
///
/// A page number is read as digits of six bits. An event lies at the level of the highest digit in which its
/// page differs from the cursor's, in the slot that this digit names:
///
///     cursor  …|  3| 17| 60|          level 2   slots 4…63 hold pages with that digit above the cursor's
///     page    …|  3| 18|  5|  ──▶     level 1   slot 18
///
/// Each level has 64 lists and a word whose bits say which of them are not empty, so finding the next one
/// takes one instruction. When the cursor enters a slot, the slot's events move to lower levels: each event
/// moves as often as its distance has digits, and eleven levels reach to the end of time.
@usableFromInline
package struct FarFuture {
    /// The first page that lies here and not in the near window.
    package private(set) var cursor: UInt64 = 0
    private let lists: UnsafeMutablePointer<EventPointer?>
    private let occupied: UnsafeMutablePointer<UInt64>
    /// How far an event's time is shifted to give its page.
    package let pageShift: UInt64
    private static let levels = 11

    init(pageShift: UInt64, cursor: UInt64) {
        self.pageShift = pageShift
        self.cursor = cursor
        lists = .allocate(capacity: Self.levels * 64)
        lists.initialize(repeating: nil, count: Self.levels * 64)
        occupied = .allocate(capacity: Self.levels)
        occupied.initialize(repeating: 0, count: Self.levels)
    }

    func deallocate() {
        lists.deallocate()
        occupied.deallocate()
    }

    var bytes: Int { Self.levels * (64 * MemoryLayout<EventPointer?>.stride + MemoryLayout<UInt64>.stride) }

    func page(of event: EventPointer) -> UInt64 { event.pointee.time >> pageShift }

    func insert(_ event: EventPointer) {
        let page = page(of: event)
        let level = level(of: page)
        let digit = Int(page >> (6 * level) & 63)
        let slot = Int(level) * 64 + digit
        event.pointee.next = lists[slot]
        lists[slot] = event
        occupied[Int(level)] |= 1 << UInt64(digit)
    }

    /// No event here has a page before this one; nil when there is none at all.
    var earliestPage: UInt64? {
        for level in 0..<UInt64(Self.levels) where occupied[Int(level)] != 0 {
            return firstPage(ofSlot: UInt64(occupied[Int(level)].trailingZeroBitCount), level: level)
        }
        return nil
    }

    /// Moves the cursor to `page` and hands over every event before it, in no particular order.
    mutating func advance(to page: UInt64, _ handOver: (EventPointer) -> Void) {
        while let earliest = earliestPage, earliest < page {
            enter(earliest)
            if let list = takeSlot(level: 0, digit: Int(earliest & 63)) { forEachEvent(in: list, handOver) }
        }
        enter(page)
    }

    /// Sets the cursor, before which there must be nothing left, and deals out the slot that it enters.
    private mutating func enter(_ page: UInt64) {
        precondition(page >= cursor, "the far future lies ahead")
        let level = level(of: page)
        cursor = page
        guard level > 0, let list = takeSlot(level: Int(level), digit: Int(page >> (6 * level) & 63)) else {
            return
        }
        forEachEvent(in: list, insert)
    }

    private func level(of page: UInt64) -> UInt64 {
        let difference = page ^ cursor
        return difference == 0 ? 0 : UInt64(63 - difference.leadingZeroBitCount) / 6
    }

    private func firstPage(ofSlot digit: UInt64, level: UInt64) -> UInt64 {
        let above = 6 * (level + 1)
        return (above < 64 ? (cursor >> above) << above : 0) | digit << (6 * level)
    }

    private func takeSlot(level: Int, digit: Int) -> EventPointer? {
        occupied[level] &= ~(1 << UInt64(digit))
        let list = lists[level * 64 + digit]
        lists[level * 64 + digit] = nil
        return list
    }

    /// Every event; the body may link it elsewhere only after `removeAll`.
    func forEach(_ body: (EventPointer) -> Void) {
        for slot in 0..<Self.levels * 64 { forEachEvent(in: lists[slot], body) }
    }

    /// Takes out all events, as one list.
    func removeAll() -> EventPointer? {
        var all: EventPointer?
        forEach { event in
            event.pointee.next = all
            all = event
        }
        lists.update(repeating: nil, count: Self.levels * 64)
        occupied.update(repeating: 0, count: Self.levels)
        return all
    }

    func checkInvariants() {
        for level in 0..<UInt64(Self.levels) {
            for digit in 0..<UInt64(64) {
                let list = lists[Int(level * 64 + digit)]
                precondition(
                    (list != nil) == (occupied[Int(level)] >> digit & 1 == 1), "an occupancy bit is wrong")
                forEachEvent(in: list) { event in
                    let page = page(of: event)
                    precondition(page >= cursor, "an event of the far future lies behind the cursor")
                    precondition(self.level(of: page) == level, "an event lies at the wrong level")
                    precondition(page >> (6 * level) & 63 == digit, "an event lies in the wrong slot")
                }
            }
        }
    }
}
