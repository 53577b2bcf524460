import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: calls")
struct CallTests {
    /// A zone apart, 10 ms each way. The clerk works 5 ms on a question. An empty message is a segment of 52
    /// B, which takes 52 ns out of one interface and 52 ns into the other: 104 ns each way.
    private struct Shop {
        let cluster: Cluster
        let customers: Endpoints<Customer>
        var customer: Endpoint<Customer> { customers[0] }
        let clerk: Endpoint<ShopClerk>

        init(
            deadline: Span = .milliseconds(100), attempts: Int = 1, queueLimit: Int = .max,
            cost: Span = .milliseconds(5)
        ) {
            cluster = Cluster(seed: 1, zones: ["street", "shop"]) { from, to in
                from == to ? LinkProfile() : LinkProfile(delay: .delay(.milliseconds(10)))
            }
            let plan = CallPlan(
                deadline: deadline,
                retry: RetryPolicy(attempts: attempts, base: .zero, cap: .zero, retryable: .passing))
            let wire = Bandwidth(.gigabitsPerSecond(8))
            let clerks = cluster.add(
                "shop-clerk", count: 1,
                on: Hardware(
                    processor: .init(cores: 1, queueLimit: queueLimit), uplink: wire, downlink: wire),
                in: Zone(number: 1)
            ) { seat, _ in ShopClerk(seat: seat, cost: cost) }
            clerk = clerks[0]
            let first = clerks[0]
            customers = cluster.add(
                "customer", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire),
                in: Zone(number: 0)
            ) { seat, _ in Customer(seat: seat, clerk: first, plan: plan) }
        }

        func ask(_ number: Int, at time: Span) { cluster.deliver(.ask(number), to: customer, at: .at(time)) }

        func run(until end: Span = .seconds(10)) -> [String] {
            #expect(cluster.run(until: .at(end)) == .reachedEnd)
            return cluster.inspect(customer) { $0.heard } ?? ["gone"]
        }

