public import Cluster
public import Vocabulary

extension FaultPlan {
    /// Clocks jump, or run too fast or too slow.
    public struct Clock: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var offset: Span?
        public var drift: Drift?
    }
}

extension FaultPlan.Clock: HitsTarget {
    static let name = "clock"
    static let sentence = "clocks jump or drift"
    static let example = "target: server, offset: -2s, drift: 200ppm"

    static let keys: [Key<Self>] =
        hits() + [
            Key(
                "offset", \.offset, "a jump, back if it is negative",
                in: -Span.bounds.upperBound...Span.bounds.upperBound),
            Key("drift", \.drift, "how much too fast they run, 200ppm"),
        ]

    init(atRandomOn target: Target) { (self.target, offset) = (target, .seconds(1)) }

    var changesNothingBy: String? {
        guard offset ?? .zero == .zero, (drift?.partsPerBillion ?? 0) == 0 else { return nil }
        // Without either it is no fault.
        return offset != nil ? "offset" : drift != nil ? "drift" : nil
    }

    func check(_ reading: inout Reading) {
        if offset == nil, drift == nil, reading.isSound("\(reading.path).offset", "\(reading.path).drift") {
            reading.fail(
                at: reading.path, "this clock fault does nothing", "add 'offset: 2s' or 'drift: 200ppm'")
        }
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        let machines = ground.machines(hitBy: self, named: name)
        return [
            offset.map { ClockFault(machines, .step(by: $0)) },
            drift.map { ClockFault(machines, .drift($0)) },
        ].compactMap { $0 }
    }
}
