public import Vocabulary

/// Clocks jump, or run too fast or too slow. Healing sets a jump back, and ends a drift where it has led to: what has been
/// gained or lost meanwhile stays.
public struct ClockFault: Fault {
    public static let kind = "clock"

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
        change(cluster) { clock, now in
            switch effect {
            case .step(let span): clock.step(by: span, at: now)
            case .drift(let drift): clock.changeDrift(by: drift, at: now)
            }
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        change(cluster) { clock, now in
            switch effect {
            case .step(let span): clock.step(by: -span, at: now)
            case .drift(let drift): clock.changeDrift(by: -drift, at: now)
            }
        }
    }

    private func change(_ cluster: Cluster, _ body: (inout LocalClock, Instant) -> Void) {
        for machine in machines.machines { body(&cluster.machines[machine].pointee.clock, cluster.world.now) }
    }
}
