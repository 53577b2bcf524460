public import Vocabulary

/// A fault that comes and goes: on for a while, off for a while, until it is healed.
public struct Flapping: GradualFault {
    public var kind: String { "flapping \(fault.kind)" }

    private var fault: any Fault
    private let on: Span
    private let off: Span
    private var isOn = false

    /// - Parameter fault: one that takes no steps of its own.
    public init(_ fault: any Fault, on: Span, off: Span) {
        precondition(!fault.takesSteps, "a fault that comes and goes takes no other steps")
        precondition(on > .zero, "on for \(on)")
        precondition(off > .zero, "off for \(off)")
        self.fault = fault
        self.on = on
        self.off = off
    }

    public mutating func proceed(in cluster: Cluster, id: Int) -> Span? {
        isOn.toggle()
        guard isOn else {
            fault.heal(in: cluster, id: id)
            return off
        }
        fault.apply(to: cluster, id: id)
        return on
    }

    public mutating func heal(in cluster: Cluster, id: Int) {
        if isOn { fault.heal(in: cluster, id: id) }
        isOn = false
    }
}