        var meter: CallMeter? { cluster.calls(Question.self, by: customers) }
    }

    /// 10 ms there, 5 ms of work, 10 ms back; the second question waits 5 ms for the first.
    @Test("a question is answered after two ways and the work")
    func answered() throws {
        let shop = Shop()
        shop.ask(1, at: .zero)
        shop.ask(2, at: .zero)
        #expect(shop.run() == ["1: answer 1 at 25000.208us", "2: answer 2 at 30000.208us"])
        let meter = try #require(shop.meter)
        #expect(meter.made == 2)
        #expect(meter.replied == 2)
        #expect(meter.latency.max == 30_000_208)
    }

    /// Asked at 5 ms, there at 15 ms and 104 ns; the refusal, 92 B out and in again, is back 10 ms and 184 ns
    /// later.
    @Test("nobody there: refused, as soon as that is known")
    func refused() {
        let shop = Shop()
        // The machine is up, and its part does not listen: it has ended.
        shop.cluster.deliver(.close, to: shop.clerk, at: .at(.milliseconds(1)))
        shop.ask(1, at: .milliseconds(5))
        #expect(shop.run() == ["1: refused at 25000.288us"])
    }

    @Test("a machine that is down says nothing: the deadline finds out")
    func timedOut() {
        let shop = Shop()
        shop.cluster.plan(Crash(shop.cluster.machines(of: [shop.clerk])), at: .start, for: nil)
        shop.ask(1, at: .milliseconds(5))
        shop.ask(2, at: .milliseconds(6))
        #expect(shop.run() == ["1: timedOut at 105ms", "2: timedOut at 106ms"])
    }

    /// Five are asked at once and arrive one behind the other, 52 ns apart: one is worked on, two wait, two
    /// are told that it is too much, in 92 B each. The fourth: 4 · 52 + 52 + 92 + 92 = 444 ns and twice 10
    /// ms; the fifth is told 92 ns later.
    @Test("a full queue is said, not kept secret")
    func overloaded() {
        let shop = Shop(queueLimit: 2)
        for number in 1...5 { shop.ask(number, at: .zero) }
        #expect(
            shop.run() == [
                "4: overloaded at 20000.444us", "5: overloaded at 20000.536us", "1: answer 1 at 25000.208us",
                "2: answer 2 at 30000.208us",
                "3: answer 3 at 35000.208us",
            ])
    }

    /// The clerk takes 150 ms, and the deadline is 100 ms: what comes at 170 ms is too late.
    @Test("an answer after the deadline is dropped and counted")
    func late() throws {
        let shop = Shop(cost: .milliseconds(150))
        shop.ask(1, at: .zero)
        #expect(shop.run() == ["1: timedOut at 100ms"])
        let meter = try #require(shop.meter)
        #expect(meter.lateReplies == 1)
        #expect(meter.ended == 1)
    }

    /// The clerk stands still until 150 ms. The first attempt times out at 100 ms, the second follows at once
    /// and waits from 110 ms on, behind the first. Answered at 155 and at 160 ms: the first answer is late,
    /// the second is back at 170 ms.
    @Test("a call is tried again as often as its plan says")
    func retried() throws {
        let shop = Shop(attempts: 3)
        shop.cluster.plan(Pause(shop.cluster.machines(of: [shop.clerk])), at: .start, for: .milliseconds(150))
        shop.ask(1, at: .zero)
        #expect(shop.run() == ["1: answer 1 at 170000.104us"])
        let meter = try #require(shop.meter)
        #expect(meter.attempts == 2)
        #expect(meter.lateReplies == 1)
        #expect(meter.made == 1)
    }

    /// The clerk crashed and came back before the question: its machine does not know the connection, and
    /// says so.
    @Test("a connection whose far end has started anew is reset at the next contact, and works after that")
    func reset() {
        let shop = Shop()
        shop.cluster.plan(
            Crash(shop.cluster.machines(of: [shop.clerk])), at: .at(.milliseconds(1)), for: .milliseconds(1))
        shop.ask(1, at: .milliseconds(5))
        shop.ask(2, at: .milliseconds(50))
        #expect(shop.run() == ["1: reset at 25ms", "2: answer 2 at 75000.208us"])
    }

    /// Cut from 0 to 2.5 s. Of the first question the timeout is 1 s and doubles; in ticks of 4 ms, and far
    /// ahead in eights of them, it is tried at 0, 1.024 and 3.040 s and gets through then: there at 3.050,
    /// answered at 3.055, back at 3.065 s. After a timeout one segment may be under way at a time, so the
    /// second leaves when the first is acknowledged, at 3.060: there at 3.070, answered at 3.075, back at
    /// 3.085 s.
    @Test("what is sent into a partition arrives when the stream tries again after it, in order")
    func partition() {
        let shop = Shop(deadline: .seconds(20))
        let both = [shop.cluster.machines(of: [shop.customer]), shop.cluster.machines(of: [shop.clerk])]
        shop.cluster.plan(Partition(between: both[0], and: both[1]), at: .start, for: .milliseconds(2_500))
        shop.ask(1, at: .zero)
        shop.ask(2, at: .milliseconds(500))
        let heard = shop.run()
        #expect(heard.map { $0.prefix(19) } == ["1: answer 1 at 3065", "2: answer 2 at 3085"])
    }

    /// Questions arrive, answers do not: the customer hears nothing before the deadline, and the clerk has
    /// worked.
    @Test("a partition of the way back lets questions through, and no answers")
    func oneWay() throws {
        let shop = Shop()
        let both = [shop.cluster.machines(of: [shop.customer]), shop.cluster.machines(of: [shop.clerk])]
        shop.cluster.plan(
            Partition(between: both[1], and: both[0], direction: .oneWay), at: .start, for: .seconds(5))
        shop.ask(1, at: .zero)
        #expect(shop.run() == ["1: timedOut at 100ms"])
        let traffic = shop.cluster.traffic(from: Zone(number: 0), to: Zone(number: 1))
        #expect(traffic.delivered == 1)
        #expect(try #require(shop.meter).lateReplies == 1)
    }

    @Test("a caller that crashes takes its calls with it; the answers find nobody")
    func callerCrashes() throws {
        let shop = Shop()
        shop.ask(1, at: .zero)
        shop.cluster.plan(
            Crash(shop.cluster.machines(of: [shop.customer])), at: .at(.milliseconds(5)),
            for: .milliseconds(1))
        #expect(shop.run() == [])
        let meter = try #require(shop.meter)
        #expect(meter.abandoned == 1)
        #expect(meter.ended == meter.made)
    }

    /// Half of the packets are lost each way, machines crash and partitions come and go, for a hundred
    /// seconds.
    @Test("every call has exactly one outcome, whatever happens", arguments: 1...5 as ClosedRange<UInt64>)
    func oneOutcome(seed: UInt64) throws {
        let shop = Shop(attempts: 3, queueLimit: 3)
        var stream = Streams(seed: seed, purpose: Purpose("one outcome")).stream(of: 0)
        let links = [
            LinkFault.FaultyLink(from: Zone(number: 0), to: Zone(number: 1)),
            LinkFault.FaultyLink(from: Zone(number: 1), to: Zone(number: 0)),
        ]
        let both = [shop.cluster.machines(of: [shop.customer]), shop.cluster.machines(of: [shop.clerk])]
        for _ in 0..<60 {
            let faults: [any Fault] = [
                Crash(both[stream.below(2)]), Partition(between: both[0], and: both[1]), Pause(both[1]),
                Slow(both[1], by: .times(3)),
                LinkFault(on: links, LinkProfile(loss: .independent(Bernoulli(0.5)))),
                LinkFault(on: links, LinkProfile(duplication: Bernoulli(0.5))),
            ]
            shop.cluster.plan(
                faults[stream.below(faults.count)], at: .at(.milliseconds(Int64(stream.below(90_000)))),
                for: .milliseconds(Int64(1 + stream.below(3_000))))
        }
        for number in 0..<5_000 { shop.ask(number, at: .milliseconds(Int64(stream.below(95_000)))) }
        _ = shop.run(until: .seconds(200))
        let meter = try #require(shop.meter)
        #expect(meter.ended == meter.made)
        #expect(meter.made > 4_000)
        for error in [CallError.timedOut, .overloaded] { #expect(meter.failed(error) > 0) }
        #expect(meter.replied > 500)
        #expect(meter.lateReplies > 0)
    }
}

