public import Vocabulary

/// The state of a world that each event touches, at one place in memory.
///
/// It is reached by pointer from the run loop and from every turn. A struct behind a pointer, because a class
/// would pay for an exclusivity check and for reference counting each time; no method that changes it calls
/// out while it does so, except for `World.run`, which holds only the pointer.
@usableFromInline
package struct Core {
    // The first three are what a fault report reads, and lie as in `hubbub_situation`.
    let seed: UInt64
    /// ns since the start of the run
    @usableFromInline var now: UInt64 = 0
    /// Of the event in progress; 0 before the first.
    @usableFromInline var eventNumber: UInt64 = 0
    /// Who receives the event in progress, or received the last one.
    var receiver: RawAddress?
    /// The run loop looks up when the event number reaches this: for a limit, a recording, or because of
    /// `demandAttention`.
    @usableFromInline var nextStop: UInt64 = .max

    @usableFromInline var mailboxes: UnsafeMutablePointer<Mailbox>
    @usableFromInline var mailboxCount = 0
    @usableFromInline package var queue = EventQueue()

    /// By number; 256 of them.
    @usableFromInline let lanes: UnsafeMutablePointer<LaneState>
    @usableFromInline let foldsDigests: Bool

    unowned(unsafe) let world: World
    /// Actors that were removed during the event in progress.
    var removed: [UnsafeRawPointer] = []

    @usableFromInline
    struct LaneState {
        /// Counts what the lane has sent; the first tie has 1.
        @usableFromInline var counter: UInt64 = 0
        @usableFromInline var trace = Digest()
        @usableFromInline var behaviour = Digest()
    }

    private static let mailboxLimit = 1 << 16

    init(world: World, seed: UInt64, foldsDigests: Bool) {
        self.seed = seed
        self.world = world
        self.foldsDigests = foldsDigests
        mailboxes = .allocate(capacity: 0)
        lanes = .allocate(capacity: 256)
        lanes.initialize(repeating: LaneState(), count: 256)
    }

    func deallocate() {
        queue.forEach { event in
            guard !event.pointee.isCancelled else { return }
            mailboxes[RawAddress(word: event.pointee.target).mailbox].discard?(event.message)
        }
        queue.deallocate()
        for i in 0..<mailboxCount { mailboxes[i].deallocate() }
        mailboxes.deinitialize(count: mailboxCount)
        mailboxes.deallocate()
        lanes.deallocate()
    }

    // MARK: Sending

    @inlinable @inline(__always)
    mutating func post<Message>(
        _ message: consuming Message, to place: RawAddress, after delay: Span, from lane: Lane
    ) -> EventPointer {
        let event = mailboxes[place.mailbox].takeNode()
        event.message.initializeMemory(as: Message.self, to: message)
        post(event, to: place, after: delay, from: lane)
        return event
    }

    /// Sends a node that holds its message already.
    @inlinable @inline(__always)
    mutating func post(_ event: EventPointer, to place: RawAddress, after delay: Span, from lane: Lane) {
        precondition(delay.nanoseconds >= 0, "nothing arrives before it was sent")
        let time = now &+ UInt64(bitPattern: delay.nanoseconds)
        precondition(time < 1 << 63, "an event lies past the end of time, 292 years after the start")
        event.initialize(to: Event(time: time, tie: nextTie(of: lane), target: place.word))
        queue.insert(event)
    }

    @inlinable @inline(__always)
    mutating func nextTie(of lane: Lane) -> UInt64 {
        let state = lanes + Int(lane.number)
        state.pointee.counter &+= 1
        return UInt64(lane.number) &<< 56 | state.pointee.counter
    }

    // MARK: Digests

    // Mutating, so that no copy of the core is made for them.
    @inlinable @inline(__always)
    mutating func foldEvent(time: UInt64, tie: UInt64, place: RawAddress, mark: UInt64) {
        guard foldsDigests, place.lane != .control else { return }
        lanes[Int(place.lane.number)].trace.fold(time, tie, place.word, mark)
    }

    @inlinable @inline(__always)
    mutating func foldFact(_ mark: UInt64, in lane: Lane) {
        guard foldsDigests, lane != .control else { return }
        lanes[Int(lane.number)].behaviour.fold(now, mark, 0, 0)
    }

    // MARK: Cancelling

    @usableFromInline
    mutating func cancel(_ timer: Timer) -> Bool {
        let event = timer.event
        guard event.pointee.tie == timer.tie, !event.pointee.isCancelled else { return false }
        mailboxes[RawAddress(word: event.pointee.target).mailbox].discard?(event.message)
        event.pointee.target |= Event.cancelledBit
        if queue.noteCancelled() { sweep() }
        return true
    }

    /// A cancelled event has left the queue.
    @usableFromInline
    mutating func bury(_ event: EventPointer) {
        queue.cancelled -= 1
        mailboxes[RawAddress(word: event.pointee.target).mailbox].give(back: event)
    }

    private mutating func sweep() {
        let mailboxes = mailboxes
        queue.sweep { mailboxes[RawAddress(word: $0.pointee.target).mailbox].give(back: $0) }
    }

    // MARK: Actors

    @usableFromInline
    mutating func add(_ actor: UnsafeRawPointer, mailbox: Int) { mailboxes[mailbox].add(actor) }

    mutating func addMailbox(_ mailbox: Mailbox) -> Int {
        precondition(mailboxCount < Self.mailboxLimit, "a world has at most 65,536 types of components")
        let larger = UnsafeMutablePointer<Mailbox>.allocate(capacity: mailboxCount + 1)
        larger.moveInitialize(from: mailboxes, count: mailboxCount)
        (larger + mailboxCount).initialize(to: mailbox)
        mailboxes.deallocate()
        mailboxes = larger
        queue.mailboxes = larger
        mailboxCount += 1
        return mailboxCount - 1
    }

    mutating func remove(_ place: RawAddress) {
        guard let actor = mailboxes[place.mailbox].actors[place.index] else { return }
        mailboxes[place.mailbox].actors[place.index] = nil
        removed.append(actor)
        demandAttention()
    }

    mutating func releaseRemoved() {
        let actors = removed
        removed = []
        for actor in actors { Unmanaged<AnyObject>.fromOpaque(actor).release() }
    }

    /// Has the run loop look up when the event in progress is over.
    mutating func demandAttention() { nextStop = 0 }
}
