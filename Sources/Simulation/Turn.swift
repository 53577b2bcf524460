public import Vocabulary

/// What a component may do while it takes a message: read the time, send, arm timers, tell facts.
///
/// A turn is two words and stays good after `receive` has returned: `now` is always the time of the world.
/// Flows may hold one; it must not be used from another thread than the world's.
@frozen
public struct TurnOf<C: Component>: @unchecked Sendable {
    @usableFromInline package let core: UnsafeMutablePointer<Core>
    @usableFromInline let place: RawAddress

    @inlinable
    init(core: UnsafeMutablePointer<Core>, place: RawAddress) {
        self.core = core
        self.place = place
    }

    @inlinable public var now: Instant { Instant(nanoseconds: core.pointee.now) }

    /// The component's own address.
    @inlinable public var address: Address<C> { Address(place) }

    public var world: World { core.pointee.world }

    /// A message arrives `delay` from now. Events of one instant go by (lane of origin, its counter).
    @inlinable @inline(__always)
    public func send<Target: Component>(
        _ message: consuming Target.Inbox, to target: Address<Target>, after delay: Span = .zero
    ) {
        _ = core.pointee.post(message, to: target.place, after: delay, from: place.lane)
    }

    /// A message to oneself, which can be cancelled as long as it has not arrived.
    @inlinable @inline(__always)
    public func arm(_ message: consuming C.Inbox, after delay: Span) -> Timer {
        Timer(core.pointee.post(message, to: place, after: delay, from: place.lane))
    }

    /// Takes back what was armed. False when it has fired, or was cancelled before: a timer never fires
    /// twice, and a cancelled one never fires.
    @discardableResult @inlinable
    public func cancel(_ timer: Timer) -> Bool { core.pointee.cancel(timer) }

    /// Tells the ledger what happened.
    @inlinable @inline(__always)
    public func tell(_ fact: some Fact) { core.pointee.foldFact(fact.mark, in: place.lane) }

    /// Ends an actor for good: whatever is on its way to it vanishes, and so does the actor when this event
    /// is over.
    public func remove<Target: Component>(_ target: Address<Target>) { core.pointee.remove(target.place) }
}

/// A message to oneself that has not arrived yet. It fires once, or never.
@frozen
public struct Timer: Equatable, Sendable {
    // The node of a slab, and the tie that the event had: nodes are used again, ties are not.
    @usableFromInline nonisolated(unsafe) let event: EventPointer
    @usableFromInline let tie: UInt64

    @inlinable
    init(_ event: EventPointer) {
        self.event = event
        tie = event.pointee.tie
    }
}
