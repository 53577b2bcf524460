public import Vocabulary

/// The calls that somebody has made and not seen the end of. Each ends exactly once: by its reply, by an
/// error, or by its deadline.
///
/// A call is known by its slot and by how often that slot had been given out before. What comes for a call
/// that is over finds another number in the slot: it is *late*, is counted, and changes nothing. Numbers
/// go on after a crash, so replies to a former incarnation are late as well.
///
/// `Then` is the step that the caller was in, as a value.
public struct CallTable<Then> {
    @usableFromInline var slots: [Slot] = []
    @usableFromInline var free: UInt32 = .max
    @usableFromInline var deadlines: [DeadlineQueue<CallID>]
    @usableFromInline var counts = CallCounts()

    /// One kind of deadline for each of the lengths; `open` names them by their place in that order.
    public init(deadlines: [Span]) { self.deadlines = deadlines.map { DeadlineQueue(length: $0) } }

    @usableFromInline
    struct Slot {
        @usableFromInline var generation: UInt32 = 0
        @usableFromInline var nextFree: UInt32 = .max
        @usableFromInline var deadline: UInt32 = 0
        @usableFromInline var entry: DeadlineQueue<CallID>.Handle?
        @usableFromInline var call: Call?  // nil when the slot is free

        @inlinable
        init() {}
    }

    /// A call, as its maker needs it when it ends.
    @frozen
    public struct Call {
        public var then: Then
        /// From 1.
        public var attempt: Int
        public var openedAt: Instant

        @inlinable
        init(then: Then, attempt: Int, openedAt: Instant) {
            self.then = then
            self.attempt = attempt
            self.openedAt = openedAt
        }
    }

    /// A call is made. When `armAt` is not nil, the timer of that kind of deadline is to be armed for it.
    @inlinable
    public mutating func open(
        _ then: Then, attempt: Int = 1, deadline: Int, at now: Instant
    ) -> (id: CallID, armAt: Instant?) {
        var index = free
        if index == .max {
            index = UInt32(slots.count)
            slots.append(Slot())
        } else {
            free = slots[Int(index)].nextFree
        }
        let id = CallID(slot: index, generation: slots[Int(index)].generation)
        let added = deadlines[deadline].add(id, at: now)
        slots[Int(index)].deadline = UInt32(deadline)
        slots[Int(index)].entry = added.entry
        slots[Int(index)].call = Call(then: then, attempt: attempt, openedAt: now)
        counts.opened &+= 1
        return (id, added.armAt)
    }

    /// The call that this is the reply to; nil when it is over already.
    @inlinable
    public mutating func replied(_ id: CallID) -> Call? {
        guard let call = close(id) else {
            counts.lateReplies &+= 1
            return nil
        }
        counts.replied &+= 1
        return call
    }

    /// The call that has failed; nil when it is over already. What times out comes from `expire`.
    @inlinable
    public mutating func failed(_ id: CallID, _ error: CallError) -> Call? {
        precondition(error != .timedOut, "the table itself knows what has timed out")
        guard let call = close(id) else {
            counts.lateErrors &+= 1
            return nil
        }
        counts.count(error)
        return call
    }

    /// The first call whose deadline of that kind has passed. To be asked for when the timer of that kind
    /// fires, until there is none; `rearm` then says when it is to fire next.
    @inlinable
    public mutating func expire(deadline: Int, at now: Instant) -> (id: CallID, call: Call)? {
        guard let id = deadlines[deadline].expire(at: now) else { return nil }
        slots[Int(id.slot)].entry = nil
        guard let call = close(id) else { preconditionFailure("a call is over, and its deadline was not") }
        counts.count(.timedOut)
        return (id, call)
    }

    @inlinable
    public mutating func rearm(deadline: Int) -> Instant? { deadlines[deadline].rearm() }

    /// The maker of all these calls has died. Timers are forgotten; whoever armed them cancels them.
    public mutating func abandonAll() {
        for deadline in deadlines.indices { deadlines[deadline].removeAll() }
        for index in slots.indices where slots[index].call != nil {
            slots[index].entry = nil
            _ = close(CallID(slot: UInt32(index), generation: slots[index].generation))
            counts.abandoned += 1
        }
    }

    /// The open calls for which something holds, in the order of their slots.
    public func open(where holds: (Then) -> Bool) -> [CallID] {
        slots.indices.compactMap { index in
            guard let call = slots[index].call, holds(call.then) else { return nil }
            return CallID(slot: UInt32(index), generation: slots[index].generation)
        }
    }

    public func isOpen(_ id: CallID) -> Bool {
        let index = Int(id.slot)
        return index < slots.count && slots[index].generation == id.generation && slots[index].call != nil
    }

    /// How many calls are open.
    public var openCount: Int { deadlines.reduce(0) { $0 + $1.count } }

    /// What became of all calls so far.
    public var outcomes: CallCounts { counts }

    @inlinable
    mutating func close(_ id: CallID) -> Call? {
        let index = Int(id.slot)
        guard index < slots.count, slots[index].generation == id.generation,
            let call = slots[index].call.take()
        else { return nil }
        if let entry = slots[index].entry { deadlines[Int(slots[index].deadline)].remove(entry) }
        slots[index].entry = nil
        slots[index].generation &+= 1
        slots[index].nextFree = free
        free = id.slot
        return call
    }

    package func checkInvariants() {
        for queue in deadlines { queue.checkInvariants() }
        let open = slots.count { $0.call != nil }
        precondition(open == openCount, "\(open) calls are open, and \(openCount) deadlines")
        var (unused, index) = (0, free)
        while index != .max {
            precondition(slots[Int(index)].call == nil, "a free slot holds a call")
            unused += 1
            index = slots[Int(index)].nextFree
        }
        precondition(open + unused == slots.count, "a slot is lost")
        precondition(
            counts.opened == counts.ended + UInt64(open), "a call had no outcome, or more than one")
    }
}

/// Names one call of a table, and no later one: a slot would have to be used 2³² times before the reply to
/// its first call arrives.
@frozen
public struct CallID: Hashable, Sendable, BitwiseCopyable {
    public let slot: UInt32
    public let generation: UInt32

    @inlinable
    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}

/// What became of calls.
@frozen
public struct CallCounts: Hashable, Sendable {
    public var opened: UInt64 = 0
    public var replied: UInt64 = 0
    public var refused: UInt64 = 0
    public var reset: UInt64 = 0
    public var timedOut: UInt64 = 0
    public var overloaded: UInt64 = 0
    public var gone: UInt64 = 0
    public var failed: UInt64 = 0
    /// Given up by the death of whoever made them.
    public var abandoned: UInt64 = 0
    /// Replies to calls that were over.
    public var lateReplies: UInt64 = 0
    /// Errors of calls that were over.
    public var lateErrors: UInt64 = 0

    public init() {}

    /// How many have had their one outcome.
    public var ended: UInt64 { replied + refused + reset + timedOut + overloaded + gone + failed + abandoned }

    @inlinable
    mutating func count(_ error: CallError) {
        switch error {
        case .refused: refused &+= 1
        case .reset: reset &+= 1
        case .timedOut: timedOut &+= 1
        case .overloaded: overloaded &+= 1
        case .gone: gone &+= 1
        case .failed: failed &+= 1
        }
    }
}
