import Cluster
public import Simulation
public import Vocabulary

extension FaultPlan {
    /// Packets take longer.
    public struct Delay: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var add = Varied<Span>(.zero)
        public var jitter = Span.zero
    }
}

extension FaultPlan.Delay: BetweenGroups {
    static let name = "delay"
    static let sentence = "packets take longer"
    static let example = "between: server, add: 100ms, jitter: 50ms"
    static let leavesConnected = true

    static let keys: [Key<Self>] =
        groups() + [
            Key("add", \.add, "what is added to the delay of each packet").required,
            Key("jitter", \.jitter, "up to so much more, evenly spread"),
        ]

    init(atRandomOn target: Target) {
        (between, add) = (target, Varied(.milliseconds(100)))
    }

    var changesNothingBy: String? { spread == .constant(0) ? "add" : nil }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkGroups(of: self, at: path, &reading)
        if case .constant = add.spread { return }
        if jitter > .zero {
            reading.fail(
                at: "\(path).jitter", "what is added, \(add.written), varies already", "leave it out")
        }
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [LinkFault.delay(on: ground.links(of: self), spread)]
    }

    /// What is added, and the jitter where that is the same for all packets.
    private var spread: Spread {
        guard jitter > .zero, case .constant(let least) = add.spread else { return add.spread }
        return .uniform(Uniform(from: least, to: least + Double(jitter.nanoseconds)))
    }
}
