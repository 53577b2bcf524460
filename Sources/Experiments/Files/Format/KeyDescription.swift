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
    }
}

/// What is written, or would be: the scenario on its way back to text.
indirect enum Outline: Equatable {
    /// A value, and where its default comes from.
    case scalar(String, source: String?)
    case list([Outline])
    case mapping([(name: String, value: Outline)])

    static func == (a: Outline, b: Outline) -> Bool { a.yaml == b.yaml }

    static func scalar(_ text: String) -> Outline { .scalar(text, source: nil) }

    /// The name by which paths call an element of a list.
    var label: String? {
        guard case .mapping(let entries) = self, let name = entries.first(where: { $0.name == "name" }),
            case .scalar(let text, _) = name.value
        else { return nil }
        return text
    }
}
