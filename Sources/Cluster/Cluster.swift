public import Simulation
public import Vocabulary

/// Machines in zones, links between the zones, and parts on the machines.
///
/// A zone is a lane of the simulation. Users' devices stand in zones of their own, one per access network.
/// The cluster
/// knows where everybody is; parts learn of each other by endpoints and messages only. Like its world, it
/// belongs to the
/// thread that runs it.
public final class Cluster: @unchecked Sendable {
    /// The world that it is built in, and that must not outlive it: run it through the cluster.
    public let world: World
    /// The names of the zones, by number.
    public let zones: [String]
    /// The region that each zone lies in, by the zone's number.
    public let regions: [String]

    @exclusivity(unchecked) private(set) var machines: [MachinePointer] = []
    @exclusivity(unchecked) @usableFromInline var roles: [Role?] = []  // by number of the mailbox
    let network: Network
    @usableFromInline let lines: Lines
    @exclusivity(unchecked) var callKinds: [CallKind?] = []  // by number of the desks' mailbox
    var faults: [PlannedFault] = []
    /// What faults have hit so far, and how often they met work in progress there.
    public internal(set) var encounters: [Encounter] = []
    var standingOrders: [StandingOrder] = []
    @exclusivity(unchecked) var loads: LoadWatch?
    /// What the network is made to do wrong, by tests of the checks that must find it out.
    @exclusivity(unchecked) package var mutation: NetworkMutation?
    private(set) var director: Address<Director>!

    /// - Parameters:
    ///   - regions: where each zone lies; every zone is a region of its own when nil.
    ///   - link: what lies between two zones, and within one; asked once for each direction.
    public init(
        seed: UInt64, zones: [String], regions: [String]? = nil, foldsDigests: Bool = true,
        recording: Recording = .nothing,
        link: (_ from: Zone, _ to: Zone) -> LinkProfile
    ) {
        world = World(seed: seed, lanes: zones.count, foldsDigests: foldsDigests, recording: recording)
        self.zones = zones
        self.regions = regions ?? zones
        precondition(self.regions.count == zones.count, "a region for each zone")
        network = Network(seed: seed, zones: zones, link: link)
        lines = Lines(world: world, links: network.links, zoneCount: zones.count)
        lines.cluster = self
        director = world.add(in: .control) { Director(home: $0, cluster: self) }
        lines.keeper = world.add(in: Zone(number: 0).lane) { LineKeeper(home: $0, cluster: self) }
    }

    deinit {
        for machine in machines {
            machine.deinitialize(count: 1)
            machine.deallocate()
        }
    }

    /// How lines of devices are kept alive; set before the first one is opened.
    public var lineSettings: LineSettings {
        get { lines.settings }
        set { lines.settings = newValue }
    }

    // MARK: Parts and machines

    /// What one type of part is to the cluster.
    @usableFromInline
    struct Role {
        let name: String
        @usableFromInline let cost: (World, Job) -> Span
        let memory: (World, Place) -> ByteCount
        @usableFromInline let begin: (Place, MachinePointer) -> Void
        @usableFromInline var machines: [MachinePointer] = []
        /// The incarnation that listens, by number; nil while there is none.
        @usableFromInline var listeners: [Place?] = []

        @usableFromInline
        init(
            name: String, cost: @escaping (World, Job) -> Span, memory: @escaping (World, Place) -> ByteCount,
            begin: @escaping (Place, MachinePointer) -> Void
        ) {
            self.name = name
            self.cost = cost
            self.memory = memory
            self.begin = begin
        }
    }

    /// Puts `count` parts of one role on a machine each. `make` is called again for every incarnation after a
    /// crash.
    @inlinable
    public func add<P: Part>(
        _: P.Type = P.self, count: Int, on hardware: Hardware, in zone: Zone,
        _ make: @escaping (Seat, Int) -> P
    ) -> Endpoints<P> {
        let mailbox = world.mailboxNumber(of: P.self)
        let lane = zone.lane
        let world = world
        let role = Role(
            name: P.role,
            cost: { world, job in
                world.preview(job.parcel, at: job.receiver, by: P.self) { part, message in
                    part.cost(of: message)
                }
            },
            memory: { world, place in world.inspect(Address<P>(place)) { $0.memory } ?? .zero },
            begin: { [unowned(unsafe) world] place, machine in
                let shift = ShiftOf<P>(turn: world.turn(of: Address<P>(place)), machine: machine)
                world.inspect(Address<P>(place)) { $0.begin(in: shift) }
            })
        let first = install(role, mailbox: mailbox, count: count, on: hardware, in: zone) {
            [unowned(unsafe) world] seat, number in
            world.add(in: lane) { _ in make(seat, number) }.place
        }
        return Endpoints(first: Target(mailbox: mailbox, number: first), count: count)
    }

    @usableFromInline
    func install(
        _ role: Role, mailbox: Int, count: Int, on hardware: Hardware, in zone: Zone,
        build: @escaping (Seat, Int) -> Place
    ) -> Int {
        precondition(zones.indices.contains(zone.number), "there is no zone \(zone.number)")
        while roles.count <= mailbox { roles.append(nil) }
        network.expect(role: mailbox)
        var role = roles[mailbox] ?? role
        let first = role.machines.count
        for number in first..<first + count {
            let machine = addMachine(hardware, in: zone, role: mailbox, number: number, build: build)
            role.machines.append(machine)
            let place = build(Seat(machine: machine), number)
            role.listeners.append(place)
            role.begin(place, machine)
        }
        roles[mailbox] = role
        return first
    }

