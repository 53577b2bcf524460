public import Vocabulary

/// Clocks jump, or run too fast or too slow. Healing sets a jump back, and ends a drift where it has led to:
/// what has been gained or lost meanwhile stays. A jump of a clock that a time server sets is left to that:
/// it may have been set right already.
public struct ClockFault: Fault {
    public let kind = "clock"

    public enum Effect: Sendable {
        case step(by: Span)
        case drift(Drift)
    }

    private let machines: MachineSet
    private let effect: Effect

    public init(_ machines: MachineSet, _ effect: Effect) {
        self.machines = machines
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, at: .cores, by: id)
        change(cluster) { clock, now, _ in
            switch effect {
            case .step(let span): clock.step(by: span, at: now)
            case .drift(let drift): clock.changeDrift(by: drift, at: now)
            }
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        change(cluster) { clock, now, isCorrected in
            switch effect {
            case .step(let span): if !isCorrected { clock.step(by: -span, at: now) }
            case .drift(let drift): clock.changeDrift(by: -drift, at: now)
            }
        }
    }

    private func change(
        _ cluster: Cluster, _ body: (inout LocalClock, Instant, _ isCorrected: Bool) -> Void
    ) {
        for machine in machines.machines.map({ cluster.machines[$0] }) {
            body(&machine.pointee.clock, cluster.world.now, machine.pointee.clockCorrection != nil)
        }
    }
}
