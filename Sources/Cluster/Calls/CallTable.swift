public import Vocabulary

/// The calls that somebody has made and not seen the end of. Each ends exactly once: by its reply, by an
/// error, or by its deadline, which all of them have at the same distance.
///
/// A call is known by its slot and by how often that slot had been given out before. What comes for a call
/// that is over finds another number in the slot: it is *late*, and changes nothing.
///
/// `Then` is the step that the caller was in, as a value.
public struct CallTable<Then> {
    @usableFromInline var slots: [Slot] = []
    @usableFromInline var free: UInt32 = .max
    @usableFromInline var deadlines: DeadlineQueue<CallID>

    public init(deadline: Span) { deadlines = DeadlineQueue(length: deadline) }

    @usableFromInline
    struct Slot {
        @usableFromInline var generation: UInt32 = 0
        @usableFromInline var nextFree: UInt32 = .max
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

        @inlinable
        init(then: consuming Then, attempt: Int) {
            self.then = then
            self.attempt = attempt
        }
    }

    /// What the call that is made next will be known by.
    @inlinable
    public var next: CallID {
        CallID(
            slot: free == .max ? UInt32(slots.count) : free,
            generation: free == .max ? 0 : slots[Int(free)].generation)
    }

    /// A call is made. When `armAt` is not nil, the timer is to be armed for it.
    @inlinable
    public mutating func open(
        _ then: consuming Then, attempt: Int = 1, at now: Instant
    ) -> (id: CallID, armAt: Instant?) {
        var index = free
        if index == .max {
            index = UInt32(slots.count)
            slots.append(Slot())
        } else {
            free = slots[Int(index)].nextFree
        }
        let id = CallID(slot: index, generation: slots[Int(index)].generation)
        let added = deadlines.add(id, at: now)
        slots[Int(index)].entry = added.entry
        slots[Int(index)].call = Call(then: then, attempt: attempt)
        return (id, added.armAt)
    }

    /// The call that has its reply, or has failed; nil when it is over already. What times out comes from `expire`.
    @inlinable
    public mutating func close(_ id: CallID) -> Call? {
        let index = Int(id.slot)
        guard index < slots.count, slots[index].generation == id.generation,
            let call = slots[index].call.take()
        else { return nil }
        if let entry = slots[index].entry { deadlines.remove(entry) }
        slots[index].entry = nil
        slots[index].generation &+= 1
        slots[index].nextFree = free
        free = id.slot
        return call
    }

    /// The first call whose deadline has passed. To be asked for when the timer fires, until there is none;
    /// `rearm` then says when it is to fire next.
    @inlinable
    public mutating func expire(at now: Instant) -> Call? {
        guard let id = deadlines.expire(at: now) else { return nil }
        slots[Int(id.slot)].entry = nil
        guard let call = close(id) else { preconditionFailure("a call is over, and its deadline was not") }
        return call
    }

    @inlinable
    public mutating func rearm() -> Instant? { deadlines.rearm() }

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
    public var openCount: Int { deadlines.count }

    package func checkInvariants() {
        deadlines.checkInvariants()
        let open = slots.count { $0.call != nil }
        precondition(open == openCount, "\(open) calls are open, and \(openCount) deadlines")
        var (unused, index) = (0, free)
        while index != .max {
            precondition(slots[Int(index)].call == nil, "a free slot holds a call")
            unused += 1
            index = slots[Int(index)].nextFree
        }
        precondition(open + unused == slots.count, "a slot is lost")
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
