import Cluster
import Simulation
import Vocabulary

/// What must not happen, seen by the parts of an `EchoHall` while it is faulty.
final class Findings: @unchecked Sendable {
    /// Nothing that one machine sends while this lasts may reach the other before it is over.
    struct Cut {
        let client: Int?  // any when nil
        let server: Int?
        let start: Instant
        let end: Instant
    }

    var cuts: [Cut] = []
    private(set) var violations: [String] = []
    /// Latencies from here on are kept.
    var quietSince = Instant(nanoseconds: .max)
    let latencies = CoarseHistogram()

    func find(_ violation: String) { violations.append(violation) }

    func checkCrossing(client: Int, server: Int, sentAt: Instant, now: Instant) {
        for cut in cuts
        where cut.start <= sentAt && now < cut.end && (cut.client ?? client) == client
            && (cut.server ?? server) == server
        {
            find(
                "sent at \(sentAt), delivered at \(now) across a partition of \(client) and \(server)"
            )
        }
    }
}

/// Writes down each question and answers it then.
actor EchoServer: Part {
    private static let notes = FileName<Note>("notes")

    struct Note: FileRecord {
        let number: Int
        var size: ByteCount { .bytes(200) }
    }

    struct Echo: Marked {
        let isGood: Bool
        let server: Int
        let sentAt: Instant
        var mark: UInt64 { Vocabulary.mark(isGood ? 1 : 2, UInt64(server), sentAt.nanoseconds) }
    }

    enum Inbox: Marked {
        case ask(EchoQuestion, Ticket<Echo>)
        case written(Ticket<Echo>)
        case logged(Ticket<Echo>, isGood: Bool)
        /// The part faults: so many answers of a thousand are errors, from now on; it forgets what it has
        /// seen.
        case fail(perThousand: Int)
        case flush

        var mark: UInt64 {
            switch self {
            case .ask(let question, let ticket): Vocabulary.mark(1, question.mark, ticket.mark)
            case .logged(let ticket, let isGood): Vocabulary.mark(2, ticket.mark, isGood ? 1 : 0)
            case .fail(let share): Vocabulary.mark(3, UInt64(share))
            case .flush: Vocabulary.mark(4)
            case .written(let ticket): Vocabulary.mark(5, ticket.mark)
            }
        }
    }

    /// What an incarnation knows; it goes with it, unless the server is a mutant.
    final class Memory: @unchecked Sendable {
        var lastOrdered: [UInt64: Int] = [:]  // looked up only, never iterated
        var firstHeardAt: Instant?
        var seen = 0
    }

    nonisolated let seat: Seat
    let number: Int
    private let findings: Findings
    private let bornAt: Instant
    private let notes: File<Note>?
    private let cost: Span
    private(set) var memoryOfMine: Memory
    private var failures = 0
    private var stream: RandomStream
    private(set) var ordersHeard: [String] = []

    init(seat: Seat, number: Int, cost: Span, memory: Memory, hasDisk: Bool, findings: Findings) {
        self.cost = cost
        self.seat = seat
        self.number = number
        notes = hasDisk ? seat.file(Self.notes) : nil
        self.findings = findings
        bornAt = seat.home.world.now
        memoryOfMine = memory
        stream = Streams(seed: seat.home.world.seed, purpose: Purpose("errors")).stream(of: UInt64(number))
    }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .ask: cost
        case .written, .logged, .fail, .flush: .zero
        }
    }

    /// A kilobyte for each question that it has seen.
    var memory: ByteCount { .kilobytes(Int64(memoryOfMine.seen)) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let question, let ticket):
            check(question, at: shift.now)
            memoryOfMine.seen += 1
            guard notes != nil else { return answer(ticket, isGood: true, in: shift) }
            shift.append(
                Note(number: question.number), to: notes!, then: .written(ticket),
                orElse: .logged(ticket, isGood: false))
        case .written(let ticket):
            shift.sync(
                notes!, then: .logged(ticket, isGood: true), orElse: .logged(ticket, isGood: false))
        case .logged(let ticket, let isGood): answer(ticket, isGood: isGood, in: shift)
        case .fail(let share):
            failures = share
            ordersHeard.append("\(share) of 1000 fail from \(shift.now)")
        case .flush:
            memoryOfMine.seen = 0
            ordersHeard.append("flushed at \(shift.now)")
        }
    }

    private func answer(_ ticket: Ticket<Echo>, isGood: Bool, in shift: Shift) {
        let isError = failures > 0 && stream.below(1_000) < failures
        shift.reply(
            Echo(isGood: isGood && !isError, server: number, sentAt: shift.now), to: ticket, size: .bytes(100)
        )
    }

    private func check(_ question: EchoQuestion, at now: Instant) {
        findings.checkCrossing(client: question.client, server: number, sentAt: question.sentAt, now: now)
        let firstHeard = memoryOfMine.firstHeardAt ?? now
        memoryOfMine.firstHeardAt = firstHeard
        if firstHeard < bornAt {
            findings.find("server \(number), born at \(bornAt), remembers \(firstHeard)")
        }
        guard question.isOrdered else { return }
        let key = UInt64(question.client) << 32 | UInt64(question.life)
        let last = memoryOfMine.lastOrdered.updateValue(question.number, forKey: key) ?? -1
        if question.number == last {
            findings.find("question \(last) of client \(question.client) came twice")
        }
        if question.number < last {
            findings.find("question \(question.number) of client \(question.client) came after \(last)")
        }
    }
}

