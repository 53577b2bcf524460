import Cluster
import Infrastructure
import Simulation
import Vocabulary

/// What may befall a machine of a log, or of those that use it.
enum LogStroke: Equatable {
    case stroke(Stroke)
    case leaderLoss, rebalance

    static let ofBrokers: [LogStroke] = Stroke.allCases.map { .stroke($0) } + [.leaderLoss, .rebalance]
    /// A controller without room on its disk ends, which is a crash.
    static let ofControllers: [LogStroke] = Stroke.allCases.filter { $0 != .fullDisk }.map { .stroke($0) }
    static let ofClients: [LogStroke] = Stroke.ofClients.map { .stroke($0) }

    static let table = CellTable(
        roles: ["log", "log-controller"] + clients, kinds: ["leader-loss", "rebalance"],
        spared: [
            .init("pause", clients, costless), .init("slow", clients, costless),
            .init("clock", clients, costless), .init("disk", clients, "they keep nothing"),
            .init("errors", clients, uncalled), .init("refused", clients, uncalled),
            .init("leader-loss", ["log-controller"] + clients, ofBrokersAlone),
            .init("rebalance", ["log-controller"] + clients, ofBrokersAlone),
        ])
    private static let clients = ["feeder", "reader"]
    private static let costless = "what they send and read costs them nothing"
    private static let uncalled = "nobody calls them"
    private static let ofBrokersAlone = "it is an order to brokers"

    /// Begins in `site` at a machine, for a while.
    func strike(
        _ machine: MachineSet, in site: LogSite, partition: Int, at time: Instant, for span: Span,
        named name: String
    ) {
        let cluster = site.cluster
        func order(_ kind: String, _ order: LogBroker.Inbox) {
            cluster.plan(
                PartOrder(kind, to: site.brokers, order, healedBy: nil), named: name, at: time, for: span)
        }
        switch self {
        case .stroke(let stroke):
            let servers = cluster.machines(of: site.brokers).union(cluster.machines(of: site.controllers))
            stroke.strike(machine, in: cluster, servers: servers, at: time, for: span, named: name)
        case .leaderLoss: order("leader-loss", .resign(partition: partition))
        case .rebalance: order("rebalance", .rebalance)
        }
    }
}
