/// A row that grows by pieces of one size: what is in it never moves, and at most one piece is partly
/// unused. An array of millions is copied whenever it doubles, and half empty afterwards.
@usableFromInline
struct Chunks<Element>: ~Copyable {
    @usableFromInline var chunks: [UnsafeMutablePointer<Element>] = []
    @usableFromInline var count = 0

    @usableFromInline static var chunkSize: Int { 4_096 }

    @inlinable
    init() {}

    @inlinable
    deinit {
        for (number, chunk) in chunks.enumerated() {
            chunk.deinitialize(count: min(Self.chunkSize, count - number * Self.chunkSize))
            chunk.deallocate()
        }
    }

    @inlinable
    func address(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "nothing has the number \(index)")
        return chunks[index / Self.chunkSize] + index % Self.chunkSize
    }

    @inlinable
    subscript(index: Int) -> Element {
        get { address(of: index).pointee }
        nonmutating set { address(of: index).pointee = newValue }
    }

    @inlinable
    mutating func append(_ element: Element) {
        if count % Self.chunkSize == 0 { chunks.append(.allocate(capacity: Self.chunkSize)) }
        (chunks[chunks.count - 1] + count % Self.chunkSize).initialize(to: element)
        count += 1
    }

    @inlinable
    mutating func removeLast() -> Element {
        precondition(count > 0, "nothing is left")
        count -= 1
        defer { if count % Self.chunkSize == 0 { chunks.removeLast().deallocate() } }
        return (chunks[chunks.count - 1] + count % Self.chunkSize).move()
    }
}
