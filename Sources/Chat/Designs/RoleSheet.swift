public import Cluster
public import Vocabulary

/// A kind of component of a design, and how many machines of it there are when nobody says otherwise.
public struct RoleSheet: Sendable {
    /// As in files, `chat-host`.
    public var name: String
    public var sentence: String
    /// The rules of the document that it follows, `S0-18`.
    public var requirements: [String]
    /// Machines.
    public var count: Int
    public var range: ClosedRange<Int>
    /// How many more there are that are off until a part boots them; nil when none ever does.
    public var spare: Int?
    /// The key for the number of machines: `count`, or what its own world calls them, `brokers`.
    public var countedAs: String
    public var placement: Placement
    /// The knob that says how many parts (partitions, shards) there are, if faults can hit one of them.
    public var partsKnob: String?
    /// The faults inside of its parts that it can play.
    public var faults: [String]
    /// Whether it is a log, of which consumers may be behind.
    public var hasLag: Bool
    public var settings: SettingsDescription
    /// Its settings with the knobs as they stand, for the parts of a role; nil where none is declared.
    package var read: @Sendable ([(name: String, text: String)]) -> (any RoleSettings)?
    /// Whether its knobs go with so many machines, and with each other.
    public var conflict: @Sendable ([(name: String, text: String)], _ machines: Int) -> Conflict?

    public init(
        _ name: String, _ sentence: String, requirements: [String] = [], count: Int = 1,
        in range: ClosedRange<Int> = 1...10_000, spare: Int? = nil, countedAs: String = "count",
        placement: Placement = .zones,
        partsKnob: String? = nil, faults: [String] = [], hasLag: Bool = false
    ) {
        self.name = name
        self.sentence = sentence
        self.requirements = requirements
        self.count = count
        self.range = range
        self.spare = spare
        self.countedAs = countedAs
        self.placement = placement
        self.partsKnob = partsKnob
        self.faults = faults
        self.hasLag = hasLag
        settings = .none
        read = { _ in nil }
        conflict = { _, _ in nil }
    }

    public init(
        _ name: String, _ sentence: String, requirements: [String] = [], count: Int = 1,
        in range: ClosedRange<Int> = 1...10_000, spare: Int? = nil, countedAs: String = "count",
        placement: Placement = .zones,
        partsKnob: String? = nil, faults: [String] = [], hasLag: Bool = false, settings: (some Settings).Type
    ) {
        self.init(
            name, sentence, requirements: requirements, count: count, in: range, spare: spare,
            countedAs: countedAs,
            placement: placement, partsKnob: partsKnob, faults: faults, hasLag: hasLag)
        self.settings = SettingsDescription(of: settings)
        conflict = { [known = self.settings.conflict] turned, _ in known(turned) }
    }
}

/// Over which places the machines of a role are spread, one after the other.
public enum Placement: Sendable {
    /// All in one zone of the first region.
    case oneZone
    /// The zones of the first region.
    case zones
    /// All regions, and the zones of each.
    case regions

    /// Where a machine stands. It depends on its number alone, and not on how many there are.
    public func zone(of number: Int, in zones: [[Zone]]) -> Zone {
        switch self {
        case .oneZone: zones[0][0]
        case .zones: zones[0][number % zones[0].count]
        case .regions: zones[number % zones.count][number / zones.count % zones[number % zones.count].count]
        }
    }
}

/// What describes a role: its sheet, and the declaration that a design makes it from.
public protocol RoleDescription: Sendable {
    var sheet: RoleSheet { get }
}

extension RoleSheet: RoleDescription {
    public var sheet: RoleSheet { self }
}
