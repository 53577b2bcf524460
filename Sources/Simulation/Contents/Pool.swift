internal import Vocabulary

/// The contents of one type, of the whole run: each is written once, and whoever needs it (the files of three
/// replicas, caches, messages under way) refers to it by a handle of one word.
///
///     a chunk of 64 KB, aligned to its size
///     | references | used | number | pool | element 0 | element 1 | … | unused
///
/// References are counted for a chunk, not for an element: a handle finds the count by masking its address, an
/// addition is all that it costs, and what is kept or forgotten in the order of time, as logs and queues do, is
/// given back nearly as soon as nobody refers to it. A chunk to which nobody refers, and into which nothing more
/// is written, is given back as a whole. Nothing in a run can see where contents lie.
///
/// Elements may refer to contents of other pools (`Marked.isCounted`): a chunk that is given back lets go of them.
public final class Pool<Element: Sendable>: ContentPool, @unchecked Sendable {
    /// How many elements fit into a chunk: the most that one call can write together.
    @inlinable public static var chunkCapacity: Int {
        min(elementLimit, (chunkSize - firstElement) / max(1, MemoryLayout<Element>.stride))
    }

    @inlinable static var firstElement: Int {
        let alignment = MemoryLayout<Element>.alignment
        return (MemoryLayout<ContentChunk>.size + alignment - 1) / alignment * alignment
    }

    @inlinable
    package override init(number: Int) {
        precondition(Self.chunkCapacity >= 16, "\(Element.self) is too large for a pool")
        super.init(number: number)
        learnWhetherCounted()
    }

    @usableFromInline
    func learnWhetherCounted() {
        if let marked = Element.self as? any Marked.Type, marked.isCounted {
            discard = Self.discarder(marked)
        }
    }

    private static func discarder<M: Marked>(_: M.Type) -> (UnsafeMutableRawPointer, Int) -> Void {
        { elements, count in
            for element in UnsafeBufferPointer(start: elements.assumingMemoryBound(to: M.self), count: count)
            {
                element.noteDiscarded()
            }
        }
    }

    // All pools end with their world: nobody counts any more.
    deinit { for case let chunk? in chunks { free(chunk) } }

    /// Writes an element, to which the caller refers then.
    @inlinable
    public func write(_ element: Element) -> Contents<Element> {
        let chunk = chunkWithRoom(for: 1)
        let place = Self.elements(of: chunk) + Int(chunk.pointee.used)
        place.initialize(to: element)
        chunk.pointee.used += 1
        chunk.pointee.references += 1
        return Contents(place, count: 1)
    }

    /// Writes elements behind each other, to which the caller refers then: none, or as many as a chunk holds.
    @inlinable
    public func write(_ elements: some Collection<Element>) -> Contents<Element> {
        let count = elements.count
        guard count > 0 else { return Contents() }
        precondition(count <= Self.chunkCapacity, "\(count) elements do not fit into a chunk")
        let chunk = chunkWithRoom(for: count)
        let place = Self.elements(of: chunk) + Int(chunk.pointee.used)
        var next = place
        for element in elements {
            next.initialize(to: element)
            next += 1
        }
        chunk.pointee.used += UInt32(count)
        chunk.pointee.references += count
        return Contents(place, count: count)
    }

    /// An element in half a word, for who keeps many and knows their pool: chunk, 20 bits, and place in it, 12.
    @inlinable
    package func shortHandle(of contents: Contents<Element>) -> UInt32 {
        let chunk = contents.chunk
        precondition(
            chunk.pointee.pool == Unmanaged.passUnretained(self).toOpaque(), "contents of another pool")
        return chunk.pointee.number << 12 | UInt32(contents.first - Self.elements(of: chunk))
    }

    @inlinable
    package func contents(of handle: UInt32) -> Contents<Element> { Contents(element(of: handle), count: 1) }

    @inlinable
    package func element(of handle: UInt32) -> UnsafeMutablePointer<Element> {
        Self.elements(of: chunks[Int(handle >> 12)].unsafelyUnwrapped) + Int(handle & 0xFFF)
    }

    @inlinable
    static func elements(of chunk: UnsafeMutablePointer<ContentChunk>) -> UnsafeMutablePointer<Element> {
        (UnsafeMutableRawPointer(chunk) + firstElement).assumingMemoryBound(to: Element.self)
    }

