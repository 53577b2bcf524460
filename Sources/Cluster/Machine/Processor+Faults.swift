public import Vocabulary

/// What interrupts a processor: pauses, slowdowns, crashes.
///
/// All of them come in pairs and may overlap. Pauses nest: a core runs when none is left that stops it.
/// Slowdowns multiply, and each is taken off by the name it was put on with. A crash ends neither: both
/// belong to the machine, and whoever paused or slowed it will take that back.
extension Processor {
    /// When a core that holds work will end it now.
    @frozen
    public struct Retiming: Hashable, Sendable {
        public var core: Int
        /// Nil while the core is stopped.
        public var completion: Instant?

        package init(core: Int, completion: Instant?) {
            self.core = core
            self.completion = completion
        }
    }

    /// Stops the `count` cores of lowest number. Returns those among them whose work must wait.
    public mutating func pause(cores count: Int, at now: Instant) -> [Retiming] {
        precondition(count >= 0)
        precondition(count <= coreCount, "\(count) of \(coreCount) cores cannot pause")
        var changed: [Retiming] = []
        for core in 0..<count {
            cores[core].pauses += 1
            guard cores[core].pauses == 1 else { continue }
            let bit: UInt64 = 1 << UInt64(core)
            stopped |= bit
            putOffCharge(of: core, at: now)
            guard serving & bit != 0 else { continue }
            settle(core, at: now)
            cores[core].end = .max
            busy.leave(at: now)
            changed.append(Retiming(core: core, completion: nil))
        }
        return changed
    }

    /// Whether every core is stopped.
    var standsStill: Bool { stopped.nonzeroBitCount == coreCount }

    /// Takes back one pause of as many cores. Returns those that go on with their work; others may now take
    /// some from the queue.
    public mutating func resume(cores count: Int, at now: Instant) -> [Retiming] {
        var changed: [Retiming] = []
        for core in 0..<count {
            precondition(cores[core].pauses > 0, "core \(core) is not paused")
            cores[core].pauses -= 1
            guard cores[core].pauses == 0 else { continue }
            let bit: UInt64 = 1 << UInt64(core)
            stopped &= ~bit
            guard serving & bit != 0 else { continue }
            busy.enter(at: now)
            changed.append(schedule(core, at: now))
        }
        return changed
    }

    /// Makes all work take `factor` times as long, what is left of work in service too.
    public mutating func slow(by factor: Factor, id: Int, at now: Instant) -> [Retiming] {
        precondition(!slowdowns.contains { $0.id == id }, "slowdown \(id) is on already")
        slowdowns.append((id, factor))
        return changePace(at: now)
    }

    /// Takes off the slowdown of that name.
    public mutating func restore(id: Int, at now: Instant) -> [Retiming] {
        guard let index = slowdowns.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("slowdown \(id) is not on")
        }
        slowdowns.remove(at: index)
        return changePace(at: now)
    }

    /// What was lost in a crash.
    public struct Dropped {
        /// In the order of the cores.
        public var inService: [Work]
        /// In the order of arrival.
        public var queued: [Work]
    }

    /// Empties cores and queue. Completions that were said before will not come.
    public mutating func crash(at now: Instant) -> Dropped {
        precondition(
            (free | serving).nonzeroBitCount == coreCount, "a crash between the start of work and its cost")
        let inService = cores.indices.filter { serving >> UInt64($0) & 1 == 1 }
        for _ in 0..<busy.count { busy.leave(at: now) }
        for _ in 0..<line.count { line.leave(at: now) }
        dropCharges(at: now)
        let lost = Dropped(
            inService: inService.map { cores[$0].work! }, queued: (0..<queue.count).map { queue[$0].work })
        dropped += UInt64(lost.inService.count + lost.queued.count)
        free |= serving
        serving = 0
        queue.removeAll()
        return lost
    }

    private mutating func changePace(at now: Instant) -> [Retiming] {
        let changed = Pace(speed: speed, slowdown: slowdowns.reduce(.one) { $0 * $1.factor })
        // A slowdown by one must not even round.
        guard changed != pace else { return [] }
        let running = cores.indices.filter { (serving & ~stopped) >> UInt64($0) & 1 == 1 }
        for core in running { settle(core, at: now) }
        pace = changed
        return running.map { schedule($0, at: now) }
    }

    /// Takes off what has been done since the last change.
    private mutating func settle(_ core: Int, at now: Instant) {
        let done = pace.grains(in: now.nanoseconds - cores[core].since)
        cores[core].left = UInt64(max(UInt128(cores[core].left), done) - done)
        cores[core].since = now.nanoseconds
    }

    private mutating func schedule(_ core: Int, at now: Instant) -> Retiming {
        cores[core].since = now.nanoseconds
        cores[core].end = now.nanoseconds + pace.duration(ofGrains: UInt128(cores[core].left))
        return Retiming(core: core, completion: Instant(nanoseconds: cores[core].end))
    }

    /// The nominal work that is left on a core which serves and is not stopped, rounded up.
    @usableFromInline
    func nominalLeft(on core: Int, at now: Instant) -> Span {
        let done = pace.grains(in: now.nanoseconds - cores[core].since)
        let left = max(UInt128(cores[core].left), done) - done
        return Span(nanoseconds: Int64((left + 65_535) >> 16))
    }
}
