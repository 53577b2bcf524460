import Cluster
import Simulation
import Vocabulary

/// What may befall a machine of a log, or of those that use it.
enum Stroke: CaseIterable {
    case crashOfProcess, crash, crashWithDisk
    case pause, slow, clock
    case isolation, deafness, muteness, flapping
    /// Brokers and controllers do not hear of each other, and clients hear of all.
    case split
    case reset, halfOpen, refusal, errors
    case delay, loss, duplication, reordering, corruption, narrowing
    case slowDisk, fullDisk
    case leaderLoss, rebalance

    static let ofBrokers = allCases
    /// A controller without room on its disk ends, which is a crash; the others are of brokers alone.
    static let ofControllers = allCases.filter { ![.fullDisk, .leaderLoss, .rebalance].contains($0) }
    static let ofClients: [Stroke] = [
        .crashOfProcess, .crash, .isolation, .deafness, .muteness, .flapping, .reset, .halfOpen, .delay,
        .loss, .duplication, .reordering, .corruption, .narrowing,
    ]

    /// Kinds of faults that machines of no role, or of these, are spared, and why.
    static let spared: [(kind: String, roles: [String], reason: String)] = [
        ("memory", LogTrial.roles, "no part of a log says how much memory it takes"),
        ("connections", LogTrial.roles, "they are open before the first fault, and open ones go on"),
        ("swizzle", LogTrial.roles, "of one machine it is a partition"),
        ("restart-storm", LogTrial.roles, "of one machine it is a crash"),
        ("rolling-restart", LogTrial.roles, "of one machine it is a crash"),
        ("pause", clients, costless), ("slow", clients, costless), ("clock", clients, costless),
        ("disk", clients, "they keep nothing"),
        ("errors", clients, uncalled), ("refused", clients, uncalled),
        ("leader-loss", ["log-controller"] + clients, ofBrokersAlone),
        ("rebalance", ["log-controller"] + clients, ofBrokersAlone),
    ]
    private static let clients = ["feeder", "reader"]
    private static let costless = "what they send and read costs them nothing"
    private static let uncalled = "nobody calls them"
    private static let ofBrokersAlone = "it is an order to brokers"

    /// What machines may be hit by.
    static let kinds = [
        "crash", "restart-storm", "rolling-restart", "pause", "slow", "clock", "memory", "disk",
        "partition", "flapping partition", "swizzle", "reset", "half-open", "refused", "connections",
        "errors",
        "delay", "loss", "duplicate", "reorder", "corrupt", "bufferbloat", "leader-loss", "rebalance",
    ]

    /// Begins in `site` at a machine, for a while.
    func strike(
        _ machine: MachineSet, in site: LogSite, partition: Int, at time: Instant, for span: Span,
        named name: String
    ) {
        let cluster = site.cluster
        let others = cluster.allMachines.subtracting(machine)
        let (here, there) = (LinkGroup(machine), LinkGroup(others))
        let links: [LinkFault.Link] = [.init(from: here, to: there), .init(from: there, to: here)]
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
        case .split:
            let servers = cluster.machines(of: site.brokers).union(cluster.machines(of: site.controllers))
            plan(Partition(between: machine, and: servers.subtracting(machine)))
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
        case .leaderLoss:
            plan(PartOrder("leader-loss", to: site.brokers, .resign(partition: partition), healedBy: nil))
        case .rebalance: plan(PartOrder("rebalance", to: site.brokers, .rebalance, healedBy: nil))
        }
    }
}