    private func addMachine(
        _ hardware: Hardware, in zone: Zone, role: Int, number: Int, build: @escaping (Seat, Int) -> Place
    ) -> MachinePointer {
        let machine = MachinePointer.allocate(capacity: 1)
        let address = world.add(in: zone.lane) { Machine(home: $0, seat: Seat(machine: machine)) }
        machine.initialize(
            to: MachineState(
                cluster: self, number: machines.count, zone: zone, address: address, hardware: hardware,
                resident: Target(mailbox: role, number: number), build: build))
        machines.append(machine)
        lines.learn(machine)
        machine.armClockCorrection()
        return machine
    }

    @usableFromInline
    func transmit(_ packet: Packet, from machine: MachinePointer) {
        network.transmit(packet, from: machine, to: self.machine(of: packet.target))
    }

    /// Sends a packet over the connection between two machines; to that of its target when no other one is
    /// named.
    @usableFromInline
    func convey(_ packet: Packet, from machine: MachinePointer, toMachine number: Int? = nil) {
        network.convey(
            packet, from: machine, to: number.map { machines[$0] } ?? self.machine(of: packet.target))
    }

    func listener(at target: Target) -> Place? { roles[Int(target.mailbox)]?.listeners[Int(target.number)] }

    /// The lane of the incarnation that listens at an endpoint; nil while there is none.
    package func lane<P: Part>(of endpoint: Endpoint<P>) -> Lane? { listener(at: endpoint.target)?.lane }

    func machine(of target: Target) -> MachinePointer {
        guard let role = roles[Int(target.mailbox)] else {
            preconditionFailure("an endpoint of another cluster")
        }
        return role.machines[Int(target.number)]
    }

    func cost(of job: Job) -> Span { roles[job.receiver.mailbox]!.cost(world, job) }

    /// Has a message reach a part's machine at `time`, from nowhere and over no network: for setting things
    /// up.
    @inlinable
    public func deliver<P: Part>(_ message: P.Inbox, to endpoint: Endpoint<P>, at time: Instant) {
        let parcel = world.pack(message, mailbox: Int(endpoint.target.mailbox))
        deliver(Packet(parcel: parcel, target: endpoint.target, size: .zero), at: time)
    }

    @usableFromInline
    func deliver(_ packet: Packet, at time: Instant) {
        let machine = machine(of: packet.target)
        machine.pointee.turn.send(.received(packet), to: machine.pointee.address, after: time - world.now)
    }

    /// Lets everything happen that happens before `end`, and says why it stopped there.
    public func run(until end: Instant, eventLimit: UInt64 = .max) -> Ending {
        withExtendedLifetime(self) { world.run(until: end, eventLimit: eventLimit) }
    }

    // MARK: Looking

    /// What the link between two zones has carried in this direction.
    public func traffic(from: Zone, to: Zone) -> Traffic { network.traffic(from: from, to: to) }

    /// What the machines of a role have sent, received, and thrown away: on their way out what they had sent,
    /// on its way in what had come to them.
    public func traffic<P: Part>(of _: P.Type) -> Traffic {
        network.traffic(ofRole: world.mailboxNumber(of: P.self))
    }

    /// The meters of the processor under a part, as they stand; nil for a user's device.
    public func processorReading<P: Part>(of endpoint: Endpoint<P>) -> ProcessorReading? {
        machine(of: endpoint.target).pointee.processor?.reading(at: world.now)
    }

    /// How long messages waited for a core under a part, in ns; nil for a user's device.
    public func waits<P: Part>(of endpoint: Endpoint<P>) -> CoarseHistogram? {
        machine(of: endpoint.target).pointee.processor?.waits
    }

    /// Looks into the part that listens at an endpoint, between two runs; nil while there is none.
    @inlinable
    public func inspect<P: Part, R>(_ endpoint: Endpoint<P>, _ body: (isolated P) -> R) -> R? {
        guard let place = roles[Int(endpoint.target.mailbox)]?.listeners[endpoint.number] else { return nil }
        return world.inspect(Address<P>(place), body)
    }
}

/// A place with a name: part of a region, or one of the networks by which users' devices come in.
@frozen
public struct Zone: Hashable, Sendable {
    public let number: Int

    @inlinable
    public init(number: Int) { self.number = number }

    /// Lane 0 is the control lane.
    @inlinable public var lane: Lane { Lane(UInt8(number + 1)) }
}

/// The endpoints of parts that were added together.
@frozen
public struct Endpoints<P: Part>: RandomAccessCollection, Hashable, Sendable {
    @usableFromInline let first: Target
    public let count: Int

    @inlinable
    init(first: Target, count: Int) {
        self.first = first
        self.count = count
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable
    public subscript(position: Int) -> Endpoint<P> {
        precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "there is no part of that number")
        return Endpoint(Target(mailbox: Int(first.mailbox), number: Int(first.number) + position))
    }
}
