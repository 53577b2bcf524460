public import Cluster
public import Vocabulary

/// A fault inside of a role's parts, of which only its design knows what it means.
///
/// Which kinds there are is the affair of scenario files; a role's sheet says which of them its parts can play.
public struct PartFault: Hashable, Sendable {
    /// As scenario files call it, `leader-loss`.
    public let kind: String
    /// Which partition or shard it befalls, where it befalls one.
    public let partition: Int
    /// Of how many: of calls, of entries, of machines.
    public let share: Double
    /// How old answers are.
    public let age: Span

    public init(_ kind: String, partition: Int = 0, share: Double = 1, age: Span = .zero) {
        (self.kind, self.partition, self.share, self.age) = (kind, partition, share, age)
    }
}

/// How a design plays faults of its parts: it offers, while it is built, to each kind that a role's sheet
/// names an order of its own. Where a fault is of some machines only, the order goes to the parts there.
///
///     site.partFaults.offer("flush", of: cache) { _ in PartOrder("flush", to: caches, .forgetAll, healedBy: nil) }
public final class PartFaults {
    private var offers: [(kind: String, role: String, make: (PartFault, MachineSet?) -> any Fault)] = []

    public init() {}

    public func offer<P: Part>(
        _ kind: String, of role: some RoleDescription, _ make: @escaping (PartFault) -> PartOrder<P>
    ) {
        let role = role.sheet.name
        precondition(!offers.contains { $0.kind == kind && $0.role == role }, "\(kind) of \(role) twice")
        offers.append(
            (
                kind, role,
                { fault, machines in
                    let order = make(fault)
                    return machines.map { order.kept(to: $0) } ?? order
                }
            ))
    }

    func isOffered(_ kind: String, of role: String) -> Bool {
        offers.contains { $0.kind == kind && $0.role == role }
    }

    /// The fault, of a role whose sheet names its kind; of all its parts, or of those on some machines.
    public func fault(_ fault: PartFault, of role: String, on machines: MachineSet? = nil) -> any Fault {
        guard let offer = offers.first(where: { $0.kind == fault.kind && $0.role == role }) else {
            preconditionFailure(
                "the sheet promises \(fault.kind) of \(role), and the design does not")
        }
        return offer.make(fault, machines)
    }
}
