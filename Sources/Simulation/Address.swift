/// Where messages for one actor go; only takes messages that a `C` understands.
///
/// It names a mailbox (one per type of component), an index in it and the actor's lane, and is good within
/// its own world. An index is never given out twice in a run: mail to an actor that was removed vanishes.
@frozen
public struct Address<C: Component>: Hashable, Sendable {
    @usableFromInline package let place: RawAddress

    @inlinable
    package init(_ place: RawAddress) { self.place = place }

    /// Counts the actors of this type in the order in which they were added, from 0.
    @inlinable public var index: Int { place.index }
    @inlinable public var lane: Lane { place.lane }
}

/// The addresses of actors that were added together: a collection that takes two words, whatever its size.
@frozen
public struct Addresses<C: Component>: RandomAccessCollection, Hashable, Sendable {
    @usableFromInline let first: RawAddress
    public let count: Int

    @inlinable
    init(first: RawAddress, count: Int) {
        self.first = first
        self.count = count
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable
    public subscript(position: Int) -> Address<C> {
        precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "there is no actor of that number")
        return Address(RawAddress(word: first.word &+ UInt64(truncatingIfNeeded: position)))
    }
}

/// An address without its type, in one word:
///
///     | cancelled 1 | 0 … 7 | lane 8 | mailbox 16 | index 32 |
@frozen
@usableFromInline
package struct RawAddress: Hashable, Sendable {
    @usableFromInline package let word: UInt64

    @inlinable
    init(word: UInt64) { self.word = word }

    @inlinable
    package init(mailbox: Int, index: Int, lane: Lane) {
        word = UInt64(lane.number) << 48 | UInt64(mailbox) << 32 | UInt64(UInt32(index))
    }

    @inlinable package var index: Int { Int(truncatingIfNeeded: word & 0xFFFF_FFFF) }
    @inlinable package var mailbox: Int { Int(truncatingIfNeeded: word &>> 32 & 0xFFFF) }
    @inlinable package var lane: Lane { Lane(UInt8(truncatingIfNeeded: word &>> 48)) }
}
