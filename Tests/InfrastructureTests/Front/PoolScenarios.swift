import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Hands requests on to services, and asks another one when one fails.
actor Gateway: Part {
    enum Inbox: Marked {
        case request(Int)
        case answered(Int, at: Int, isRetry: Bool, Result<Wellness, CallError>)
        case pool(PoolNews)
        case drain(Int)

        var mark: UInt64 {
            switch self {
            case .request(let number): Vocabulary.mark(1, UInt64(number))
            case .answered(let number, let place, _, _): Vocabulary.mark(2, UInt64(number), UInt64(place))
            case .pool(let news): Vocabulary.mark(3, news.mark)
            case .drain(let place): Vocabulary.mark(4, UInt64(place))
            }
        }
    }

    enum Wiring: PoolWiring {
        typealias Owner = Gateway
        typealias Service = Attendant
        static func news(_ news: PoolNews) -> Gateway.Inbox { .pool(news) }
        static func check(_ ticket: Ticket<Wellness>) -> Attendant.Inbox { .check(ticket) }
    }

    struct Ask: Call {
        typealias Caller = Gateway
        typealias Callee = Attendant
        let number: Int
        let place: Int
        let isRetry: Bool
        var size: ByteCount { .bytes(200) }
        func request(_ ticket: Ticket<Wellness>) -> Attendant.Inbox { .work(ticket) }
        func outcome(_ result: Result<Wellness, CallError>) -> Gateway.Inbox {
            .answered(number, at: place, isRetry: isRetry, result)
        }
    }

    nonisolated let seat: Seat
    private(set) var pool: ServicePool<Wiring>
    private let caller: Caller<Ask>
    private let retries: Bool
    /// Which requests went to each service, which of them failed there, and which had no good end.
    private(set) var sent: [[Int]]
    private(set) var failed: [[Int]]
    private(set) var lost: [Int] = []
    private(set) var retried = 0
    private(set) var isDrained = false

    init(seat: Seat, attendants: Endpoints<Attendant>, settings: BalancerSettings, retries: Bool) {
        self.seat = seat
        self.retries = retries
        pool = ServicePool(attendants, settings: settings, on: seat)
        caller = seat.caller(
            by: CallPlan(
                deadline: .seconds(5),
                retry: .never))
        sent = Array(repeating: [], count: attendants.count)
        failed = sent
    }

    func cost(of message: Inbox) -> Span { .zero }

    func begin(in shift: Shift) { pool.begin(in: shift) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .request(let number): send(number, to: pool.choose(), isRetry: false, in: shift)
        case .answered(let number, let place, let isRetry, let result):
            pool.end(at: place)
            guard case .failure = result else { return }
            failed[place].append(number)
            guard retries, !isRetry, let other = pool.chooseAgain(otherThan: place, at: shift.now) else {
                return lost.append(number)
            }
            retried += 1
            send(number, to: other, isRetry: true, in: shift)
        case .pool(let news): pool.hear(news, in: shift)
        case .drain(let place): pool.setDraining(of: place, to: true)
        }
    }

    private func send(_ number: Int, to place: Int?, isRetry: Bool, in shift: Shift) {
        guard let place else { return lost.append(number) }
        sent[place].append(number)
        shift.call(
            Ask(number: number, place: place, isRetry: isRetry), at: pool.services[place], by: caller)
    }
}

/// A service: a request takes it some time.
actor Attendant: Part {
    enum Inbox: Marked {
        case work(Ticket<Wellness>)
        case check(Ticket<Wellness>)

        var mark: UInt64 {
            switch self {
            case .work(let ticket): Vocabulary.mark(1, ticket.mark)
            case .check(let ticket): Vocabulary.mark(2, ticket.mark)
            }
        }
    }

    nonisolated let seat: Seat

    init(seat: Seat) { self.seat = seat }

    func cost(of message: Inbox) -> Span { if case .work = message { .milliseconds(10) } else { .zero } }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .work(let ticket), .check(let ticket): shift.reply(.well, to: ticket, size: .bytes(100))
        }
    }
}

@Suite("front: services in a pool")
struct PoolScenarios {
    struct Hall {
        let cluster: Cluster
        let attendants: Endpoints<Attendant>
        let gateway: Endpoint<Gateway>

