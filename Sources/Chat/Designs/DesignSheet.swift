public import Vocabulary

/// What a design says about itself: all that files, help and reports have to know before anything runs.
///
///     DesignSheet("echo", "One server that sends everything back", roles: [server])
///
/// The keys under `topology`, their checks, the schema for editors and `hubbub designs` are made from it. What is wrong
/// with it (`mistakes`) is found before a command reads a scenario.
public struct DesignSheet: Sendable {
    /// As `design:` in a file, `sender-service`.
    public var name: String
    /// The idea in one line, without its full stop.
    public var sentence: String
    public var roles: [RoleSheet]
    /// What it measures beside the metrics of every design.
    public var metrics: [MetricSheet]
    /// What people can do in its scripts beside the acts of every design.
    public var acts: [ActSheet]
    /// What it promises beside what every design can: each is checked in every run, and a file can switch it
    /// off by name.
    public var promises: [any ChatInvariant.Type]
    /// Whether it lets nobody in whose credentials were revoked (S0-9, S3-1).
    public var checksCredentials: Bool
    /// What its apps can be told to do beyond what every app can.
    public var abilities: Set<ClientAbility>
    /// Nil when nobody has measured it.
    public var effort: Effort?
    /// What its document says it is made for; nil when it does not say.
    public var scale: ScaleSheet?

    public init(
        _ name: String, _ sentence: String, roles: [any RoleDescription], metrics: [MetricSheet] = [],
        acts: [ActSheet] = [], promises: [any ChatInvariant.Type] = [], checksCredentials: Bool = false,
        abilities: Set<ClientAbility> = [], effort: Effort? = nil, scale: ScaleSheet? = nil
    ) {
        self.name = name
        self.sentence = sentence
        self.roles = roles.map(\.sheet)
        self.metrics = metrics
        self.acts = acts
        self.promises = promises
        self.checksCredentials = checksCredentials
        self.abilities = abilities
        self.scale = scale
        self.effort = effort
    }

    /// The same of a design under another name: a variant of it, or a mutant.
    public func renamed(_ name: String) -> DesignSheet {
        var sheet = self
        sheet.name = name
        return sheet
    }

    /// All that runs of it can be held to, in the order of lists.
    public var allPromises: [Promise] { (ChatInvariants.ofEveryDesign + promises).map { $0.promise } }

    public func role(_ name: String) -> RoleSheet? { roles.first { $0.name == name } }
}

/// How many people a design is made for, and how much they send.
public struct ScaleSheet: Hashable, Sendable {
    public var people: Int
    /// From one letter of a person to the next.
    public var interval: Span
    public var letter: ByteCount
    /// The rule that says so, `S0-6`.
    public var requirement: String

    public init(people: Int, oneLetterEvery interval: Span, of letter: ByteCount, requirement: String) {
        (self.people, self.interval, self.letter, self.requirement) = (people, interval, letter, requirement)
    }
}
