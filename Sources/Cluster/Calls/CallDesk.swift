public import Simulation
internal import Vocabulary

/// Keeps the calls of one kind that a part has open, on the part's machine: matches answers with them, minds their deadline, and
/// asks again.
///
/// It is made with the first such call of an incarnation and goes with it. So nothing that comes for a former incarnation
/// finds anybody.
@usableFromInline
actor CallDesk<C: Call>: Component {
    @usableFromInline typealias Inbox = Answer<C.Reply>

    @usableFromInline
    struct Open: Sendable {
        let call: C
        let callee: Endpoint<C.Callee>
        let madeAt: Instant
    }

    @usableFromInline nonisolated let home: Home
    private nonisolated let seat: Seat
    private let caller: Place
    private let plan: CallPlan
    private var calls: CallTable<Open>
    private var budget: RetryBudget
    private var jitter: RandomStream
    /// Calls that wait to be made again.
    private var pausing: [UInt64: (open: Open, attempt: Int)] = [:]  // looked up only, never iterated
    private var pauses: UInt64 = 0
    private let meter: CallMeter

    @usableFromInline
    init(home: Home, seat: Seat, caller: Place, plan: CallPlan, meter: CallMeter) {
        self.home = home
        self.seat = seat
        self.caller = caller
        self.plan = plan
        calls = CallTable(deadlines: [plan.deadline])
        budget = plan.budget
        self.meter = meter
        let machine = seat.machine
        jitter = Streams(seed: home.world.seed, purpose: Purpose("retries of \(C.self)"))
            .stream(of: UInt64(machine.pointee.number))
    }

    @usableFromInline
    func make(_ call: C, to callee: Endpoint<C.Callee>, in turn: Turn) {
        budget.countRequest()
        meter.made &+= 1
        ask(Open(call: call, callee: callee, madeAt: turn.now), attempt: 1, in: turn)
    }

    @usableFromInline
    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .reply(let id, let reply):
            guard let call = calls.replied(id) else {
                meter.late &+= 1  // it had timed out, or was answered before
                return
            }
            tell(.success(reply), to: call.then)
        case .failed(let id, let error):
            guard let call = calls.failed(id, error) else {
                meter.late &+= 1
                return
            }
            fail(call.then, attempt: call.attempt, error, in: turn)
        case .deadline:
            while let (_, call) = calls.expire(deadline: 0, at: turn.now) {
                fail(call.then, attempt: call.attempt, .timedOut, in: turn)
            }
            arm(calls.rearm(deadline: 0), in: turn)
        case .retry(let pause):
            guard let (open, attempt) = pausing.removeValue(forKey: pause.word) else { return }
            ask(open, attempt: attempt, in: turn)
        }
    }

    private func ask(_ open: Open, attempt: Int, in turn: Turn) {
        meter.attempts &+= 1
        let (id, armAt) = calls.open(open, attempt: attempt, deadline: 0, at: turn.now)
        arm(armAt, in: turn)
        let desk = Target(mailbox: turn.address.place.mailbox, number: turn.address.index)
        let machine = seat.machine
        let ticket = Ticket<C.Reply>(desk: desk, call: id, machine: machine.pointee.number)
        let parcel = turn.world.pack(open.call.request(ticket), mailbox: Int(open.callee.target.mailbox))
        parcel.label = ReturnAddress(machine: machine.pointee.number, desk: desk, call: id).label
        machine.pointee.cluster.transmit(
            Packet(parcel: parcel, target: open.callee.target, size: plan.requestSize), from: machine)
    }

    private func fail(_ open: Open, attempt: Int, _ error: CallError, in turn: Turn) {
        switch plan.retry.failed(attempt: attempt, error, at: turn.now, budget: &budget, drawing: &jitter) {
        case .giveUp: tell(.failure(error), to: open)
        case .retry(let wait):
            pauses += 1
            pausing[pauses] = (open, attempt + 1)
            _ = turn.arm(.retry(CallID(word: pauses)), after: wait)
        }
    }

    /// The caller gets it when a core of its machine has time.
    private func tell(_ result: Result<C.Reply, CallError>, to open: Open) {
        meter.end(result, after: home.world.now - open.madeAt)
        let parcel = home.world.pack(open.call.outcome(result), mailbox: caller.mailbox)
        seat.machine.ring(Job(parcel: parcel, receiver: caller))
    }

    private func arm(_ due: Instant?, in turn: Turn) {
        guard let due else { return }
        _ = turn.arm(.deadline, after: due - turn.now)
    }

    /// The caller has crashed: nobody waits for the open calls any more.
    @usableFromInline
    func abandonAll() { meter.abandoned &+= UInt64(calls.openCount + pausing.count) }
}

/// Which call a request belongs to, as the label of its parcel says, so that a machine that cannot deliver it can say so.
///
///     | machine + 1, 24 bits | mailbox, 12 | index of the desk, 28 |    | call, 64 |
struct ReturnAddress {
    let machine: Int
    let desk: Target
    let call: CallID

    init(machine: Int, desk: Target, call: CallID) {
        precondition(machine < 1 << 24 - 1, "calls work on the first 16 million machines only")
        precondition(desk.mailbox < 1 << 12, "calls work with the first 4,096 types of components only")
        precondition(desk.number < 1 << 28, "calls work with 268 million incarnations of one type only")
        self.machine = machine
        self.desk = desk
        self.call = call
    }

    var label: (UInt64, UInt64) {
        (UInt64(machine + 1) << 40 | UInt64(desk.mailbox) << 28 | UInt64(desk.number), call.word)
    }

    /// Nil for what is no request of a call.
    init?(label: (UInt64, UInt64)) {
        guard label.0 != 0 else { return nil }
        machine = Int(label.0 >> 40) - 1
        desk = Target(mailbox: Int(label.0 >> 28 & 0xFFF), number: Int(label.0 & 0xFFF_FFFF))
        call = CallID(word: label.1)
    }
}

/// What became of all calls of one kind.
public final class CallMeter: @unchecked Sendable {
    public internal(set) var made: UInt64 = 0
    /// Requests sent, retries among them.
    public internal(set) var attempts: UInt64 = 0
    public private(set) var replied: UInt64 = 0
    private var failures = InlineArray<5, UInt64>(repeating: 0)
    /// Their callers crashed.
    public internal(set) var abandoned: UInt64 = 0
    /// Answers that came when the call had ended already.
    public internal(set) var late: UInt64 = 0
    /// From the call to its outcome, in ns, with all its retries.
    public let latency = CoarseHistogram()

    @usableFromInline
    init() {}

    public func failed(_ error: CallError) -> UInt64 { failures[Int(error.rawValue)] }

    /// How many calls have had their one outcome.
    public var ended: UInt64 { replied + abandoned + CallError.allCases.reduce(0) { $0 + failed($1) } }

    func end<Reply>(_ result: Result<Reply, CallError>, after span: Span) {
        latency.record(UInt64(span.nanoseconds))
        switch result {
        case .success: replied &+= 1
        case .failure(let error): failures[Int(error.rawValue)] &+= 1
        }
    }
}