    @inlinable @inline(__always)
    func chunkWithRoom(for count: Int) -> UnsafeMutablePointer<ContentChunk> {
        if let open, Int(open.pointee.used) + count <= Self.chunkCapacity { return open }
        return openChunk()
    }

    override func end(_ chunk: UnsafeMutablePointer<ContentChunk>) {
        discard?(UnsafeMutableRawPointer(Self.elements(of: chunk)), Int(chunk.pointee.used))
        free(chunk)
    }

    private func free(_ chunk: UnsafeMutablePointer<ContentChunk>) {
        Self.elements(of: chunk).deinitialize(count: Int(chunk.pointee.used))
        UnsafeMutableRawPointer(chunk).deallocate()
    }
}

/// A pool without its type.
public class ContentPool {
    /// Among the pools of its world.
    package let number: Int
    /// By number; nil where one was given back.
    @exclusivity(unchecked) @usableFromInline
    final var chunks: [UnsafeMutablePointer<ContentChunk>?] = []
    @exclusivity(unchecked) private final var freeNumbers: [UInt32] = []
    /// Into which is written.
    @exclusivity(unchecked) @usableFromInline final var open: UnsafeMutablePointer<ContentChunk>?

    @usableFromInline static var chunkSize: Int { 1 << 16 }
    @usableFromInline static var elementLimit: Int { 1 << 12 }
    private static var chunkLimit: Int { 1 << 20 }
    /// Lets go of what so many elements refer to; nil where none refers to anything.
    fileprivate final var discard: ((UnsafeMutableRawPointer, Int) -> Void)?

    @usableFromInline
    init(number: Int) { self.number = number }

    /// What its chunks take.
    public final var size: Int { chunkCount * Self.chunkSize }

    package final var chunkCount: Int { chunks.count - freeNumbers.count }

    /// What was written into the last chunk stays there; the chunk goes when nobody refers to it.
    @usableFromInline
    final func openChunk() -> UnsafeMutablePointer<ContentChunk> {
        let closed = open
        open = nil
        if let closed, closed.pointee.references == 0 { giveBack(closed) }
        let number = freeNumbers.popLast() ?? UInt32(chunks.count)
        precondition(number < Self.chunkLimit, "a pool holds 64 GB")
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.chunkSize, alignment: Self.chunkSize)
        let chunk = memory.bindMemory(to: ContentChunk.self, capacity: 1)
        chunk.initialize(to: ContentChunk(number: number, pool: Unmanaged.passUnretained(self).toOpaque()))
        if Int(number) == chunks.count { chunks.append(chunk) } else { chunks[Int(number)] = chunk }
        open = chunk
        return chunk
    }

    /// Nobody refers to a chunk any more.
    @usableFromInline
    final func abandon(_ chunk: UnsafeMutablePointer<ContentChunk>) {
        precondition(chunk.pointee.references == 0, "more references were given back than there were")
        if chunk != open { giveBack(chunk) }
    }

    final func release(_ count: Int, fromChunk number: Int) {
        guard let chunk = chunks[number] else { preconditionFailure("chunk \(number) was given back") }
        chunk.release(count)
    }

    private func giveBack(_ chunk: UnsafeMutablePointer<ContentChunk>) {
        chunks[Int(chunk.pointee.number)] = nil
        freeNumbers.append(chunk.pointee.number)
        end(chunk)
    }

    func end(_ chunk: UnsafeMutablePointer<ContentChunk>) { preconditionFailure("a pool of nothing") }

    /// How many refer to what a chunk holds, by its number.
    package final func references(to chunk: Int) -> Int {
        chunks.indices.contains(chunk) ? chunks[chunk]?.pointee.references ?? 0 : 0
    }
}

/// What stands at the beginning of a chunk.
@usableFromInline
package struct ContentChunk {
    @usableFromInline package var references = 0
    @usableFromInline var used: UInt32 = 0
    @usableFromInline package let number: UInt32
    @usableFromInline let pool: UnsafeMutableRawPointer

    init(number: UInt32, pool: UnsafeMutableRawPointer) {
        self.number = number
        self.pool = pool
    }
}

extension UnsafeMutablePointer<ContentChunk> {
    @usableFromInline package var pool: ContentPool {
        Unmanaged<ContentPool>.fromOpaque(pointee.pool).takeUnretainedValue()
    }

    @inlinable @inline(__always)
    package func release(_ count: Int) {
        pointee.references -= count
        if pointee.references <= 0 { pool.abandon(self) }
    }
}
