/// Elements of a pool that lie behind each other, in one word.
///
/// It is plain bits: a copy of it counts for nothing, and whoever keeps one says so, by `held`, and says when it
/// does not need it any more, by `letGo`. A message that carries contents refers to them: who makes it adds a
/// reference, and who gets it has that one from then on. What is thrown away on its way gives it back by itself
/// (`Marked.noteDiscarded`).
@frozen
public struct Contents<Element: Sendable>: BitwiseCopyable, @unchecked Sendable {
    /// Address of the first element, 48 bits, and how many there are, 16.
    @usableFromInline let word: UInt64

    /// No elements.
    @inlinable
    public init() { word = 0 }

    @inlinable
    init(_ first: UnsafeMutablePointer<Element>, count: Int) {
        word = UInt64(UInt(bitPattern: first)) << 16 | UInt64(count)
    }

    /// One element, by its address.
    @inlinable
    package init(address: UInt64) {
        precondition(address != 0, "there is nothing at that address")
        word = address << 16 | 1
    }

    /// Of the first element, 48 bits.
    @inlinable package var address: UInt64 { word >> 16 }

    @inlinable public var count: Int { Int(word & 0xFFFF) }
    @inlinable public var isEmpty: Bool { word == 0 }

    @inlinable
    package var first: UnsafeMutablePointer<Element> {
        precondition(word != 0, "there is nothing in it")
        return UnsafeMutablePointer(bitPattern: UInt(word >> 16)).unsafelyUnwrapped
    }

    @inlinable
    package var chunk: UnsafeMutablePointer<ContentChunk> {
        let address = UInt(bitPattern: first) & ~UInt(ContentPool.chunkSize - 1)
        return UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
    }

    @inlinable
    public subscript(position: Int) -> Element {
        precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "there is no element \(position)")
        return first[position]
    }

    /// One of the elements. It counts for nothing by itself.
    @inlinable
    public func element(_ position: Int) -> Contents {
        precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "there is no element \(position)")
        return Contents(first + position, count: 1)
    }

    /// The same, with one reference more to each element.
    @inlinable
    public func held() -> Contents {
        if word != 0 { chunk.pointee.references += count }
        return self
    }

    /// Takes one reference off each element.
    @inlinable
    public func letGo() {
        if word != 0 { chunk.release(count) }
    }
}
