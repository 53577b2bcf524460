internal import CSimulation
public import Vocabulary

/// A simulated world: actors, and a queue of what is going to happen to them, under virtual time.
///
/// It is the serial executor of its actors and the executor of its tasks, so everything in it happens on the
/// thread that calls `run`, one thing at a time, in the order of (time, lane of origin, that lane's counter).
/// Worlds share nothing; several can run at the same time on different threads.
///
///     let world = World(seed: 42)
///     let counter = world.add(in: Lane(1)) { Counter(home: $0) }
///     world.turn(of: counter).send(.add(1), to: counter, after: .seconds(3))
///     let ending = world.run(until: .at(.minutes(10)))
public final class World: SerialExecutor, TaskExecutor, @unchecked Sendable {
    @usableFromInline package let core: UnsafeMutablePointer<Core>
    public let seed: UInt64
    /// Lanes are numbered from 1 to this; lane 0 is the control lane.
    public let laneCount: Int

    @exclusivity(unchecked) @usableFromInline var mailboxNumbers: [(type: ObjectIdentifier, number: Int)] = []

    private var pools: [(type: ObjectIdentifier, pool: ContentPool)] = []

    // What the run loop looks at when it looks up.
    private var stopReason: String?
    private var eventLimit: UInt64 = .max
    public private(set) var recording: Recording

    let jobs = JobQueue()
    var flows = FlowTable()
    var sleepers: [Lane: Address<Sleeper>] = [:]  // looked up only, never iterated

    /// - Parameters:
    ///   - lanes: how many lanes there are besides the control lane, at most 255.
    ///   - foldsDigests: off, a run has no digests and is a little faster; only measurements of the kernel
    /// want that.
    public init(seed: UInt64, lanes: Int = 1, foldsDigests: Bool = true, recording: Recording = .nothing) {
        precondition(lanes >= 1 && lanes <= 255, "a world has 1 to 255 lanes, not \(lanes)")
        self.seed = seed
        laneCount = lanes
        self.recording = recording
        core = .allocate(capacity: 1)
        core.initialize(to: Core(world: self, seed: seed, foldsDigests: foldsDigests))
        Escape.watch()
    }

    deinit {
        core.pointee.deallocate()
        core.deinitialize(count: 1)
        core.deallocate()
    }

    // MARK: What it holds

    public var now: Instant { Instant(nanoseconds: core.pointee.now) }

    /// How many events have happened.
    public var eventNumber: UInt64 { core.pointee.eventNumber }

    /// How many events are going to happen, as far as is known, without the cancelled ones.
    public var pendingEvents: Int { core.pointee.queue.count - core.pointee.queue.cancelled }

    /// Bytes set aside for pending events: their nodes with the messages in them, and the queue's lists.
    public var eventBytes: Int {
        (0..<core.pointee.mailboxCount).reduce(core.pointee.queue.bytes) {
            $0 + core.pointee.mailboxes[$1].slabBytes
        }
    }

    /// Bytes of the actors and of their entries in the mailboxes, without what the actors own.
    public var actorBytes: Int {
        (0..<core.pointee.mailboxCount).reduce(0) { $0 + core.pointee.mailboxes[$1].actorBytes }
    }

    /// Sums up the facts that components have told. It names a run: equal behaviour, equal digest.
    public var behaviourDigest: Digest { combined(\.behaviour) }

    /// Sums up every event. Where two runs have different ones, `Divergence` finds where they part.
    public var traceDigest: Digest { combined(\.trace) }

    private func combined(_ digest: KeyPath<Core.LaneState, Digest>) -> Digest {
        var sum = Digest()
        for lane in 1...laneCount { sum.fold(core.pointee.lanes[lane][keyPath: digest].value) }
        return sum
    }

    // MARK: Actors

    /// Adds an actor that stands in `lane`.
    @inlinable
    public func add<C: Component>(_: C.Type = C.self, in lane: Lane, _ make: (Home) -> C) -> Address<C> {
        precondition(
            Int(lane.number) <= laneCount, "this world has lanes 0 to \(laneCount), no \(lane.number)")
        let number = mailboxNumber(of: C.self)
        let actor = make(Home(self))
        let index = core.pointee.mailboxes[number].actorCount
        core.pointee.add(Unmanaged.passRetained(actor).toOpaque(), mailbox: number)
        return Address(RawAddress(mailbox: number, index: index, lane: lane))
    }

    /// Adds `count` actors that stand in `lane`; each is made with its number among them.
    @inlinable
    public func add<C: Component>(
        _: C.Type = C.self, count: Int, in lane: Lane, _ make: (Home, Int) -> C
    ) -> Addresses<C> {
        let first = RawAddress(
            mailbox: mailboxNumber(of: C.self),
            index: core.pointee.mailboxes[mailboxNumber(of: C.self)].actorCount,
            lane: lane)
        for number in 0..<count {
            let address = add(in: lane) { make($0, number) }
            precondition(
                address.index == first.index + number, "actors of one collection are added without others")
        }
        return Addresses(first: first, count: count)
    }

    @inlinable
    package func mailboxNumber<C: Component>(of type: C.Type) -> Int {
        let type = ObjectIdentifier(type)
        for known in mailboxNumbers where known.type == type { return known.number }
        let number = addMailbox(Mailbox(C.self))
        mailboxNumbers.append((type, number))
        return number
    }

    @usableFromInline
    func addMailbox(_ mailbox: Mailbox) -> Int { core.pointee.addMailbox(mailbox) }

    /// What an actor may do, for code that acts in its place: setting a world up, or an `async` method.
    @inlinable
    public func turn<C: Component>(of address: Address<C>) -> TurnOf<C> {
        TurnOf(core: core, place: address.place)
    }

