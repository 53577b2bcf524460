import Simulation
import Vocabulary

/// A mapping of the scenario file: a struct whose fields are its keys.
protocol Section: Equatable, Sendable {
    init()
    static var keys: [Key<Self>] { get }
    /// What goes wrong between keys that are right each by itself.
    func check(_ reading: inout Reading)
}

extension Section {
    func check(_ reading: inout Reading) {}

    /// All keys with their values, defaults too.
    var outline: Outline {
        .mapping(
            Self.keys.compactMap { key in
                key.outline(self).map { (key.description.name, $0) }
            })
    }
}

/// One key of a section: its description, and how its value is read and written.
struct Key<Owner: Section>: Sendable {
    var description: KeyDescription
    let read: @Sendable (Node, inout Owner, inout Reading) -> Void
    /// Nil for what is not there.
    let outline: @Sendable (Owner) -> Outline?

    init(
        _ description: KeyDescription, read: @escaping @Sendable (Node, inout Owner, inout Reading) -> Void,
        outline: @escaping @Sendable (Owner) -> Outline?
    ) {
        self.description = description
        self.read = read
        self.outline = outline
    }

    /// The file is wrong without it.
    var required: Key {
        var key = self
        key.description.isRequired = true
        key.description.usual = nil
        return key
    }

    /// Not written where another key says it.
    func unless(_ isSaid: @escaping @Sendable (Owner) -> Bool) -> Key {
        Key(description, read: read) { isSaid($0) ? nil : outline($0) }
    }

    typealias Field<Value> = any WritableKeyPath<Owner, Value> & Sendable

    // MARK: Values

    /// Within what makes sense for its kind.
    init<Value: Quantity>(
        _ name: String, _ field: Field<Value>, _ sentence: String, source: String? = nil
    ) {
        self.init(name, field, sentence, source, Value.checkedForm) { (text) throws(Misreading) in
            try Value.checked(text)
        }
    }

    init<Value: Bounded>(
        _ name: String, _ field: Field<Value>, _ sentence: String, in range: ClosedRange<Value>,
        source: String? = nil
    ) {
        self.init(name, field, sentence, source, Value.form(in: range)) { (text) throws(Misreading) in
            try Value(reading: text, in: range)
        }
    }

    /// What varies, with a mean and all that is written of it in a range.
    init<Value: Dimension>(
        _ name: String, _ field: Field<Varied<Value>>, _ sentence: String, in range: ClosedRange<Value>
    ) {
        self.init(name, field, sentence, nil, Varied<Value>.form(in: range)) { (text) throws(Misreading) in
            try Varied(reading: text, in: range)
        }
    }

    /// What may be absent.
    init<Value: Quantity>(_ name: String, _ field: Field<Value?>, _ sentence: String) {
        self.init(name, field, sentence, Value.checkedForm) { (text) throws(Misreading) in
            try Value.checked(text)
        }
    }

    init<Value: Bounded>(
        _ name: String, _ field: Field<Value?>, _ sentence: String, in range: ClosedRange<Value>
    ) {
        self.init(name, field, sentence, Value.form(in: range)) { (text) throws(Misreading) in
            try Value(reading: text, in: range)
        }
    }

    private init<Value: Quantity>(
        _ name: String, _ field: Field<Value>, _ sentence: String, _ source: String?, _ form: QuantityForm,
        _ read: @escaping @Sendable (String) throws(Misreading) -> Value
    ) {
        let usual = Owner()[keyPath: field].written
        self.init(
            KeyDescription(
                name: name, sentence: sentence, source: source, usual: usual.isEmpty ? nil : usual,
                shape: .value(form))
        ) { node, owner, reading in
            guard let value = reading.value(node, form, read) else { return }
            owner[keyPath: field] = value
        } outline: {
            let written = $0[keyPath: field].written
            return written.isEmpty ? nil : .scalar(written, source: source, isUsual: written == usual)
        }
    }

    private init<Value: Quantity>(
        _ name: String, _ field: Field<Value?>, _ sentence: String, _ form: QuantityForm,
        _ read: @escaping @Sendable (String) throws(Misreading) -> Value
    ) {
        self.init(KeyDescription(name: name, sentence: sentence, shape: .value(form))) {
            node, owner, reading in
            owner[keyPath: field] = reading.value(node, form, read)
        } outline: {
            $0[keyPath: field].map { .scalar($0.written) }
        }
    }

    // MARK: Parts