private struct Question: Call {
    typealias Caller = Customer
    typealias Callee = ShopClerk

    let number: Int
    var size: ByteCount { .zero }

    func request(_ ticket: Ticket<ShopClerk.Reply>) -> ShopClerk.Inbox { .question(number, ticket) }

    func outcome(_ result: Result<ShopClerk.Reply, CallError>) -> Customer.Inbox { .heard(number, result) }
}

private actor Customer: Part {

    enum Inbox: Marked {
        case ask(Int)
        case heard(Int, Result<ShopClerk.Reply, CallError>)

        var mark: UInt64 {
            switch self {
            case .ask(let number): Vocabulary.mark(1, UInt64(number))
            case .heard(let number, .success(let reply)): Vocabulary.mark(2, UInt64(number), reply.mark)
            case .heard(let number, .failure(let error)):
                Vocabulary.mark(3, UInt64(number), UInt64(error.rawValue))
            }
        }
    }

    nonisolated let seat: Seat
    private let clerk: Endpoint<ShopClerk>
    private let question: Caller<Question>
    private(set) var heard: [String] = []

    init(seat: Seat, clerk: Endpoint<ShopClerk>, plan: CallPlan) {
        self.seat = seat
        self.clerk = clerk
        question = seat.caller(by: plan)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let number): shift.call(Question(number: number), at: clerk, by: question)
        case .heard(let number, .success(let reply)):
            heard.append("\(number): answer \(reply.number) at \(shift.now)")
        case .heard(let number, .failure(let error)): heard.append("\(number): \(error) at \(shift.now)")
        }
    }
}

private actor ShopClerk: Part {

    struct Reply: Marked {
        let number: Int
        var mark: UInt64 { UInt64(number) }
    }

    enum Inbox: Marked {
        case question(Int, Ticket<Reply>)
        case close

        var mark: UInt64 {
            switch self {
            case .question(let number, let ticket): Vocabulary.mark(1, UInt64(number), ticket.mark)
            case .close: Vocabulary.mark(2)
            }
        }
    }

    nonisolated let seat: Seat
    private let cost: Span

    init(seat: Seat, cost: Span) {
        self.seat = seat
        self.cost = cost
    }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .question: cost
        case .close: .zero
        }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .question(let number, let ticket): shift.reply(Reply(number: number), to: ticket, size: .zero)
        case .close: shift.end()
        }
    }
}
