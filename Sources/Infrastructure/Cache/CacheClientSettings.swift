public import Cluster
public import Vocabulary

/// What can be set of a client of a cache.
public struct CacheClientSettings: Settings {
    public var timeout = Span.seconds(1)
    public var retryAfter = Span.milliseconds(20)
    public var giveUpAfter = Span.seconds(5)

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("cache-timeout", \.timeout, "how long an answer of a cache may take"),
        Knob("cache-retry-after", \.retryAfter, "the pause before a cache is asked again"),
        Knob(
            "cache-give-up-after", \.giveUpAfter,
            "how long a cache is asked that does not take a command; 0s for once", in: Span.bounds),
    ]
}

/// Where a cache is, as a part that uses it has to know.
public struct CachePlace: Sendable {
    public let nodes: Endpoints<CacheNode>
    /// Whom clients ask where primaries are; nil where nodes say so themselves, or nobody takes over.
    public let sentinels: Endpoints<CacheSentinel>?
    /// Whether any node of a shard knows who its primary is, or becomes it by itself.
    let nodesKnow: Bool
    public let layout: CacheLayout

    public init(nodes: Endpoints<CacheNode>, sentinels: Endpoints<CacheSentinel>?, settings: CacheSettings) {
        self.nodes = nodes
        self.sentinels = settings.failover == .sentinels ? sentinels : nil
        nodesKnow = settings.failover == .cluster
        layout = CacheLayout(nodes: nodes.count, replicas: settings.replicas)
    }

    /// Whether each shard has one primary, and all others of it follow that one, for looking on.
    public func isInSync(in cluster: Cluster) -> Bool {
        (0..<layout.shards).allSatisfy { shard in
            let members = layout.nodes(of: shard).map { number in
                (number: number, primary: cluster.inspect(nodes[number]) { $0.followed })
            }
            let primaries = members.filter { $0.primary == .nobody }
            return primaries.count == 1
                && members.allSatisfy { $0.primary == .nobody || $0.primary == .fed(by: primaries[0].number) }
        }
    }
}
