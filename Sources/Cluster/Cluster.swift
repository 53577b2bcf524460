public import Simulation
public import Vocabulary

/// Machines in zones, links between the zones, and parts on the machines.
///
/// A zone is a lane of the simulation. Users' devices stand in zones of their own, one per access network.
/// The cluster knows where everybody is; parts learn of each other by endpoints and messages only. Like its
/// world, it belongs to the thread that runs it.
public final class Cluster: @unchecked Sendable {
    /// The world that it is built in, and that must not outlive it: run it through the cluster.
    public let world: World
    /// The names of the zones, by number.
    public let zones: [String]
    /// The region that each zone lies in, by the zone's number.
    public let regions: [String]

    @exclusivity(unchecked) private(set) var machines: [MachinePointer] = []
    @exclusivity(unchecked) @usableFromInline var roles = RoleTable()
    /// Machines whose parts have not begun.
    var newcomers: [MachinePointer] = []
    let network: Network
    @usableFromInline let lines: Lines
    @exclusivity(unchecked) var callKinds: [CallKind?] = []  // by number of the desks' mailbox
    var faults: [PlannedFault] = []
    /// What faults have hit so far, and how often they met work in progress there.
    public internal(set) var encounters: [Encounter] = []
    var standingOrders: [StandingOrder] = []
    @exclusivity(unchecked) var work: WorkWatch?
    /// What the network is made to do wrong, by tests of the checks that must find it out.
    @exclusivity(unchecked) package var mutation: NetworkMutation?
    /// How machines break their word, where a search for faults is to show that it finds it.
    @exclusivity(unchecked) package var canary: Canary?
    private(set) var director: Address<Director>!

    /// - Parameters:
    ///   - regions: where each zone lies; every zone is a region of its own when nil.
    ///   - link: what lies between two zones, and within one; asked once for each direction.
    public convenience init(
        seed: UInt64, zones: [String], regions: [String]? = nil, foldsDigests: Bool = true,
        recording: Recording = .nothing,
        link: (_ from: Zone, _ to: Zone) -> LinkProfile
    ) {
        let all = zones.indices.map { Zone(number: $0) }
        let profiles = all.map { from in all.map { link(from, $0) } }
        self.init(
            seed: seed, zones: zones, regions: regions, foldsDigests: foldsDigests, recording: recording,
            tellsEndsApart: false
        ) { from, to in LinkRoute(profiles[from.zone.number][to.zone.number]) }
    }

    /// - Parameters:
    ///   - tellsEndsApart: whether something else may lie between other roles or machines of the same zones.
    ///   - route: what lies between two ends; first asked for zones alone, without roles.
    public init(
        seed: UInt64, zones: [String], regions: [String]? = nil, foldsDigests: Bool = true,
        recording: Recording = .nothing, tellsEndsApart: Bool,
        route: @escaping (_ from: LinkEnd, _ to: LinkEnd) -> LinkRoute
    ) {
        world = World(seed: seed, lanes: zones.count, foldsDigests: foldsDigests, recording: recording)
        self.zones = zones
        self.regions = regions ?? zones
        precondition(self.regions.count == zones.count, "a region for each zone")
        network = Network(seed: seed, zones: zones, tellsEndsApart: tellsEndsApart, route: route)
        lines = Lines(world: world, network: network, zoneCount: zones.count)
        lines.cluster = self
        director = world.add(in: .control) { Director(home: $0, cluster: self) }
        lines.keeper = world.add(in: Zone(number: 0).lane) { LineKeeper(home: $0, cluster: self) }
    }

    deinit {
        for machine in machines {
            machine.pointee.deallocate()
            machine.deinitialize(count: 1)
            machine.deallocate()
        }
        roles.deallocate()
    }

    /// How lines of devices are kept alive; set before the first one is opened.
    public var lineSettings: LineSettings {
        get { lines.settings }
        set { lines.settings = newValue }
    }

    /// How long connections wait before they send again; set before the first of them is used.
    public var timeouts: RetransmissionTimer.Settings {
        get { network.streamSettings.timer }
        set { network.streamSettings.timer = newValue }
    }

    // MARK: Machines

