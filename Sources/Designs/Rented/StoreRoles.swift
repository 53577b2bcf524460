public import Chat
public import Infrastructure
public import Vocabulary

/// What can be set of the nodes of a wide-column store: that of the store, and of their machines.
public struct WideColumnRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var store = WideColumnSettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        // The store calls by that name when its commit log is synced.
        MachineSettings.knobs(at: \.machine).filter { $0.description.name != "sync" } + [
            Knob(
                "disk-sync", \.machine.sync, "time of a sync of its disk", source: "disk.fsync.nvme",
                relieves: .disk)
        ] + WideColumnSettings.knobs.map { Knob($0, of: \.store) }

    public var conflict: Conflict? { store.conflict }
}

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