    init<Value: Section>(section name: String, _ field: Field<Value>, _ sentence: String) {
        self.init(Self.describe(name, sentence, .section(Value.keys.map(\.description)))) {
            node, owner, reading in
            reading.section(node, into: &owner[keyPath: field], name)
        } outline: {
            // A part may have other defaults here than by itself.
            $0[keyPath: field].outline.marked(where: Owner()[keyPath: field].outline)
        }
    }

    init<Value: Section>(section name: String, _ field: Field<Value?>, _ sentence: String) {
        self.init(Self.describe(name, sentence, .section(Value.keys.map(\.description)))) {
            node, owner, reading in
            var value = Value()
            reading.section(node, into: &value, name)
            owner[keyPath: field] = value
        } outline: {
            $0[keyPath: field]?.outline
        }
    }

    /// A list of mappings. `next` makes the start of an element from the one before it, where they follow each
    /// other.
    init<Value: Section>(
        list name: String, _ field: Field<[Value]>, _ sentence: String,
        next: (@Sendable (Value?) -> Value)? = nil
    ) {
        self.init(Self.describe(name, sentence, .list(.section(Value.keys.map(\.description))))) {
            node, owner, reading in
            var values: [Value] = []
            reading.elements(node, name) { element, reading in
                var value = next?(values.last) ?? Value()
                reading.section(element, into: &value, "an element of \(name)")
                values.append(value)
            }
            owner[keyPath: field] = values
        } outline: {
            let values = $0[keyPath: field]
            let outlines = values.indices.map { place in
                values[place].outline.marked(where: next?(place > 0 ? values[place - 1] : nil).outline)
            }
            return values.isEmpty ? nil : .list(outlines)
        }
    }

    /// A list of values.
    init<Value: Quantity>(list name: String, _ field: Field<[Value]>, _ sentence: String) {
        self.init(Self.describe(name, sentence, .list(.value(Value.checkedForm)))) { node, owner, reading in
            var values: [Value] = []
            reading.elements(node, name) { element, reading in
                if let value = reading.value(
                    element, Value.checkedForm, { (text) throws(Misreading) in try Value.checked(text) })
                {
                    values.append(value)
                }
            }
            owner[keyPath: field] = values
        } outline: {
            let values = $0[keyPath: field]
            return values.isEmpty ? nil : .list(values.map { .scalar($0.written) })
        }
    }

    /// Shares of a whole, by names of the file's own choice.
    init<Part: Quantity>(shares name: String, _ field: Field<Shares<Part>>, _ sentence: String) {
        self.init(shares: name, field, sentence, Part.checkedForm) { (text) throws(Misreading) in
            try Part.checked(text)
        }
    }

    /// Shares of a whole, by numbers that lie in a range.
    init<Part: Bounded>(
        shares name: String, _ field: Field<Shares<Part>>, _ sentence: String, parts range: ClosedRange<Part>
    ) {
        self.init(shares: name, field, sentence, Part.form(in: range)) { (text) throws(Misreading) in
            try Part(reading: text, in: range)
        }
    }

    private init<Part: Quantity>(
        shares name: String, _ field: Field<Shares<Part>>, _ sentence: String, _ form: QuantityForm,
        _ read: @escaping @Sendable (String) throws(Misreading) -> Part
    ) {
        self.init(
            Self.describe(name, sentence, .table(keys: form, values: .value(Share.checkedForm)))
        ) { node, owner, reading in
            if let shares = Shares(reading: node, name, form, read, &reading) {
                owner[keyPath: field] = shares
            }
        } outline: {
            $0[keyPath: field].outline.marked(where: Owner()[keyPath: field].outline)
        }
    }

    private static func describe(_ name: String, _ sentence: String, _ shape: KeyDescription.Shape)
        -> KeyDescription
    {
        KeyDescription(name: name, sentence: sentence, shape: shape)
    }
}

extension Reading {
    mutating func section<Value: Section>(_ node: Node, into value: inout Value, _ what: String) {
        let keys = Value.keys
        entries(node, what, Self.list(of: keys.map(\.description.name))) { entry, reading in
            guard let key = keys.first(where: { $0.description.name == entry.name }) else {
                return reading.unknown(entry, in: what, among: keys.map(\.description.name))
            }
            key.read(entry.value, &value, &reading)
        }
        guard node.entries != nil else { return }
        for key in keys where key.description.isRequired && node[key.description.name] == nil {
            let description = key.description
            within(description.name) { reading in
                reading.fail(node.place, "\(what) needs '\(description.name)': \(description.sentence)")
            }
        }
        value.check(&self)
    }
}
