public import Cluster
public import Vocabulary

/// A role of a design: its name, the type of its parts, their settings, how many there are. It is declared
/// once, and everything else goes by the declaration.
///
///     static let messageLog = Role(
///         "message-log", "Keeps letters in order", requirements: ["S0-12"], count: 3, in: 1...100,
///         countedAs: "brokers", settings: LogSettings.self, of: Log.self)
///     static let recipientLog = Role(
///         "recipient-log", "Keeps them for each recipient", requirements: ["S0-15"], count: 3, in: 1...100,
///         countedAs: "brokers", settings: LogSettings.self, of: Log.self)
///
/// Parts of one type may serve several roles, each with a name, machines, settings, faults and meters of its own.
public struct Role<P: Part, S: RoleSettings>: RoleDescription {
    public let sheet: RoleSheet

    public var name: String { sheet.name }

    public init(
        _ name: String, _ sentence: String, requirements: [String] = [], count: Int = 1,
        in range: ClosedRange<Int> = 1...10_000, spare: Int? = nil, countedAs: String = "count",
        placement: Placement = .zones,
        partsKnob: String? = nil, faults: [String] = [], hasLag: Bool = false,
        settings: S.Type = MachineSettings.self,
        of: P.Type
    ) {
        var sheet = RoleSheet(
            name, sentence, requirements: requirements, count: count, in: range, spare: spare,
            countedAs: countedAs,
            placement: placement, partsKnob: partsKnob, faults: faults, hasLag: hasLag, settings: settings)
        sheet.conflict = { S($0).conflict(machines: $1) }
        sheet.read = { S($0) }
        self.sheet = sheet
    }
}

/// The settings of a role whose parts run on machines.
public protocol RoleSettings: Settings {
    var machine: MachineSettings { get }
    /// The same as `conflict`, for what also has to go with the number of machines.
    func conflict(machines: Int) -> Conflict?
}

extension RoleSettings {
    public func conflict(machines: Int) -> Conflict? { conflict }
}

extension MachineSettings: RoleSettings {
    public var machine: MachineSettings { self }
}
