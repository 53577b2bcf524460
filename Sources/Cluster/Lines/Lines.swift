internal import Simulation
internal import Vocabulary

/// What carries lines between devices and parts: ordered streams, as those between machines, but with a small
/// row for each and nothing
/// else while it is idle.
///
/// `Lines+Opening` and `Lines+Ending` have the beginning and the end of a line, `Lines+Pings` how its ends
/// find out that nobody is there any
/// more. What is rare (a handshake, an attempt to get through, a ping over a path that is cut) is an event of
/// the `LineKeeper`.
@usableFromInline
final class Lines {
    enum Direction: UInt64 {
        case up, down
    }

    /// The message at the head that does not get through, and what waits behind it.
    struct Stalled {
        var message: PendingMessage
        /// Nil when the far end has it, and the sender does not know.
        var packet: Packet?
        var waiting: [Packet] = []
    }

    @exclusivity(unchecked) unowned(unsafe) var cluster: Cluster!
    let world: World
    private let links: UnsafeMutablePointer<Network.Link>
    private let zoneCount: Int
    /// The cluster's machines, by number.
    @exclusivity(unchecked) private var machines: UnsafeMutablePointer<MachinePointer> = .allocate(
        capacity: 0)
    @exclusivity(unchecked) private var machineCount = 0
    @exclusivity(unchecked) var settings = LineSettings()
    @exclusivity(unchecked) var keeper: Address<LineKeeper>!
    @exclusivity(unchecked) var table = LineTable()
    // by row and direction; looked up only, never iterated
    @exclusivity(unchecked) var stalls: [UInt64: Stalled] = [:]
    @exclusivity(unchecked) var openings: [UInt32: Opening] = [:]  // by row; looked up only, never iterated
    @exclusivity(unchecked) var watches: [UInt32: Watch] = [:]  // by row; looked up only, never iterated
    @exclusivity(unchecked) var cuts: [(id: Int, cut: DeviceCut)] = []
    @exclusivity(unchecked) var hostWords: [LineWords?] = []  // by mailbox
    @exclusivity(unchecked) var deviceWords: [LineWords?] = []  // by mailbox
    /// Pings that have come to machines whose cores all stand still.
    @exclusivity(unchecked) var heldPings: [(line: LineNumber, ping: UInt64)] = []
    let pingDraws: Streams
    @exclusivity(unchecked) var serials: UInt32 = 0
    /// Pings of lines that have ended.
    var pastPings: UInt64 = 0

    /// How parts of one role, or devices of one type, are told of their lines.
    struct LineWords {
        let opened: (LineNumber) -> Parcel
        let closed: (LineNumber, LineEnd) -> Parcel
    }

    init(world: World, links: UnsafeMutablePointer<Network.Link>, zoneCount: Int) {
        self.world = world
        self.links = links
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
        machineCount += 1
    }

