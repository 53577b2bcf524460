internal import Simulation
internal import Vocabulary

/// What carries lines between devices and parts: ordered streams, as those between machines, but with a small
/// row for each and nothing else while it is idle.
///
/// `Lines+Opening` and `Lines+Ending` have the beginning and the end of a line, `Lines+Pings` how its ends
/// find out that nobody is there any more. What is rare (a handshake, an attempt to get through, a ping over
/// a path that is cut) is an event of the `LineKeeper`.
@usableFromInline
final class Lines {
    enum LineDirection: UInt64 {
        case up, down

        var troubled: LineTable.LineState { self == .up ? .troubledUp : .troubledDown }
    }

    @exclusivity(unchecked) unowned(unsafe) var cluster: Cluster!
    let world: World
    let network: Network
    private let links: UnsafeMutablePointer<Network.ZoneLink>
    private let zoneCount: Int
    /// The cluster's machines, by number.
    @exclusivity(unchecked) private var machines: UnsafeMutablePointer<MachinePointer> = .allocate(
        capacity: 0)
    @exclusivity(unchecked) private var machineCount = 0
    @exclusivity(unchecked) var settings = LineSettings()
    /// Whether a machine says how often it is to be pinged.
    @exclusivity(unchecked) private(set) var someArePinged = false
    @exclusivity(unchecked) var keeper: Address<LineKeeper>!
    @exclusivity(unchecked) var table = LineTable()
    // by row and direction; looked up only, never iterated
    @exclusivity(unchecked) var troubles: [UInt64: StreamTrouble] = [:]
    @exclusivity(unchecked) var openings: [UInt32: Opening] = [:]  // by row; looked up only, never iterated
    @exclusivity(unchecked) var watches: [UInt32: PingWatch] = [:]  // by row; looked up only, never iterated
    @exclusivity(unchecked) var cuts: [(id: Int, cut: DeviceCut)] = []
    @exclusivity(unchecked) var hostWords: [LineWords?] = []  // by mailbox
    @exclusivity(unchecked) var deviceWords: [LineWords?] = []  // by mailbox
    /// Pings that have come to machines whose cores all stand still.
    @exclusivity(unchecked) var heldPings: [(line: LineNumber, ping: UInt64)] = []
    let pingDraws: Streams
    @exclusivity(unchecked) var serials: UInt32 = 0

    /// How parts of one role, or devices of one type, are told of their lines.
    struct LineWords {
        let opened: (LineNumber) -> Parcel
        let closed: (LineNumber, LineEnd) -> Parcel
    }

    init(world: World, network: Network, zoneCount: Int) {
        self.world = world
        self.network = network
        links = network.links
        self.zoneCount = zoneCount
        pingDraws = Streams(seed: world.seed, purpose: Purpose("pings"))
    }

    deinit {
        table.deallocate()
        machines.deallocate()
    }

    func learn(_ machine: MachinePointer) {
        let larger = UnsafeMutablePointer<MachinePointer>.allocate(capacity: machineCount + 1)
        larger.moveInitialize(from: machines, count: machineCount)
        machines.deallocate()
        machines = larger
        (machines + machineCount).initialize(to: machine)
        if machine.pointee.pingEvery != nil { someArePinged = true }
        machineCount += 1
    }

    var now: Instant { world.core.now }

    @usableFromInline
    func isOpenAtDevice(_ line: LineNumber) -> Bool {
        table.isThere(line) && table.rows[Int(line.row)].state.contains(.device)
    }

    /// Nil when the part's side does not know the line any more.
    @usableFromInline
    func deviceMailbox(of line: LineNumber) -> Int? {
        prefetch(line)  // all at once, not one after the other
        guard table.isThere(line), table.rows[Int(line.row)].state.contains(.host) else { return nil }
        return Int(table.rows[Int(line.row)].deviceMailbox)
    }

    /// Asks for the memory that a message over a line will touch.
    @usableFromInline
    func prefetch(_ line: LineNumber) {
        let row = UnsafeRawPointer(table.rows + Int(line.row))
        Simulation.prefetch(row)
        Simulation.prefetch(row + 64)
        Simulation.prefetch(table.ends + Int(line.row))
    }

