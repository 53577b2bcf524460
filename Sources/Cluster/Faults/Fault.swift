public import Simulation
public import Vocabulary

/// Something that goes wrong with machines or with what lies between them, and comes right again.
///
/// A fault is a small value that knows what it hits, and keeps what it has to take back. It is applied once
/// and healed once; several may be on at the same time, of the same kind and on the same machine too, and
/// each is healed on its own.
public protocol Fault: Sendable {
    /// What it is called in scenarios and reports, `partition`.
    var kind: String { get }

    mutating func apply(to cluster: Cluster, id: Int)
    mutating func heal(in cluster: Cluster, id: Int)
}

/// A fault that goes on by itself while it lasts.
public protocol GradualFault: Fault {
    /// Takes its next step, the first when it is applied, and says how long it is until the one after; nil
    /// when there is none.
    mutating func proceed(in cluster: Cluster, id: Int) -> Span?
}

extension Fault {
    /// Whether it goes on by itself.
    var takesSteps: Bool { (self as? Joint).map(\.hasSteps) ?? (self is any GradualFault) }
}

extension GradualFault {
    /// What there is to do is its first step.
    public mutating func apply(to cluster: Cluster, id: Int) {}
}

/// A fault with its name and its state.
struct PlannedFault {
    let name: String
    var fault: any Fault
    var isOn = false
    /// The machines that it hit, and those of them where it met work in progress.
    var hit = MachineSet.empty
    var met = MachineSet.empty
    /// Nil for one that begins when it is planned for.
    var gate: FaultGate?
    /// Of one with a gate, which is healed so long after it has begun; never when nil.
    var duration: Span?
}

/// What a fault waits for that was drawn for some moment and has to keep to an envelope: that whatever it is going to hit
/// is ready for the next one.
///
///     planned for   asked, every 100 ms      begins       healed
///        |---no----no----no----no----yes-------[ duration )
public struct FaultGate {
    /// What could not begin before then does not happen, and what did is healed.
    let healedBy: Instant
    /// For looking on; asked before anything else of the instant.
    let isOpen: () -> Bool
    /// Told once: when it begins and is healed, or nil when it does not happen any more.
    let settle: ((from: Instant, to: Instant?)?) -> Void

    static let interval = Span.milliseconds(100)

    public init(
        healedBy: Instant, isOpen: @escaping () -> Bool,
        settle: @escaping ((from: Instant, to: Instant?)?) -> Void
    ) {
        (self.healedBy, self.isOpen, self.settle) = (healedBy, isOpen, settle)
    }
}

extension Cluster {
    /// Plans a fault: it begins at `start` and is healed after `duration`, or never when that is nil. Faults
    /// act from the control lane, before everything else of their instant, so one that changes nothing leaves
    /// no trace.
    ///
    /// - Parameters:
    ///   - name: by which its random draws are known; nil numbers it among its kind: `crash 2`.
    ///   - gate: what it waits for when `start` has come; nil when it begins then in any case.
    public func plan(
        _ fault: some Fault, named name: String? = nil, at start: Instant, for duration: Span?,
        behind gate: FaultGate? = nil
    ) {
        let name = name ?? "\(fault.kind) \(faults.count { $0.fault.kind == fault.kind } + 1)"
        precondition(!faults.contains { $0.name == name }, "two faults named \(name) would draw the same")
        faults.append(PlannedFault(name: name, fault: fault, gate: gate, duration: duration))
        let turn = world.turn(of: director)
        turn.send(.apply(faults.count - 1), to: director, after: start - world.now)
        guard let duration, gate == nil else { return }
        turn.send(.heal(faults.count - 1), to: director, after: start + duration - world.now)
    }

    /// What a fault decides by chance: by its name, so that one fault more or less moves no draw of the
    /// others.
    public func stream(ofFault id: Int) -> RandomStream { streams(ofFault: id).stream(of: 0) }

    func streams(ofFault id: Int) -> Streams {
        Streams(seed: world.seed, purpose: Purpose("fault \(faults[id].name)"))
    }
}

/// Applies the faults that are planned, heals them, and has it noted what work is in progress.
actor Director: Component {
    enum Inbox: Marked {
        case apply(Int)
        case proceed(Int)
        case heal(Int)
        case noteWork

        var mark: UInt64 {
            switch self {
            case .apply(let fault): Vocabulary.mark(1, UInt64(fault))
            case .heal(let fault): Vocabulary.mark(2, UInt64(fault))
            case .proceed(let fault): Vocabulary.mark(3, UInt64(fault))
            case .noteWork: Vocabulary.mark(5)
            }
        }
    }

    nonisolated let home: Home
    private unowned(unsafe) let cluster: Cluster

    init(home: Home, cluster: Cluster) {
        self.home = home
        self.cluster = cluster
    }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .apply(let id):
            if let gate = cluster.faults[id].gate, !pass(gate, id, in: turn) { return }
            cluster.faults[id].isOn = true
            change(id) { $0.apply(to: cluster, id: id) }
            proceed(id, in: turn)
        case .proceed(let id):
            if cluster.faults[id].isOn { proceed(id, in: turn) }
        case .heal(let id):
            cluster.faults[id].isOn = false
            change(id) { $0.heal(in: cluster, id: id) }
        case .noteWork: cluster.noteWork()
        }
    }

    /// Whether a fault begins now; or else it is asked again, unless it is too late for it.
    private func pass(_ gate: FaultGate, _ id: Int, in turn: Turn) -> Bool {
        guard gate.isOpen() else {
            if turn.now + FaultGate.interval < gate.healedBy {
                turn.send(.apply(id), to: turn.address, after: FaultGate.interval)
            } else {
                gate.settle(nil)
            }
            return false
        }
        let duration = cluster.faults[id].duration.map { min($0, gate.healedBy - turn.now) }
        gate.settle((turn.now, duration.map { turn.now + $0 }))
        if let duration { turn.send(.heal(id), to: turn.address, after: duration) }
        return true
    }

    private func proceed(_ id: Int, in turn: Turn) {
        guard var fault = cluster.faults[id].fault as? any GradualFault else { return }
        let pause = fault.proceed(in: cluster, id: id)
        cluster.faults[id].fault = fault
        if let pause { turn.send(.proceed(id), to: turn.address, after: pause) }
    }

    /// On a copy, because the fault looks at the cluster that keeps it.
    private func change(_ id: Int, _ body: (inout any Fault) -> Void) {
        var fault = cluster.faults[id].fault
        body(&fault)
        cluster.faults[id].fault = fault
    }
}
