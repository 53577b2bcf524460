import Chat
import Cluster
import Vocabulary

/// One way in which something goes wrong, with its parameters. Each kind is a file of its own in `Kinds`, and a
/// line of `FaultKinds.all`: reader, schema, help, explain, random schedules and runs go by what stands there.
protocol FaultKind: Section, Hashable {
    /// As scenario files and reports call it, `rolling-restart`.
    static var name: String { get }
    /// What goes wrong, without a full stop.
    static var sentence: String { get }
    /// Its keys in a small file, where there are people, one role `server` and its parts: so that tests and
    /// editors have one of each.
    static var example: String { get }
    /// Whom it may hit when it is drawn from the seed; nil for what has to be planned.
    static var chance: Chance? { get }
    /// What of a system it hits.
    static var layer: FaultLayer { get }
    /// Whether it meets work by what comes by while it is on, and not by what is under way when it begins.
    static var meetsTraffic: Bool { get }

    /// Of a strength that is felt and can be survived: as it comes at random.
    init(atRandomOn target: Target)
    /// Whether it may hit this when it is drawn from the seed.
    static func canHit(_ target: Target, in scenario: Scenario) -> Bool

    /// Whom it hits, in words: `1 of chat-host`, `@eu and @us`.
    var text: String { get }
    /// The key by whose value it changes nothing, as a loss of 0% does; nil where it does something.
    var changesNothingBy: String? { get }
    func ending(in scenario: Scenario) -> FaultEnding
    /// What is wrong with it in this scenario, beside what each of its keys says by itself.
    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading)
    /// What it does to a cluster.
    func faults(on ground: FaultGround, named name: String) -> [any Fault]
}

extension FaultKind {
    static var chance: Chance? { nil }
    static var meetsTraffic: Bool { layer == .network }

    init(atRandomOn target: Target) { preconditionFailure("\(Self.name) at random") }

    static func canHit(_ target: Target, in scenario: Scenario) -> Bool { chance?.includes(target) ?? false }

    var changesNothingBy: String? { nil }

    func ending(in scenario: Scenario) -> FaultEnding { .whenHealed }
}

/// What of a system a fault hits. Of some there are many kinds, of others one, and none counts more for that.
public enum FaultLayer: Hashable, Sendable {
    /// Machines go down, and what was not safe goes with them.
    case power
    case storage
    case cores
    case network
    case people
    case parts
}

/// Whom a fault that is drawn from the seed may hit.
enum Chance {
    /// A role, by one of its machines; links to phones are hit by hitting machines.
    case machines
    case people
    /// A role whose parts can play it, as a whole.
    case parts

    func includes(_ target: Target) -> Bool {
        switch target.subject {
        case .role: self != .people
        case .clients: self == .people
        case .place, .everything: self != .parts
        }
    }
}

/// How a fault ends by itself, where nobody says for how long it lasts.
enum FaultEnding {
    /// It goes on for ever.
    case whenHealed
    /// It is over at once, and there is nothing to be healed.
    case atOnce
    /// It knows its time.
    case after(Span)
}

// MARK: What many have in common

/// Faults of what lies between two groups.
protocol BetweenGroups: FaultKind {
    var between: Target { get set }
    var and: Target { get set }
    /// Whether links still carry something: then it may be on all of them, or on those within one group.
    static var leavesConnected: Bool { get }
}

extension BetweenGroups {
    static var leavesConnected: Bool { false }

    /// The second group is everybody else unless it is given.
    static func groups() -> [Key<Self>] {
        [
            Key("between", \.between, "the one group").required,
            Key("and", \.and, "the other group; everybody else when left out"),
        ]
    }

    static var chance: Chance? { .machines }
    static var layer: FaultLayer { .network }

    init(atRandomOn target: Target) {
        self.init()
        between = target
    }

    var text: String { "\(between.written) and \(and.written)" }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkGroups(of: self, at: path, &reading)
    }
}

/// Faults of machines or people: which, and how many of these.
protocol HitsTarget: FaultKind {
    /// What it can hit.
    static var victims: TargetChecks.Kinds { get }
    var target: Target { get set }
    var pick: Pick { get set }
}

extension HitsTarget {
    static func hits() -> [Key<Self>] {
        [
            Key("target", \.target, "whom it hits").required,
            Key("pick", \.pick, "how many of these, drawn from the seed"),
        ]
    }

    static var victims: TargetChecks.Kinds { .machines }
    static var chance: Chance? { victims == .clients ? .people : .machines }
    static var layer: FaultLayer { victims == .clients ? .people : .cores }

    /// All of a machine, or a tenth of the people.
    init(atRandomOn target: Target) {
        self.init()
        self.target = target
        if Self.victims == .clients { pick = .share(.percent(10)) }
    }

    var text: String { pick == .all ? target.written : "\(pick.written) of \(target.written)" }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
    }
}

/// Faults inside of a role's parts, of which only the design knows what they mean.
protocol HitsParts: FaultKind {
    var target: Target { get set }
    /// What the design is asked to play.
    var order: PartFault { get }
}

extension HitsParts {
    static var chance: Chance? { .parts }
    static var layer: FaultLayer { .parts }

    static func canHit(_ target: Target, in scenario: Scenario) -> Bool {
        guard case .role(let name) = target.subject else { return false }
        return scenario.topology.role(name)?.faults.contains(Self.name) ?? false
    }

    init(atRandomOn target: Target) {
        self.init()
        self.target = Target(subject: target.subject)
    }

    static func role() -> [Key<Self>] {
        [Key("target", \.target, "the role whose parts it hits, or some of its machines").required]
    }

    var text: String { target.written }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkParts(of: self, at: path, &reading)
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [ground.partFault(order, of: target)]
    }
}

extension Span {
    /// So many times this, at least once, and at most as long as any run may be.
    func times(_ count: Int) -> Span {
        let (product, isTooLong) = nanoseconds.multipliedReportingOverflow(by: Int64(max(1, count)))
        return isTooLong ? Span.bounds.upperBound : min(.nanoseconds(product), Span.bounds.upperBound)
    }
}

extension Scenario {
    /// How many machines a fault hits, at most.
    func machineCount(hitBy fault: some HitsTarget) -> Int {
        let all =
            switch fault.target.subject {
            case .role(let name): fault.target.machines?.count ?? topology.role(name)?.count ?? 0
            case .everything, .place: topology.roles.reduce(0) { $0 + $1.count }
            case .clients: 0
            }
        return fault.pick.count(of: all) ?? all
    }
}
