import Chat
import Cluster

extension FaultPlan {
    /// People lose coverage, with all of their devices.
    public struct Disconnection: Hashable, Sendable {
        public var target = Target(subject: .clients)
        public var pick = Pick.all
    }
}

extension FaultPlan.Disconnection: HitsTarget {
    static let name = "disconnect"
    static let sentence = "people lose coverage"
    static let example = "target: client, pick: 50%"
    static let victims = TargetChecks.Kinds.clients

    static let keys: [Key<Self>] = hits()

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Chat.Disconnection(of: ground.phones(hitBy: self, named: name), town: ground.town)]
    }
}
