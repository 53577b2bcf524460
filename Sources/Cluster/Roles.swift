public import Simulation
public import Vocabulary

/// What one role is to the cluster: a name, and the machines that bear it. Their parts are of one type, which
/// may be that of other roles too.
///
/// What depends on the type of a message goes by mailbox; listeners, costs, traffic, meters and faults go by
/// role.
@usableFromInline
struct RoleState {
    let name: String
    @usableFromInline let mailbox: Int
    let cost: WorkCost
    let memory: (World, RawAddress) -> ByteCount
    let begin: (RawAddress, MachinePointer) -> Void
    let stop: (RawAddress, MachinePointer) -> Void
    let leave: (MachinePointer, Unfinished<Job>) -> Void
    /// By number.
    @usableFromInline private(set) var machines: UnsafeMutablePointer<MachinePointer> = .allocate(capacity: 0)
    private(set) var machineCount = 0

    @usableFromInline
    init(
        name: String, mailbox: Int, cost: @escaping (UnsafeMutablePointer<Core>, Job) -> JobCost,
        memory: @escaping (World, RawAddress) -> ByteCount,
        begin: @escaping (RawAddress, MachinePointer) -> Void,
        stop: @escaping (RawAddress, MachinePointer) -> Void,
        leave: @escaping (MachinePointer, Unfinished<Job>) -> Void
    ) {
        self.name = name
        self.mailbox = mailbox
        self.cost = WorkCost(cost)
        self.memory = memory
        self.begin = begin
        self.stop = stop
        self.leave = leave
    }

    mutating func add(_ machine: MachinePointer) {
        machines = enlarged(machines, count: machineCount, to: machineCount + 1)
        (machines + machineCount).initialize(to: machine)
        machineCount += 1
    }

    var all: UnsafeBufferPointer<MachinePointer> {
        UnsafeBufferPointer(start: machines, count: machineCount)
    }

    func deallocate() { machines.deallocate() }
}

/// How long a core works on a message. An object, as `Mailbox.Deliverer` is.
final class WorkCost {
    let of: (UnsafeMutablePointer<Core>, Job) -> JobCost

    init(_ of: @escaping (UnsafeMutablePointer<Core>, Job) -> JobCost) { self.of = of }
}

/// All roles, by number.
@usableFromInline
struct RoleTable {
    @usableFromInline private(set) var rows: UnsafeMutablePointer<RoleState> = .allocate(capacity: 0)
    private(set) var count = 0

    /// The row of a role that was reserved.
    @usableFromInline
    subscript(role: UInt16) -> UnsafeMutablePointer<RoleState> { rows + Int(role) }

    var names: [String] { (0..<count).map { rows[$0].name } }

    func number(of name: String) -> UInt16? { (0..<count).first { rows[$0].name == name }.map(UInt16.init) }

    mutating func add(_ role: RoleState) -> UInt16 {
        precondition(count < Int(UInt16.max), "more than 65,535 roles")
        rows = enlarged(rows, count: count, to: count + 1)
        (rows + count).initialize(to: role)
        count += 1
        return UInt16(count - 1)
    }

    func deallocate() {
        for role in 0..<count { rows[role].deallocate() }
        rows.deinitialize(count: count)
        rows.deallocate()
    }
}

/// Rare: while a cluster is built.
private func enlarged<Element>(
    _ old: UnsafeMutablePointer<Element>, count: Int, to capacity: Int
) -> UnsafeMutablePointer<Element> {
    let new = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    new.moveInitialize(from: old, count: count)
    old.deallocate()
    return new
}

extension Cluster {
    /// Gives a role a machine in each of these zones, on which nothing runs yet: so parts can know each other
    /// before the first of them is made. They count on from the machines that the role has.
    ///
    /// - Parameter spare: how many of them, the last ones, are off until somebody boots them.
    @inlinable
    public func reserve<P: Part>(
        _ name: String, of _: P.Type = P.self, on hardware: Hardware, in zones: [Zone], spare: Int = 0
    ) -> Endpoints<P> {
        let mailbox = world.mailboxNumber(of: P.self)
        let world = world
        let first = reserve(
            RoleState(
                name: name, mailbox: mailbox,
                cost: { core, job in
                    core.preview(job.parcel, at: job.receiver, by: P.self) { part, message in
                        let comesAfter = part.isChargedAfterwards(message)
                        return JobCost(span: part.cost(of: message), comesAfter: comesAfter)
                    }
                },
                memory: { world, place in world.inspect(Address<P>(place)) { $0.memory } ?? .zero },
                begin: { [unowned(unsafe) world] place, machine in
                    let shift = ShiftOf<P>(turn: world.turn(of: Address<P>(place)), machine: machine)
                    world.inspect(Address<P>(place)) { $0.begin(in: shift) }
                },
                stop: { [unowned(unsafe) world] place, machine in
                    let shift = ShiftOf<P>(turn: world.turn(of: Address<P>(place)), machine: machine)
                    world.inspect(Address<P>(place)) { $0.stop(in: shift) }
                },
                leave: { machine, left in
                    let (core, place) = (machine.pointee.core, left.work.receiver)
                    let shift = ShiftOf<P>(turn: core.turn(of: Address<P>(place)), machine: machine)
                    core.preview(left.work.parcel, at: place, by: P.self) { part, message in
                        part.leave(message, arrived: left.arrived, began: left.began, in: shift)
                    }
                }), on: hardware, in: zones, spare: spare)
        return Endpoints(first: first, count: zones.count)
    }