    func addMachine(
        _ hardware: Hardware, in zone: Zone, resident: Target, isOn: Bool
    ) -> MachinePointer {
        let machine = MachinePointer.allocate(capacity: 1)
        let address = world.add(in: zone.lane) { Machine(home: $0, seat: Seat(machine: machine)) }
        machine.initialize(
            to: MachineState(
                cluster: self, number: machines.count, zone: zone, address: address, hardware: hardware,
                resident: resident, isOn: isOn))
        machines.append(machine)
        lines.learn(machine)
        if isOn {
            machine.armClockCorrection()
            machine.awaitCollection()
        }
        return machine
    }

    @usableFromInline
    func transmit(_ packet: Packet, from machine: MachinePointer) {
        network.transmit(packet, from: machine, to: self.machine(of: packet.target))
    }

    func openConnection(from machine: MachinePointer, to target: Target) {
        network.openConnection(from: machine, to: self.machine(of: target))
    }

    @usableFromInline
    func watchConnection(_ news: PostNews, from machine: MachinePointer, to target: Target) {
        network.watchConnection(news, from: machine, to: self.machine(of: target))
    }

    func listener(at target: Target) -> RawAddress? { machine(of: target).pointee.listener }

    /// The lane of the incarnation that listens at an endpoint; nil while there is none.
    package func lane<P: Part>(of endpoint: Endpoint<P>) -> Lane? { listener(at: endpoint.target)?.lane }

    @usableFromInline
    func machine(of target: Target) -> MachinePointer {
        roles[target.role].pointee.machines[Int(target.number)]
    }

    /// Has a message reach a part's machine at `time`, from nowhere and over no network: for setting things
    /// up.
    @inlinable
    public func deliver<P: Part>(_ message: P.Inbox, to endpoint: Endpoint<P>, at time: Instant) {
        let parcel = world.core.pack(message, mailbox: Int(endpoint.target.mailbox))
        deliver(Packet(parcel: parcel, target: endpoint.target, size: .zero), at: time)
    }

    @usableFromInline
    func deliver(_ packet: Packet, at time: Instant) {
        let machine = machine(of: packet.target)
        machine.pointee.turn.send(.received(packet), to: machine.pointee.address, after: time - world.now)
    }

    /// Lets everything happen that happens before `end`, and says why it stopped there.
    public func run(until end: Instant, eventLimit: UInt64 = .max) -> Ending {
        begin()
        return withExtendedLifetime(self) { world.run(until: end, eventLimit: eventLimit) }
    }

    // MARK: Looking

    /// What the link between two zones has carried in this direction.
    public func traffic(from: Zone, to: Zone) -> Traffic { network.traffic(from: from, to: to) }

    /// What the machines of a role have sent, received, and thrown away: on their way out what they had sent,
    /// on its way in what had come to them.
    public func traffic<P: Part>(of endpoints: Endpoints<P>) -> Traffic {
        network.traffic(ofRole: Int(endpoints.first.role))
    }

    /// The meters of the processor under a part, as they stand; nil for a user's device.
    public func processorReading<P: Part>(of endpoint: Endpoint<P>) -> ProcessorReading? {
        machine(of: endpoint.target).pointee.processor?.pointee.reading(at: world.now)
    }

    /// How long messages waited for a core under a part, in ns; nil for a user's device.
    public func waits<P: Part>(of endpoint: Endpoint<P>) -> CoarseHistogram? {
        machine(of: endpoint.target).pointee.processor?.pointee.waits
    }

    /// Looks into the part that listens at an endpoint, between two runs; nil while there is none.
    @inlinable
    public func inspect<P: Part, R>(_ endpoint: Endpoint<P>, _ body: (isolated P) -> R) -> R? {
        guard let place = machine(of: endpoint.target).pointee.listener else { return nil }
        return world.inspect(Address<P>(place), body)
    }
}

extension MachinePointer {
    /// Sends a packet over the connection between two machines; to that of its target when no other one is
    /// named.
    @usableFromInline
    func convey(_ packet: Packet, toMachine number: Int? = nil) {
        pointee.borrowedCluster._withUnsafeGuaranteedRef { cluster in
            guard !forgets() else { return pointee.core.discard(packet.parcel) }
            let target = number.map { cluster.machines[$0] } ?? cluster.machine(of: packet.target)
            cluster.network.convey(packet, from: self, to: target)
        }
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

/// The endpoints of parts of one role.
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
        return Endpoint(
            Target(mailbox: Int(first.mailbox), role: first.role, number: Int(first.number) + position))
    }
}
