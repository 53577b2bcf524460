public import Simulation
internal import Vocabulary

/// How machines fail and come back. Each verb has its opposite: `crash` and `restart`, `pause` and `resume`,
/// `slow` and `restore`; `Faults/` puts them together.
extension Cluster {
    /// Ends a part and everything its machine was doing: the queue, the work in service, alarms, and what is
    /// on its way to this incarnation. Whoever sends to it afterwards finds nobody.
    public func crash<P: Part>(_ endpoint: Endpoint<P>, losing kind: CrashKind = .unsynced) {
        crash(machine(of: endpoint.target), losing: kind)
    }

    /// Takes back one crash, or the end of a part that ended by itself. When no other crash keeps the machine
    /// down, a new incarnation starts; of the one before it knows what is on the disk.
    public func restart<P: Part>(_ endpoint: Endpoint<P>) { restart(machine(of: endpoint.target)) }

    func crash(_ machine: MachinePointer, losing kind: CrashKind) {
        machine.pointee.crashes += 1
        if kind != .process { machine.pointee.isDark = true }
        guard machine.pointee.crashes == 1 else { return machine.crashDisk(kind) }
        endIncarnation(on: machine, losing: kind)
        lines.touch()
    }

    /// Asks a part to end, and keeps its machine without one until `restart`, which kills what has not ended by then.
    func stop(_ machine: MachinePointer) {
        guard let place = machine.pointee.listener else { return crash(machine, losing: .process) }
        machine.pointee.isAskedToEnd = true
        roles[machine.pointee.resident.role].pointee.stop(place, machine)
    }

    /// Ends the part that runs on a machine, with its queue, its work in service, its alarms and its open
    /// calls.
    func endIncarnation(on machine: MachinePointer, losing kind: CrashKind) {
        if machine.pointee.isAskedToEnd {
            machine.pointee.isAskedToEnd = false
            machine.pointee.crashes += 1
        }
        machine.crashDisk(kind)
        let calls = kind == .process ? openCalls(to: machine) : []
        network.closeStreams(of: machine, telling: kind == .process)
        for call in calls { sayFailed(call, .reset, from: machine, as: .end) }
        lines.closeAll(of: machine, telling: kind == .process)
        if let lost = machine.pointee.processor?.pointee.crash(at: world.now) {
            for job in lost.inService + lost.queued { world.core.discard(job.parcel) }
        }
        for core in machine.pointee.completions.indices { machine.disarm(core) }
        removeDesks(of: machine)
        machine.pointee.remembered.forgetAll(in: world)
        guard let place = machine.pointee.listener else { return }
        machine.pointee.listener = nil
        world.core.remove(place)
    }

    func restart(_ machine: MachinePointer) {
        if machine.pointee.isAskedToEnd { endIncarnation(on: machine, losing: .process) }
        machine.pointee.crashes = max(0, machine.pointee.crashes - 1)
        if machine.pointee.crashes == 0 { machine.pointee.isDark = false }
        startAgain(machine)
    }

    /// Starts the next incarnation of a part that has ended, where nothing keeps its machine down.
    func startAgain(_ machine: MachinePointer) {
        if machine.pointee.isUp { startNextIncarnation(on: machine) }
    }

    func startNextIncarnation(on machine: MachinePointer) {
        let resident = machine.pointee.resident
        guard machine.pointee.listener == nil, let build = machine.pointee.build else { return }
        machine.pointee.incarnation += 1
        let place = build(Seat(machine: machine), Int(resident.number))
        machine.pointee.listener = place
        roles[resident.role].pointee.begin(place, machine)
        repeatOrders(to: resident)
    }

    /// The parts that have ended by themselves and were not started again; and whether files on their disks fail their
    /// checksums.
    public var endedParts: [(name: ActorName, hasLostBits: Bool)] {
        machines.filter { $0.pointee.isUp && $0.pointee.listener == nil && $0.pointee.build != nil }
            .map { (Seat(machine: $0).name, $0.pointee.disk.map { !$0.pointee.corrupted.isEmpty } ?? false) }
    }

    /// Stops the lowest `cores` of a machine, in the middle of what they do; all of them when nil, or when it
    /// has no more.
    func pause(_ machine: MachinePointer, cores: Int?) {
        machine.retime { $0.pause(cores: min(cores ?? .max, $0.coreCount), at: world.now) }
        machine.startNext()
        if machine.pointee.standsStill, machine.pointee.connections.taken > 0 { lines.touch() }
    }

    func resume(_ machine: MachinePointer, cores: Int?) {
        machine.retime { $0.resume(cores: min(cores ?? .max, $0.coreCount), at: world.now) }
        machine.startNext()
        guard !machine.pointee.standsStill else { return }
        lines.answerHeldPings(on: machine)
        machine.ringHeld()
    }

    func slow(_ machine: MachinePointer, by factor: Factor, id: Int) {
        machine.retime { $0.slow(by: factor, id: id, at: world.now) }
    }

    func restore(_ machine: MachinePointer, id: Int) {
        machine.retime { $0.restore(id: id, at: world.now) }
    }
}

extension MachinePointer {
    fileprivate func disarm(_ core: Int) {
        if let completion = pointee.completions[core] { pointee.turn.cancel(completion) }
        pointee.completions[core] = nil
    }

    /// Changes the processor, and arms the ends of service that it names anew.
    fileprivate func retime(_ change: (inout Processor<Job>) -> [Processor<Job>.Retiming]) {
        guard let processor = pointee.processor else { return }
        let now = pointee.core.now
        for retiming in change(&processor.pointee) {
            disarm(retiming.core)
            guard let completion = retiming.completion else { continue }
            pointee.completions[retiming.core] = pointee.turn.arm(
                .finished(core: retiming.core), after: completion - now)
        }
    }
}
