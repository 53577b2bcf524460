public import Simulation
public import Vocabulary

/// How a line begins: a SYN that may get lost, the part's machine that takes it or not, and the round trips
/// of the handshake.
extension Lines {
    @usableFromInline
    func open(
        from device: RawAddress, in zone: Zone, to target: Target, handshake: Handshake, count: UInt32
    ) -> LineNumber {
        let line = add(from: device, in: zone, to: target, count: count)
        table.rows[Int(line.row)].state = [.device, .opening]
        openings[line.row] = Opening(handshake)
        sendSYN(line)
        return line
    }

    /// A line that is open already when the run begins; nil when the machine takes no more.
    func connect(_ device: RawAddress, in zone: Zone, to target: Target, count: UInt32) -> LineNumber? {
        cluster.begin()
        guard let listener = cluster.listener(at: target) else { preconditionFailure("nobody listens there") }
        guard cluster.machine(of: target).pointee.connections.take() else { return nil }
        let line = add(from: device, in: zone, to: target, count: count)
        let row = Int(line.row)
        table.rows[row].state = [.device, .host]
        table.rows[row].host = UInt32(listener.index)
        table.rows[row].openedAt = now
        table.rows[row].heardAt = now
        world.core.hand(hostWords[listener.mailbox]!.opened(line), to: listener)
        world.core.hand(deviceWords[device.mailbox]!.opened(line), to: device)
        watchFromTheStart(line)
        return line
    }

    private func add(from device: RawAddress, in zone: Zone, to target: Target, count: UInt32) -> LineNumber {
        // By the device and how many it had, not by the row: or one more line of somebody would change the
        // delays of others.
        let entity = Mixing.finalize(device.word &+ Mixing.finalize(UInt64(count) + 1))
        return table.add(
            from: device, in: zone, to: cluster.machine(of: target).pointee.number,
            entity: UInt32(truncatingIfNeeded: entity))
    }

    /// A SYN, the first or one more.
    func sendSYN(_ line: LineNumber) {
        let row = Int(line.row)
        guard table.isThere(line), var opening = openings[line.row] else { return }
        if isRejected(row, .up) {
            noteCuts(of: row)
            return tellDevice(row, .refused, after: .zero)
        }
        let passesUp = table.ends[row].link.passes(under: conditions(row, .up))
        let passesDown = table.rows[row].link.passes(under: conditions(row, .down))
        let trip = trip(row, .up)
        let passes = passesUp && passesDown && reach(row, .up) == .through
        let step = opening.attempt(at: now, passes: passes, taking: trip, streamSettings.timer)
        openings[line.row] = opening
        switch step {
        case .usable(let usable, let again):
            if let again { tellKeeper(.synIsDue(line), at: again) }
            let there = now + trip.there
            send(
                .synArrived(line, client: usable.client - there, host: usable.server - there),
                to: machine(of: row),
                at: there, from: row)
        case .retry(let time): tellKeeper(.synIsDue(line), at: time)
        case .gaveUp: tellDevice(row, .silent, after: .zero)
        }
    }

    /// A SYN has reached the part's machine. The spans say when each end may speak, if the line is taken.
    func answer(_ line: LineNumber, client: Span, host: Span, on machine: MachinePointer) {
        let row = Int(line.row)
        guard table.isThere(line), let opening = openings[line.row] else { return }
        guard machine.pointee.answers else {
            if opening.isDueAgain { return }
            return tellKeeper(.synIsDue(line), at: now + streamSettings.timer.initial)
        }
        openings[line.row] = nil
        guard let listener = machine.pointee.listener,
            !machine.refusesConnections(), !machine.pointee.power.isDraining, machine.takeConnection()
        else { return tellDevice(row, .refused, after: trip(row, .down).there) }
        table.rows[row].host = UInt32(listener.index)
        table.rows[row].state = [.device, .host]
        table.rows[row].openedAt = now + client
        table.rows[row].heardAt = now + host
        let device = table.rows[row].device
        world.core.send(
            deviceWords[device.mailbox]!.opened(line), to: device, after: client,
            from: machine.pointee.zone.lane)
        machine.pointee.turn.send(.lineReady(line), to: machine.pointee.address, after: host)
        watchFromTheStart(line)
    }

