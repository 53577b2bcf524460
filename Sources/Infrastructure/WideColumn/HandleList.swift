/// Short handles of a pool in one block of memory, in an order of their owner's, who gives the block back.
///
///     | count | room | handle 0 | handle 1 | … | unused |
///
/// A node has two lists for each user, and most are short: an array would have 32 bytes in front and up to twice the room.
/// A block grows from one size of the allocator's to the next: 16 bytes, 32, 48 up to 128, then by quarters of powers of two.
package struct HandleList: RandomAccessCollection {
    private var block: UnsafeMutablePointer<UInt32>?

    package init() {}

    package var startIndex: Int { 0 }
    package var endIndex: Int { block.map { Int($0[0]) } ?? 0 }

    package subscript(place: Int) -> UInt32 {
        get { handle(at: place).pointee }
        nonmutating set { handle(at: place).pointee = newValue }
    }

    private func handle(at place: Int) -> UnsafeMutablePointer<UInt32> {
        guard let block, place >= 0, place < block[0] else { preconditionFailure("no handle \(place)") }
        return block + 2 + place
    }

    package mutating func append(_ handle: UInt32) { insert(handle, at: count) }

    package mutating func insert(_ handle: UInt32, at place: Int) {
        let block = blockWithRoom()
        let count = Int(block[0])
        precondition(place >= 0 && place <= count, "no place \(place) among \(count)")
        let handles = block + 2
        (handles + place + 1).update(from: handles + place, count: count - place)
        handles[place] = handle
        block[0] += 1
    }

    package func remove(at place: Int) {
        let removed = handle(at: place)
        removed.update(from: removed + 1, count: count - place - 1)
        block?[0] -= 1
    }

    package func deallocate() { block?.deallocate() }

    private mutating func blockWithRoom() -> UnsafeMutablePointer<UInt32> {
        if let block, block[0] < block[1] { return block }
        let bytes = 8 + 4 * count
        let step = block == nil ? 8 : Swift.max(16, 1 << (Int.bitWidth - 3 - bytes.leadingZeroBitCount))
        let room = (bytes + step - 8) / 4
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: room + 2)
        larger[0] = UInt32(count)
        larger[1] = UInt32(room)
        if let block {
            (larger + 2).update(from: block + 2, count: count)
            block.deallocate()
        }
        block = larger
        return larger
    }
}
