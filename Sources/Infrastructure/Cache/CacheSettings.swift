public import Simulation
public import Vocabulary

/// What can be set of a cache, beside its machines.
public struct CacheSettings: Settings {
    public var replicas = 1
    public var failover = CacheFailover.sentinels
    public var memoryLimit = ByteCount.megabytes(10_000)
    public var eviction = CacheEviction.leastRecentlyUsed
    public var samples = 5
    public var appendOnly = AppendOnly.everySecond
    public var commandTime = Varied<Span>("10us")
    public var feedTime = Varied<Span>("2us")
    public var replicationDelay = Span.zero
    public var minReplicas = 0
    public var minReplicasLag = Span.seconds(10)
    public var backlog = ByteCount.kibibytes(1_024)
    public var replicationPing = Span.seconds(10)
    public var replicationTimeout = Span.seconds(60)
    public var disklessDelay = Span.seconds(5)
    public var forkPause = Span.milliseconds(10)
    public var loadRate = ByteCount.megabytes(100)
    public var writeBack = Span.seconds(30)
    public var rewriteAbove = ByteCount.mebibytes(64)
    public var nodeTimeout = Span.seconds(15)
    public var validityFactor = 10

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("replicas", \.replicas, "replicas of each shard", in: 0...5),
        Knob("failover", \.failover, "who makes a replica the primary when that one is gone"),
        Knob("memory-limit", \.memoryLimit, "what the entries of a node may take", source: "cache.memory"),
        Knob(
            "eviction", \.eviction, "which entries go when the memory is full", source: "cache.eviction"),
        Knob(
            "samples", \.samples, "entries drawn at random, of which the least recently used goes",
            in: 1...64, source: "cache.eviction"),
        Knob(
            "append-only", \.appendOnly, "whether writes go into a file, and who syncs it",
            source: "cache.fsync"),
        Knob("command-time", \.commandTime, "CPU time of a command", source: "cache.cpuPerOp"),
        Knob(
            "feed-time", \.feedTime, "CPU time of a write that comes from the primary: pipelined",
            source: "cache.cpuPerOp"),
        Knob(
            "replication-delay", \.replicationDelay,
            "how long writes wait before they go to the replicas, beside network and queues",
            in: Span.bounds, source: "cache.replication"),
        Knob(
            "min-replicas", \.minReplicas, "replicas in step without which a primary takes no writes",
            in: 0...5, source: "min-replicas-to-write"),
        Knob(
            "min-replicas-lag", \.minReplicasLag, "since when a replica in step was last heard of",
            source: "min-replicas-max-lag"),
        Knob(
            "backlog", \.backlog, "what a replica may lack without being sent everything",
            source: "repl-backlog-size"),
        Knob(
            "replication-ping", \.replicationPing, "how often a primary says to replicas that it is there",
            source: "repl-ping-replica-period"),
        Knob(
            "replication-timeout", \.replicationTimeout,
            "how long the two ends of a replication wait for a word", source: "repl-timeout"),
        Knob(
            "diskless-delay", \.disklessDelay,
            "how long a primary waits for further replicas before it sends everything",
            in: Span.bounds, source: "repl-diskless-sync-delay"),
        Knob(
            "fork-pause", \.forkPause, "how long a fork stops a node, for each GB in memory",
            in: Span.bounds, source: "cache.forkPause"),
        Knob(
            "load-rate", \.loadRate, "how much of a snapshot, or of a file, is read in a second",
            in: .bytes(1)...ByteCount.bounds.upperBound),
        Knob(
            "write-back", \.writeBack,
            "how often the kernel syncs a file that nobody else syncs", source: "vm.dirty_expire_centisecs"),
        Knob(
            "rewrite-above", \.rewriteAbove,
            "how large the append-only file is when it is first written anew, and then when it has doubled",
            source: "auto-aof-rewrite-min-size"),
        Knob(
            "node-timeout", \.nodeTimeout,
            "after which a node of a cluster suspects another, and a primary without a majority stops",
            source: "cache.failover.cluster"),
        Knob(
            "validity-factor", \.validityFactor,
            "how many node timeouts a replica that stands for election may have been without its primary",
            in: 0...1_000, source: "cluster-replica-validity-factor"),
    ]
}

/// Who makes a replica the primary.
public enum CacheFailover: String, Choice {
    case none
    case sentinels
    /// The nodes among each other.
    case cluster
}

/// Which entries go when the memory is full.
public enum CacheEviction: String, Choice {
    /// None: writes are refused.
    case none = "noeviction"
    case leastRecentlyUsed = "allkeys-lru"
    /// Of those that expire.
    case leastRecentlyUsedExpiring = "volatile-lru"
}

/// Whether writes go into a file, and when that is synced.
public enum AppendOnly: String, Choice {
    /// There is no file.
    case no
    /// The operating system syncs it when it likes.
    case unsynced
    /// Once a second, beside everything else.
    case everySecond = "everysec"
    /// Before the answer.
    case always
}

/// Which node of a cache is what, as it is laid out at first: copies of a shard are numbered one behind the other, so
/// that a role that is spread over zones has them in different ones. The first of each shard is its primary.
public struct CacheLayout: Hashable, Sendable {
    public let nodes: Int
    public let copies: Int

    public init(nodes: Int, replicas: Int) {
        precondition(
            nodes % (replicas + 1) == 0 && nodes > 0,
            "a cache with \(replicas) replicas of each shard has a multiple of \(replicas + 1) nodes, not \(nodes)"
        )
        self.nodes = nodes
        copies = replicas + 1
    }

    public var shards: Int { nodes / copies }
    public func shard(ofNode node: Int) -> Int { node / copies }
    public func shard(of key: CacheKey) -> Int { key.slot * shards / CacheKey.slotCount }
    public func nodes(of shard: Int) -> Range<Int> { shard * copies..<(shard + 1) * copies }
    public func firstPrimary(of shard: Int) -> Int { shard * copies }
}
