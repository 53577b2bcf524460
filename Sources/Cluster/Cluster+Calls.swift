public import Simulation
internal import Vocabulary

/// What the cluster knows of each kind of call.
@usableFromInline
struct CallKind {
    let type: ObjectIdentifier
    let meter: CallMeter
    /// The answer that says that a request could not be delivered.
    let failure: (CallID, CallError) -> Parcel
    let abandonAll: (Place) -> Void
    let openCount: (Place) -> Int
    /// Fails the open calls to some machines.
    let failAll: (Place, MachineSet) -> Void

    @usableFromInline
    init(
        type: ObjectIdentifier, meter: CallMeter, failure: @escaping (CallID, CallError) -> Parcel,
        abandonAll: @escaping (Place) -> Void, openCount: @escaping (Place) -> Int,
        failAll: @escaping (Place, MachineSet) -> Void
    ) {
        self.type = type
        self.meter = meter
        self.failure = failure
        self.abandonAll = abandonAll
        self.openCount = openCount
        self.failAll = failAll
    }
}

extension Cluster {
    /// What became of all calls of one kind; nil when none was ever made.
    public func calls<C: Call>(_ type: C.Type) -> CallMeter? {
        callKinds.first { $0?.type == ObjectIdentifier(type) }??.meter
    }

    /// Where the calls of one kind that are made on a machine are kept.
    @inlinable
    func desk<C: Call>(
        for type: C.Type, of caller: Place, on machine: MachinePointer, plan: CallPlan
    ) -> Address<CallDesk<C>> {
        let mailbox = world.mailboxNumber(of: CallDesk<C>.self)
        for desk in machine.pointee.desks where desk.mailbox == mailbox { return Address(desk) }
        let meter = callMeter(for: type, mailbox: mailbox)
        let seat = Seat(machine: machine)
        let desk = world.add(in: caller.lane) {
            CallDesk<C>(home: $0, seat: seat, caller: caller, plan: plan, meter: meter)
        }
        machine.pointee.desks.append(desk.place)
        return desk
    }

    @inlinable
    func callMeter<C: Call>(for type: C.Type, mailbox: Int) -> CallMeter {
        if let meter = knownCallMeter(mailbox: mailbox) { return meter }
        let meter = CallMeter()
        let world = world
        install(
            CallKind(
                type: ObjectIdentifier(type), meter: meter,
                failure: { [unowned(unsafe) world] call, error in
                    world.pack(Answer<C.Reply>.failed(call, error), mailbox: mailbox)
                },
                abandonAll: { [unowned(unsafe) world] desk in
                    world.inspect(Address<CallDesk<C>>(desk)) { $0.abandonAll() }
                },
                openCount: { [unowned(unsafe) world] desk in
                    world.inspect(Address<CallDesk<C>>(desk)) { $0.openCount } ?? 0
                },
                failAll: { [unowned(unsafe) world] desk, machines in
                    let address = Address<CallDesk<C>>(desk)
                    let turn = world.turn(of: address)
                    world.inspect(address) { $0.failAll(to: machines, in: turn) }
                }), mailbox: mailbox)
        return meter
    }

    @usableFromInline
    func knownCallMeter(mailbox: Int) -> CallMeter? {
        mailbox < callKinds.count ? callKinds[mailbox]?.meter : nil
    }

    @usableFromInline
    func install(_ kind: CallKind, mailbox: Int) {
        while callKinds.count <= mailbox { callKinds.append(nil) }
        callKinds[mailbox] = kind
    }

    /// Tells the caller of a request that could not be delivered, as a reset or an error page does: 40 B on
    /// the wire.
    func sayFailed(_ address: ReturnAddress, _ error: CallError, from machine: MachinePointer) {
        guard let kind = callKinds[Int(address.desk.mailbox)] else { return }
        convey(
            Packet(
                parcel: kind.failure(address.call, error), target: address.desk, size: .bytes(40),
                kind: .answer),
            from: machine, toMachine: address.machine)
    }

    /// Tells the caller of a request that its own machine knows to have failed.
    func hearFailed(_ address: ReturnAddress, _ error: CallError, on machine: MachinePointer) {
        let desk = Place(
            mailbox: Int(address.desk.mailbox), index: Int(address.desk.number),
            lane: machine.pointee.zone.lane)
        guard world.isThere(desk), let kind = callKinds[Int(address.desk.mailbox)] else { return }
        world.hand(kind.failure(address.call, error), to: desk)
    }

    func openCalls(of machine: MachinePointer) -> Int {
        machine.pointee.desks.reduce(0) { $0 + (callKinds[$1.mailbox]?.openCount($1) ?? 0) }
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
            world.remove(desk)
        }
        machine.pointee.desks.removeAll()
    }
}
