public import Vocabulary

extension Processor {
    /// The meters, as they stand.
    public func reading(at now: Instant) -> ProcessorReading {
        ProcessorReading(
            time: now, coreCount: coreCount, busy: busy.integral(at: now) - owed(at: now),
            queued: line.integral(at: now),
            longestQueue: line.highest, served: served, rejected: rejected, dropped: dropped)
    }

    /// What cores were charged and have not done yet: it counts as a whole when it is charged.
    private func owed(at now: Instant) -> Int128 {
        guard chargedUntil > now.nanoseconds else { return 0 }
        return cores.reduce(0) { $0 + Int128($1.until > now.nanoseconds ? $1.until - now.nanoseconds : 0) }
    }
}

extension Processor {
    /// The most that waited since this was last asked.
    mutating func takeQueuePeak() -> Int { line.takePeak() }
}

/// Work that a processor is not through with.
@frozen @usableFromInline
struct Unfinished<Work: BitwiseCopyable & Sendable>: Sendable {
    @usableFromInline let work: Work
    @usableFromInline let arrived: Instant
    /// Nil while it waits.
    @usableFromInline let began: Instant?
}

extension Processor where Work: Sendable {
    /// In service, by core, and then what waits, by arrival.
    var unfinished: [Unfinished<Work>] {
        let inService = cores.indices.filter { serving >> UInt64($0) & 1 == 1 }.map { core in
            let service = latestService(on: core)
            return Unfinished(work: cores[core].work!, arrived: service.arrived, began: service.began)
        }
        let waiting = (0..<queue.count).map { place in
            Unfinished(
                work: queue[place].work, arrived: Instant(nanoseconds: queue[place].since), began: nil)
        }
        return inService + waiting
    }
}

extension Processor {
    /// How long a core works on what takes so long at a speed of one, at the pace it has now.
    func coreTime(of nominal: Span) -> Span {
        Span(nanoseconds: Int64(pace.duration(ofNominal: UInt64(nominal.nanoseconds))))
    }
}

/// The meters of a processor at one moment. Two of them say what went on between them, exactly.
public struct ProcessorReading: Hashable, Sendable {
    public var time: Instant
    public let coreCount: Int
    let busy: Int128  // ns of cores that worked, since the start of the run
    let queued: Int128  // ns of waiting, since the start of the run

    /// The most that ever waited at once.
    public var longestQueue: Int

    public var served: UInt64
    public var rejected: UInt64

    /// Lost in crashes, in service or in the queue.
    public var dropped: UInt64

    /// The share of all cores' time in which they worked. A stopped core does not work, a slow one does.
    public func utilisation(since earlier: ProcessorReading) -> Double {
        Double(busy - earlier.busy) / (window(since: earlier) * Double(coreCount))
    }

    /// How long cores worked since the start of the run, all of them together.
    public var coreTime: Span { Span(nanoseconds: Int64(clamping: busy)) }

    /// The share since the start of the run; nothing at its first instant.
    public var utilisationSinceStart: Double {
        time > .start ? Double(busy) / (Double(time.nanoseconds) * Double(coreCount)) : 0
    }

    /// The mean number that waited.
    public func meanQueueLength(since earlier: ProcessorReading) -> Double {
        Double(queued - earlier.queued) / window(since: earlier)
    }

    private func window(since earlier: ProcessorReading) -> Double {
        precondition(time > earlier.time, "a window from \(earlier.time) to \(time)")
        return Double((time - earlier.time).nanoseconds)
    }
}
