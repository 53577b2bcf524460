/// One thing that is going to happen: a message on its way to an actor.
///
/// An event is a node of its mailbox's slab, and its message lies right behind it, so that one cache line
/// holds both for a message of up to 32 bytes:
///
///     0         8        16       24       32
///     | time    | tie    | next   | target | message …
///
/// The queue, the slab's free list and the list of a bucket all link events through `next`.
@frozen
@usableFromInline
package struct Event {
    /// ns since the start of the run
    @usableFromInline package var time: UInt64
    /// Lane of origin (8 bits) and that lane's counter (56 bits), which starts at 1; 0 in a free node.
    @usableFromInline package var tie: UInt64
    @usableFromInline package var next: UnsafeMutablePointer<Event>?
    /// The address of the actor (`Address.word`); the top bit is set when the event has been cancelled.
    @usableFromInline package var target: UInt64

    @inlinable
    package init(time: UInt64, tie: UInt64, next: UnsafeMutablePointer<Event>? = nil, target: UInt64) {
        self.time = time
        self.tie = tie
        self.next = next
        self.target = target
    }

    @inlinable package static var cancelledBit: UInt64 { 1 << 63 }
    @inlinable package var isCancelled: Bool { target & Self.cancelledBit != 0 }
}

@usableFromInline package typealias EventPointer = UnsafeMutablePointer<Event>

extension EventPointer {
    /// Where the event's message lies.
    @inlinable var message: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self + 1) }
}

/// Every event of a list; the body may link it elsewhere.
@inline(__always)
func forEachEvent(in list: EventPointer?, _ body: (EventPointer) -> Void) {
    var event = list
    while let this = event {
        event = this.pointee.next
        body(this)
    }
}

/// An event's place in the order of things, beside the event itself: sorting does not touch the slab.
@frozen
@usableFromInline
package struct QueuedEvent {
    @usableFromInline var time: UInt64
    @usableFromInline var tie: UInt64
    @usableFromInline var event: EventPointer

    @inlinable
    init(_ event: EventPointer) {
        self.time = event.pointee.time
        self.tie = event.pointee.tie
        self.event = event
    }

    @inlinable
    static func < (a: QueuedEvent, b: QueuedEvent) -> Bool {
        a.time < b.time || (a.time == b.time && a.tie < b.tie)
    }
}
