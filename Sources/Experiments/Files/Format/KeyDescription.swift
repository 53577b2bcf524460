public import Vocabulary

/// One key of the scenario file as data. Reader, schema, help and completion all go by this list, so they
/// cannot disagree.
public struct KeyDescription: Sendable {
    public var name: String
    /// What it is, without a full stop.
    public var sentence: String
    /// The requirement that the default comes from.
    public var source: String?
    /// The default as one would write it; nil for what is absent unless written.
    public var usual: String?
    public var isRequired = false
    public var shape: Shape

    public indirect enum Shape: Sendable {
        case value(QuantityForm)
        case section([KeyDescription])
        case list(Shape)
        /// Keys of the file's own choice, `{ eu: 50%, us: 50% }`.
        case table(keys: QuantityForm, values: Shape)
        case either(Shape, Shape)

        /// Those that may stand in it; empty where it is no section.
        var keys: [KeyDescription] {
            if case .section(let keys) = self { keys } else { [] }
        }

        /// Whether its entries are shares of one whole.
        var dividesWhole: Bool {
            guard case .table(_, .value(let form)) = self else { return false }
            return form == Share.checkedForm
        }
    }
}

/// What is written, or would be: the scenario on its way back to text.
indirect enum Outline: Equatable {
    /// A value, where its default comes from, and whether it is what it would be if nobody had written it.
    case scalar(String, source: String?, isUsual: Bool)
    case list([Outline])
    case mapping([(name: String, value: Outline)])

    static func == (a: Outline, b: Outline) -> Bool { a.yaml == b.yaml }

    static func scalar(_ text: String, source: String? = nil) -> Outline {
        .scalar(text, source: source, isUsual: false)
    }

    /// The name by which paths call an element of a list.
    var label: String? {
        guard case .mapping(let entries) = self, let name = entries.first(where: { $0.name == "name" }),
            case .scalar(let text, _, _) = name.value
        else { return nil }
        return text
    }

    /// The same, where a value that `usual` has at its place counts as usual exactly if it is that one.
    func marked(where usual: Outline?) -> Outline {
        switch (self, usual) {
        case (.scalar(let text, let source, _), .scalar(let other, _, _)?):
            .scalar(text, source: source, isUsual: text == other)
        case (.mapping(let entries), .mapping(let others)?):
            .mapping(
                entries.map { name, value in
                    (name, value.marked(where: others.first { $0.name == name }?.value))
                })
        default: self
        }
    }
}
