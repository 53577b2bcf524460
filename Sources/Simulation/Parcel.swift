public import Vocabulary

/// A message in hand: it lies in the slab of its receiver's type already, but is on its way to nobody yet.
///
/// What stands between a sender and a receiver (a network, a queue for a processor) passes parcels on without
/// knowing what is in them, and decides at the end who gets each one. A parcel is handed over or thrown away
/// exactly once. Two words of label travel with it, for whoever carries it to read.
@frozen @usableFromInline
package struct Parcel: BitwiseCopyable, Equatable, @unchecked Sendable {
    @usableFromInline let event: EventPointer

    @inlinable
    init(_ event: EventPointer) { self.event = event }

    /// The parcel as a number, to travel in the label of another one. It must not reach a digest.
    package var word: UInt64 { UInt64(UInt(bitPattern: event)) }

    package init(word: UInt64) { event = EventPointer(bitPattern: UInt(word))! }

    /// Lies where an event that is under way has its time and its tie.
    @inlinable
    package var label: (UInt64, UInt64) {
        get { (event.pointee.time, event.pointee.tie) }
        nonmutating set { (event.pointee.time, event.pointee.tie) = newValue }
    }
}

/// What is done with parcels is asked of the core, not of the world: a reference would be counted each time.
extension UnsafeMutablePointer<Core> {
    @inlinable package var now: Instant { Instant(nanoseconds: pointee.now) }

    /// Puts a message into a parcel for an actor whose type takes such messages.
    @inlinable
    package func pack<Message>(_ message: consuming Message, mailbox: Int) -> Parcel {
        let event = pointee.mailboxes[mailbox].takeNode()
        event.message.initializeMemory(as: Message.self, to: message)
        event.initialize(
            to: Event(time: 0, tie: 0, target: RawAddress(mailbox: mailbox, index: 0, lane: .control).word))
        return Parcel(event)
    }

    /// Delivers a parcel now, as part of the event in progress.
    @inlinable
    package func hand(_ parcel: Parcel, to place: RawAddress) {
        precondition(
            RawAddress(word: parcel.event.pointee.target).mailbox == place.mailbox,
            "a parcel for another type")
        parcel.label = (pointee.now, 0)
        parcel.event.pointee.target = place.word
        pointee.mailboxes[place.mailbox].delivery._withUnsafeGuaranteedRef {
            $0.deliver(self, parcel.event)
        }
    }

    /// Has a parcel arrive `delay` from now, as sent from a place of that lane.
    @inlinable
    package func send(_ parcel: Parcel, to place: RawAddress, after delay: Span, from lane: Lane) {
        pointee.post(parcel.event, to: place, after: delay, from: lane)
    }

    /// Has a message arrive `delay` from now, as sent from a place of that lane.
    @inlinable @inline(__always)
    package func send<Target: Component>(
        _ message: consuming Target.Inbox, to target: Address<Target>, after delay: Span, from lane: Lane
    ) {
        _ = pointee.post(message, to: target.place, after: delay, from: lane)
    }

    /// What an actor may do, for code that acts in its place.
    @inlinable
    package func turn<C: Component>(of address: Address<C>) -> TurnOf<C> {
        TurnOf(core: self, place: address.place)
    }

    /// What an actor makes of a message that it has not received yet; the actor must still be there.
    @inlinable @inline(__always)
    package func preview<C: Component, R>(
        _ parcel: Parcel, at place: RawAddress, by type: C.Type, _ body: @escaping (isolated C, C.Inbox) -> R
    ) -> R {
        let memory = parcel.event.message.assumingMemoryBound(to: C.Inbox.self)
        // Taken out and put back: a copy would count what it refers to.
        let message = memory.move()
        let actor = Unmanaged<C>.fromOpaque(pointee.mailboxes[place.mailbox].actors[place.index]!)
        let result = actor._withUnsafeGuaranteedRef { Mailbox.assumingIsolation($0, message, body) }
        memory.initialize(to: consume message)
        return result
    }

    /// Has an actor do something as part of the event in progress, unless it has been removed. What `body` needs comes
    /// as its argument: what it captured would be allocated.
    @inlinable @inline(__always)
    package func act<C: Component, Argument>(
        as address: Address<C>, with argument: consuming Argument,
        _ body: @escaping (isolated C, consuming Argument) -> Void
    ) {
        guard let actor = pointee.mailboxes[address.place.mailbox].actors[address.index] else { return }
        typealias Plain = (C, consuming Argument) -> Void
        let act = unsafeBitCast(body, to: Plain.self)
        act(Unmanaged<C>.fromOpaque(actor).takeUnretainedValue(), argument)
    }

    /// Tells an actor of a message that a parcel will bring it, if it looks ahead.
    package func expect(_ parcel: Parcel, at place: RawAddress) {
        let mailbox = pointee.mailboxes + place.mailbox
        guard let expect = mailbox.pointee.expect, let actor = mailbox.pointee.actors[place.index] else {
            return
        }
        expect(actor, parcel.event.message)
    }

    package func remove(_ place: RawAddress) { pointee.remove(place) }

    /// Whether the actor has not been removed.
    @inlinable
    package func isThere(_ place: RawAddress) -> Bool {
        pointee.mailboxes[place.mailbox].actors[place.index] != nil
    }

    /// The same message once more.
    package func duplicate(_ parcel: Parcel) -> Parcel {
        let mailbox = pointee.mailboxes + RawAddress(word: parcel.event.pointee.target).mailbox
        let event = mailbox.pointee.takeNode()
        event.initialize(to: parcel.event.pointee)
        mailbox.pointee.copy(parcel.event.message, event.message)
        return Parcel(event)
    }

    /// Throws a parcel away: nobody will get it.
    package func discard(_ parcel: Parcel) {
        let mailbox = pointee.mailboxes + RawAddress(word: parcel.event.pointee.target).mailbox
        mailbox.pointee.discard?(parcel.event.message)
        mailbox.pointee.give(back: parcel.event)
    }
}
