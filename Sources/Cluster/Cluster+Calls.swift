public import Simulation
internal import Vocabulary

/// What the cluster knows of each kind of call.
@usableFromInline
struct CallKind {
    let type: ObjectIdentifier
    /// By number of the role that calls.
    var meters: [CallMeter?] = []
    /// The answer that says that a request could not be delivered.
    let failure: (CallID, CallError) -> Parcel
    let abandonAll: (RawAddress) -> Void
    /// The open calls to some machines.
    let openCalls: (RawAddress, MachineSet) -> [CallID]
    /// Fails the open calls to some machines.
    let failAll: (RawAddress, MachineSet) -> Void

    @usableFromInline
    init(
        type: ObjectIdentifier, failure: @escaping (CallID, CallError) -> Parcel,
        abandonAll: @escaping (RawAddress) -> Void,
        openCalls: @escaping (RawAddress, MachineSet) -> [CallID],
        failAll: @escaping (RawAddress, MachineSet) -> Void
    ) {
        self.type = type
        self.failure = failure
        self.abandonAll = abandonAll
        self.openCalls = openCalls
        self.failAll = failAll
    }
}

extension Seat {
    /// Makes a caller for one kind of call of the part that is being built here.
    @inlinable
    public func caller<C: Call>(_: C.Type = C.self, by plan: CallPlan) -> Caller<C> {
        Caller(desk: machine.pointee.cluster.addDesk(on: machine, plan: plan))
    }
}

extension Cluster {
    /// What became of all calls of one kind that a role has made; nil when none of its parts has a caller for
    /// them.
    public func calls<C: Call>(_ type: C.Type, by callers: Endpoints<C.Caller>) -> CallMeter? {
        guard let kind = callKinds.first(where: { $0?.type == ObjectIdentifier(type) }) ?? nil else {
            return nil
        }
        let role = Int(callers.first.role)
        return role < kind.meters.count ? kind.meters[role] : nil
    }

    /// Where calls of one kind that are made on a machine are kept.
    @inlinable
    func addDesk<C: Call>(on machine: MachinePointer, plan: CallPlan) -> Address<CallDesk<C>> {
        let mailbox = world.mailboxNumber(of: CallDesk<C>.self)
        know(C.self, mailbox: mailbox)
        let meter = callMeter(mailbox: mailbox, role: Int(machine.pointee.resident.role))
        let seat = Seat(machine: machine)
        let desk = world.add(in: machine.pointee.zone.lane) {
            CallDesk<C>(home: $0, seat: seat, plan: plan, meter: meter)
        }
        machine.pointee.desks.append(desk.place)
        return desk
    }

    @inlinable
    func know<C: Call>(_ type: C.Type, mailbox: Int) {
        guard !knows(mailbox: mailbox) else { return }
        let world = world
        install(
            CallKind(
                type: ObjectIdentifier(type),
                failure: { [unowned(unsafe) world] call, error in
                    world.core.pack(CallMessage<C.Reply>.failed(call, error), mailbox: mailbox)
                },
                abandonAll: { [unowned(unsafe) world] desk in
                    world.inspect(Address<CallDesk<C>>(desk)) { $0.abandonAll() }
                },
                openCalls: { [unowned(unsafe) world] desk, machines in
                    world.inspect(Address<CallDesk<C>>(desk)) { $0.openCalls(to: machines) } ?? []
                },
                failAll: { [unowned(unsafe) world] desk, machines in
                    let address = Address<CallDesk<C>>(desk)
                    let turn = world.turn(of: address)
                    world.inspect(address) { $0.failAll(to: machines, in: turn) }
                }), mailbox: mailbox)
    }

    @usableFromInline
    func knows(mailbox: Int) -> Bool { mailbox < callKinds.count && callKinds[mailbox] != nil }

    @usableFromInline
    func callMeter(mailbox: Int, role: Int) -> CallMeter {
        while callKinds[mailbox]!.meters.count <= role { callKinds[mailbox]!.meters.append(nil) }
        let meter = callKinds[mailbox]!.meters[role] ?? CallMeter()
        callKinds[mailbox]!.meters[role] = meter
        return meter
    }

    @usableFromInline
    func install(_ kind: CallKind, mailbox: Int) {
        while callKinds.count <= mailbox { callKinds.append(nil) }
        callKinds[mailbox] = kind
    }

    /// Tells the caller of a request that could not be delivered, as a reset or an error page does: 40 B on
    /// the wire.
    func sayFailed(
        _ address: ReturnAddress, _ error: CallError, from machine: MachinePointer,
        as packet: Packet.Kind = .answer
    ) {
        guard let kind = callKinds[Int(address.desk.mailbox)] else { return }
        machine.convey(
            Packet(
                parcel: kind.failure(address.call, error), target: address.desk, size: .bytes(40),
                kind: packet),
            toMachine: address.machine)
    }

    /// Tells the caller of a request that its own machine knows to have failed.
    func hearFailed(_ address: ReturnAddress, _ error: CallError, on machine: MachinePointer) {
        let desk = RawAddress(
            mailbox: Int(address.desk.mailbox), index: Int(address.desk.number),
            lane: machine.pointee.zone.lane)
        guard world.core.isThere(desk), let kind = callKinds[Int(address.desk.mailbox)] else { return }
        world.core.hand(kind.failure(address.call, error), to: desk)
    }

    /// The calls of others that are open over connections with a machine.
    func openCalls(to machine: MachinePointer) -> [ReturnAddress] {
        let callee = MachineSet([machine.pointee.number])
        var calls: [ReturnAddress] = []
        for caller in machines
        where caller != machine && caller.pointee.openCalls > 0 && network.isOpen(from: caller, to: machine) {
            for desk in caller.pointee.desks {
                guard let kind = callKinds[desk.mailbox] else { continue }
                let target = Target(mailbox: desk.mailbox, number: desk.index)
                calls += kind.openCalls(desk, callee).map {
                    ReturnAddress(machine: caller.pointee.number, desk: target, call: $0)
                }
            }
        }
        return calls
    }

    /// The connections between some machines have ended, and with them the calls that were open over them.
    func failCalls(from callers: MachineSet, to callees: MachineSet) {
        for caller in callers.machines {
            for desk in machines[caller].pointee.desks { callKinds[desk.mailbox]?.failAll(desk, callees) }
        }
    }

    /// A part has crashed, and with it the calls that it had open.
    func removeDesks(of machine: MachinePointer) {
        for desk in machine.pointee.desks {
            callKinds[desk.mailbox]?.abandonAll(desk)
            world.core.remove(desk)
        }
        machine.pointee.desks.removeAll()
        precondition(
            machine.pointee.openCalls == 0,
            "\(machine.pointee.openCalls) calls are open, and nobody keeps them")
    }
}
