import Cluster
import Simulation
import Vocabulary

/// A piece of work that an employer gives to one of its workers.
struct Errand: Sendable {
    let number: UInt64
    let worker: Int
    let given: Instant

    var mark: UInt64 { Vocabulary.mark(1, number, UInt64(worker), given.nanoseconds) }
}

/// A part that gives out errands and hears of each that is done; it knows nothing else of its workers.
protocol Employer: Part {
    static func done(_ errand: Errand) -> Inbox
}

/// Does one errand after the other on its one core, and reports each.
///
/// What an errand costs is the draw of the errand's number from a stream of the worker's own.
actor Worker<Boss: Employer>: Part {

    enum Inbox: Marked {
        case perform(Errand)

        var mark: UInt64 {
            switch self {
            case .perform(let errand): errand.mark
            }
        }
    }

    nonisolated let seat: Seat
    private let boss: Endpoint<Boss>
    private let stream: RandomStream
    private let work: @Sendable (inout RandomStream) -> Span

    init(
        seat: Seat, boss: Endpoint<Boss>, stream: RandomStream,
        work: @escaping @Sendable (inout RandomStream) -> Span
    ) {
        self.seat = seat
        self.boss = boss
        self.stream = stream
        self.work = work
    }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .perform(let errand): stream.draw(errand.number, work)
        }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .perform(let errand): shift.send(Boss.done(errand), to: boss, size: smallMessage)
        }
    }
}

extension Cluster {
    /// Workers for one boss, each on a machine of its own.
    func addWorkers<Boss: Employer>(
        count: Int, for boss: Endpoint<Boss>, work: @escaping @Sendable (inout RandomStream) -> Span
    ) -> Endpoints<Worker<Boss>> {
        let streams = Streams(seed: world.seed, purpose: Purpose("work"))
        return add("worker", count: count, on: .server(cores: 1), in: .lab) { seat, number in
            Worker(seat: seat, boss: boss, stream: streams.stream(of: UInt64(number)), work: work)
        }
    }
}
