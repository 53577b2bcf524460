internal import Simulation
internal import Vocabulary

/// Machines that come and go: spare ones are off until somebody boots them, and any machine can be drained and
/// stopped. What a machine costs counts from the order to boot it until it is off.
extension ShiftOf {
    /// Orders a machine that is off to boot: after its boot time its part begins.
    public func boot<Other: Part>(_ part: Endpoint<Other>) {
        let cluster = machine.pointee.cluster
        cluster.order(.boot, to: cluster.machine(of: part.target), by: machine)
    }

    /// Has a machine take no new connections; those that are open go on, and its part is not told.
    public func drain<Other: Part>(_ part: Endpoint<Other>) {
        let cluster = machine.pointee.cluster
        cluster.order(.drain, to: cluster.machine(of: part.target), by: machine)
    }

    /// Ends what runs on a machine, and switches it off. Its disk keeps what was written.
    public func stop<Other: Part>(_ part: Endpoint<Other>) {
        let cluster = machine.pointee.cluster
        cluster.order(.stop, to: cluster.machine(of: part.target), by: machine)
    }

    /// The meters of this machine's processor, as its operating system shows them; nil without one.
    public var processor: ProcessorReading? { machine.pointee.processor?.pointee.reading(at: now) }
}

/// What is done to a machine from outside.
@usableFromInline
enum PowerOrder: UInt8, Sendable {
    case boot, drain, stop
}

/// Whether a machine is on, and for how long it has been.
struct Power {
    enum PowerState {
        case on, booting, off
    }

    private(set) var state: PowerState
    /// Takes no new connections.
    var isDraining = false
    private var since: Instant?
    private var formerly = Span.zero

    init(isOn: Bool) {
        state = isOn ? .on : .off
        since = isOn ? .start : nil
    }

    var isOn: Bool { state == .on }

    /// The machine time so far, booting included.
    func time(at now: Instant) -> Span { since.map { formerly + (now - $0) } ?? formerly }

    mutating func boot(at now: Instant) {
        state = .booting
        since = now
    }

    mutating func booted() { state = .on }

    mutating func switchOff(at now: Instant) {
        formerly = time(at: now)
        since = nil
        state = .off
        isDraining = false
    }
}

extension Cluster {
    /// It reaches the machine as a message: whoever gives the order may stand in another zone.
    func order(_ order: PowerOrder, to machine: MachinePointer, by other: MachinePointer) {
        other.pointee.turn.send(.power(order), to: machine.pointee.address)
    }

    func carryOut(_ order: PowerOrder, on machine: MachinePointer) {
        switch (order, machine.pointee.power.state) {
        case (.boot, .off):
            machine.pointee.power.boot(at: world.now)
            machine.pointee.turn.send(.booted, to: machine.pointee.address, after: machine.pointee.bootTime)
        case (.drain, .on): machine.pointee.power.isDraining = true
        case (.stop, .on):
            endIncarnation(on: machine, losing: .process)
            machine.pointee.power.switchOff(at: world.now)
            lines.touch()
        case (.stop, .booting): machine.pointee.power.switchOff(at: world.now)
        case (.boot, _), (.drain, _), (.stop, .off): break  // it is so already
        }
    }

    /// The boot time of a machine is over, unless it was stopped in the meantime.
    func finishBoot(of machine: MachinePointer) {
        guard machine.pointee.power.state == .booting else { return }
        machine.pointee.power.booted()
        machine.armClockCorrection()
        machine.awaitCollection()
        startAgain(machine)
    }

    /// The machines that are on.
    public var runningMachines: MachineSet {
        MachineSet(machines.indices.filter { machines[$0].pointee.power.isOn })
    }
}
