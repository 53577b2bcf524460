internal import Simulation
public import Vocabulary

/// How busy each machine was over time, in bounded memory however long the run.
///
/// At every tick the meters of all processors are noted. They only ever grow, so that two notes say exactly
/// what went on between them; when there is no room for more, every second note is given up, and ticks come
/// half as often. 512 notes of 16 bytes are 8 KB a machine.
struct LoadWatch {
    static let limit = 512

    var interval: Span
    let start: Instant
    /// By number of the machine, then of the tick; empty for users' devices.
    var notes: [[Note]] = []

    struct Note {
        var busy: Int64  // ns of cores that worked
        var queued: Int64  // ns of waiting
    }
}

/// The load of one machine, tick by tick.
public struct LoadHistory: Sendable {
    /// From one tick to the next.
    public let interval: Span
    public let start: Instant
    private let coreCount: Int
    private let notes: [LoadWatch.Note]

    init(interval: Span, start: Instant, coreCount: Int, notes: [LoadWatch.Note]) {
        self.interval = interval
        self.start = start
        self.coreCount = coreCount
        self.notes = notes
    }

    /// How many intervals have passed.
    public var count: Int { max(0, notes.count - 1) }

    public func start(of index: Int) -> Instant { start + interval * Int64(index) }

    /// The share of all cores' time in which they worked. A stopped core does not work, a slow one does.
    public func utilisation(in index: Int) -> Double {
        Double(notes[index + 1].busy - notes[index].busy) / Double(interval.nanoseconds * Int64(coreCount))
    }

    /// The mean number that waited for a core.
    public func meanQueueLength(in index: Int) -> Double {
        Double(notes[index + 1].queued - notes[index].queued) / Double(interval.nanoseconds)
    }
}

extension Cluster {
    /// Has the load of all machines noted from now on, at such intervals first. From the control lane: no
    /// digest sees it.
    public func watchLoads(every interval: Span) {
        precondition(loads == nil, "loads are watched already")
        precondition(interval > .zero, "a tick every \(interval)")
        loads = LoadWatch(interval: interval, start: world.now)
        noteLoads()
    }

    /// The load of the machine under a part; nil for a user's device, and when loads are not watched.
    public func loads<P: Part>(of endpoint: Endpoint<P>) -> LoadHistory? {
        let machine = machine(of: endpoint.target)
        guard let loads, let processor = machine.pointee.processor else { return nil }
        return LoadHistory(
            interval: loads.interval, start: loads.start, coreCount: processor.pointee.coreCount,
            notes: loads.notes[machine.pointee.number])
    }

    func noteLoads() {
        guard var loads else { return }
        let ticks = (world.now - loads.start).nanoseconds / loads.interval.nanoseconds
        while loads.notes.count < machines.count { loads.notes.append([]) }
        for machine in machines {
            guard let reading = machine.pointee.processor?.pointee.reading(at: world.now) else { continue }
            let note = LoadWatch.Note(busy: Int64(reading.busy), queued: Int64(reading.queued))
            // A machine that was added later did nothing before.
            while loads.notes[machine.pointee.number].count < ticks {
                loads.notes[machine.pointee.number].append(LoadWatch.Note(busy: 0, queued: 0))
            }
            loads.notes[machine.pointee.number].append(note)
        }
        if ticks == LoadWatch.limit {
            loads.interval = loads.interval * 2
            for machine in loads.notes.indices {
                loads.notes[machine] = stride(from: 0, to: loads.notes[machine].count, by: 2).map {
                    loads.notes[machine][$0]
                }
            }
        }
        self.loads = loads
        world.turn(of: director).send(.noteLoads, to: director, after: loads.interval)
    }
}
