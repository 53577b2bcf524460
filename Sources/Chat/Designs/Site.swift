public import Cluster
public import Vocabulary

/// Where a design is built: the cluster with its zones, what the scenario has set, and what the system knows
/// of the people that have
/// signed up.
public struct Site: @unchecked Sendable {
    public let cluster: Cluster
    public let census: Census
    public let ledger: Ledger
    /// Where servers stand, by region.
    public let zones: [Zone]
    /// Where the design says how it plays faults of its parts.
    public let partFaults = PartFaults()
    /// Where it says how its own acts are played.
    public let acts = OwnActs()
    /// Where its parts get the meters of its own metrics.
    public let meters: Meters
    private let counts: [String: Int]  // looked up only, never iterated
    private let turned: [String: [(name: String, text: String)]]  // looked up only, never iterated

    /// - Parameters:
    ///   - counts: machines per role, by its name.
    ///   - turned: the knobs that were turned, with their values, by the name of the role.
    public init(
        cluster: Cluster, census: Census, ledger: Ledger, zones: [Zone], counts: [String: Int],
        turned: [String: [(name: String, text: String)]], meters: Meters
    ) {
        self.cluster = cluster
        self.census = census
        self.ledger = ledger
        self.zones = zones
        self.counts = counts
        self.turned = turned
        self.meters = meters
    }

    /// How many machines a role has.
    public func count(of role: String) -> Int {
        guard let count = counts[role] else { preconditionFailure("the sheet has no role '\(role)'") }
        return count
    }

    /// What was set for a role; the defaults for what was not.
    public func settings<S: Settings>(_: S.Type = S.self, of role: String) -> S { S(turned[role] ?? []) }
}
