public import Simulation
public import Vocabulary

/// The processor of a machine: cores, and one queue before them, first come, first served.
///
/// What work costs is known when its service starts, not when it arrives, because it depends on what the
/// component has become by then. So whoever owns a processor is asked for the cost at that moment, and arms a
/// timer for the end:
///
///     arrive ──▶ .starts(core) ──▶ begin(core, cost) ──▶ completion … complete(core) ──▶ the work, to be done now
///            └─▶ .queued                   ▲                                   │
///            └─▶ .rejected                 └────── next(): core, work ◀────────┘   again until there is none
///
/// Pause and slowdown change completions in the middle of service, and return the new ones. Of free cores the
/// one with the lowest number takes the work, and a pause of n cores stops the n lowest: so it stops those
/// that are busy.
///
/// A copy shares the histogram of waits with its original: a machine has one processor, and meters it once.
public struct Processor<Work: BitwiseCopyable> {
    public let coreCount: Int

    /// How many may wait; one more is rejected.
    public let queueLimit: Int

    @usableFromInline var cores: [Core]
    // Sets of cores, a bit each. A core in neither of the first two has been given work that has not begun.
    @usableFromInline var free: UInt64
    @usableFromInline var serving: UInt64 = 0
    @usableFromInline var stopped: UInt64 = 0
    @usableFromInline var queue = Ring<QueuedWork>()
    /// How much has come into the queue so far.
    @usableFromInline var entered: UInt64 = 0
    @usableFromInline var charges = Ring<Charge>()
    /// When every core is through with what it was charged, in ns since the start of the run.
    @usableFromInline var chargedUntil: UInt64 = 0

    let speed: Factor
    var slowdowns: [(id: Int, factor: Factor)] = []
    @usableFromInline var pace: Pace

    @usableFromInline var busy = Occupancy()
    @usableFromInline var line = Occupancy()
    @usableFromInline var served: UInt64 = 0
    @usableFromInline var rejected: UInt64 = 0
    var dropped: UInt64 = 0
    /// How much came into the queue when it was full.
    @usableFromInline var beyondLimit: UInt64 = 0

    /// How long work waited before its service began, in ns; what began at once waited 0.
    public let waits = CoarseHistogram()

    public init(cores: Int, speed: Factor = .one, queueLimit: Int) {
        precondition(cores >= 1, "a processor without a core")
        precondition(cores <= 64, "a processor has at most 64 cores, a bit each in one word")
        precondition(queueLimit >= 0)
        coreCount = cores
        self.queueLimit = queueLimit
        self.speed = speed
        self.cores = Array(repeating: Core(), count: cores)
        free = .max >> UInt64(64 - cores)
        pace = Pace(speed: speed, slowdown: .one)
    }

    /// What a core is doing.
    @usableFromInline
    struct Core {
        @usableFromInline var work: Work?
        @usableFromInline var left: UInt64 = 0  // grains of 2⁻¹⁶ ns, as of `since`
        @usableFromInline var since: UInt64 = 0  // ns since the start of the run
        @usableFromInline var end: UInt64 = 0  // ns since the start; .max while stopped
        var pauses = 0
        /// When service began, and how long its work had waited before, in ns.
        @usableFromInline var began: UInt64 = 0
        @usableFromInline var waited: UInt64 = 0
        /// Until when it does what it was charged, in ns since the start of the run.
        @usableFromInline var until: UInt64 = 0

        init() {}
    }

    @usableFromInline
    struct QueuedWork: BitwiseCopyable {
        @usableFromInline var work: Work
        @usableFromInline var since: UInt64  // ns since the start of the run

        @inlinable
        init(work: Work, since: UInt64) {
            self.work = work
            self.since = since
        }
    }

    /// What becomes of arriving work.
    @frozen
    public enum Admission: Hashable, Sendable {
        /// Its cost is wanted, by `begin`, at this very instant.
        case starts(core: Int)
        case queued
        case rejected
    }

    /// Work whose turn has come: its cost is wanted, by `begin`, at this very instant.
    @frozen
    public struct Start {
        public var core: Int
        public var work: Work

        @inlinable
        init(core: Int, work: Work) {
            self.core = core
            self.work = work
        }
    }

    @inlinable
    public mutating func arrive(_ work: Work, at now: Instant) -> Admission {
        if let core = readyCore(at: now) { return .starts(core: assign(work, to: core, waited: 0, at: now)) }
        return enqueue(work, at: now) ? .queued : .rejected
    }

    /// Which core takes work that arrives now; nil when it has to wait. Mutating, so that it is asked in place: a copy of
    /// a processor is not free.
    @inlinable
    package mutating func readyCore(at now: Instant) -> Int? {
        let ready = free & ~stopped
        guard ready != 0, queue.count == 0, charges.count == 0 else { return nil }
        return core(of: ready, at: now)
    }

    /// Work that costs nothing is begun and completed by a core that is ready. False when the core has to do first what
    /// it was charged.
    @inlinable
    package mutating func serveAtOnce(on core: Int, at now: Instant) -> Bool {
        guard cores[core].until <= now.nanoseconds else { return false }
        cores[core].waited = 0
        cores[core].began = now.nanoseconds
        waits.record(0)
        busy.pass()
        served &+= 1
        return true
    }

