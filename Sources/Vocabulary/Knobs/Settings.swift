/// The settings of a component: a struct whose fields are its knobs.
///
///     struct HostSettings: Settings {
///         var serviceTime = Varied<Span>("exp 150us")
///         var batch = 500
///
///         static let knobs = [
///             Knob("service-time", \.serviceTime, "CPU time of one delivery"),
///             Knob("batch", \.batch, "letters taken at a time", in: 1...10_000, source: "S0-14"),
///         ]
///     }
///
/// Defaults are those of `init()`, nowhere else. Files, schema and help are made from the knobs.
public protocol Settings: Sendable {
    init()
    static var knobs: [Knob<Self>] { get }
    /// Two knobs that do not go together: the name of the one to change, and the reason. Nil when all is
    /// well.
    var conflict: Conflict? { get }
}

/// Knobs that do not go together.
public struct Conflict: Hashable, Sendable {
    public var knob: String
    public var message: String
    /// What would be right, as files write it: `idempotence: off`.
    public var remedy: String?

    public init(_ knob: String, _ message: String, remedy: String? = nil) {
        self.knob = knob
        self.message = message
        self.remedy = remedy
    }
}

extension Settings {
    public var conflict: Conflict? { nil }

    /// The defaults with some knobs turned. Both names and texts were checked against the knobs when the file
    /// was read.
    public init(_ turned: some Sequence<(name: String, text: String)>) {
        self.init()
        for (name, text) in turned {
            guard let knob = Self.knobs.first(where: { $0.description.name == name }) else {
                preconditionFailure("\(Self.self) has no knob '\(name)'")
            }
            do throws(Misreading) {
                try knob.turn(&self, text)
            } catch {
                preconditionFailure("\(name): \(error.message)")
            }
        }
    }
}
