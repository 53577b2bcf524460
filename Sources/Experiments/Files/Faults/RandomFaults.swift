public import Simulation
public import Vocabulary

/// Faults drawn from the seed, within an envelope that the design claims to survive.
public struct RandomFaults: Hashable, Sendable {
    public var kinds: [Kind] = []
    public var targets: [Target] = []
    public var every = Varied<Span>("exp 1m")
    public var duration = Varied<Span>("exp 10s")
    /// When everything is healed, from the start of the run; at its end when nil.
    public var healedBy: Span?
    public var atMost = AtMost(count: 1)
    /// The next begins only when what the last one hit is back in step.
    public var recoverFirst = true

    public init() {}

    /// The name of a kind of faults.
    public struct Kind: Quantity {
        public var name: String

        /// Those that can be drawn from the seed; the others are planned.
        public static let atRandom = FaultKinds.all.filter { $0.chance != nil }.map { $0.name }

        public static var form: QuantityForm {
            QuantityForm("a kind of fault", example: "crash", words: FaultKinds.names)
        }

        public init(reading text: String) throws(Misreading) {
            guard FaultKinds.names.contains(text) else {
                throw Misreading(
                    "there is no fault \(quoted(text))",
                    remedy: nearest(to: text, among: FaultKinds.names).map { "did you mean '\($0)'?" }
                        ?? "there are \(FaultKinds.names.joined(separator: ", "))")
            }
            name = text
        }

        public var written: String { name }
    }

    /// `1 per replica set`
    public struct AtMost: Quantity {
        public var count: Int

        init(count: Int) { self.count = count }

        public static var form: QuantityForm {
            QuantityForm("a limit", example: "1 per replica set", pattern: "^0*[1-9][0-9]* per replica set$")
        }

        public init(reading text: String) throws(Misreading) {
            let ending = " per replica set"
            guard text.hasSuffix(ending) else {
                throw Misreading("\(quoted(text)) is not a limit", remedy: "write 1 per replica set")
            }
            count = try Int(reading: String(text.dropLast(ending.count)), in: 1...1_000)
        }

        public var written: String { "\(count) per replica set" }
    }
}

extension RandomFaults: Section {
    static let keys: [Key<Self>] = [
        Key<Self>(list: "kinds", \.kinds, "which faults may come").required,
        Key(
            list: "targets", \.targets,
            "whom they may hit; every machine when left out; a partition is from everybody, or from another role that stands here"
        ),
        Key("every", \.every, "from one beginning to the next"),
        Key("for", \.duration, "how long each lasts"),
        Key("healed-by", \.healedBy, "when the last is healed"),
        Key("at-most", \.atMost, "how many at a time"),
        Key("recover-first", \.recoverFirst, "whether the next waits until the last is in step again"),
    ]
}