    /// The handshake is over on the part's side: what a new line costs it is done now.
    func greet(_ line: LineNumber, on machine: MachinePointer) {
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row) else { return }
        let receiver = hostPlace(row)
        let parcel = hostWords[receiver.mailbox]!.opened(line)
        guard !machine.admit(Job(parcel: parcel, receiver: receiver)) else { return }
        world.core.discard(parcel)
        forgetAtHost(row)
        tellDevice(row, .refused, after: trip(row, .down).there)
    }

    func conditions(_ row: Int, _ direction: LineDirection) -> LinkConditions {
        way(row, direction).pointee.conditions
    }

    func way(_ row: Int, _ direction: LineDirection) -> WayPointer {
        let (machine, zone) = (machine(of: row), Int(table.rows[row].zone))
        return machine.deviceWay(zone, direction).pointee ?? network.way(of: machine, zone, direction)
    }

    func hostPlace(_ row: Int) -> RawAddress {
        let machine = machine(of: row)
        return RawAddress(
            mailbox: Int(machine.pointee.resident.mailbox), index: Int(table.rows[row].host),
            lane: machine.pointee.zone.lane)
    }
}

extension Cluster {
    /// Adds devices that stand in `zone`, which need not be the access network that they come in by.
    @inlinable
    public func add<D: Device>(
        _: D.Type = D.self, count: Int, in zone: Zone, _ make: (Socket, Int) -> D
    ) -> Addresses<D> {
        let socket = Socket(cluster: self)
        let addresses = world.add(D.self, count: count, in: zone.lane) { _, number in make(socket, number) }
        let (world, mailbox) = (world, world.mailboxNumber(of: D.self))
        lines.know(
            device: mailbox,
            opened: { [unowned(unsafe) world] in
                world.core.pack(DeviceEvent<D.Heard>.opened(Line($0)), mailbox: mailbox)
            },
            closed: { [unowned(unsafe) world] in
                world.core.pack(DeviceEvent<D.Heard>.closed(Line($0), $1), mailbox: mailbox)
            })
        return addresses
    }

    /// Has a line be open when the run begins; both ends are told at once. Nil when the machine takes no more.
    @inlinable @discardableResult
    public func connect<D: Device, H: Host>(
        _ device: Address<D>, in zone: Zone, to host: Endpoint<H>, count: UInt32 = 0
    ) -> Line<D.Heard>? where H.Heard == D.Heard {
        welcome(H.self)
        return connect(device.place, in: zone, to: host.target, count: count).map { Line($0) }
    }

    /// Leaves a note for a device that finds it now, before everything else of this instant: for faults.
    public func leave<D: Device>(_ note: Note, for device: Address<D>) {
        world.core.send(.due(note), to: device, after: .zero, from: .control)
    }

    /// Leaves a note for a device, to be found at `time`.
    @inlinable
    public func leave<D: Device>(_ note: Note, for device: Address<D>, at time: Instant) {
        world.turn(of: device).send(.due(note), to: device, after: time - world.now)
    }

    @usableFromInline
    func connect(_ device: RawAddress, in zone: Zone, to target: Target, count: UInt32) -> LineNumber? {
        lines.connect(device, in: zone, to: target, count: count)
    }

    /// What an idle line takes on the part's side and on the device's.
    package static var bytesPerIdleLine: (host: Int, device: Int) {
        (MemoryLayout<LineTable.LineRow>.stride, MemoryLayout<LineTable.End>.stride)
    }

    /// Learns how parts of a role are told of lines.
    @inlinable
    func welcome<H: Host>(_: H.Type) {
        let (world, mailbox) = (world, world.mailboxNumber(of: H.self))
        guard !lines.knows(host: mailbox) else { return }
        lines.know(
            host: mailbox,
            opened: { [unowned(unsafe) world] in world.core.pack(H.opened(Line($0)), mailbox: mailbox) },
            closed: { [unowned(unsafe) world] in world.core.pack(H.closed(Line($0), $1), mailbox: mailbox) })
    }
}

extension Lines {
    @usableFromInline
    func knows(host mailbox: Int) -> Bool { mailbox < hostWords.count && hostWords[mailbox] != nil }

    @usableFromInline
    func know(
        host mailbox: Int, opened: @escaping (LineNumber) -> Parcel,
        closed: @escaping (LineNumber, LineEnd) -> Parcel
    ) {
        while hostWords.count <= mailbox { hostWords.append(nil) }
        hostWords[mailbox] = LineWords(opened: opened, closed: closed)
    }

    @usableFromInline
    func know(
        device mailbox: Int, opened: @escaping (LineNumber) -> Parcel,
        closed: @escaping (LineNumber, LineEnd) -> Parcel
    ) {
        while deviceWords.count <= mailbox { deviceWords.append(nil) }
        deviceWords[mailbox] = LineWords(opened: opened, closed: closed)
    }
}
