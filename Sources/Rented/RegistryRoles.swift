public import Chat
public import Cluster
public import Infrastructure
public import Vocabulary

/// What can be set of the servers of a registry: that of the registry, and of their machines.
public struct RegistryRoleSettings: RoleSettings {
    public var machine = MachineSettings()
    public var registry = RegistrySettings()

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + RegistrySettings.knobs.map { Knob($0, of: \.registry) }
}

extension Role where P == RegistryServer, S == RegistryRoleSettings {
    /// The servers of a registry; an odd number, since most of them have to be there.
    public static func registry(_ name: String, _ sentence: String, requirements: [String] = []) -> Self {
        Role(
            name, sentence, requirements: requirements, count: 3, in: AgreementSettings.members,
            settings: RegistryRoleSettings.self, of: RegistryServer.self)
    }
}

extension Site {
    /// Puts a registry on the machines of its role. Parts are clients of what this returns (`RegistryClient`).
    @discardableResult
    public func addRegistry(
        _ role: Role<RegistryServer, RegistryRoleSettings>
    ) -> Endpoints<RegistryServer> {
        let servers = reserve(role)
        replication.offer(role) { [unowned cluster] in RegistryServer.areInSync(servers, in: cluster) }
        return add(role) { RegistryServer(seat: $0, servers: servers, settings: $1.registry) }
    }
}