    var now: Instant { world.now }

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
        guard isOpenAtDevice(line) else { return world.discard(packet.parcel) }
        let row = Int(line.row)
        var packet = packet
        packet.parcel.label = (LineNumber.labelled, line.word)
        count(&packet, row, .up)
        guard !table.rows[row].state.contains(.stalledUp) else {
            stalls[key(row, .up)]!.waiting.append(packet)
            return
        }
        sendUp(packet, row)
    }

    func sendUp(_ packet: Packet, _ row: Int) {
        guard reach(row, .up) == .through else {
            if isRejected(row, .up) { return reject(packet, row, .up) }
            return stall(packet, table.ends[row].path.hold(payload(packet), sentAt: now, .standard), row, .up)
        }
        let trip = trip(row, .up)
        guard isKnownToHost(row), !isForgottenByRouter(row) else {
            cluster.network.drop(packet, because: .reset, at: machine(of: row))
            return tellDevice(row, .reset, after: trip.total)
        }
        let transfer = table.ends[row].path.send(
            payload(packet), at: now, taking: trip, on: &table.ends[row].link,
            under: conditions(row, .up), .standard)
        countRepeated(packet, transfer.retransmissions)
        switch transfer.outcome {
        case .available(let time): arriveUp(packet, row, at: time)
        case .pending(let message): stall(packet, message, row, .up)
        }
    }

    func arriveUp(_ packet: Packet, _ row: Int, at time: Instant) {
        let machine = machine(of: row)
        let taken = time + machine.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
        table.ends[row].lastArrival = max(table.ends[row].lastArrival, taken)
        send(.arrived(packet), to: machine, at: table.ends[row].lastArrival, from: row)
    }

    /// A packet of a device has been taken in. False when the part does not know the line, which the device
    /// is told.
    func acceptUp(_ packet: Packet) -> Place? {
        let line = LineNumber(word: packet.parcel.label.1)
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row) else {
            if table.isThere(line) { tellDevice(row, .reset, after: trip(row, .up).back) }
            return nil
        }
        table.rows[row].heardAt = now
        let machine = machine(of: row)
        return Place(
            mailbox: Int(machine.pointee.resident.mailbox), index: Int(table.rows[row].host),
            lane: machine.pointee.zone.lane)
    }

    // MARK: To the device

    @usableFromInline
    func sayDown(_ packet: Packet, on line: LineNumber, from machine: MachinePointer) {
        guard !machine.forgets() else { return world.discard(packet.parcel) }
        let row = Int(line.row)
        var packet = packet
        count(&packet, row, .down)
        guard !table.rows[row].state.contains(.stalledDown) else {
            stalls[key(row, .down)]!.waiting.append(packet)
            return
        }
        sendDown(packet, row)
    }

    func sendDown(_ packet: Packet, _ row: Int) {
        guard reach(row, .down) == .through else {
            if isRejected(row, .down) { return reject(packet, row, .down) }
            return stall(
                packet, table.rows[row].path.hold(payload(packet), sentAt: now, .standard), row, .down)
        }
        let trip = trip(row, .down)
        guard table.rows[row].state.contains(.device) else {
            cluster.network.drop(packet, because: .reset, at: machine(of: row))
            return tellHost(row, .reset, after: trip.total)
        }
        let left = machine(of: row).pointee.outbound.send(packet.size, at: now)
        let transfer = table.rows[row].path.send(
            payload(packet), at: left, taking: trip, on: &table.rows[row].link,
            under: conditions(row, .down), .standard)
        countRepeated(packet, transfer.retransmissions)
        switch transfer.outcome {
        case .available(let time): arriveDown(packet, row, at: time)
        case .pending(let message): stall(packet, message, row, .down)
        }
    }

    func arriveDown(_ packet: Packet, _ row: Int, at time: Instant) {
        links[Int(packet.link)].traffic.delivered &+= 1
        links[Int(packet.link)].traffic.deliveredBytes &+= UInt64(packet.bytes)
        world.send(
            packet.parcel, to: table.rows[row].device, after: time - now,
            from: machine(of: row).pointee.zone.lane)
    }

    // MARK: What does not get through

    func key(_ row: Int, _ direction: Direction) -> UInt64 { UInt64(row) << 1 | direction.rawValue }

    private func stall(_ packet: Packet, _ message: PendingMessage, _ row: Int, _ direction: Direction) {
        table.rows[row].state.insert(direction == .up ? .stalledUp : .stalledDown)
        noteCuts(of: row)
        let number = LineNumber(row: row, generation: table.rows[row].generation)
        stalls[key(row, direction)] = Stalled(message: message, packet: packet)
        if message.next <= now { attempt(number, direction) } else { arm(message.next, number, direction) }
    }

    private func reject(_ packet: Packet, _ row: Int, _ direction: Direction) {
        noteCuts(of: row)
        cluster.network.drop(packet, because: .partitioned, at: machine(of: row))
        tellSender(row, direction)
    }

    /// Whoever sends in this direction learns at once that the line is cut.
    func tellSender(_ row: Int, _ direction: Direction) {
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

    private func arm(_ time: Instant, _ line: LineNumber, _ direction: Direction) {
        tellKeeper(direction == .up ? .attemptUp(line) : .attemptDown(line), at: time)
    }

    /// One more attempt to bring over the message at the head, of which it is time.
    func attempt(_ line: LineNumber, _ direction: Direction) {
        let row = Int(line.row)
        guard table.isThere(line), var stalled = stalls[key(row, direction)] else { return }
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
        let repeated = stalled.message.repeated
        let link = linkNumber(row, direction)
        let conditions = conditions(row, direction)
        let trip = trip(row, direction)
        let outcome =
            direction == .up
            ? table.ends[row].path.attempt(
                &stalled.message, at: now, reach: reach, taking: trip, on: &table.ends[row].link,
                under: conditions, .standard)
            : table.rows[row].path.attempt(
                &stalled.message, at: now, reach: reach, taking: trip, on: &table.rows[row].link,
                under: conditions, .standard)
        links[link].traffic.retransmitted &+= UInt64(
            max(0, stalled.message.repeated - repeated))
        switch outcome {
        case .delivered(let time):
            arrive(stalled.packet, row, direction, at: time)
            flush(row, direction, stalled.waiting)
        case .acknowledged: flush(row, direction, stalled.waiting)
        case .received(let time, let retry):
            arrive(stalled.packet, row, direction, at: time)
            stalled.packet = nil
            stalls[key(row, direction)] = stalled
            arm(retry, line, direction)
        case .retry(let time):
            stalls[key(row, direction)] = stalled
            arm(time, line, direction)
        case .gaveUp:
            if direction == .up {
                tellDevice(row, .silent, after: .zero)
            } else {
                tellHost(row, .silent, after: .zero)
            }
        }
    }

    private func arrive(_ packet: Packet?, _ row: Int, _ direction: Direction, at time: Instant) {
        guard let packet else { return }
        if direction == .up { arriveUp(packet, row, at: time) } else { arriveDown(packet, row, at: time) }
    }

    private func flush(_ row: Int, _ direction: Direction, _ waiting: [Packet]) {
        stalls[key(row, direction)] = nil
        table.rows[row].state.remove(direction == .up ? .stalledUp : .stalledDown)
        let state: LineTable.State = direction == .up ? .stalledUp : .stalledDown
        for (place, packet) in waiting.enumerated() {
            guard !table.rows[row].state.contains(state) else {
                stalls[key(row, direction)]!.waiting += waiting[place...]
                return
            }
            if direction == .up { sendUp(packet, row) } else { sendDown(packet, row) }
        }
    }

    /// What waits to be sent is gone.
    func dropStalled(_ row: Int, _ direction: Direction) {
        table.rows[row].state.remove(direction == .up ? .stalledUp : .stalledDown)
        guard let stalled = stalls.removeValue(forKey: key(row, direction)) else { return }
        for packet in [stalled.packet].compactMap({ $0 }) + stalled.waiting {
            cluster.network.drop(packet, because: .reset, at: machine(of: row))
        }
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

    func linkNumber(_ row: Int, _ direction: Direction) -> Int {
        let (zone, other) = (Int(table.rows[row].zone), machine(of: row).pointee.zone.number)
        return direction == .up ? zone * zoneCount + other : other * zoneCount + zone
    }

    func trip(_ row: Int, _ direction: Direction) -> RoundTrip {
        let up = table.ends[row].link.nextDelay(under: conditions(row, .up))
        let down = table.rows[row].link.nextDelay(under: conditions(row, .down))
        return direction == .up ? RoundTrip(there: up, back: down) : RoundTrip(there: down, back: up)
    }

    func reach(_ row: Int, _ direction: Direction) -> Reach {
        if !machine(of: row).pointee.isUp { return .nowhere }
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
    func isRejected(_ row: Int, _ direction: Direction) -> Bool {
        cuts.contains { $0.cut.rejects(direction) && $0.cut.hits(row, self) }
    }

    // MARK: Counting and sending

    private func payload(_ packet: Packet) -> ByteCount { StreamSettings.standard.size(onWire: packet.size) }

    private func count(_ packet: inout Packet, _ row: Int, _ direction: Direction) {
        let link = linkNumber(row, direction)
        packet.link = UInt16(link)
        packet.bytes = UInt32(clamping: StreamSettings.standard.wireSize(of: packet.size).bytes)
        links[link].traffic.sent &+= 1
        links[link].traffic.sentBytes &+= UInt64(packet.bytes)
        let machine = machine(of: row)
        let (role, devices) = (RoleFlows.place(of: machine.pointee.resident.role), RoleFlows.devices)
        cluster.network.flows.note(
            from: direction == .up ? devices : role, to: direction == .up ? role : devices,
            bytes: packet.bytes, isWithin: false)
        if direction == .down { cluster.network.noteSent(packet, by: machine) }
        let way = way(row, direction)
        if !way.pointee.faults.isEmpty { cluster.network.noteTouched(way, machine, machine) }
    }

    private func countRepeated(_ packet: Packet, _ repeated: Int) {
        guard repeated > 0 else { return }
        links[Int(packet.link)].traffic.retransmitted &+= UInt64(repeated)
    }

    /// A message to a machine, as from the device of a row.
    func send(_ message: Machine.Inbox, to machine: MachinePointer, at time: Instant, from row: Int) {
        world.send(
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