/// What a client asks.
struct EchoQuestion: Marked {
    let client: Int
    /// The client's incarnation.
    let life: Int
    let number: Int
    /// Of the call: its repetitions say the same.
    let sentAt: Instant
    /// Asked once, so that a server sees these in order.
    let isOrdered: Bool
    var mark: UInt64 { Vocabulary.mark(UInt64(client), UInt64(life), UInt64(number), isOrdered ? 1 : 0) }
}

/// A question that is asked once.
struct OrderedAsk: Call {
    typealias Caller = EchoClient
    typealias Callee = EchoServer
    let question: EchoQuestion
    var size: ByteCount { .bytes(100) }
    func request(_ ticket: Ticket<EchoServer.Echo>) -> EchoServer.Inbox { .ask(question, ticket) }
    func outcome(_ result: Result<EchoServer.Echo, CallError>) -> EchoClient.Inbox {
        .heard(question, result)
    }
}

/// A question that is asked up to three times.
struct RepeatedAsk: Call {
    typealias Caller = EchoClient
    typealias Callee = EchoServer
    let question: EchoQuestion
    var size: ByteCount { .bytes(100) }
    func request(_ ticket: Ticket<EchoServer.Echo>) -> EchoServer.Inbox { .ask(question, ticket) }
    func outcome(_ result: Result<EchoServer.Echo, CallError>) -> EchoClient.Inbox {
        .heard(question, result)
    }
}

/// Asks a server whenever it is told to, and checks that it hears of each question once.
actor EchoClient: Part {

    enum Inbox: Marked {
        case ask(Endpoint<EchoServer>, isOrdered: Bool)
        case heard(EchoQuestion, Result<EchoServer.Echo, CallError>)

        var mark: UInt64 {
            switch self {
            case .ask(let server, let isOrdered): Vocabulary.mark(1, UInt64(server.number), isOrdered ? 1 : 0)
            case .heard(let question, .success(let echo)): Vocabulary.mark(2, question.mark, echo.mark)
            case .heard(let question, .failure(let error)):
                Vocabulary.mark(3, question.mark, UInt64(error.rawValue))
            }
        }
    }

    nonisolated let seat: Seat
    let number: Int
    private let findings: Findings
    private let cost: Span
    private let once: Caller<OrderedAsk>
    private let thrice: Caller<RepeatedAsk>
    private var asked = 0
    private(set) var open: Set<Int> = []  // looked up only, never iterated
    private(set) var heard: [String] = []

    init(seat: Seat, number: Int, cost: Span, findings: Findings) {
        self.seat = seat
        self.number = number
        self.cost = cost
        self.findings = findings
        once = seat.caller(by: EchoHall.once)
        thrice = seat.caller(by: EchoHall.thrice)
    }

    func cost(of message: Inbox) -> Span { cost }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let server, let isOrdered):
            asked += 1
            open.insert(asked)
            let question = EchoQuestion(
                client: number, life: seat.incarnation, number: asked, sentAt: shift.now, isOrdered: isOrdered
            )
            if isOrdered {
                shift.call(OrderedAsk(question: question), at: server, by: once)
            } else {
                shift.call(RepeatedAsk(question: question), at: server, by: thrice)
            }
        case .heard(let question, let result):
            if open.remove(question.number) == nil {
                findings.find("client \(number) heard of question \(question.number) again")
            }
            if question.sentAt >= findings.quietSince {
                findings.latencies.record(UInt64((shift.now - question.sentAt).nanoseconds))
            }
            switch result {
            case .success(let echo):
                findings.checkCrossing(
                    client: number, server: echo.server, sentAt: echo.sentAt, now: shift.now)
                heard.append("\(question.number): \(echo.isGood ? "answer" : "error") at \(shift.now)")
            case .failure(let error): heard.append("\(question.number): \(error) at \(shift.now)")
            }
        }
    }
}

