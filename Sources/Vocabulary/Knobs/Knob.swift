/// One setting of a component, described once: its name in files, where its value goes, what it means, and
/// who says so.
public struct Knob<Owner: Settings>: Sendable {
    public let description: KnobDescription
    /// Reads a text into the field.
    public let turn: @Sendable (inout Owner, String) throws(Misreading) -> Void
    /// The field as text.
    public let text: @Sendable (Owner) -> String

    /// - Parameters:
    ///   - sentence: what it is, without a full stop, `CPU time of one delivery`.
    ///   - source: the requirement or the calibration row that the default comes from.
    ///   - relieves: what it is good for to turn it.
    ///   - limits: what is refused that is larger.
    public init<Value: Quantity>(
        _ name: String, _ field: any WritableKeyPath<Owner, Value> & Sendable, _ sentence: String,
        source: String? = nil, relieves: Relief? = nil, limits: KnobLimit? = nil
    ) {
        self.init(name, field, sentence, (source, relieves, limits), Value.checkedForm) {
            (text) throws(Misreading) in
            try Value.checked(text)
        }
    }

    /// The value lies in `range`.
    public init<Value: Bounded>(
        _ name: String, _ field: any WritableKeyPath<Owner, Value> & Sendable, _ sentence: String,
        in range: ClosedRange<Value>, source: String? = nil, relieves: Relief? = nil,
        limits: KnobLimit? = nil
    ) {
        self.init(name, field, sentence, (source, relieves, limits), Value.form(in: range)) {
            (text) throws(Misreading) in
            try Value(reading: text, in: range)
        }
    }

    /// A time that somebody waits, or after which something comes round again: a millisecond at least. Where none at all makes
    /// sense too, `in:` says so.
    public init(
        _ name: String, _ field: any WritableKeyPath<Owner, Span> & Sendable, _ sentence: String,
        source: String? = nil, relieves: Relief? = nil, limits: KnobLimit? = nil
    ) {
        self.init(
            name, field, sentence, in: .milliseconds(1)...Span.bounds.upperBound, source: source,
            relieves: relieves, limits: limits)
    }

    package init<Value: Quantity>(
        _ name: String, _ field: any WritableKeyPath<Owner, Value> & Sendable, _ sentence: String,
        _ more: (source: String?, relieves: Relief?, limits: KnobLimit?), _ form: QuantityForm,
        _ read: @escaping @Sendable (String) throws(Misreading) -> Value
    ) {
        turn = { (owner, text) throws(Misreading) in owner[keyPath: field] = try read(text) }
        text = { $0[keyPath: field].written }
        description = KnobDescription(
            name: name, sentence: sentence, source: more.source, relieves: more.relieves, limits: more.limits,
            form: form, usual: Owner()[keyPath: field].written
        ) { (text) throws(Misreading) in try read(text).written }
    }
}

/// A knob without the type of its value: what files, schema, help and completion have to know.
public struct KnobDescription: Sendable {
    public let name: String
    public let sentence: String
    public let source: String?
    /// What it is good for to turn it, as far as a run can tell that it is needed.
    public let relieves: Relief?
    /// What is refused that is larger than it says.
    public let limits: KnobLimit?
    public let form: QuantityForm
    /// The default, as one would write it.
    public let usual: String
    /// The usual spelling of what was written, if it is a value of this knob.
    public let read: @Sendable (String) throws(Misreading) -> String
}

/// All knobs of a component without its type.
public struct SettingsDescription: Sendable {
    public let knobs: [KnobDescription]
    /// Whether knobs that are right each by itself go together.
    public let conflict: @Sendable ([(name: String, text: String)]) -> Conflict?

    public init<Owner: Settings>(of owner: Owner.Type) {
        knobs = Owner.knobs.map(\.description)
        conflict = { Owner($0).conflict }
    }

    /// For a component that has nothing to set.
    public static let none = SettingsDescription(knobs: [], conflict: { _ in nil })

    private init(
        knobs: [KnobDescription], conflict: @escaping @Sendable ([(name: String, text: String)]) -> Conflict?
    ) {
        self.knobs = knobs
        self.conflict = conflict
    }
}
