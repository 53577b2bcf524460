/// Events of the current bucket that are too many to keep sorted: a heap in which each parent has four
/// children.
///
/// A hundred thousand phones that act at the same instant arrive here. Four children, because a level of the
/// heap then lies in one or two cache lines, and there are half as many levels.
@usableFromInline
package struct Crowd {
    @usableFromInline var entries: UnsafeMutablePointer<QueuedEvent>
    @usableFromInline var capacity: Int
    @usableFromInline package private(set) var count = 0

    init() {
        capacity = 64
        entries = .allocate(capacity: capacity)
    }

    func deallocate() { entries.deallocate() }

    /// The earliest; there must be one.
    @inlinable
    var first: QueuedEvent { entries[0] }

    @usableFromInline
    package mutating func insert(_ entry: QueuedEvent) {
        if count == capacity { grow() }
        var hole = count
        count += 1
        while hole > 0 {
            let parent = (hole - 1) >> 2
            guard entry < entries[parent] else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    @usableFromInline
    package mutating func removeFirst() -> QueuedEvent {
        precondition(count > 0)
        let first = entries[0]
        count -= 1
        let last = entries[count]
        var hole = 0
        while true {
            let firstChild = 4 * hole + 1
            guard firstChild < count else { break }
            var least = firstChild
            for child in firstChild..<min(firstChild + 4, count) where entries[child] < entries[least] {
                least = child
            }
            guard entries[least] < last else { break }
            entries[hole] = entries[least]
            hole = least
        }
        if count > 0 { entries[hole] = last }
        return first
    }

    func forEach(_ body: (EventPointer) -> Void) {
        for i in 0..<count { body(entries[i].event) }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<QueuedEvent>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
        capacity *= 2
    }

    func checkInvariants() {
        for i in stride(from: 1, to: count, by: 1) {
            precondition(
                !(entries[i] < entries[(i - 1) >> 2]), "a child of the heap is earlier than its parent")
        }
    }
}
