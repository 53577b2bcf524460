internal import Simulation

/// How often the faults of one kind hit machines of one role, and how often they met work in progress there.
/// What never met any has tested nothing.
public struct Encounter: Hashable, Sendable {
    public let kind: String
    public let role: String
    public var hits = 0
    public var met = 0
    /// What was going on there at the moments of the hits, of all of them together.
    public var interrupted: Interrupted = []
}

/// What a machine had in progress.
public struct Interrupted: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let cores = Interrupted(rawValue: 1)
    public static let queue = Interrupted(rawValue: 2)
    public static let disk = Interrupted(rawValue: 4)
    public static let calls = Interrupted(rawValue: 8)

    /// In words, `cores and disk`; `nothing` when it was idle.
    public var words: String {
        let all: [(Interrupted, String)] = [
            (.cores, "cores"), (.queue, "queue"), (.disk, "disk"), (.calls, "calls"),
        ]
        let words = all.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "nothing" : words.joined(separator: " and ")
    }
}

/// What has to be in progress on a machine, at the moment of the hit, for a fault to have met work.
enum Work {
    /// Work on a core or in the queue, on the disk, or a call that waits for its answer. For lost connections, and orders
    /// to parts.
    case everything
    /// The same, or a line of a device, which a crash or a restart breaks.
    case everythingWithLines
    /// A core that works, or messages that wait for one: for pauses, slowness and clocks, which matter to a
    /// part that runs.
    case cores
    /// An operation under way on the disk, or one that waits.
    case disk
}

extension Cluster {
    /// Counts what hits a machine, and whether it met work. A fault of the network, of memory or of
    /// connections meets work later, by its first effect while it is on: a packet that it kept away or that
    /// crossed the link, a part or a device's line that it ended (`noteMet`). Lost bits do when they are read.
    func noteHit(_ machine: MachinePointer, at work: Work, by id: Int) {
        noteHit(MachineSet([machine.pointee.number]), by: id)
        if isInProgress(work, on: machine) { noteMet(machine, by: id) }
    }

    func noteHit(_ machines: MachineSet, at work: Work, by id: Int) {
        for machine in machines.machines { noteHit(self.machines[machine], at: work, by: id) }
    }

    func noteHit(_ machines: MachineSet, by id: Int) {
        // A machine that is off is not there to be hit.
        for machine in machines.machines
        where self.machines[machine].pointee.power.isOn && faults[id].hit.insert(machine) {
            let place = encounter(with: self.machines[machine], id)
            encounters[place].hits += 1
            encounters[place].interrupted.formUnion(inProgress(on: self.machines[machine]))
        }
    }

    /// What came to a machine while its cores stood still waits for them: a pause that found it idle has met that.
    func noteWaiting(on machines: MachineSet, by id: Int) {
        for machine in machines.machines {
            let machine = self.machines[machine]
            if inProgress(on: machine).contains(.queue) { noteMet(machine, by: id) }
        }
    }

    /// Nobody counts twice for one fault, however often it comes back; and whoever only talks to a machine
    /// that it hit does not count.
    func noteMet(_ machine: MachinePointer, by id: Int) {
        let number = machine.pointee.number
        guard faults[id].hit.contains(number), faults[id].met.insert(number) else { return }
        encounters[encounter(with: machine, id)].met += 1
    }

    /// How many machines a fault of that name has hit, and at how many of them it met work in progress.
    public func hits(ofFault name: String) -> (machines: Int, atWork: Int) {
        guard let fault = faults.first(where: { $0.name == name }) else { return (0, 0) }
        return (fault.hit.count, fault.met.count)
    }

    private func encounter(with machine: MachinePointer, _ id: Int) -> Int {
        let kind = faults[id].fault.kind
        let role = roles[machine.pointee.resident.role].pointee.name
        if let known = encounters.firstIndex(where: { $0.role == role && $0.kind == kind }) { return known }
        encounters.append(Encounter(kind: kind, role: role))
        return encounters.count - 1
    }

    private func isInProgress(_ work: Work, on machine: MachinePointer) -> Bool {
        let all = inProgress(on: machine)
        return switch work {
        case .cores: !all.isDisjoint(with: [.cores, .queue])
        case .disk: all.contains(.disk)
        case .everything: !all.isEmpty
        case .everythingWithLines: !all.isEmpty || lines.stand(to: machine)
        }
    }

    func inProgress(on machine: MachinePointer) -> Interrupted {
        var all: Interrupted = []
        if let processor = machine.pointee.processor {
            if processor.pointee.coresInUse > 0 { all.insert(.cores) }
            if processor.pointee.queueLength > 0 { all.insert(.queue) }
        }
        if machine.isDiskInUse { all.insert(.disk) }
        if machine.pointee.openCalls > 0 { all.insert(.calls) }
        return all
    }
}