    /// Work that no core is ready for waits. False when the queue is full.
    @inlinable
    package mutating func enqueue(_ work: Work, at now: Instant) -> Bool {
        guard queue.count < queueLimit else {
            rejected &+= 1
            return false
        }
        wait(work, at: now)
        return true
    }

    /// It waits behind all others even where the queue is full: what may not be lost.
    @inlinable
    package mutating func enqueueBeyondLimit(_ work: Work, at now: Instant) {
        if queue.count >= queueLimit { beyondLimit &+= 1 }
        wait(work, at: now)
    }

    @inlinable
    mutating func wait(_ work: Work, at now: Instant) {
        queue.append(QueuedWork(work: work, since: now.nanoseconds))
        entered &+= 1
        line.enter(at: now)
    }

    /// Starts the service of what the core was given, and says when it ends.
    @inlinable
    public mutating func begin(_ core: Int, cost: Span, at now: Instant) -> Instant {
        precondition(
            (free | serving) >> UInt64(core) & 1 == 0, "core \(core) was not given any work to begin")
        precondition(cost >= .zero, "work that costs \(cost)")
        // 78 hours are the most: whatever a run is for is over by then.
        let nominal = min(UInt64(cost.nanoseconds), 1 << 48 - 1)
        var end = now.nanoseconds + pace.duration(ofNominal: nominal)
        cores[core].left = nominal << 16
        cores[core].since = now.nanoseconds
        cores[core].began = now.nanoseconds
        if cores[core].until > now.nanoseconds {
            let rest = takeCharge(of: core, at: now)
            end += rest
            cores[core].left += UInt64(pace.grains(in: rest))
            cores[core].began += rest
        }
        cores[core].end = end
        serving |= 1 << UInt64(core)
        busy.enter(at: now)
        return Instant(nanoseconds: end)
    }

    /// Ends the service of a core, at the instant that was last said, and returns the work: now it has its
    /// effect.
    @inlinable
    public mutating func complete(_ core: Int, at now: Instant) -> Work {
        precondition(serving >> UInt64(core) & 1 == 1, "core \(core) has no work to complete")
        precondition(
            cores[core].end == now.nanoseconds,
            "core \(core) completes at \(now), and should at \(Instant(nanoseconds: cores[core].end))")
        let bit: UInt64 = 1 << UInt64(core)
        serving &= ~bit
        free |= bit
        busy.leave(at: now)
        served &+= 1
        return cores[core].work!
    }

    /// When the work that a core has completed last came, and when its service began.
    @inlinable
    public func latestService(on core: Int) -> (arrived: Instant, began: Instant) {
        let began = cores[core].began
        return (Instant(nanoseconds: began - cores[core].waited), Instant(nanoseconds: began))
    }

    /// The first in the queue, if there is a core to take it. To be asked for after each completion and after
    /// a pause ends, until there is none.
    @inlinable
    public mutating func next(at now: Instant) -> Start? {
        let ready = free & ~stopped
        guard ready != 0 else { return nil }
        if charges.count > 0, !pay(at: now) { return nil }
        guard queue.count > 0, let core = core(of: ready, at: now) else { return nil }
        let first = queue.removeFirst()
        line.leave(at: now)
        return Start(
            core: assign(first.work, to: core, waited: now.nanoseconds - first.since, at: now),
            work: first.work)
    }

    /// The lowest of the cores that are ready, unless some are charged. Mutating as `readyCore` is, and what it asks.
    @inlinable
    mutating func core(of ready: UInt64, at now: Instant) -> Int? {
        chargedUntil <= now.nanoseconds ? ready.trailingZeroBitCount : taker(of: ready, at: now)
    }

    @inlinable @discardableResult
    package mutating func assign(_ work: Work, to core: Int, waited: UInt64, at now: Instant) -> Int {
        free &= ~(1 << UInt64(core))
        cores[core].work = work
        let waited = waited + max(cores[core].until, now.nanoseconds) - now.nanoseconds
        cores[core].waited = waited
        waits.record(waited)
        return core
    }

    /// How many wait.
    @inlinable public var queueLength: Int { queue.count }

    /// How many cores hold work, stopped ones included.
    @inlinable public var coresInUse: Int { serving.nonzeroBitCount }

    package func checkInvariants() {
        let all: UInt64 = .max >> UInt64(64 - coreCount)
        precondition(free & serving == 0, "a core is free and serves")
        precondition((free | serving | stopped) & ~all == 0, "a core that does not exist")
        precondition(queue.count <= queueLimit || beyondLimit > 0, "more wait than may")
        precondition(queue.count == line.count, "the queue holds \(queue.count) and counts \(line.count)")
        precondition(
            busy.count == (serving & ~stopped).nonzeroBitCount, "a core is counted as busy that is not")
        for core in 0..<coreCount {
            let bit: UInt64 = 1 << UInt64(core)
            precondition(
                (cores[core].pauses > 0) == (stopped & bit != 0), "a core is stopped without a pause")
            guard serving & bit != 0 else { continue }
            precondition(cores[core].work != nil, "a core serves nothing")
            precondition((cores[core].end == .max) == (stopped & bit != 0), "a stopped core has an end")
            precondition(cores[core].end >= cores[core].since, "a core ends before it began")
        }
    }
}
