/// A queue in a circle of memory: first in, first out, and nothing that waits is ever moved.
///
/// The circle doubles when it is full and never shrinks, so a queue that has once been as long as it gets
/// allocates no more. Slots not in use hold whatever lay there last, which is why elements are plain bits.
@usableFromInline
package struct Ring<Element: BitwiseCopyable> {
    // None, or as many as a power of two.
    @usableFromInline var slots: [Element] = []
    @usableFromInline var head = 0
    @usableFromInline package var count = 0

    @inlinable
    package init() {}

    /// The element `position` places behind the first.
    @inlinable
    package subscript(position: Int) -> Element {
        precondition(position >= 0)
        precondition(position < count)
        return slots[(head &+ position) & (slots.count &- 1)]
    }

    @inlinable
    package mutating func append(_ element: Element) {
        if count == slots.count { grow(fillingWith: element) }
        slots[(head &+ count) & (slots.count &- 1)] = element
        count &+= 1
    }

    @inlinable
    package mutating func removeFirst() -> Element {
        precondition(count > 0)
        let first = slots[head]
        head = (head &+ 1) & (slots.count &- 1)
        count &-= 1
        return first
    }

    @inlinable
    package mutating func removeAll() {
        head = 0
        count = 0
    }

    @inlinable @inline(never)
    mutating func grow(fillingWith filler: Element) {
        var larger = [Element](repeating: filler, count: max(8, 2 * slots.count))
        for position in 0..<count { larger[position] = self[position] }
        slots = larger
        head = 0
    }
}

extension Ring: Sendable where Element: Sendable {}
