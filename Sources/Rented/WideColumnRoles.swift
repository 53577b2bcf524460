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

extension Site {
    /// Puts a wide-column store on the machines of its role, which is reserved, since others know its ring.
    public func addWideColumnStore(
        _ role: Role<WideColumnNode, WideColumnRoleSettings>, on ring: WideColumnRing
    ) {
        add(role) { WideColumnNode(seat: $0, ring: ring, settings: $1.store) }
        replication.offer(role) { [unowned cluster] in ring.isInSync(in: cluster) }
    }
}
