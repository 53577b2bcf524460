public import Simulation
public import Vocabulary

/// Keeps the calls of one kind that a part has open, on the part's machine: matches answers with them, minds
/// their deadline, and asks again.
///
/// It is made with its `Caller`, as an incarnation of the part is built, and goes with it. So nothing that
/// comes for a former incarnation finds anybody.
@usableFromInline
final actor CallDesk<C: Call>: Component {
    @usableFromInline typealias Inbox = CallMessage<C.Reply>

    @usableFromInline
    struct OpenCall: Sendable {
        @usableFromInline let call: C
        @usableFromInline let callee: Endpoint<C.Callee>
        @usableFromInline let madeAt: Instant

        @inlinable
        init(call: consuming C, callee: Endpoint<C.Callee>, madeAt: Instant) {
            self.call = call
            self.callee = callee
            self.madeAt = madeAt
        }
    }

    @usableFromInline nonisolated let home: Home
    @usableFromInline nonisolated let seat: Seat
    @usableFromInline let plan: CallPlan
    @exclusivity(unchecked) @usableFromInline var calls: CallTable<OpenCall>
    @exclusivity(unchecked) @usableFromInline var budget: RetryBudget
    @exclusivity(unchecked) @usableFromInline var jitter: RandomStream
    /// Calls that wait to be made again.
    /// Looked up only, never iterated.
    @exclusivity(unchecked) @usableFromInline var pausing: [UInt64: (open: OpenCall, attempt: Int)] = [:]
    @exclusivity(unchecked) @usableFromInline var pauses: UInt64 = 0
    @usableFromInline let meter: CallMeter

    @usableFromInline
    init(home: Home, seat: Seat, plan: CallPlan, meter: CallMeter) {
        self.home = home
        self.seat = seat
        self.plan = plan
        calls = CallTable(deadline: plan.deadline)
        budget = plan.budget
        self.meter = meter
        let machine = seat.machine
        jitter = Streams(seed: home.world.seed, purpose: Purpose("retries of \(C.self)"))
            .stream(of: UInt64(machine.pointee.number))
    }

    @inlinable @inline(__always)
    func make(_ call: consuming C, to callee: Endpoint<C.Callee>, in turn: Turn) {
        budget.countRequest()
        meter.countMade(to: callee.target.role)
        ask(OpenCall(call: call, callee: callee, madeAt: turn.now), attempt: 1, in: turn)
    }

    @inlinable @inline(__always)
    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .reply(let id, let reply):
            guard let call = calls.close(id) else {
                meter.countLateReply()  // it had timed out, or was answered before
                reply.noteDiscarded()
                return
            }
            countEnded()
            tell(.success(reply), to: call.then)
        case .failed(let id, let error):
            guard let call = calls.close(id) else { return }
            countEnded()
            fail(call.then, attempt: call.attempt, error, in: turn)
        case .deadline:
            while let call = calls.expire(at: turn.now) {
                countEnded()
                leaveConnection(to: call.then.callee, in: turn)
                fail(call.then, attempt: call.attempt, .timedOut, in: turn)
            }
            arm(calls.rearm(), in: turn)
        case .retry(let pause):
            guard let (open, attempt) = pausing.removeValue(forKey: pause.word) else { return }
            ask(open, attempt: attempt, in: turn)
        }
    }

    @inlinable
    func ask(_ open: consuming OpenCall, attempt: Int, in turn: Turn) {
        meter.countAttempt()
        let id = calls.next
        let desk = Target(mailbox: turn.address.place.mailbox, number: turn.address.index)
        let machine = seat.machine
        let ticket = Ticket<C.Reply>(desk: desk, call: id, machine: machine.pointee.number)
        // What is asked is made first, for then the table takes the call over: a copy would count what it refers to.
        let (target, size) = (open.callee.target, open.call.size)
        let parcel = turn.core.pack(open.call.request(ticket), mailbox: Int(target.mailbox))
        parcel.label = ReturnAddress(machine: machine.pointee.number, desk: desk, call: id).label
        arm(calls.open(open, attempt: attempt, at: turn.now).armAt, in: turn)
        machine.pointee.openCalls &+= 1
        machine.convey(Packet(parcel: parcel, target: target, size: size))
    }

    @inlinable
    func fail(_ open: OpenCall, attempt: Int, _ error: CallError, in turn: Turn) {
        switch plan.retry.failed(attempt: attempt, error, at: turn.now, budget: &budget, drawing: &jitter) {
        case .giveUp:
            if error == .timedOut { noteSilence(of: open.callee) }
            tell(.failure(error), to: open)
        case .retry(let wait):
            pauses += 1
            pausing[pauses] = (open, attempt + 1)
            _ = turn.arm(.retry(CallID(word: pauses)), after: wait)
        }
    }

    /// Nothing has come by the deadline from who could have answered.
    @usableFromInline
    func noteSilence(of callee: Endpoint<C.Callee>) {
        let machine = seat.machine.pointee.cluster.machine(of: callee.target)
        if machine.pointee.isUp, !machine.pointee.standsStill { meter.countIgnored() }
    }

    /// The caller gets it when a core of its machine has time, or at once where that is declared.
    @inlinable
    func tell(_ result: Result<C.Reply, CallError>, to open: OpenCall) {
        let core = seat.machine.pointee.core
        let span = core.now - open.madeAt
        switch result {
        case .success: meter.end(nil, after: span)
        case .failure(let error): meter.end(error, after: span)
        }
        guard let caller = seat.machine.pointee.listener else {
            if case .success(let reply) = result { reply.noteDiscarded() }
            return
        }
        let parcel = core.pack(open.call.outcome(result), mailbox: caller.mailbox)
        let job = Job(parcel: parcel, receiver: caller)
        if C.takesEffectOnArrival { seat.machine.ringAhead(job) } else { seat.machine.ring(job) }
    }

    @inlinable
    func arm(_ due: Instant?, in turn: Turn) {
        guard let due else { return }
        _ = turn.arm(.deadline, after: due - turn.now)
    }

    /// The caller has crashed: nobody waits for the open calls any more.
    @inlinable
    func abandonAll() {
        meter.abandon(calls.openCount + pausing.count)
        seat.machine.pointee.openCalls -= calls.openCount
    }

    @inlinable
    func countEnded() { seat.machine.pointee.openCalls &-= 1 }

    /// Before the caller hears that a call was late: what it asks then goes over the new connection.
    @usableFromInline
    func closeConnection(to callee: Endpoint<C.Callee>, in turn: Turn) {
        let cluster = seat.machine.pointee.cluster
        let target = cluster.machine(of: callee.target)
        let desk = Target(mailbox: turn.address.place.mailbox, number: turn.address.index)
        cluster.network.closeConnection(of: desk, from: seat.machine, to: target)
        failAll(to: MachineSet([target.pointee.number]), in: turn)
    }

    /// An answer is late.
    @usableFromInline
    func leaveConnection(to callee: Endpoint<C.Callee>, in turn: Turn) {
        if plan.closesConnectionWhenLate { return closeConnection(to: callee, in: turn) }
        let cluster = seat.machine.pointee.cluster
        let desk = Target(mailbox: turn.address.place.mailbox, number: turn.address.index)
        cluster.network.leaveConnection(
            from: seat.machine, to: cluster.machine(of: callee.target), silentSince: turn.now - plan.deadline
        ) { [calls] packet in
            guard packet.kind == .request, let address = ReturnAddress(label: packet.parcel.label) else {
                return false
            }
            return address.desk == desk && !calls.isOpen(address.call)
        }
    }

    /// The caller itself ends the connection: what it has open there fails as a matter of its own, after what it does now.
    @usableFromInline
    func hangUp(on callee: Endpoint<C.Callee>, in turn: Turn) {
        let cluster = seat.machine.pointee.cluster
        let target = cluster.machine(of: callee.target)
        let open = openCalls(to: MachineSet([target.pointee.number]))
        guard !open.isEmpty else { return }
        let desk = Target(mailbox: turn.address.place.mailbox, number: turn.address.index)
        cluster.network.closeConnection(of: desk, from: seat.machine, to: target)
        for id in open { _ = turn.arm(.failed(id, .reset), after: .zero) }
    }

    @usableFromInline
    func openCalls(to machines: MachineSet) -> [CallID] {
        let cluster = seat.machine.pointee.cluster
        return calls.open { machines.contains(cluster.machine(of: $0.callee.target).pointee.number) }
    }

    /// The connections to these machines were reset.
    @usableFromInline
    func failAll(to machines: MachineSet, in turn: Turn) {
        for id in openCalls(to: machines) {
            guard let call = calls.close(id) else { continue }
            countEnded()
            fail(call.then, attempt: call.attempt, .reset, in: turn)
        }
    }
}

/// Which call a request belongs to, as the label of its parcel says, so that a machine that cannot deliver it
/// can say so.
///
///     | machine + 1, 24 bits | mailbox, 12 | index of the desk, 28 |    | call, 64 |
@usableFromInline
struct ReturnAddress {
    let machine: Int
    let desk: Target
    let call: CallID

    @usableFromInline
    init(machine: Int, desk: Target, call: CallID) {
        precondition(machine < 1 << 24 - 1, "calls work on the first 16 million machines only")
        precondition(desk.mailbox < 1 << 12, "calls work with the first 4,096 types of components only")
        precondition(desk.number < 1 << 28, "calls work with 268 million incarnations of one type only")
        self.machine = machine
        self.desk = desk
        self.call = call
    }

    @usableFromInline var label: (UInt64, UInt64) {
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
