import Cluster
import Simulation
import Vocabulary

/// Asks a server each 10 ms, and tells what came of it.
actor Asker: Part {

    struct Question: Call {
        typealias Caller = Asker
        typealias Callee = Answerer
        let number: UInt64
        var size: ByteCount { .kilobytes(4) }

        func request(_ ticket: Ticket<Answerer.Reply>) -> Answerer.Inbox { .question(number, ticket) }
        func outcome(_ result: Result<Answerer.Reply, CallError>) -> Inbox { .ended(number, result) }
    }

    enum Inbox: Marked {
        case next
        case ended(UInt64, Result<Answerer.Reply, CallError>)

        var mark: UInt64 {
            switch self {
            case .next: Vocabulary.mark(1)
            case .ended(let number, .success(let reply)): Vocabulary.mark(2, number, reply.mark)
            case .ended(let number, .failure(let error)): Vocabulary.mark(3, number, UInt64(error.rawValue))
            }
        }
    }

    struct Ended: Fact {
        let mark: UInt64
    }

    nonisolated let seat: Seat
    private let servers: Endpoints<Answerer>
    private var asked: UInt64 = 0
    private let question: Caller<Question>

    init(seat: Seat, servers: Endpoints<Answerer>) {
        self.seat = seat
        self.servers = servers
        question = seat.caller(
            by: CallPlan(
                deadline: .milliseconds(60),
                retry: RetryPolicy(
                    attempts: 3, base: .milliseconds(5), cap: .milliseconds(40), retryable: .passing)))
    }

    func cost(of message: Inbox) -> Span { .microseconds(20) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .next:
            shift.call(Question(number: asked), at: servers[Int(asked % UInt64(servers.count))], by: question)
            asked += 1
            _ = shift.arm(.next, after: .milliseconds(10))
        case .ended: shift.tell(Ended(mark: message.mark))
        }
    }
}

/// Answers from its disk.
actor Answerer: Part {

    struct Reply: Marked {
        let mark: UInt64
    }

    enum Inbox: Marked {
        case question(UInt64, Ticket<Reply>)
        case found(UInt64, Ticket<Reply>)
        case failed

        var mark: UInt64 {
            switch self {
            case .question(let number, let ticket): Vocabulary.mark(1, number, ticket.mark)
            case .found(let number, let ticket): Vocabulary.mark(2, number, ticket.mark)
            case .failed: Vocabulary.mark(3)
            }
        }
    }

    nonisolated let seat: Seat
    private var answered: UInt64 = 0

    init(seat: Seat) { self.seat = seat }

    func cost(of message: Inbox) -> Span { .microseconds(300) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .question(let number, let ticket):
            shift.read(.kilobytes(16), then: .found(number, ticket), orElse: .failed)
        case .found(let number, let ticket):
            answered += 1
            shift.reply(Reply(mark: number ^ answered), to: ticket, size: .kilobytes(1))
        case .failed: break
        }
    }
}

/// Six askers and three servers in two zones, with some of everything going wrong.
func officeWorld(seed: UInt64) -> Cluster {
    let cluster = Cluster(seed: seed, zones: ["east", "west"]) { from, to in
        from == to ? .sameZone : .crossZone
    }
    let wire = Bandwidth(.gigabitsPerSecond(1))
    let hardware = Hardware(
        processor: .init(cores: 2, queueLimit: 100), disk: .init(.cloudBlock, capacity: .megabytes(10)),
        uplink: wire, downlink: wire)
    let servers = cluster.add("answerer", count: 3, on: hardware, in: Zone(number: 1)) { seat, _ in
        Answerer(seat: seat)
    }
    let askers = cluster.add("asker", count: 6, on: hardware, in: Zone(number: 0)) { seat, _ in
        Asker(seat: seat, servers: servers)
    }
    for (number, asker) in askers.enumerated() {
        cluster.deliver(.next, to: asker, at: .at(.microseconds(Int64(100 * number))))
    }
    let (east, west) = (Zone(number: 0), Zone(number: 1))
    cluster.plan(Crash(cluster.machines(of: servers.prefix(1))), at: .at(.seconds(2)), for: .seconds(3))
    cluster.plan(Slow(cluster.machines(of: servers), by: .times(20)), at: .at(.seconds(4)), for: .seconds(2))
    cluster.plan(
        Partition(between: cluster.machines(in: west), and: cluster.machines(of: askers.prefix(2))),
        at: .at(.seconds(5)), for: .seconds(2))
    cluster.plan(
        LinkFault(on: [.init(from: east, to: west)], LinkProfile(loss: .independent(Bernoulli(0.2)))),
        at: .at(.seconds(6)), for: .seconds(2))
    cluster.plan(
        DiskFault(cluster.machines(of: servers), .slow(by: .times(5))), at: .at(.seconds(8)), for: .seconds(1)
    )
    return cluster
}