        init(_ count: Int = 4, retries: Bool = false, _ change: (inout BalancerSettings) -> Void = { _ in }) {
            var settings = BalancerSettings()
            change(&settings)
            cluster = Cluster(seed: 1, zones: ["hall"]) { _, _ in
                LinkProfile(delay: .delay(.milliseconds(1)))
            }
            let zone = Zone(number: 0)
            let attendants = cluster.add("attendant", count: count, on: LogSite.hardware, in: zone) {
                seat, _ in
                Attendant(seat: seat)
            }
            self.attendants = attendants
            gateway =
                cluster.add("gateway", count: 1, on: LogSite.hardware, in: zone) { [settings] seat, _ in
                    Gateway(seat: seat, attendants: attendants, settings: settings, retries: retries)
                }[0]
        }

        /// Requests, one every `span` from 1 s on.
        func ask(_ numbers: Range<Int>, every span: Span) {
            for number in numbers {
                cluster.deliver(
                    .request(number), to: gateway, at: .at(.seconds(1) + span * Int64(number)))
            }
        }

        func run(until end: Span) { #expect(cluster.run(until: .at(end)) == .reachedEnd) }

        func look<T>(_ body: (isolated Gateway) -> T) -> T { cluster.inspect(gateway, body)! }
    }

    /// Requests every 100 ms to four attendants, so that each gets one every 400 ms. Attendant 0 goes at 10.5 s, without a word.
    /// Checks go out at 12, 14 and 16 s, and have no answer within 2 s: at 18 s the third one in a row says that it is
    /// dead. From 10.6 s on it is sent one every 400 ms, the last one at 17.8 s: 19, and all fail.
    @Test("a balancer goes on sending to a dead service until its checks say so")
    func dead() throws {
        let hall = Hall()
        hall.ask(0..<400, every: .milliseconds(100))
        hall.cluster.plan(
            Crash(hall.cluster.machines(of: [hall.attendants[0]])),
            at: .at(.seconds(10) + .milliseconds(500)), for: .seconds(15))
        hall.run(until: .seconds(18))
        #expect(hall.look { $0.pool.balancer.isHealthy(0) })
        hall.run(until: .seconds(18) + .milliseconds(10))
        #expect(!hall.look { $0.pool.balancer.isHealthy(0) })
        hall.run(until: .seconds(25))
        let failed = hall.look { $0.failed[0] }
        #expect(failed == Array(stride(from: 96, through: 168, by: 4)))
        // It is back at 25.5 s: checks of 26 and 28 s find it well, unless connections have to be opened first.
        hall.run(until: .seconds(28))
        #expect(!hall.look { $0.pool.balancer.isHealthy(0) })
        hall.run(until: .seconds(34))
        #expect(hall.look { $0.pool.balancer.isHealthy(0) })
        hall.run(until: .seconds(50))
        #expect(hall.look { $0.failed } == [failed, [], [], []])
        #expect(hall.look { $0.sent[0].last! } >= 396)
    }

    @Test("what fails at a dead service is asked of another one")
    func retry() {
        let hall = Hall(retries: true)
        hall.ask(0..<300, every: .milliseconds(100))
        hall.cluster.plan(
            Crash(hall.cluster.machines(of: [hall.attendants[0]])),
            at: .at(.seconds(10) + .milliseconds(500)), for: .minutes(1))
        hall.run(until: .seconds(40))
        #expect(hall.look { $0.lost } == [])
        #expect(hall.look { $0.retried } == 19)
    }

    /// All answer with errors, 100 requests a second for 5 s, and the checks have not said so yet. The budget begins with 10 and
    /// gets 0.2 for each request and 1 a second: 10 + 100 + 5.
    @Test("retries do not become a load of their own")
    func budget() {
        let hall = Hall(retries: true) {
            $0.checkEvery = .minutes(1)
            $0.retriesPerSecond = 1
        }
        hall.cluster.plan(
            ErrorFault(hall.cluster.machines(of: hall.attendants), share: 1),
            at: .at(.milliseconds(500)), for: .minutes(1))
        hall.ask(0..<500, every: .milliseconds(10))
        hall.run(until: .seconds(20))
        #expect((113...117).contains(hall.look { $0.retried }))
        #expect(hall.look { $0.lost.count } == 500)
    }

    /// Draining begins at 2.05 s; what attendant 1 has then it ends.
    @Test("a service that drains ends what it has")
    func drain() {
        let hall = Hall(2)
        hall.ask(0..<200, every: .milliseconds(10))
        hall.cluster.deliver(.drain(1), to: hall.gateway, at: .at(.seconds(2) + .milliseconds(55)))
        hall.run(until: .seconds(4))
        #expect(hall.look { $0.lost } == [])
        // 0.00 to 1.05 s, every second one.
        #expect((52...53).contains(hall.look { $0.sent[1].count }))
        #expect(hall.look { $0.pool.balancer.isDrained(1) })
    }
}
