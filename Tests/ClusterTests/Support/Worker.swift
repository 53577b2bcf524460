import Cluster
import Simulation
import Vocabulary

/// Works as long on each message as the message says, and notes when it was done with it.
actor Worker: Part {

    enum Inbox: Marked {
        case work(Int, cost: Span)
        /// Costs nothing, and passes work on over the network.
        case pass(Int, cost: Span, to: Endpoint<Worker>, size: ByteCount)
        case arm(Int, after: Span)
        case cancelAlarm

        var mark: UInt64 {
            switch self {
            case .work(let n, let cost): Vocabulary.mark(1, UInt64(n), UInt64(cost.nanoseconds))
            case .pass(let n, _, let target, let size):
                Vocabulary.mark(2, UInt64(n), UInt64(target.number), UInt64(size.bytes))
            case .arm(let n, let delay): Vocabulary.mark(3, UInt64(n), UInt64(delay.nanoseconds))
            case .cancelAlarm: Vocabulary.mark(4)
            }
        }
    }

    struct Done: Equatable, CustomStringConvertible {
        let number: Int
        let time: Span
        var description: String { "\(number) at \(time)" }
    }

    nonisolated let seat: Seat
    private(set) var done: [Done] = []
    private var alarm: Alarm?
    /// A mutant takes effect when service begins.
    private let isEager: Bool

    init(seat: Seat, isEager: Bool = false) {
        self.seat = seat
        self.isEager = isEager
    }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .work(let number, let cost):
            if isEager { done.append(Done(number: number, time: seat.home.world.now - .start)) }
            return cost
        case .pass, .arm, .cancelAlarm: return .zero
        }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .work(let number, _): if !isEager { done.append(Done(number: number, time: shift.now - .start)) }
        case .pass(let number, let cost, let target, let size):
            shift.send(.work(number, cost: cost), to: target, size: size)
        case .arm(let number, let delay):
            alarm = shift.arm(.work(number, cost: .milliseconds(1)), after: delay)
        case .cancelAlarm: if let alarm { shift.cancel(alarm) }
        }
    }
}

/// Workers on machines of their own, in two zones that are 10 ms apart; within a zone a packet takes no time.
/// Interfaces carry 8 Gbit/s, a byte a nanosecond.
struct Office {
    static let near = Zone(number: 0)
    static let far = Zone(number: 1)

    let cluster: Cluster
    let workers: Endpoints<Worker>
    let farWorkers: Endpoints<Worker>

    init(
        workers count: Int = 1, farWorkers farCount: Int = 1, cores: Int? = 1, queueLimit: Int = .max,
        isEager: Bool = false, collector: Collector? = nil,
        link: LinkProfile = LinkProfile(delay: .delay(.milliseconds(10)))
    ) {
        cluster = Cluster(seed: 1, zones: ["near", "far"]) { from, to in from == to ? LinkProfile() : link }
        var hardware = Hardware(
            processor: cores.map { Hardware.ProcessorPlan(cores: $0, queueLimit: queueLimit) },
            uplink: Bandwidth(.gigabitsPerSecond(8)), downlink: Bandwidth(.gigabitsPerSecond(8)))
        hardware.collector = collector
        workers = cluster.add("worker", count: count, on: hardware, in: Self.near) { seat, _ in
            Worker(seat: seat, isEager: isEager)
        }
        farWorkers = cluster.add("worker", count: farCount, on: hardware, in: Self.far) { seat, _ in
            Worker(seat: seat)
        }
    }

    /// Work that reaches a worker's machine at `time`.
    func work(_ number: Int, costing cost: Span, at time: Span, on worker: Endpoint<Worker>) {
        cluster.deliver(.work(number, cost: cost), to: worker, at: .at(time))
    }

    /// Has the first worker send work to another one at `time`.
    func pass(
        _ number: Int, costing cost: Span = .zero, at time: Span, from source: Endpoint<Worker>? = nil,
        to target: Endpoint<Worker>, size: ByteCount = .zero
    ) {
        cluster.deliver(
            .pass(number, cost: cost, to: target, size: size), to: source ?? workers[0], at: .at(time))
    }

    func run(until end: Span = .seconds(100)) -> Ending { cluster.run(until: .at(end)) }

    /// What a worker has done, in order: `["1 at 3ms"]`.
    func done(by worker: Endpoint<Worker>) -> [String]? {
        cluster.inspect(worker) { $0.done.map(\.description) }
    }
}
