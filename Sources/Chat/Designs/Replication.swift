/// Which roles of a design keep copies for each other, and whether these are in sync: then one machine may fail, and nothing
/// is lost. Random faults that recover first ask it; parts know only what they hear.
///
///     site.replication.offer(recipientLog) { log.isInSync(in: cluster) }
public final class Replication {
    private var offers: [(role: String, isInSync: () -> Bool)] = []

    public init() {}

    public func offer(_ role: some RoleDescription, _ isInSync: @escaping () -> Bool) {
        let name = role.sheet.name
        precondition(!keepsCopies(name), "whether \(name) is in sync, twice")
        offers.append((name, isInSync))
    }

    package func keepsCopies(_ role: String) -> Bool { offers.contains { $0.role == role } }

    /// The first of these roles that is not in sync.
    package func notInSync(_ roles: [String]) -> String? {
        roles.first { role in offers.contains { $0.role == role && !$0.isInSync() } }
    }
}
