public import Chat
import Vocabulary

/// The format as a JSON Schema (draft 7), by which editors check and complete while one writes.
///
/// It is coarser than the reader: whether shares fill a whole, or a machine is there, no schema can say.
public enum Schema {
    /// The document for these designs; each design's roles are known once `design:` is written.
    public static func document(designs: [DesignSheet]) -> String { json(designs: designs).document }

    static func json(designs: [DesignSheet]) -> JSON {
        let keys = ScenarioFormat.keys.filter { !["topology", "script", "extends"].contains($0.name) }
        var properties = keys.map { key in
            key.name == "design"
                ? (key.name, described(key, [("enum", .array(designs.map { .string($0.name) }))]))
                : (key.name, described(key, more(of: key) ?? members(of: key.shape)))
        }
        let topology = Topology.key.description
        properties.append((topology.name, described(topology, [("type", .string("object"))])))
        let script = ScriptAct.description(of: nil)
        properties.append((script.name, described(script, [("type", .string("array"))])))
        properties.append(
            (
                "extends",
                .object([
                    ("type", .string("string")), ("description", .string("a file that this one changes")),
                ])
            ))
        // What one file leaves out, the one that it extends may say; so nothing is required of a file that
        // extends.
        let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
        let extends = JSON.object([("required", .array([.string("extends")]))])
        return .object([
            ("$schema", .string("http://json-schema.org/draft-07/schema#")),
            ("title", .string("A scenario of Hubbub, format 1")), ("type", .string("object")),
            ("properties", .object(properties)), ("additionalProperties", nothing),
            ("if", .object([("not", extends)])), ("then", .object([("required", .array(required))])),
            ("allOf", .array(designs.map(rules(of:)))),
        ])
    }

    /// If the design is this one, its roles are what stands under `topology`, and its acts are among those of
    /// scripts.
    private static func rules(of sheet: DesignSheet) -> JSON {
        let isDesign = JSON.object([
            ("properties", .object([("design", .object([("const", .string(sheet.name))]))])),
            ("required", .array([.string("design")])),
        ])
        let roles = sheet.roles.map { role in
            let keys = Topology.keys(of: role)
            return (
                role.name,
                JSON.object([("description", .string(role.sentence))] + members(of: .section(keys)))
            )
        }
        let others = [Topology.zones, Topology.links, Topology.timeouts].map {
            ($0.name, described($0, members(of: $0.shape)))
        }
        let topology = JSON.object([
            ("properties", .object(roles + others)), ("additionalProperties", nothing),
        ])
        return .object([
            ("if", isDesign),
            (
                "then",
                .object([
                    (
                        "properties",
                        .object([
                            ("topology", topology), ("script", script(of: sheet)),
                            ("thresholds", thresholds(of: sheet)), ("healthy", healthy(of: sheet)),
                            ("faults", faults(of: sheet)), ("random", random(of: sheet)),
                            ("invariants", invariants(of: sheet)),
                        ])
                    )
                ])
            ),
        ])
    }

    /// Each fault is of one kind, and says when.
    private static func more(of key: KeyDescription) -> [(String, JSON)]? {
        guard key.name == "faults" else { return nil }
        func needed(_ name: String) -> JSON { .object([("required", .array([.string(name)]))]) }
        guard case .list(let element) = key.shape else { preconditionFailure("faults are a list") }
        return [
            ("type", .string("array")),
            (
                "items",
                .object(
                    members(of: element) + [
                        ("anyOf", .array(["at", "every"].map(needed))),
                        ("oneOf", .array(FaultKinds.names.map(needed))),
                    ])
            ),
        ]
    }

    /// With the words that this design has: its roles, and what can be asked of each metric.
    private static func thresholds(of sheet: DesignSheet) -> JSON {
        let text = looksLike(ThresholdPattern.exact(for: sheet))
        let mapping = JSON.object([("properties", .object([("check", .object(text))]))])
        return .object([
            (
                "items",
                .object([
                    ("if", .object([("type", .string("string"))])), ("then", .object(text)),
                    ("else", mapping),
                ])
            )
        ])
    }

    private static func healthy(of sheet: DesignSheet) -> JSON {
        let expect = JSON.object([("items", .object(looksLike(ThresholdPattern.exact(for: sheet))))])
        return .object([("properties", .object([("expect", expect)]))])
    }

    private static func looksLike(_ pattern: String) -> [(String, JSON)] { [("pattern", .string(pattern))] }

