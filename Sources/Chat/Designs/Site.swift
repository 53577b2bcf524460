public import Cluster
public import Vocabulary

/// Where a design is built: the cluster with its zones, what the scenario has set, and what the system knows
/// of the people that have signed up.
public struct Site: @unchecked Sendable {
    /// It has the parts, which have this.
    public unowned let cluster: Cluster
    public let census: Census
    public let ledger: Ledger
    /// Where servers stand: the zones of each region.
    public let zones: [[Zone]]
    /// Where the design says how it plays faults of its parts.
    public let partFaults = PartFaults()
    /// Where it says how its own acts are played.
    public let acts = OwnActs()
    /// Where it says who is told that somebody's credentials are revoked.
    public let revocations = Revocations()
    /// Where it says where the further channels of apps lead.
    public let doors = Doors()
    /// What is around the sealed bodies of letters.
    public let envelopes = Envelopes()
    /// What files weigh that letters refer to.
    public let files = Files()
    /// Where its parts leave what is too large for an answer.
    public let pages: Pages
    /// Where it says which parts take over what is known from earlier days.
    public let earlierDays = EarlierDays()
    /// Where it says how far behind the consumers of its logs are.
    public let lags = Lags()
    public let replication = Replication()
    /// Where its parts get the meters of its own metrics.
    public let meters: Meters
    /// What the scenario has apps do otherwise than the design would have them.
    public let client: ClientChoice
    @usableFromInline let setups: [String: Setup]  // by name of the role; looked up only, never iterated

    /// How many machines a role has, and what is set for it.
    public struct Setup: Sendable {
        public var count: Int
        /// Machines that are off at first.
        public var spare: Int
        public var bootTime: Span
        /// Nil: the defaults.
        public var settings: (any RoleSettings)?

        public init(
            count: Int = 1, spare: Int = 0, bootTime: Span = .seconds(5),
            settings: (any RoleSettings)? = nil
        ) {
            self.count = count
            self.spare = spare
            self.bootTime = bootTime
            self.settings = settings
        }
    }

    /// - Parameter setups: for each role of the design, by its name.
    public init(
        cluster: Cluster, census: Census, ledger: Ledger, zones: [[Zone]], setups: [String: Setup],
        meters: Meters, client: ClientChoice = ClientChoice()
    ) {
        self.cluster = cluster
        self.census = census
        self.ledger = ledger
        self.zones = zones
        self.setups = setups
        self.meters = meters
        pages = Pages(envelopes)
        self.client = client
    }

    /// What a part tells the facts of a promise that the design's sheet lists.
    public func watch<Rule: ChatInvariant>(_ promise: Rule.Type) -> Watch<Rule> {
        ledger.invariants.watch(of: promise)
    }
}