    // MARK: From the device

    @usableFromInline
    func sayUp(_ packet: Packet, on line: LineNumber) {
        guard isOpenAtDevice(line) else { return world.core.discard(packet.parcel) }
        let row = Int(line.row)
        var packet = packet
        packet.parcel.label = (LineNumber.labelled, line.word)
        count(&packet, row, .up)
        play(row, .up)
        let reach = reach(row, .up)
        guard reach == .through || !isRejected(row, .up) else { return reject(packet, row, .up) }
        if reach == .through, !isKnownToHost(row) || isForgottenByRouter(row) {
            network.drop(packet, because: .reset, at: machine(of: row))
            return tellDevice(row, .reset, after: trip(row, .up).total)
        }
        if reach == .through, !table.rows[row].state.contains(.troubledUp) {
            let start = max(now, table.ends[row].link.clear)
            if let time = table.ends[row].path.send(
                wire: packet.size, at: now, on: &table.ends[row].link, over: route(row, .up), streamSettings)
            {
                return arriveUp(packet, row, at: time + table.shareUplink(of: row, from: start))
            }
        }
        send(packet, row, .up, at: now, reach)
    }

    func arriveUp(_ packet: Packet, _ row: Int, at time: Instant) {
        let machine = machine(of: row)
        let taken = time + machine.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
        table.ends[row].lastArrival = max(table.ends[row].lastArrival, taken)
        send(.arrived(packet), to: machine, at: table.ends[row].lastArrival, from: row)
    }

