import Cluster
import Testing

/// The records on a disk: more of them than a mark, a piece, and both together hold.
@Suite("cluster: records on a disk")
struct ShelfTests {
    /// Record n has the value n and n % 7 + 1 bytes. A third of what waits is on the disk only after the next
    /// one, so slots and places differ.
    private static func shelf(_ count: Int) -> RecordShelf<Int> {
        let shelf = RecordShelf<Int>()
        var end: UInt64 = 0
        var late: UInt32?
        for number in 0..<count {
            let slot = shelf.wait(number)
            if number % 3 == 0, late == nil, number + 1 < count {
                late = slot
                continue
            }
            for slot in [slot, late].compactMap({ $0 }) {
                end += length(of: Int(slot))
                shelf.commit(slot, end: end)
            }
            late = nil
        }
        return shelf
    }

    private static func length(of number: Int) -> UInt64 { UInt64(number % 7 + 1) }

    private func check(_ shelf: RecordShelf<Int>, count: Int) {
        let all = shelf.all()
        #expect(all.count == count)
        var end: UInt64 = 0
        for (place, number) in all.enumerated() {
            let range = end..<end + Self.length(of: number)
            #expect(shelf.range(of: place) == range)
            end = range.upperBound
        }
        #expect(shelf.range(of: count) == nil)
        #expect(shelf.range(of: -1) == nil)
    }

    @Test("each lies behind the one before it", arguments: [0, 1, 255, 256, 257, 4_095, 4_096, 4_097, 9_000])
    func places(count: Int) {
        let shelf = Self.shelf(count)
        check(shelf, count: count)
        #expect(shelf.all().sorted() == Array(0..<count))
    }

    @Test(
        "what a crash leaves is the beginning, and more may follow it",
        arguments: [0, 255, 256, 4_096, 8_999])
    func cut(kept: Int) throws {
        let shelf = Self.shelf(9_000)
        let before = shelf.all()
        shelf.cut(to: try #require(shelf.range(of: kept)).lowerBound)
        #expect(shelf.all() == Array(before[..<kept]))
        check(shelf, count: kept)
        var end = kept == 0 ? 0 : try #require(shelf.range(of: kept - 1)).upperBound
        for number in 0..<600 {
            let slot = shelf.wait(7 * number)
            end += 1
            shelf.commit(slot, end: end)
        }
        check(shelf, count: kept + 600)
        #expect(shelf.all().suffix(600) == (0..<600).map { 7 * $0 }[...])
    }
}
