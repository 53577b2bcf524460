internal import CSimulation
public import Vocabulary

/// All actors of one type in one world, and the slab in which the messages to them lie.
///
/// The run loop reaches a type's `receive` through a closure made where the type is known, so that message and receiver
/// are specialised there.
@usableFromInline
package struct Mailbox {
    /// A closure that lies in memory is counted with each call. As a constant of an object that is borrowed it is not.
    @usableFromInline
    package final class Deliverer {
        @usableFromInline let deliver: (UnsafeMutablePointer<Core>, EventPointer) -> Void

        @inlinable
        init(_ deliver: @escaping (UnsafeMutablePointer<Core>, EventPointer) -> Void) {
            self.deliver = deliver
        }
    }

    // The actors, by index; nil where one was removed.
    @usableFromInline var actors: UnsafeMutablePointer<UnsafeRawPointer?>
    @usableFromInline var actorCount = 0
    private var actorCapacity = 0

    // The slab: free nodes, the unused end of the newest chunk, and all chunks.
    @usableFromInline var free: EventPointer?
    @usableFromInline var unused: UnsafeMutableRawPointer
    @usableFromInline var unusedNodes = 0
    private let nodeSize: Int
    private var chunks: [UnsafeMutableRawPointer] = []
    private var nodes = 0

    package let typeName: String
    @usableFromInline let delivery: Unmanaged<Deliverer>
    /// Ends the life of a message that will not be delivered; nil where there is nothing to end.
    let discard: ((UnsafeMutableRawPointer) -> Void)?
    /// Makes a second message like the first, in memory that holds none.
    let copy: (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void
    let describe: (UnsafeMutableRawPointer) -> (mark: UInt64, text: String)
    let kind: (UnsafeMutableRawPointer) -> String
    let name: (UnsafeRawPointer, Int) -> ActorName
    let waitsFor: (UnsafeRawPointer) -> String?
    /// Tells an actor of a message that is on its way to it; nil where actors do not look ahead.
    let expect: ((UnsafeRawPointer, UnsafeMutableRawPointer) -> Void)?

    @inlinable
    init<C: Component>(_: C.Type) {
        self.init(
            typeName: "\(C.self)",
            nodeSize: Self.nodeSize(of: C.Inbox.self),
            delivery: Deliverer { core, event in Mailbox.deliver(event, to: C.self, in: core) },
            discard: _isPOD(C.Inbox.self) && !C.Inbox.isCounted
                ? nil
                : {
                    let message = $0.assumingMemoryBound(to: C.Inbox.self).move()
                    if C.Inbox.isCounted { message.noteDiscarded() }
                },
            copy: { source, target in
                let message = source.assumingMemoryBound(to: C.Inbox.self)
                if C.Inbox.isCounted { message.pointee.noteCopied() }
                target.initializeMemory(as: C.Inbox.self, to: message.pointee)
            },
            describe: { raw in
                let message = raw.assumingMemoryBound(to: C.Inbox.self)
                return (message.pointee.mark, "\(message.pointee)")
            },
            kind: { C.kind(of: $0.assumingMemoryBound(to: C.Inbox.self).pointee) },
            name: { Unmanaged<C>.fromOpaque($0).takeUnretainedValue().name(number: $1) },
            waitsFor: { actor in
                Mailbox.assumingIsolation(Unmanaged<C>.fromOpaque(actor).takeUnretainedValue()) {
                    $0.waitsFor
                }
            },
            expect: C.looksAhead
                ? { actor, message in
                    Unmanaged<C>.fromOpaque(actor)._withUnsafeGuaranteedRef {
                        Mailbox.expecting($0, message.assumingMemoryBound(to: C.Inbox.self).pointee)
                    }
                } : nil)
    }

    @usableFromInline
    init(
        typeName: String, nodeSize: Int, delivery: Deliverer,
        discard: ((UnsafeMutableRawPointer) -> Void)?,
        copy: @escaping (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void,
        describe: @escaping (UnsafeMutableRawPointer) -> (mark: UInt64, text: String),
        kind: @escaping (UnsafeMutableRawPointer) -> String,
        name: @escaping (UnsafeRawPointer, Int) -> ActorName,
        waitsFor: @escaping (UnsafeRawPointer) -> String?,
        expect: ((UnsafeRawPointer, UnsafeMutableRawPointer) -> Void)?
    ) {
        actors = .allocate(capacity: 0)
        unused = UnsafeMutableRawPointer(actors)
        self.typeName = typeName
        self.nodeSize = nodeSize
        self.delivery = .passRetained(delivery)
        self.discard = discard
        self.copy = copy
        self.describe = describe
        self.kind = kind
        self.name = name
        self.waitsFor = waitsFor
        self.expect = expect
    }

    /// Nodes are multiples of half a cache line, so that those of small messages never straddle two.
    @inlinable
    static func nodeSize<Message>(of: Message.Type) -> Int {
        precondition(MemoryLayout<Message>.alignment <= 16, "a message is aligned to 16 bytes at most")
        return (MemoryLayout<Event>.size + MemoryLayout<Message>.size + 31) & ~31
    }

    // MARK: Delivery

    @inlinable @inline(__always)
    static func deliver<C: Component>(_ event: EventPointer, to: C.Type, in core: UnsafeMutablePointer<Core>)
    {
        let place = RawAddress(word: event.pointee.target)
        let mailbox = core.pointee.mailboxes + place.mailbox
        let message = event.message.assumingMemoryBound(to: C.Inbox.self).move()
        let time = event.pointee.time
        let tie = event.pointee.tie
        mailbox.pointee.give(back: event)
        guard let actor = mailbox.pointee.actors[place.index] else {  // removed: its mail vanishes
            if C.Inbox.isCounted { message.noteDiscarded() }
            return
        }
        core.pointee.foldEvent(time: time, tie: tie, place: place, mark: message.mark)
        Unmanaged<C>.fromOpaque(actor)._withUnsafeGuaranteedRef {
            receiving($0, message, TurnOf<C>(core: core, place: place))
        }
    }

    /// `receive`, called without the executor check and the suspension point that Swift would put before it.
    ///
    /// This is sound because the caller is the run loop of the world, which is the actor's serial executor:
    /// it calls one `receive` after another on one thread, so nothing else can be running on the actor.
    @inlinable @inline(__always)
    static func receiving<C: Component>(_ actor: C, _ message: C.Inbox, _ turn: TurnOf<C>) {
        typealias Isolated = (isolated C, C.Inbox, TurnOf<C>) -> Void
        typealias Plain = (C, C.Inbox, TurnOf<C>) -> Void
        let receive: Isolated = { $0.receive($1, in: $2) }
        unsafeBitCast(receive, to: Plain.self)(actor, message, turn)
    }

    /// `expect`, called between two events. Sound for the same reason.
    @inlinable @inline(__always)
    static func expecting<C: Component>(_ actor: C, _ message: C.Inbox) {
        typealias Isolated = (isolated C, C.Inbox) -> Void
        typealias Plain = (C, C.Inbox) -> Void
        let expect: Isolated = { $0.expect($1) }
        unsafeBitCast(expect, to: Plain.self)(actor, message)
    }

    /// `body`, called on an actor while no run goes on, or by the run itself. Sound for the reason given
    /// above.
    @inlinable
    static func assumingIsolation<C: Component, R>(_ actor: C, _ body: (isolated C) -> R) -> R {
        withoutActuallyEscaping(body) { body in unsafeBitCast(body, to: ((C) -> R).self)(actor) }
    }

    @inlinable @inline(__always)
    static func assumingIsolation<C: Component, A, R>(
        _ actor: C, _ argument: A, _ body: @escaping (isolated C, A) -> R
    ) -> R {
        unsafeBitCast(body, to: ((C, A) -> R).self)(actor, argument)
    }

    // MARK: Actors

    @usableFromInline
    mutating func add(_ actor: UnsafeRawPointer) {
        if actorCount == actorCapacity {
            let capacity = max(16, 2 * actorCapacity)
            precondition(capacity <= Int(UInt32.max), "a mailbox holds four thousand million actors")
            let larger = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: capacity)
            larger.moveInitialize(from: actors, count: actorCount)
            actors.deallocate()
            actors = larger
            actorCapacity = capacity
        }
        (actors + actorCount).initialize(to: actor)
        actorCount += 1
    }

    // MARK: Nodes

    @inlinable @inline(__always)
    mutating func takeNode() -> EventPointer {
        if let node = free {
            free = node.pointee.next
            return node
        }
        return takeUnusedNode()
    }

    @usableFromInline
    mutating func takeUnusedNode() -> EventPointer {
        if unusedNodes == 0 {
            // Each chunk is as large as all before it, up to a megabyte: a small world stays small.
            unusedNodes = min(max(64, nodes), max(64, (1 << 20) / nodeSize))
            unused = .allocate(byteCount: unusedNodes * nodeSize, alignment: 64)
            chunks.append(unused)
            nodes += unusedNodes
        }
        let node = unused.assumingMemoryBound(to: Event.self)
        unused += nodeSize
        unusedNodes -= 1
        return node
    }

    /// The tie of a free node is 0, so that a timer that fired is not taken for one that is still armed.
    @inlinable @inline(__always)
    mutating func give(back node: EventPointer) {
        node.pointee.tie = 0
        node.pointee.next = free
        free = node
    }

    /// Bytes of the slab.
    var slabBytes: Int { nodes * nodeSize }

    /// Bytes of the actors and of the table of them.
    var actorBytes: Int {
        (0..<actorCount).reduce(actorCapacity * MemoryLayout<UnsafeRawPointer?>.stride) {
            $0 + (actors[$1].map { Int(hubbub_usable_size(UnsafeMutableRawPointer(mutating: $0))) } ?? 0)
        }
    }

    func deallocate() {
        for index in 0..<actorCount {
            if let actor = actors[index] { Unmanaged<AnyObject>.fromOpaque(actor).release() }
        }
        actors.deallocate()
        delivery.release()
        for chunk in chunks { chunk.deallocate() }
    }
}