    /// A packet of a device has been taken in: for whom, and whether it is the first one of its line. Nil when the part does
    /// not know the line, which the device is told.
    func acceptUp(_ packet: Packet) -> (receiver: RawAddress, isFirst: Bool)? {
        let line = LineNumber(word: packet.parcel.label.1)
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row) else {
            if table.isThere(line) { tellDevice(row, .reset, after: trip(row, .up).back) }
            return nil
        }
        table.rows[row].heardAt = now
        let isFirst = table.rows[row].state.insert(.heard).inserted
        return (hostPlace(row), isFirst)
    }

    /// The first word of a line finds a full queue, and the line ends. Any later one would only be missed; by the first one
    /// the part knows who is there, and a device that has said it does not say it again on a line that stands.
    func refuseFirst(_ packet: Packet, on machine: MachinePointer) {
        let line = LineNumber(word: packet.parcel.label.1)
        let row = Int(line.row)
        if table.rows[row].state.contains(.device), !isCut(row).down {
            tellDevice(row, .reset, after: trip(row, .down).there)
        }
        endsAtHost(line, .reset, on: machine)
    }

    // MARK: To the device

    @usableFromInline
    func sayDown(_ packet: Packet, on line: LineNumber, from machine: MachinePointer) {
        guard !machine.forgets() else { return world.core.discard(packet.parcel) }
        let row = Int(line.row)
        var packet = packet
        count(&packet, row, .down)
        play(row, .down)
        let reach = reach(row, .down)
        guard reach == .through || !isRejected(row, .down) else { return reject(packet, row, .down) }
        if reach == .through, !table.rows[row].state.contains(.device) {
            network.drop(packet, because: .reset, at: machine)
            return tellHost(row, .reset, after: trip(row, .down).total)
        }
        let left = machine.pointee.outbound.send(packet.size, at: now)
        if reach == .through, !table.rows[row].state.contains(.troubledDown) {
            let start = max(left, table.rows[row].link.clear)
            if let time = table.rows[row].path.send(
                wire: packet.size, at: left, on: &table.rows[row].link, over: route(row, .down),
                streamSettings)
            {
                return arriveDown(packet, row, at: time + table.shareDownlink(of: row, from: start))
            }
        }
        send(packet, row, .down, at: left, reach)
    }

    func arriveDown(_ packet: Packet, _ row: Int, at time: Instant) {
        links[Int(packet.link)].traffic.delivered &+= 1
        links[Int(packet.link)].traffic.deliveredBytes &+= UInt64(packet.bytes)
        // What was foreseen may come sooner, when a fault has ended since: then it comes now.
        world.core.send(
            packet.parcel, to: table.rows[row].device, after: max(.zero, time - now),
            from: machine(of: row).pointee.zone.lane)
    }

    // MARK: What does not get through

    func key(_ row: Int, _ direction: LineDirection) -> UInt64 { UInt64(row) << 1 | direction.rawValue }

    /// Sends a message on a line on which something is wrong, or just goes wrong.
    private func send(
        _ packet: Packet, _ row: Int, _ direction: LineDirection, at time: Instant, _ reach: Reach
    ) {
        let route = route(row, direction)
        let trouble: StreamTrouble
        if let known = troubles[key(row, direction)] {
            trouble = known
        } else {
            let recovery =
                direction == .up
                ? LossRecovery(
                    table.ends[row].path, at: time, on: table.ends[row].link, over: route, streamSettings)
                : LossRecovery(
                    table.rows[row].path, at: time, on: table.rows[row].link, over: route, streamSettings)
            trouble = StreamTrouble(recovery, since: time)
            troubles[key(row, direction)] = trouble
            table.rows[row].state.insert(direction.troubled)
        }
        if reach != .through { noteCuts(of: row) }
        trouble.set(reach)
        trouble.packets.append(packet)
        let hasLeft = withLink(row, direction) { link in
            trouble.recovery.play(before: time, orThen: true, on: &link, over: route)
            return trouble.recovery.send(wire: packet.size, at: time, on: &link, over: route)
        }
        // What only queues changes nothing for those before it.
        guard hasLeft || trouble.due == nil else { return }
        settle(trouble, row, direction)
    }

    private func reject(_ packet: Packet, _ row: Int, _ direction: LineDirection) {
        noteCuts(of: row)
        network.drop(packet, because: .partitioned, at: machine(of: row))
        tellSender(row, direction)
    }

    /// Whoever sends in this direction learns at once that the line is cut.
    func tellSender(_ row: Int, _ direction: LineDirection) {
        if direction == .up {
            tellDevice(row, .reset, after: .zero)
        } else {
            tellHost(row, .reset, after: .zero)
        }
    }

    /// The cuts of a line have met a packet.
    func noteCuts(of row: Int) {
        for (id, cut) in cuts where cut.hits(row, self) { cluster.noteMet(machine(of: row), by: id) }
    }

    /// It is time to look after a line that is in trouble.
    func attempt(_ line: LineNumber, _ direction: LineDirection) {
        let row = Int(line.row)
        guard table.isThere(line), let trouble = troubles[key(row, direction)] else { return }
        trouble.timer = nil
        trouble.due = nil
        play(row, direction)
        let reach = reach(row, direction)
        if reach != .through, isRejected(row, direction) { return tellSender(row, direction) }
        let isKnown =
            direction == .up
            ? isKnownToHost(row) && !isForgottenByRouter(row) : table.rows[row].state.contains(.device)
        if reach == .through, !isKnown {
            let span = trip(row, direction).total
            return direction == .up
                ? tellDevice(row, .reset, after: span) : tellHost(row, .reset, after: span)
        }
        trouble.set(reach)
        let route = route(row, direction)
        withLink(row, direction) {
            trouble.recovery.play(before: now, orThen: true, on: &$0, over: route)
        }
        if trouble.recovery.hasGivenUp {
            return direction == .up
                ? tellDevice(row, .silent, after: .zero) : tellHost(row, .silent, after: .zero)
        }
        settle(trouble, row, direction)
    }

    /// What has happened until now on a line that is in trouble, as it was foreseen.
    private func play(_ row: Int, _ direction: LineDirection) {
        guard table.rows[row].state.contains(direction.troubled),
            let trouble = troubles[key(row, direction)]
        else { return }
        let route = route(row, direction)
        withLink(row, direction) { trouble.recovery.play(before: now, on: &$0, over: route) }
        release(trouble, row, direction)
        if trouble.recovery.isOver { end(trouble, row, direction) }
    }

    /// Messages that have become safe arrive; when all is well again the path goes on, else somebody looks
    /// again in time.
    private func settle(_ trouble: StreamTrouble, _ row: Int, _ direction: LineDirection) {
        release(trouble, row, direction)
        guard !trouble.recovery.isOver else { return end(trouble, row, direction) }
        let link = direction == .up ? table.ends[row].link : table.rows[row].link
        let due = trouble.recovery.nextEvent(on: link, over: route(row, direction))
        guard due != trouble.due else { return }
        cancel(trouble)
        guard let due else { return }
        let line = LineNumber(row: row, generation: table.rows[row].generation)
        trouble.due = due
        trouble.timer = world.turn(of: keeper).arm(
            direction == .up ? .attemptUp(line) : .attemptDown(line), after: max(.zero, due - now))
    }

    private func release(_ trouble: StreamTrouble, _ row: Int, _ direction: LineDirection) {
        links[linkNumber(row, direction)].traffic.retransmitted &+= UInt64(trouble.countRepetitions())
        for time in trouble.recovery.takeArrivals() {
            let packet = trouble.packets.removeFirst()
            if direction == .up { arriveUp(packet, row, at: time) } else { arriveDown(packet, row, at: time) }
        }
    }

    /// How much the way of each line carries, up and down, with all played that has happened until now.
    func widths() -> [(up: Bandwidth?, down: Bandwidth?)] {
        (0..<table.count).map { row in
            guard !table.rows[row].state.isEmpty else { return (nil, nil) }
            play(row, .up)
            play(row, .down)
            return (
                conditions(row, .up).present.pointee.bandwidth,
                conditions(row, .down).present.pointee.bandwidth
            )
        }
    }

    /// What waits before a stretch that carries more now than it did leaves sooner.
    func widen(from widths: [(up: Bandwidth?, down: Bandwidth?)]) {
        for (row, width) in widths.enumerated() where !table.rows[row].state.isEmpty {
            widen(row, .up, from: width.up)
            widen(row, .down, from: width.down)
        }
    }

    private func widen(_ row: Int, _ direction: LineDirection, from width: Bandwidth?) {
        let width = Widening(from: width, to: conditions(row, direction).present.pointee.bandwidth)
        guard let widening = width else { return }
        withLink(row, direction) { $0.widen(widening, at: now) }
        guard let trouble = troubles[key(row, direction)] else { return }
        trouble.recovery.widen(widening, at: now)
        settle(trouble, row, direction)
    }

    private func end(_ trouble: StreamTrouble, _ row: Int, _ direction: LineDirection) {
        let route = route(row, direction)
        if direction == .up {
            table.ends[row].path = trouble.recovery.path(at: now, on: table.ends[row].link, over: route)
        } else {
            table.rows[row].path = trouble.recovery.path(at: now, on: table.rows[row].link, over: route)
        }
        forget(trouble, row, direction)
    }

    private func forget(_ trouble: StreamTrouble, _ row: Int, _ direction: LineDirection) {
        cancel(trouble)
        troubles[key(row, direction)] = nil
        table.rows[row].state.remove(direction.troubled)
    }

    private func cancel(_ trouble: StreamTrouble) {
        if let timer = trouble.timer { world.turn(of: keeper).cancel(timer) }
        trouble.timer = nil
        trouble.due = nil
    }

    /// What waits to be sent is gone.
    func dropTroubled(_ row: Int, _ direction: LineDirection) {
        guard let trouble = troubles[key(row, direction)] else { return }
        forget(trouble, row, direction)
        for packet in trouble.takePackets() {
            network.drop(packet, because: .reset, at: machine(of: row))
        }
    }

    private func withLink<R>(_ row: Int, _ direction: LineDirection, _ body: (inout LinkState) -> R) -> R {
        direction == .up ? body(&table.ends[row].link) : body(&table.rows[row].link)
    }

    // MARK: The path

    func machine(of row: Int) -> MachinePointer { machines[Int(table.rows[row].machine)] }

    /// Whether the incarnation that accepted the line still runs and has not given it up.
    func isKnownToHost(_ row: Int) -> Bool { table.rows[row].state.contains(.host) }

    /// All lines of some devices that these know of; those to some machines only, unless that is nil.
    func forEach(in devices: DeviceSet, to machines: MachineSet? = nil, _ body: (Int) -> Void) {
        for row in 0..<table.count where table.rows[row].state.contains(.device) {
            guard machines?.contains(Int(table.rows[row].machine)) ?? true else { continue }
            if devices.contains(Int(table.rows[row].deviceIndex), in: Int(table.rows[row].zone)) { body(row) }
        }
    }

    func linkNumber(_ row: Int, _ direction: LineDirection) -> Int {
        let (zone, other) = (Int(table.rows[row].zone), machine(of: row).pointee.zone.number)
        return direction == .up ? zone * zoneCount + other : other * zoneCount + zone
    }

    func trip(_ row: Int, _ direction: LineDirection) -> RoundTrip {
        let up = table.ends[row].link.nextDelay(under: conditions(row, .up))
        let down = table.rows[row].link.nextDelay(under: conditions(row, .down))
        return direction == .up ? RoundTrip(there: up, back: down) : RoundTrip(there: down, back: up)
    }

    func route(_ row: Int, _ direction: LineDirection) -> StreamRoute {
        StreamRoute(
            there: conditions(row, direction), back: conditions(row, direction == .up ? .down : .up))
    }

    var streamSettings: StreamSettings { network.streamSettings }

    func reach(_ row: Int, _ direction: LineDirection) -> Reach {
        if !machine(of: row).pointee.answers { return .nowhere }
        var (cutUp, cutDown) = isCut(row)
        // What comes from outside finds no way to a device that its router has forgotten.
        if direction == .down, isForgottenByRouter(row) { cutDown = true }
        return switch direction {
        case .up: cutUp ? .nowhere : cutDown ? .oneWay : .through
        case .down: cutDown ? .nowhere : cutUp ? .oneWay : .through
        }
    }

    func isCut(_ row: Int) -> (up: Bool, down: Bool) {
        guard !cuts.isEmpty else { return (false, false) }
        var (up, down) = (false, false)
        for (_, cut) in cuts where cut.hits(row, self) {
            up = up || cut.direction != .down
            down = down || cut.direction != .up
        }
        return (up, down)
    }

    /// Whether whoever sends in this direction is told that the line is cut.
    func isRejected(_ row: Int, _ direction: LineDirection) -> Bool {
        cuts.contains { $0.cut.rejects(direction) && $0.cut.hits(row, self) }
    }

    // MARK: Counting and sending

    private func count(_ packet: inout Packet, _ row: Int, _ direction: LineDirection) {
        let link = linkNumber(row, direction)
        packet.link = UInt16(link)
        packet.bytes = UInt32(clamping: network.streamSettings.wireSize(of: packet.size).bytes)
        links[link].traffic.sent &+= 1
        links[link].traffic.sentBytes &+= UInt64(packet.bytes)
        let machine = machine(of: row)
        let (role, devices) = (RoleFlows.place(of: machine.pointee.resident.role), RoleFlows.devices)
        network.flows.note(
            from: direction == .up ? devices : role, to: direction == .up ? role : devices,
            bytes: packet.bytes, isWithin: false)
        if direction == .down { network.noteSent(packet, by: machine) }
        let way = way(row, direction)
        if !way.pointee.faults.isEmpty { network.noteTouched(way, machine, machine) }
    }

    /// A message to a machine, as from the device of a row.
    func send(_ message: Machine.Inbox, to machine: MachinePointer, at time: Instant, from row: Int) {
        world.core.send(
            message, to: machine.pointee.address, after: max(.zero, time - now),
            from: Lane(table.rows[row].deviceLane))
    }

    func tellKeeper(_ message: LineKeeper.Inbox, at time: Instant) {
        let turn = world.turn(of: keeper)
        turn.send(message, to: keeper, after: max(.zero, time - now))
    }
}

extension LineNumber {
    /// The first word of the label of a packet that came over a line. Requests of calls never have it.
    static var labelled: UInt64 { .max }
}