    @usableFromInline
    func reserve(
        _ state: RoleState, on hardware: Hardware, in zones: [Zone], spare: Int
    ) -> Target {
        precondition(spare <= zones.count, "\(spare) spare machines of \(zones.count)")
        let role = roles.number(of: state.name) ?? roles.add(state)
        precondition(
            roles[role].pointee.mailbox == state.mailbox, "the role '\(state.name)' has parts of another type"
        )
        network.expect(role: Int(role))
        let first = roles[role].pointee.machineCount
        for (place, zone) in zones.enumerated() {
            precondition(self.zones.indices.contains(zone.number), "there is no zone \(zone.number)")
            let target = Target(mailbox: state.mailbox, role: role, number: first + place)
            let isOn = place < zones.count - spare
            roles[role].pointee.add(addMachine(hardware, in: zone, resident: target, isOn: isOn))
        }
        return Target(mailbox: state.mailbox, role: role, number: first)
    }

    /// What was reserved for a role, if anything was.
    @inlinable
    public func endpoints<P: Part>(of role: String, _: P.Type = P.self) -> Endpoints<P>? {
        reserved(for: role, mailbox: world.mailboxNumber(of: P.self)).map { Endpoints(first: $0, count: $1) }
    }

    @usableFromInline
    func reserved(for name: String, mailbox: Int) -> (first: Target, count: Int)? {
        guard let role = roles.number(of: name) else { return nil }
        precondition(roles[role].pointee.mailbox == mailbox, "the role '\(name)' has parts of another type")
        return (Target(mailbox: mailbox, role: role, number: 0), roles[role].pointee.machineCount)
    }

    /// Whether machines were reserved for a role, and each got its part.
    public func hasParts(_ name: String) -> Bool {
        roles.number(of: name).map { roles[$0].pointee.all.allSatisfy { $0.pointee.build != nil } } ?? false
    }

    /// Starts the parts on machines that were reserved. `make` is called again for every incarnation after a
    /// crash, with the number of the machine in its role.
    @inlinable
    public func start<P: Part>(_ endpoints: Endpoints<P>, _ make: @escaping (Seat, Int) -> P) {
        let world = world
        for endpoint in endpoints {
            let machine = machine(of: endpoint.target)
            let lane = machine.pointee.zone.lane
            start(machine) { [unowned(unsafe) world] seat, number in
                world.add(in: lane) { _ in make(seat, number) }.place
            }
        }
    }

    @usableFromInline
    func start(_ machine: MachinePointer, build: @escaping (Seat, Int) -> RawAddress) {
        precondition(machine.pointee.build == nil, "\(name(ofMachine: machine.pointee.number)) has its part")
        machine.pointee.build = build
        guard machine.pointee.power.isOn else { return }
        machine.pointee.listener = build(Seat(machine: machine), Int(machine.pointee.resident.number))
        newcomers.append(machine)
    }

    /// Puts `count` parts of one role on a machine each, all of them in one zone.
    @inlinable
    public func add<P: Part>(
        _ name: String, _: P.Type = P.self, count: Int, on hardware: Hardware, in zone: Zone,
        _ make: @escaping (Seat, Int) -> P
    ) -> Endpoints<P> {
        let endpoints = reserve(name, of: P.self, on: hardware, in: Array(repeating: zone, count: count))
        start(endpoints, make)
        return endpoints
    }

    /// Has the parts begin that have not begun yet, when all of them stand. A run does that first of all.
    public func begin() {
        guard !newcomers.isEmpty else { return }
        let parts = newcomers
        newcomers = []
        for machine in parts {
            if let place = machine.pointee.listener {
                roles[machine.pointee.resident.role].pointee.begin(place, machine)
            }
        }
        if let machine = machines.first(where: { $0.pointee.build == nil }) {
            preconditionFailure("\(name(ofMachine: machine.pointee.number)) was reserved, and has no part")
        }
    }
}
