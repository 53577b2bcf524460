public import Vocabulary

/// A scenario with everything resolved: what is here decides a run, and nothing else does.
public struct Scenario: Hashable, Sendable {
    /// The version of the format.
    public var format = Format(version: 1)
    public var name = ""
    public var title = ""
    public var design = ""
    public var seed = 0
    /// Simulated time, warm-up included.
    public var duration = Span.zero
    /// Played, not counted in thresholds.
    public var warmup = Span.zero
    /// A tap that is not accepted by then counts against availability.
    public var patience = Span.seconds(10)
    /// After the duration: nobody sends, what was sent may still arrive.
    public var drain = Span.minutes(2)
    public var users = Users()
    public var load: [Phase] = []
    public var topology = Topology()
    public var client = Client()
    public var healthy: HealthyLines?
    public var faults: [FaultPlan] = []
    public var random: RandomFaults?
    public var thresholds: [ThresholdLine] = []
    public var script: [ScriptAct] = []
    public var invariants = InvariantSwitches()

    /// The whole scenario as a file, defaults written out. It reads back as the same scenario.
    public var resolvedText: String { outline.yaml }
}

extension Scenario: Section {
    static let keys: [Key<Self>] = [
        Key<Self>("hubbub", \.format, "version of the format").required,
        Key<Self>(name: "name", \.name, "what results and folders are called").required,
        Key("title", \.title, "one sentence for reports"),
        Key<Self>(name: "design", \.design, "the design that is played, see `hubbub designs`").required,
        Key<Self>("seed", \.seed, "where all random numbers come from", in: 0...999_999_999_999_999_999)
            .required,
        Key<Self>("duration", \.duration, "simulated time", in: .nanoseconds(1)...Span.bounds.upperBound)
            .required,
        Key("warmup", \.warmup, "played, not counted in thresholds"),
        Key("patience", \.patience, "a tap not accepted by then counts against availability"),
        Key("drain", \.drain, "sends stop, deliveries go on"),
        Key<Self>(section: "users", \.users, "who takes part").required,
        Key(list: "load", \.load, "phases in order; the last one lasts to the end", next: Phase.following),
        Topology.key,
        Key(section: "client", \.client, "how the app behaves when it gets no answer"),
        Key(section: "healthy", \.healthy, "when the system counts as healthy"),
        Key(list: "faults", \.faults, "what goes wrong"),
        Key(section: "random", \.random, "faults drawn from the seed"),
        ThresholdLine.key,
        ScriptAct.key,
        Key(section: "invariants", \.invariants, "promises that are not checked"),
    ]
}

extension Key {
    /// A name kept as a text.
    fileprivate init(name: String, _ field: Field<String>, _ sentence: String) {
        self.init(KeyDescription(name: name, sentence: sentence, shape: .value(Name.form))) {
            node, owner, reading in
            let value = reading.value(node, Name.form) { (text) throws(Misreading) in try Name(reading: text)
            }
            if let value { owner[keyPath: field] = value.text }
        } outline: {
            .scalar($0[keyPath: field])
        }
    }
}

/// The version of the format; a file of a later one is refused as a whole, not key by key.
public struct Format: Quantity {
    public var version: Int

    init(version: Int) { self.version = version }

    public static var form: QuantityForm {
        QuantityForm("a version", example: "1", words: ["1"], scalar: .number)
    }

    public init(reading text: String) throws(Misreading) {
        guard text == "1" else {
            throw Misreading(
                "this is format \(quoted(text)), and this Hubbub reads format 1", remedy: "write 1")
        }
        version = 1
    }

    public var written: String { String(version) }
}
