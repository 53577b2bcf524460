import Cluster

extension FaultPlan {
    /// Whoever wants to connect is turned away.
    public struct Refusal: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
    }
}

extension FaultPlan.Refusal: HitsTarget {
    static let name = "refuse"
    static let sentence = "machines refuse new connections; those that are open go on"
    static let example = "target: server"
    static let layer = FaultLayer.network

    static let keys: [Key<Self>] = hits()

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let machines = ground.machines(hitBy: self, named: name)
        return [
            ConnectionFault(machines, .refused),
            DeviceCut(
                between: DeviceSet(), and: machines, direction: .up, packets: .reject, connections: .new),
        ]
    }
}
