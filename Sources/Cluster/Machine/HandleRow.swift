/// Short handles of a pool, one for each record of a file, in a row that grows at its end and shrinks at both. It
/// lies in blocks of a kilobyte, each of which knows where its first record begins, so that the place of any
/// record is found by adding up the sizes of a few.
///
///     block, 1 KB:  | where record 254·n begins | handle of 254·n | … | handle of 254·n + 253 |
@usableFromInline
final class HandleRow {
    private static var blockSize: Int { 254 }

    @exclusivity(unchecked) private var blocks: [UnsafeMutableRawPointer] = []
    /// Which block is the first in the list, counted from that of record 0.
    @exclusivity(unchecked) private var firstBlock = 0
    /// Which records there are, counted since the file was new.
    @exclusivity(unchecked) @usableFromInline private(set) var numbers: Range<Int> = 0..<0
    /// Where the first of them begins, in bytes since the file was new.
    @exclusivity(unchecked) private var start: UInt64 = 0

    @usableFromInline
    init() {}

    deinit { for block in blocks { block.deallocate() } }

    @usableFromInline
    subscript(number: Int) -> UInt32 {
        precondition(numbers.contains(number), "there is no record \(number): there are \(numbers)")
        let (block, place) = number.quotientAndRemainder(dividingBy: Self.blockSize)
        return Self.handles(of: blocks[block - firstBlock])[place]
    }

    /// A record from which it is not far to another one, and where it begins.
    @usableFromInline
    func mark(before number: Int) -> (number: Int, start: UInt64) {
        // The one behind the last may have no block yet.
        let block = min(number / Self.blockSize, firstBlock + blocks.count - 1)
        let first = block * Self.blockSize
        guard first > numbers.lowerBound else { return (numbers.lowerBound, start) }
        return (first, blocks[block - firstBlock].load(as: UInt64.self))
    }

    /// Adds a record that begins at `position`.
    @usableFromInline
    func append(_ handle: UInt32, at position: UInt64) {
        let number = numbers.upperBound
        let (block, place) = number.quotientAndRemainder(dividingBy: Self.blockSize)
        if numbers.isEmpty { (firstBlock, start) = (block, position) }
        if block - firstBlock == blocks.count {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 8 + 4 * Self.blockSize, alignment: 8)
            memory.storeBytes(of: position, as: UInt64.self)
            blocks.append(memory)
        }
        Self.handles(of: blocks[block - firstBlock])[place] = handle
        numbers = numbers.lowerBound..<number + 1
    }

    /// Forgets what lies before a record, which begins at `position`.
    @usableFromInline
    func removeAll(before number: Int, at position: UInt64) {
        numbers = number..<numbers.upperBound
        start = position
        let gone = min(number / Self.blockSize - firstBlock, blocks.count)
        if numbers.isEmpty { return removeBlocks(0..<blocks.count) }
        guard gone > 0 else { return }
        removeBlocks(0..<gone)
        firstBlock += gone
    }

    /// Forgets what lies behind, from that record on.
    @usableFromInline
    func removeAll(from number: Int) {
        numbers = numbers.lowerBound..<number
        let left =
            numbers.isEmpty ? 0 : (number + Self.blockSize - 1) / Self.blockSize - firstBlock
        removeBlocks(left..<blocks.count)
    }

    /// Begins again, with no bytes before that record.
    @usableFromInline
    func reset(to number: Int) {
        numbers = number..<number
        start = 0
        removeBlocks(0..<blocks.count)
    }

    private func removeBlocks(_ range: Range<Int>) {
        for block in blocks[range] { block.deallocate() }
        blocks.removeSubrange(range)
    }

    private static func handles(of block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt32> {
        (block + 8).assumingMemoryBound(to: UInt32.self)
    }
}
