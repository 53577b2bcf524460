internal import Simulation
internal import Vocabulary

/// How a line ends: in good order, by a reset, or for one end only, while the other one does not know.
///
/// Each end forgets a line by itself. A part that speaks on a line that the device has forgotten gets a
/// reset, and the other way round; a row is given back when both have forgotten it.
extension Lines {
    // MARK: The device's end

    @usableFromInline
    func deviceHangsUp(_ line: LineNumber) {
        guard isOpenAtDevice(line) else { return }
        let row = Int(line.row)
        let isReachable = reach(row, .up) == .through
        if isReachable, isKnownToHost(row) {
            // Behind what was said before. One that is lost is not sent again: the device is gone by then.
            let arrival = max(now + trip(row, .up).there, table.ends[row].lastArrival)
            tellHost(row, .hungUp, after: arrival - now)
        }
        forgetAtDevice(row)
    }

    @usableFromInline
    func deviceVanishes(_ line: LineNumber) {
        guard isOpenAtDevice(line) else { return }
        forgetAtDevice(Int(line.row))
    }

    /// The device learns, `span` from now, that a line has ended.
    func tellDevice(_ row: Int, _ end: LineEnd, after span: Span) {
        let device = table.rows[row].device
        let line = LineNumber(row: row, generation: table.rows[row].generation)
        world.core.send(
            deviceWords[device.mailbox]!.closed(line, end), to: device, after: span,
            from: machine(of: row).pointee.zone.lane)
    }

    /// The news that a line has ended is at the device. False when it had forgotten it already.
    @usableFromInline
    func endsAtDevice(_ line: LineNumber) -> Bool {
        guard isOpenAtDevice(line) else { return false }
        forgetAtDevice(Int(line.row))
        return true
    }

    private func forgetAtDevice(_ row: Int) {
        if isKnownToHost(row) { watch(row) }
        table.rows[row].state.subtract([.device, .opening])
        openings[UInt32(row)] = nil
        dropTroubled(row, .up)
        releaseIfForgotten(row)
    }

    // MARK: The part's end

    @usableFromInline
    func hostHangsUp(_ line: LineNumber) {
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row) else { return }
        if table.rows[row].state.contains(.device), reach(row, .down) == .through {
            let arrival = max(now + trip(row, .down).there, table.rows[row].path.available)
            tellDevice(row, .hungUp, after: arrival - now)
        }
        forgetAtHost(row)
    }

    /// The part's machine learns, `span` from now, that a line has ended.
    func tellHost(_ row: Int, _ end: LineEnd, after span: Span) {
        let line = LineNumber(row: row, generation: table.rows[row].generation)
        send(.lineEnded(line, end), to: machine(of: row), at: now + span, from: row)
    }

    /// The news that a line has ended is at the part's machine.
    func endsAtHost(_ line: LineNumber, _ end: LineEnd, on machine: MachinePointer) {
        let row = Int(line.row)
        guard table.isThere(line), isKnownToHost(row), machine.pointee.isUp else { return }
        let receiver = hostPlace(row)
        forgetAtHost(row)
        machine.ring(Job(parcel: hostWords[receiver.mailbox]!.closed(line, end), receiver: receiver))
    }

    func forgetAtHost(_ row: Int) {
        if table.rows[row].state.contains(.device) { watch(row) }
        table.rows[row].state.remove(.host)
        machine(of: row).pointee.connections.giveBack()
        dropTroubled(row, .down)
        releaseIfForgotten(row)
    }

    /// The incarnation on a machine is gone, and with it its ends of all lines. When only the process has
    /// died, its machine tells the devices.
    func closeAll(of machine: MachinePointer, telling: Bool) {
        for row in 0..<table.count where table.rows[row].state.contains(.host) {
            guard Int(table.rows[row].machine) == machine.pointee.number else { continue }
            if telling, table.rows[row].state.contains(.device), !isCut(row).down {
                tellDevice(row, .reset, after: trip(row, .down).there)
            }
            forgetAtHost(row)
        }
    }

    /// Whether a machine has lines of devices.
    func stand(to machine: MachinePointer) -> Bool {
        (0..<table.count).contains {
            table.rows[$0].state.contains(.host) && Int(table.rows[$0].machine) == machine.pointee.number
        }
    }

    private func releaseIfForgotten(_ row: Int) {
        guard table.rows[row].state.isDisjoint(with: [.device, .host]) else { return }
        dropTroubled(row, .up)
        dropTroubled(row, .down)
        watches[UInt32(row)] = nil
        table.release(row)
    }
}
