import Cluster

extension FaultPlan {
    /// Machines stop and go on where they were.
    public struct Pause: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        /// All when nil.
        public var cores: Int?
    }
}

extension FaultPlan.Pause: HitsTarget {
    static let name = "pause"
    static let sentence = "machines stop and go on where they were"
    static let example = "target: server, cores: 1"

    static let keys: [Key<Self>] =
        hits() + [Key("cores", \.cores, "how many of each machine's cores; all when left out", in: 1...1_024)]

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
        guard let cores, case .role(let name) = target.subject,
            reading.isSound("\(path).cores", "\(path).target", "topology.\(name).cores"),
            let there = checks.scenario.topology.role(name)?.text(of: "cores").flatMap({ Int($0) }),
            cores > there
        else { return }
        reading.fail(
            at: "\(path).cores",
            "a machine of \(name) has \(there) \(there == 1 ? "core" : "cores"), and not \(cores) (cores: \(there), \(reading.line(of: "topology.\(name).cores")))",
            "leave it out for all of them")
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [Pause(ground.machines(hitBy: self, named: name), cores: cores)]
    }
}
