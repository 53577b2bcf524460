internal import Simulation

/// Which records are on a disk and where, without their type: by slots, which are used again.
@usableFromInline
package class Shelf {
    /// The slot and the length of each record that is on the disk, in order.
    @exclusivity(unchecked) private var kept = Chunks<(slot: UInt32, length: UInt32)>()
    /// The end of every 256th record, so that none is far from one whose place is known.
    @exclusivity(unchecked) private var marks: [UInt64] = []
    /// Of the last record that is on the disk.
    @exclusivity(unchecked) private var end: UInt64 = 0
    @exclusivity(unchecked) @usableFromInline var free: [UInt32] = []
    @exclusivity(unchecked) @usableFromInline var slotCount = 0

    private static let markSpacing = 256

    @usableFromInline
    package init() {}

    /// How many records are on the disk.
    @usableFromInline package var count: Int { kept.count }

    @usableFromInline
    func slot(of record: Int) -> Int { Int(kept[record].slot) }

    /// A record that waited is on the disk now, in front of `end`.
    package func commit(_ slot: UInt32, end: UInt64) {
        guard let length = UInt32(exactly: end - self.end) else {
            preconditionFailure("a record of four gigabytes is no record")
        }
        self.end = end
        kept.append((slot, length))
        if kept.count % Self.markSpacing == 0 { marks.append(end) }
    }

    /// A record that waited will never be on the disk.
    func forget(_ slot: UInt32) { free.append(slot) }

    /// Where a record lies, by its place among those that are kept; nil when there is none.
    @usableFromInline
    package func range(of record: Int) -> Range<UInt64>? {
        guard (0..<kept.count).contains(record) else { return nil }
        let mark = record / Self.markSpacing
        var start = mark == 0 ? 0 : marks[mark - 1]
        for before in mark * Self.markSpacing..<record { start += UInt64(kept[before].length) }
        return start..<start + UInt64(kept[record].length)
    }

    /// What lies behind `end` is gone, and so is all that waited.
    package func cut(to end: UInt64) {
        while kept.count > 0, self.end > end { self.end -= UInt64(kept.removeLast().length) }
        marks.removeLast(marks.count - kept.count / Self.markSpacing)
        var isFree = [Bool](repeating: true, count: slotCount)
        for record in 0..<kept.count { isFree[Int(kept[record].slot)] = false }
        free = isFree.indices.filter { isFree[$0] }.map { UInt32($0) }
    }
}

/// The records themselves. What is done with each one is done here, where their type is known; what is not,
/// would look up its type each time.
@usableFromInline
package final class RecordShelf<Record: Sendable>: Shelf {
    @exclusivity(unchecked) @usableFromInline var records = Chunks<Record>()

    @inlinable
    package override init() {}

    /// Takes a record that is on its way to the disk.
    @inlinable
    package func wait(_ record: Record) -> UInt32 {
        guard let slot = free.popLast() else {
            records.append(record)
            slotCount += 1
            return UInt32(slotCount - 1)
        }
        records[Int(slot)] = record
        return slot
    }

    /// Those that are on the disk, in their order.
    @inlinable
    package func all() -> [Record] { (0..<count).map { records[slot(of: $0)] } }
}