    /// Each element says when, who, on which device if not on the first, and one act.
    private static func script(of sheet: DesignSheet) -> JSON {
        guard case .list(let act) = ScriptAct.description(of: sheet).shape else {
            preconditionFailure("a script is a list")
        }
        func entries(_ count: Int) -> JSON {
            .object([("minProperties", .integer(UInt64(count))), ("maxProperties", .integer(UInt64(count)))])
        }
        let namesDevice = JSON.object([("required", .array([.string("device")]))])
        let count = [("if", namesDevice), ("then", entries(4)), ("else", entries(3))]
        return .object([("type", .string("array")), ("items", .object(members(of: act) + count))])
    }

    private static func described(_ key: KeyDescription, _ members: [(String, JSON)]) -> JSON {
        .object(
            [("description", .string(key.sentence + words(of: key.shape)))] + members
                + (key.usual.map { [("default", .string($0))] } ?? []))
    }

    /// What an editor shows of a value: how it is written, and within which range.
    private static func words(of shape: KeyDescription.Shape) -> String {
        guard case .value(let form) = shape, form.words.isEmpty, !form.example.isEmpty else { return "" }
        return " (\(form.name), as in \(form.example)" + (form.range.map { "; \($0.text)" } ?? "") + ")"
    }

    private static func schema(of shape: KeyDescription.Shape) -> JSON { .object(members(of: shape)) }

    private static func members(of shape: KeyDescription.Shape) -> [(String, JSON)] {
        switch shape {
        case .value(let form): members(of: form)
        case .list(let element): [("type", .string("array")), ("items", schema(of: element))]
        case .either(let a, let b): [("anyOf", .array([schema(of: a), schema(of: b)]))]
        case .table(let keys, let values):
            [("type", .string("object"))]
                + (names(of: keys).map { [("propertyNames", $0)] } ?? [])
                + (isOfShares(values) ? [("minProperties", .integer(1))] : [])
                + [("additionalProperties", schema(of: values))]
        case .section(let keys):
            [
                ("type", .string("object")),
                ("properties", .object(keys.map { ($0.name, described($0, members(of: $0.shape))) })),
                ("required", .array(keys.filter(\.isRequired).map { .string($0.name) })),
                ("additionalProperties", nothing),
            ]
        }
    }

    /// Shares fill a whole, which none of them cannot.
    private static func isOfShares(_ shape: KeyDescription.Shape) -> Bool {
        if case .value = shape { true } else { false }
    }

    /// What keys of the file's own choice look like: they are texts to an editor, numbers too.
    private static func names(of form: QuantityForm) -> JSON? {
        if !form.words.isEmpty { return .object([("enum", .array(form.words.map(JSON.string)))]) }
        return pattern(of: form).map { .object([("pattern", .string($0))]) }
    }

    /// A regular expression knows no numbers, but it knows a sign, digits, and whether there is any but zero.
    private static func pattern(of form: QuantityForm) -> String? {
        guard var pattern = form.pattern, let range = form.range else { return form.pattern }
        if !range.least.hasPrefix("-") { pattern = pattern.replacing("^-?", with: "^") }
        let isMoreThanNothing =
            range.least.contains { ("1"..."9").contains($0) } && !range.least.hasPrefix("-")
        if isMoreThanNothing, pattern.hasPrefix("^") { pattern = "^(?=.*[1-9])" + pattern.dropFirst() }
        if let least = Int(range.least), (2...9).contains(least), pattern.hasPrefix("^") {
            pattern = "^(?!0*[0-\(least - 1)]$)" + pattern.dropFirst()
        }
        return pattern.hasPrefix("^") ? "^" + refusal(of: form) + pattern.dropFirst() : pattern
    }

    /// For what an editor takes for a number.
    private static func limits(of form: QuantityForm) -> [(String, JSON)] {
        guard let range = form.range, let least = Double(range.least), let most = Double(range.most) else {
            return []
        }
        func number(_ value: Double) -> JSON {
            UInt64(exactly: value).map(JSON.integer) ?? .number(value)
        }
        return [("minimum", number(least)), ("maximum", number(most))]
    }

    private static func members(of form: QuantityForm) -> [(String, JSON)] {
        switch form.scalar {
        case .flag: return [("type", .string("boolean"))]
        case .nothing: return [("enum", .array([.null, .string("")]))]
        // What YAML reads as a number may be one; what is written as text has to look as it should.
        case .number where !form.words.isEmpty:
            return [
                ("enum", .array(form.words.map { word in UInt64(word).map(JSON.integer) ?? .string(word) }))
            ]
        case .number:
            return [("type", .array([.string("integer"), .string("number"), .string("string")]))]
                + limits(of: form) + (pattern(of: form).map { [("pattern", .string($0))] } ?? [])
        case .text where !form.words.isEmpty: return [("enum", .array(form.words.map(JSON.string)))]
        case .text:
            return [("type", .string("string"))]
                + (pattern(of: form).map { [("pattern", .string($0))] } ?? [])
        }
    }

    /// No value at all fits.
    static let nothing = JSON.object([("not", .object([]))])
}
