/// Connections between two groups of machines end, at one moment: there is nothing to heal, the next message
/// opens a new one.
public struct ConnectionLoss: Fault {
    public var kind: String {
        switch effect {
        case .reset: "reset"
        case .halfOpen: "half-open"
        }
    }

    public enum Effect: Sendable {
        /// Both ends know it: calls that are open over them fail. What had left one of the machines before
        /// still arrives.
        case reset
        /// The first group forgets them, with what waited on them to be sent, and says nothing: the others
        /// learn it from what comes back when they send next. Answers that are given later go over a
        /// connection of their own.
        case halfOpen
    }

    private let first: MachineSet
    private let second: MachineSet
    private let effect: Effect

    public init(between first: MachineSet, and second: MachineSet, _ effect: Effect) {
        self.first = first
        self.second = second
        self.effect = effect
    }

    public func apply(to cluster: Cluster, id: Int) {
        for machine in first.union(second).machines {
            cluster.noteHit(cluster.machines[machine], at: .everything, by: id)
        }
        switch effect {
        case .reset:
            cluster.network.reset(between: first, and: second)
            cluster.failCalls(from: first, to: second)
            cluster.failCalls(from: second, to: first)
        case .halfOpen: cluster.network.forget(by: first, towards: second)
        }
    }

    public func heal(in cluster: Cluster, id: Int) {}
}
