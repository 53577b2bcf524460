public import Chat
internal import Cluster
public import Infrastructure
public import Vocabulary

/// What can be set of the nodes of a cache.
public struct CacheRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var cache = CacheSettings()

    public init() { machine.cores = 1 }

    public static let knobs: [Knob<Self>] =
        // A node works on one command at a time.
        MachineSettings.knobs(at: \.machine).filter { $0.description.name != "cores" } + [
            Knob(
                "cores", \.machine.cores, "cores of its machine; a node uses one", in: 1...64,
                source: "cache.cpuPerOp", relieves: .cores)
        ] + CacheSettings.knobs.map { Knob($0, of: \.cache) }

    public var conflict: Conflict? { cache.conflict }

    public func conflict(machines: Int) -> Conflict? {
        let copies = cache.replicas + 1
        return cache.conflict
            ?? (machines % copies > 0
                ? Conflict(
                    "replicas",
                    "a shard with replicas: \(cache.replicas) is \(copies) nodes, so their count is a multiple of that, and not \(machines)"
                ) : nil)
    }
}

/// What can be set of the sentinels of a cache.
public struct SentinelRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var sentinel = SentinelSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + SentinelSettings.knobs.map { Knob($0, of: \.sentinel) }
}

extension Role where P == CacheNode, S == CacheRoleSettings {
    /// The nodes of a cache: primaries and their replicas.
    public static func cache(_ name: String, _ sentence: String, requirements: [String] = []) -> Self {
        Role(
            name, sentence, requirements: requirements, count: 2, in: 1...1_000, faults: ["flush", "evict"],
            settings: CacheRoleSettings.self, of: CacheNode.self)
    }
}

extension Role where P == CacheSentinel, S == SentinelRoleSettings {
    /// The sentinels of a cache, which make a replica the primary when that one is gone.
    public static func cacheSentinel(_ name: String, _ sentence: String, requirements: [String] = []) -> Self
    {
        Role(
            name, sentence, requirements: requirements, count: 3, in: SentinelSettings.members,
            settings: SentinelRoleSettings.self,
            of: CacheSentinel.self)
    }
}

extension Site {
    /// Where a cache is going to be, as its clients have to know (`CacheClient`). Nothing runs there before `addCache`.
    public func reserveCache(
        _ role: Role<CacheNode, CacheRoleSettings>, sentinels: Role<CacheSentinel, SentinelRoleSettings>
    ) -> CachePlace {
        CachePlace(nodes: reserve(role), sentinels: reserve(sentinels), settings: settings(of: role).cache)
    }

    /// Puts a cache on the machines of its roles, with the faults of its parts.
    @discardableResult
    public func addCache(
        _ role: Role<CacheNode, CacheRoleSettings>, sentinels: Role<CacheSentinel, SentinelRoleSettings>
    ) -> CachePlace {
        let place = reserveCache(role, sentinels: sentinels)
        let (nodes, watchers) = (place.nodes, reserve(sentinels))
        let replicas = settings(of: role).cache.replicas
        add(role) { CacheNode(seat: $0, nodes: nodes, sentinels: watchers, settings: $1.cache) }
        replication.offer(role) { [unowned cluster] in place.isInSync(in: cluster) }
        partFaults.offer("flush", of: role) { _ in
            PartOrder("flush", to: nodes, .forget(share: 1), healedBy: nil)
        }
        partFaults.offer("evict", of: role) {
            PartOrder("evict", to: nodes, .forget(share: $0.share), healedBy: nil)
        }
        add(sentinels) {
            CacheSentinel(
                seat: $0, nodes: nodes, sentinels: watchers, replicas: replicas, settings: $1.sentinel)
        }
        return place
    }
}
