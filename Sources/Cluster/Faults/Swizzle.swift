public import Vocabulary

/// The links of some machines stop, one machine after the other, and return in another order. Both orders are
/// drawn.
///
/// What finds designs that expect groups to come and go together (FoundationDB's simulator clogs its network
/// this way).
public struct Swizzle: GradualFault {
    public let kind = "swizzle"

    private let machines: MachineSet
    private let pause: Span
    /// Machines in the order in which they stop, and then in that in which they return.
    private var steps: [Int] = []
    private var taken = 0

    /// - Parameter pause: from one machine to the next.
    public init(_ machines: MachineSet, every pause: Span) {
        precondition(pause > .zero, "a step every \(pause)")
        self.machines = machines
        self.pause = pause
    }

    public mutating func apply(to cluster: Cluster, id: Int) {
        var stream = cluster.stream(ofFault: id)
        var stopping = machines.machines
        stream.draw(stopping.count, to: &stopping)
        var returning = stopping
        stream.draw(returning.count, to: &returning)
        steps = stopping + returning
        cluster.noteHit(machines, by: id)
    }

    public mutating func proceed(in cluster: Cluster, id: Int) -> Span? {
        guard taken < steps.count else { return nil }
        taken += 1
        let count = steps.count / 2
        let returned = MachineSet(steps[count..<max(count, taken)])
        let stopped = MachineSet(steps[..<min(count, taken)]).subtracting(returned)
        cluster.network.set(Partition(isolating: stopped), id: id)
        cluster.lines.cuts.removeAll { $0.id == id }
        if !stopped.isEmpty {
            cluster.lines.cuts.append((id, DeviceCut(between: DeviceSet(), and: stopped)))
            cluster.lines.touch()
        }
        return taken < steps.count ? pause : nil
    }

    public mutating func heal(in cluster: Cluster, id: Int) {
        cluster.network.removePartition(id: id)
        cluster.lines.cuts.removeAll { $0.id == id }
    }
}
