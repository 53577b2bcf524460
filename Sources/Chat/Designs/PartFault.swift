public import Cluster

/// A fault inside of a role's parts, of which only its design knows what it means.
public enum PartFault: Hashable, Sendable {
    /// The replica that leads this partition or shard no longer does.
    case leaderLoss(partition: Int)
    /// Consumers are assigned anew.
    case rebalance
    /// A cache forgets everything.
    case flush
    /// So large a share of calls is answered with an error.
    case errors(rate: Double)

    /// As scenario files call them.
    public enum Kind: String, CaseIterable, Sendable {
        case leaderLoss = "leader-loss"
        case rebalance
        case flush
        case errors
    }

    public var kind: Kind {
        switch self {
        case .leaderLoss: .leaderLoss
        case .rebalance: .rebalance
        case .flush: .flush
        case .errors: .errors
        }
    }
}

/// How a design plays faults of its parts: it offers, while it is built, to each kind that a role's sheet
/// names an order of its own.
///
///     site.partFaults.offer(.flush, of: cache) { _ in PartOrder("flush", to: caches, .forgetAll, healedBy: nil) }
public final class PartFaults {
    private var offers: [(kind: PartFault.Kind, role: String, make: (PartFault) -> any Fault)] = []

    public init() {}

    public func offer(
        _ kind: PartFault.Kind, of role: some RoleDescription, _ make: @escaping (PartFault) -> any Fault
    ) {
        let role = role.sheet.name
        precondition(!offers.contains { $0.kind == kind && $0.role == role }, "\(kind) of \(role) twice")
        offers.append((kind, role, make))
    }

    func isOffered(_ kind: PartFault.Kind, of role: String) -> Bool {
        offers.contains { $0.kind == kind && $0.role == role }
    }

    /// The fault, of a role whose sheet names its kind.
    public func fault(_ fault: PartFault, of role: String) -> any Fault {
        guard let offer = offers.first(where: { $0.kind == fault.kind && $0.role == role }) else {
            preconditionFailure(
                "the sheet promises \(fault.kind.rawValue) of \(role), and the design does not")
        }
        return offer.make(fault)
    }
}
