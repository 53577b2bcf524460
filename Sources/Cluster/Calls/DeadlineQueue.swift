public import Vocabulary

/// Deadlines of one length: whatever is added last is due last, so they need one armed timer and no sorting.
///
/// A list linked both ways through a slab, in the order of adding. What is answered in time is taken out at
/// once, not left until it is due: most calls are answered thousands of times sooner than they time out, and
/// the slab holds only those that are open.
///
///     slab    [ 0 | 1 | 2 | 3 ]      first ─▶ 2 ─▶ 0 ─▶ 3 ◀─ last      free ─▶ 1
///
/// The timer stays where it was armed when the first deadline is taken out. It fires, expires nothing, and is
/// armed anew for the one that is then the first: at most once per length, instead of once per call.
public struct DeadlineQueue<Token: BitwiseCopyable> {
    public let length: Span

    @usableFromInline var nodes: [Deadline] = []
    @usableFromInline var first: UInt32 = Self.none
    @usableFromInline var last: UInt32 = Self.none
    @usableFromInline var free: UInt32 = Self.none
    @usableFromInline var isArmed = false

    /// How many deadlines are open.
    @inlinable public var count: Int { live }
    @usableFromInline var live = 0

    public init(length: Span) {
        precondition(length > .zero, "a deadline that has passed when it is set")
        self.length = length
    }

    @usableFromInline
    struct Deadline {
        @usableFromInline var due: UInt64  // ns since the start of the run
        @usableFromInline var token: Token
        @usableFromInline var previous: UInt32
        @usableFromInline var next: UInt32  // the next free one in a free node
        @usableFromInline var isOpen = true

        @inlinable
        init(due: UInt64, token: Token, previous: UInt32) {
            self.due = due
            self.token = token
            self.previous = previous
            next = .max
        }
    }

    /// A deadline that was added. Good until it is removed or has expired.
    @frozen
    public struct Handle: Hashable, Sendable, BitwiseCopyable {
        @usableFromInline let index: UInt32

        @inlinable
        init(index: UInt32) { self.index = index }
    }

    /// Adds a deadline, `length` from now. When the timer is not armed, `armAt` says for when it is to be.
    @inlinable
    public mutating func add(_ token: Token, at now: Instant) -> (entry: Handle, armAt: Instant?) {
        let due = now + length
        let node = Deadline(due: due.nanoseconds, token: token, previous: last)
        let index = free
        if index == Self.none {
            nodes.append(node)
            link(UInt32(nodes.count - 1))
        } else {
            free = nodes[Int(index)].next
            nodes[Int(index)] = node
            link(index)
        }
        let entry = Handle(index: last)
        if isArmed { return (entry, nil) }
        isArmed = true
        return (entry, due)
    }

    /// Takes out a deadline that was met.
    @inlinable
    public mutating func remove(_ entry: Handle) {
        precondition(nodes[Int(entry.index)].isOpen, "a deadline is over, and nobody may still hold it")
        unlink(entry.index)
    }

    /// The first deadline that has passed, if any. To be asked for when the timer fires, until there is none.
    @inlinable
    public mutating func expire(at now: Instant) -> Token? {
        guard first != Self.none, nodes[Int(first)].due <= now.nanoseconds else { return nil }
        let token = nodes[Int(first)].token
        unlink(first)
        return token
    }

    /// After the timer has fired and nothing is left to expire: for when it is to be armed next, if at all.
    @inlinable
    public mutating func rearm() -> Instant? {
        isArmed = first != Self.none
        return isArmed ? Instant(nanoseconds: nodes[Int(first)].due) : nil
    }

    @inlinable static var none: UInt32 { .max }

    @inlinable
    mutating func link(_ index: UInt32) {
        if last == Self.none {
            first = index
        } else {
            nodes[Int(last)].next = index
        }
        last = index
        live += 1
    }

    @inlinable
    mutating func unlink(_ index: UInt32) {
        let (previous, next) = (nodes[Int(index)].previous, nodes[Int(index)].next)
        if previous == Self.none { first = next } else { nodes[Int(previous)].next = next }
        if next == Self.none { last = previous } else { nodes[Int(next)].previous = previous }
        nodes[Int(index)].isOpen = false
        nodes[Int(index)].next = free
        free = index
        live -= 1
    }

    package func checkInvariants() {
        var (index, previous, due, seen) = (first, Self.none, UInt64(0), 0)
        while index != Self.none {
            let node = nodes[Int(index)]
            precondition(node.isOpen, "a deadline that is over is still in the list")
            precondition(node.previous == previous, "the list is broken")
            precondition(node.due >= due, "a deadline is due before the one in front of it")
            (previous, due, index) = (index, node.due, node.next)
            seen += 1
        }
        precondition(previous == last, "the list does not end at its end")
        precondition(seen == live, "there are \(seen) deadlines, and \(live) are counted")
        precondition(live == 0 || isArmed, "deadlines without a timer")
        var unused = 0
        index = free
        while index != Self.none {
            precondition(!nodes[Int(index)].isOpen, "a free place is in use")
            unused += 1
            index = nodes[Int(index)].next
        }
        precondition(seen + unused == nodes.count, "a place is lost")
    }
}