/// Clients and servers, a zone and 10 ms apart. Interfaces carry 8 Gbit/s, a byte a nanosecond.
struct EchoHall {
    static let clientZone = Zone(number: 0)
    static let serverZone = Zone(number: 1)
    static let links: [LinkFault.FaultyLink] = [
        .init(from: clientZone, to: serverZone), .init(from: serverZone, to: clientZone),
    ]
    static let once = CallPlan(
        deadline: .seconds(2), retry: .never)
    static let thrice = CallPlan(
        deadline: .milliseconds(800),
        retry: RetryPolicy(
            attempts: 3, base: .milliseconds(50), cap: .milliseconds(400), retryable: .passing))

    let cluster: Cluster
    let clients: Endpoints<EchoClient>
    let servers: Endpoints<EchoServer>
    let findings = Findings()

    var clientMachines: MachineSet { cluster.machines(of: clients) }
    var serverMachines: MachineSet { cluster.machines(of: servers) }

    init(
        seed: UInt64 = 1, clients clientCount: Int = 1, servers serverCount: Int = 1,
        delay: Spread = .delay(.milliseconds(10)), clientCost: Span = .zero,
        serverCost: Span = .milliseconds(20), clientQueue: Int = .max,
        disk: Hardware.DiskPlan? = nil, connectionLimit: Int = .max, memory: MemoryLimit? = nil,
        keepsMemory: Bool = false
    ) {
        cluster = Cluster(seed: seed, zones: ["street", "hall"], regions: ["eu", "eu"]) { from, to in
            from == to ? LinkProfile() : LinkProfile(delay: delay)
        }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let findings = findings
        let kept = (0..<serverCount).map { _ in EchoServer.Memory() }
        servers = cluster.add(
            "server", count: serverCount,
            on: Hardware(
                processor: .init(cores: 1, queueLimit: 20), disk: disk, clockCorrection: .seconds(10),
                memory: memory, connectionLimit: connectionLimit, uplink: wire, downlink: wire),
            in: Self.serverZone
        ) { seat, number in
            EchoServer(
                seat: seat, number: number, cost: serverCost,
                memory: keepsMemory ? kept[number] : EchoServer.Memory(),
                hasDisk: disk != nil, findings: findings)
        }
        clients = cluster.add(
            "client", count: clientCount,
            on: Hardware(
                processor: .init(cores: 1, queueLimit: clientQueue), uplink: wire, downlink: wire),
            in: Self.clientZone
        ) { seat, number in EchoClient(seat: seat, number: number, cost: clientCost, findings: findings) }
    }

    func ask(_ server: Int = 0, by client: Int = 0, isOrdered: Bool = true, at time: Span) {
        cluster.deliver(.ask(servers[server], isOrdered: isOrdered), to: clients[client], at: .at(time))
    }

    /// What a client has heard, in order, to the millisecond: `["1: answer at 40ms"]`.
    func heard(by client: Int = 0, until end: Span = .seconds(100)) -> [String] {
        _ = cluster.run(until: .at(end))
        return cluster.inspect(clients[client]) { $0.heard } ?? ["gone"]
    }
}