    /// Looks into an actor between two runs; nil when it has been removed.
    @inlinable
    public func inspect<C: Component, R>(_ address: Address<C>, _ body: (isolated C) -> R) -> R? {
        precondition(
            mayLookInside, "an actor can be inspected from its own world's thread, or while nothing runs")
        guard let actor = core.pointee.mailboxes[address.place.mailbox].actors[address.index] else {
            return nil
        }
        return Mailbox.assumingIsolation(Unmanaged<C>.fromOpaque(actor).takeUnretainedValue(), body)
    }

    /// Where the contents of that type lie, for the whole run: to be asked for once and kept.
    public func pool<Element: Sendable>(of type: Element.Type) -> Pool<Element> {
        for (known, pool) in pools where known == ObjectIdentifier(type) {
            return unsafeDowncast(pool, to: Pool<Element>.self)
        }
        let pool = Pool<Element>(number: pools.count)
        pools.append((ObjectIdentifier(type), pool))
        return pool
    }

    package func release(_ count: Int, fromChunk chunk: Int, ofPool pool: Int) {
        pools[pool].pool.release(count, fromChunk: chunk)
    }

    /// What the contents of the run take, whatever their type.
    public var contentBytes: Int { pools.reduce(0) { $0 + $1.pool.size } }

    @usableFromInline var mayLookInside: Bool { !jobs.isRunning || isCurrent }

    // MARK: Running

    /// Lets everything happen that happens before `end`, and says why it stopped there.
    ///
    /// A run can be taken up again, until a later end.
    public func run(until end: Instant, eventLimit: UInt64 = .max) -> Ending {
        precondition(!jobs.isRunning, "this world is already running")
        precondition(end >= now, "time does not run backwards, from \(now) to \(end)")
        let outer = hubbub_current()
        hubbub_set_current(situation)
        jobs.isRunning = true
        defer {
            jobs.isRunning = false
            hubbub_set_current(outer)
        }
        self.eventLimit = eventLimit
        stopReason = nil
        return withExtendedLifetime(self) { loop(until: end) }
    }

    private func loop(until end: Instant) -> Ending {
        let core = core
        if let ending = lookUp(before: end) { return ending }
        while let event = core.pointee.queue.removeFirst(before: end.nanoseconds) {
            let target = event.pointee.target
            guard target & Event.cancelledBit == 0 else {
                core.pointee.bury(event)
                continue
            }
            precondition(event.pointee.time >= core.pointee.now, "the clock ran backwards")
            let receiver = RawAddress(word: target)
            core.pointee.now = event.pointee.time
            core.pointee.eventNumber += 1
            core.pointee.receiver = receiver
            core.pointee.mailboxes[receiver.mailbox].delivery._withUnsafeGuaranteedRef {
                $0.deliver(core, event)
            }

            if core.pointee.eventNumber >= core.pointee.nextStop, let ending = lookUp(before: end) {
                return ending
            }
        }
        let waiting = core.pointee.queue.count == 0 ? whoWaits() : []
        guard waiting.isEmpty else { return .ranDry(at: now, waiting: waiting) }
        core.pointee.now = end.nanoseconds
        return .reachedEnd
    }

    /// What is rare happens here, between two events: jobs, removals, recordings, and reasons to stop.
    private func lookUp(before end: Instant) -> Ending? {
        jobs.runDry(in: self)
        core.pointee.releaseRemoved()
        if let escape = jobs.escape { return .escaped(escape) }
        if let stopReason { return .stopped(because: stopReason) }
        let number = core.pointee.eventNumber
        if number >= eventLimit, pendingEvents > 0 { return .exceeded(eventLimit: eventLimit) }
        recording.note(self, before: end)
        core.pointee.nextStop = min(eventLimit, recording.nextNote)
        return nil
    }

    /// Ends the run when the event in progress is over.
    public func stop(because reason: String) {
        if stopReason == nil { stopReason = reason }
        core.pointee.demandAttention()
    }

    /// Cancels the flows that still wait, and lets them end: a task that waits for ever would keep the world
    /// alive.
    public func shutDown() {
        for flow in flows.unfinished { flow.task?.cancel() }
        _ = run(until: now)
    }

    private func whoWaits() -> [String] {
        var waiting = flows.unfinished.map(\.description)
        for number in 0..<core.pointee.mailboxCount {
            let mailbox = core.pointee.mailboxes[number]
            for index in 0..<mailbox.actorCount {
                guard let actor = mailbox.actors[index], let cause = mailbox.waitsFor(actor) else { continue }
                waiting.append("\(mailbox.name(actor, index)) waits for \(cause)")
            }
        }
        return waiting
    }

    // MARK: The world of this thread

    private var situation: UnsafeMutablePointer<hubbub_situation> {
        UnsafeMutableRawPointer(core).assumingMemoryBound(to: hubbub_situation.self)
    }

    /// Whether this world runs on the current thread.
    var isCurrent: Bool { hubbub_current() == situation }

    /// The world that runs on the current thread.
    static var current: World? {
        hubbub_current().map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Core.self).pointee.world }
    }

    /// Whose turn it is, `chat-host[3]`; nil before the first event.
    package var nameOfReceiver: String? { core.pointee.receiver.map { "\(name(of: $0))" } }

    /// What people call an actor.
    package func name<C: Component>(of address: Address<C>) -> ActorName { name(of: address.place) }

    /// Of one that was removed its type is known, and no more.
    func name(of place: RawAddress) -> ActorName {
        let mailbox = core.pointee.mailboxes[place.mailbox]
        return mailbox.actors[place.index].map { mailbox.name($0, place.index) }
            ?? ActorName(group: mailbox.typeName, number: place.index)
    }
}
