import Cluster
public import Vocabulary

extension FaultPlan {
    /// Calls are answered with errors.
    public struct Errors: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var rate = Share.all
    }
}

extension FaultPlan.Errors: HitsTarget {
    static let name = "errors"
    static let sentence = "machines answer calls with errors"
    static let example = "target: server, rate: 20%"
    static let layer = FaultLayer.network

    static let keys: [Key<Self>] = hits() + [Key("rate", \.rate, "of all calls").required]

    init(atRandomOn target: Target) { (self.target, rate) = (target, .percent(20)) }

    var changesNothingBy: String? { rate == .none ? "rate" : nil }

    /// Where there is one role, nobody calls it.
    static func canHit(_ target: Target, in scenario: Scenario) -> Bool {
        scenario.topology.roles.count > 1 && Chance.machines.includes(target)
    }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
        guard reading.isSound("\(path).target"), let sheet = reading.sheet, sheet.roles.count == 1 else {
            return
        }
        reading.fail(
            at: "\(path).target", "nobody calls \(target.written): \(sheet.name) has no other role",
            "'reset' and 'loss' hit what comes over the lines of phones")
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [ErrorFault(ground.machines(hitBy: self, named: name), share: rate.fraction)]
    }
}
