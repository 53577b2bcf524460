public import Vocabulary

/// Work that has had its effect already, and costs a core its time afterwards. It makes no event: a core that is
/// *charged* is free, and is known to be through with it at some moment; whoever gets the core before waits until
/// then.
///
///     charge          charge   work arrives
///       |---------------|--------.·······|---- its service ----|
///       now                             until
///
/// Where no core is free a charge waits in its turn, behind what was in the queue before it.
extension Processor {
    @usableFromInline
    struct Charge: BitwiseCopyable {
        let nominal: UInt64  // ns
        /// How much had come into the queue before it.
        let behind: UInt64
    }

    package mutating func charge(_ cost: Span, at now: Instant) {
        precondition(cost >= .zero, "work that costs \(cost)")
        guard cost > .zero else { return }
        let nominal = UInt64(cost.nanoseconds)
        let ready = free & ~stopped
        if ready != 0, queue.count == 0, charges.count == 0, let core = taker(of: ready, at: now) {
            occupy(core, nominal, at: now)
        } else {
            charges.append(Charge(nominal: nominal, behind: entered))
        }
    }

    /// Work that a core was given is charged to it, before all that waits, instead of begun.
    package mutating func charge(_ cost: Span, on core: Int, at now: Instant) {
        free |= 1 << UInt64(core)
        if cost > .zero { occupy(core, UInt64(cost.nanoseconds), at: now) }
    }

    /// Charges whose turn has come go to cores that are free. False when one has to wait for a core that serves, and
    /// all that came behind it with it: or work would overtake charges, and find the system quicker than it is.
    @usableFromInline
    mutating func pay(at now: Instant) -> Bool {
        while charges.count > 0, charges[0].behind <= entered - UInt64(queue.count) {
            guard let core = taker(of: free & ~stopped, at: now) else { return false }
            occupy(core, charges.removeFirst().nominal, at: now)
        }
        return true
    }

    private mutating func occupy(_ core: Int, _ nominal: UInt64, at now: Instant) {
        let duration = pace.duration(ofNominal: nominal)
        cores[core].until = max(cores[core].until, now.nanoseconds) + duration
        chargedUntil = max(chargedUntil, cores[core].until)
        busy.add(Int128(duration))
    }

    /// The core that is through with its charges first.
    private mutating func soonest(of cores: UInt64) -> Int {
        var (best, rest) = (cores.trailingZeroBitCount, cores)
        while rest != 0 {
            let core = rest.trailingZeroBitCount
            if self.cores[core].until < self.cores[best].until { best = core }
            rest &= rest - 1
        }
        return best
    }

    /// Which of the cores that are ready takes the next work; nil when one that serves is through before them.
    @usableFromInline
    mutating func taker(of ready: UInt64, at now: Instant) -> Int? {
        let core = soonest(of: ready)
        guard cores[core].until > now.nanoseconds else { return core }
        var others = serving & ~stopped
        while others != 0 {
            if cores[others.trailingZeroBitCount].end < cores[core].until { return nil }
            others &= others - 1
        }
        return core
    }

    /// What a core has to do yet of what it was charged, in ns; from now on it counts with the work that begins.
    @usableFromInline
    mutating func takeCharge(of core: Int, at now: Instant) -> UInt64 {
        guard cores[core].until > now.nanoseconds else { return 0 }
        let rest = cores[core].until - now.nanoseconds
        cores[core].until = 0
        busy.add(-Int128(rest))
        return rest
    }

    /// A core stops: what it was charged is done when there is a core again.
    mutating func putOffCharge(of core: Int, at now: Instant) {
        let rest = takeCharge(of: core, at: now)
        guard rest > 0 else { return }
        charges.append(Charge(nominal: UInt64(pace.grains(in: rest) >> 16), behind: 0))
    }

    /// A crash drops what is not done yet.
    mutating func dropCharges(at now: Instant) {
        for core in cores.indices { _ = takeCharge(of: core, at: now) }
        charges.removeAll()
    }
}
