import Cluster

extension FaultPlan {
    /// Credentials are revoked: whose they are logs in again.
    public struct Revocation: Hashable, Sendable {
        public var target = Target(subject: .clients)
        public var pick = Pick.all
    }
}

extension FaultPlan.Revocation: HitsTarget {
    static let name = "revoke"
    static let sentence = "credentials are revoked"
    static let example = "target: client, pick: 50%"
    static let victims = TargetChecks.Kinds.clients

    static let keys: [Key<Self>] = hits()

    func ending(in scenario: Scenario) -> FaultEnding { .atOnce }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
        if let sheet = reading.sheet, !sheet.checksCredentials, reading.isSound("\(path).target") {
            reading.fail(
                at: "\(path).target", "\(sheet.name) checks no credentials, so there are none to revoke",
                "'disconnect' cuts people off in every design")
        }
    }

    /// Whoever checks credentials is told.
    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        ground.people(hitBy: self, named: name).map { ground.revocations.fault(of: $0) }
    }
}
