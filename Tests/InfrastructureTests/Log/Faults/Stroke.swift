import Cluster
import Simulation
import Vocabulary

/// What may befall a machine of a log, or of those that use it.
enum Stroke: CaseIterable {
    case crashOfProcess, crash, crashWithDisk
    case pause, slow, clock
    case isolation, deafness, muteness
    case reset, halfOpen, errors
    case delay, loss
    case slowDisk, fullDisk
    case leaderLoss, rebalance

    static let ofBrokers = allCases
    /// A controller without room on its disk ends, which is a crash; the others are of brokers alone.
    static let ofControllers: [Stroke] = [
        .crashOfProcess, .crash, .crashWithDisk, .pause, .slow, .clock, .isolation, .deafness, .muteness,
        .reset,
        .halfOpen, .errors, .delay, .loss, .slowDisk,
    ]
    /// What is sent and read costs them nothing, and they keep nothing.
    static let ofClients: [Stroke] = [
        .crashOfProcess, .crash, .isolation, .deafness, .muteness, .reset, .halfOpen, .delay, .loss,
    ]

    /// Begins in `site` at a machine, for a while.
    func strike(
        _ machine: MachineSet, in site: LogSite, partition: Int, at time: Instant, for span: Span,
        named name: String
    ) {
        let cluster = site.cluster
        let others = cluster.allMachines.subtracting(machine)
        func plan(_ fault: some Fault) { cluster.plan(fault, named: name, at: time, for: span) }
        func onLinks(_ kind: String, _ profile: LinkProfile) {
            let (here, there) = (LinkGroup(machine), LinkGroup(others))
            plan(
                LinkFault(
                    on: [.init(from: here, to: there), .init(from: there, to: here)], profile, kind: kind))
        }
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
        case .reset: plan(ConnectionLoss(between: machine, and: others, .reset))
        case .halfOpen: plan(ConnectionLoss(between: machine, and: others, .halfOpen))
        case .errors: plan(ErrorFault(machine, share: 0.3))
        case .delay: onLinks("delay", LinkProfile(delay: .delay(.milliseconds(300))))
        case .loss: onLinks("loss", LinkProfile(loss: .independent(Bernoulli(0.1))))
        case .slowDisk: plan(DiskFault(machine, .slow(by: .times(100))))
        case .fullDisk: plan(DiskFault(machine, .full))
        case .leaderLoss:
            plan(PartOrder("leader-loss", to: site.brokers, .resign(partition: partition), healedBy: nil))
        case .rebalance: plan(PartOrder("rebalance", to: site.brokers, .rebalance, healedBy: nil))
        }
    }
}
