public import Chat

/// What is wrong with the text of a threshold, and what would be right.
public struct ThresholdError: Error, Hashable, Sendable {
    /// The characters it is about, from 0; empty at the end of a text that stops too early.
    public var range: Range<Int>
    public var message: String
    public var hint: String?
    /// Whether it names a phase or a fault that there is not.
    var isOfUnknownPeriod = false
}

/// The names that a threshold may use, all of them from its scenario.
public struct ThresholdNames: Hashable, Sendable {
    public var design: String
    public var roles: [String]
    /// Those that have a lag; nil for all of them.
    public var logs: [String]?
    public var phases: [String]
    public var faults: [String]
    /// In the order of the numbers that samples carry.
    public var regions: [String]
    /// In the order of the numbers that samples carry.
    public var access: [String]
    /// Those that the design declares itself.
    public var metrics: [MetricSheet]

    public init(
        design: String, roles: [String] = [], logs: [String]? = nil, phases: [String] = [],
        faults: [String] = [], regions: [String] = [], access: [String] = [], metrics: [MetricSheet] = []
    ) {
        self.design = design
        self.roles = roles
        self.logs = logs
        self.phases = phases
        self.faults = faults
        self.regions = regions
        self.access = access
        self.metrics = metrics
    }

    /// What is read of a role, beside what the design declares.
    func resources(of role: String) -> [Resource] {
        Resource.allCases.filter { $0 != .lag || logs?.contains(role) ?? true }
    }
}

extension Threshold {
    /// What a phase or a fault must not be called, because a threshold could not be read then.
    public static let reservedWords =
        ["during", "before", "after", "except", "where"] + Statistic.words.map(\.word)
}
