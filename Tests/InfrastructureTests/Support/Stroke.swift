import Cluster
import Simulation
import Testing
import Vocabulary

/// What may befall a machine of a part, or of those that use it.
enum Stroke: CaseIterable {
    case crashOfProcess, crash, crashWithDisk
    case pause, slow, clock
    case isolation, deafness, muteness, flapping
    /// Servers do not hear of it, nor it of them, and clients hear of all.
    case split
    case reset, halfOpen, refusal, errors
    case delay, loss, duplication, reordering, corruption, narrowing
    case slowDisk, fullDisk

    /// Of machines that nobody calls, which keep nothing, and what they do costs them nothing.
    static let ofClients: [Stroke] = [
        .crashOfProcess, .crash, .isolation, .deafness, .muteness, .flapping, .reset, .halfOpen, .delay,
        .loss, .duplication, .reordering, .corruption, .narrowing,
    ]

    /// Begins at a machine, for a while.
    func strike(
        _ machine: MachineSet, in cluster: Cluster, servers: MachineSet, at time: Instant, for span: Span,
        named name: String
    ) {
        let others = cluster.allMachines.subtracting(machine)
        let (here, there) = (LinkGroup(machine), LinkGroup(others))
        let links: [LinkFault.FaultyLink] = [.init(from: here, to: there), .init(from: there, to: here)]
        func plan(_ fault: some Fault) { cluster.plan(fault, named: name, at: time, for: span) }
        switch self {
        case .crashOfProcess: plan(Crash(machine, losing: .process))
        case .crash: plan(Crash(machine, losing: .unsynced))
        case .crashWithDisk: plan(Crash(machine, losing: .disk))
        case .pause: plan(Pause(machine))
        case .slow: plan(Slow(machine, by: .times(20)))
        case .clock: plan(ClockFault(machine, .step(by: .seconds(30))))
        case .isolation: plan(Partition(isolating: machine))
        case .deafness: plan(Partition(between: others, and: machine, direction: .oneWay))
        case .muteness: plan(Partition(between: machine, and: others, direction: .oneWay))
        case .flapping: plan(Flapping(Partition(isolating: machine), on: .seconds(1), off: .seconds(2)))
        case .split: plan(Partition(between: machine, and: servers.subtracting(machine)))
        case .reset: plan(ConnectionLoss(between: machine, and: others, .reset))
        case .halfOpen: plan(ConnectionLoss(between: machine, and: others, .halfOpen))
        case .refusal:
            // Connections that are open go on, so they are lost first.
            cluster.plan(
                ConnectionLoss(between: machine, and: others, .reset), named: "\(name), first", at: time,
                for: span)
            plan(ConnectionFault(machine, .refused))
        case .errors: plan(ErrorFault(machine, share: 0.3))
        case .delay: plan(LinkFault.delay(on: links, .delay(.milliseconds(300))))
        case .loss: plan(LinkFault.loss(on: links, 0.1))
        case .duplication: plan(LinkFault.duplicate(on: links, 0.2))
        case .reordering: plan(LinkFault.reorder(on: links, 0.2, by: .milliseconds(50)))
        case .corruption: plan(LinkFault.corrupt(on: links, 0.1))
        case .narrowing: plan(LinkFault.bufferbloat(on: links, .megabitsPerSecond(1)))
        case .slowDisk: plan(DiskFault(machine, .slow(by: .times(100))))
        case .fullDisk: plan(DiskFault(machine, .full))
        }
    }
}

/// Which kinds of faults have met work of which roles.
struct CellTable {
    /// What machines may be hit by.
    static let kinds = [
        "crash", "restart-storm", "rolling-restart", "pause", "slow", "clock", "memory", "disk",
        "partition", "flapping partition", "swizzle", "reset", "half-open", "refused", "connections",
        "errors", "delay", "loss", "duplicate", "reorder", "corrupt", "bufferbloat",
    ]

    struct Spared {
        let kind: String
        let roles: [String]
        let reason: String

        init(_ kind: String, _ roles: [String], _ reason: String) {
            (self.kind, self.roles, self.reason) = (kind, roles, reason)
        }

        /// What no trial of one machine at a time plays.
        static func ofOne(_ roles: [String]) -> [Spared] {
            [
                Spared("swizzle", roles, "of one machine it is a partition"),
                Spared("restart-storm", roles, "of one machine it is a crash"),
                Spared("rolling-restart", roles, "of one machine it is a crash"),
                Spared("connections", roles, "they are open before the first fault, and open ones go on"),
                Spared("memory", roles, "no part says how much memory it takes"),
            ]
        }
    }

    let roles: [String]
    var kinds = Self.kinds
    /// Kinds of faults that some roles are spared, and why.
    let spared: [Spared]
    private var met: Set<String> = []

    init(roles: [String], kinds: [String] = [], spared: [Spared]) {
        self.roles = roles
        self.kinds += kinds
        self.spared = Spared.ofOne(roles) + spared
    }

    /// A role's name ends at its first space.
    mutating func note(_ encounters: [Encounter]) {
        for encounter in encounters where encounter.met > 0 {
            let role = String(encounter.role.split(separator: " ")[0])
            if roles.contains(role) { met.insert("\(encounter.kind) of \(role)") }
        }
    }

    /// - Parameter isWhole: whether so much was played that every cell must have met work.
    func check(isWhole: Bool) {
        let reasons = Set(spared.flatMap { spared in spared.roles.map { "\(spared.kind) of \($0)" } })
        let cells = Set(kinds.flatMap { kind in roles.map { "\(kind) of \($0)" } })
        // Disks and cores are seldom at work at the very moment: few seeds do not meet them all.
        if isWhole { #expect(cells.subtracting(reasons).subtracting(met).sorted() == []) }
        #expect(reasons.intersection(met).sorted() == [], "met work, and has a reason not to")
        #expect(met.subtracting(cells).sorted() == [], "is no cell of the table")
    }
}
