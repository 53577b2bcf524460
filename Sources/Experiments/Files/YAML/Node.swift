/// A piece of YAML and its place. What a scalar means is up to the format: here it is a text.
struct Node: Sendable {
    enum Content: Sendable {
        case scalar(String)
        case sequence([Node])
        case mapping([Pair])
    }

    struct Pair: Sendable {
        var key: Node
        var value: Node
        var name: String { key.text ?? "" }
    }

    var content: Content
    var place: SourceRange
    /// With all within it, aliases counted as often as they are used.
    var size = 1

    var text: String? {
        guard case .scalar(let text) = content else { return nil }
        return text
    }

    var entries: [Pair]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    var elements: [Node]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// With its article, for messages.
    var kind: String {
        switch content {
        case .scalar(let text): text.isEmpty ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    subscript(key: String) -> Node? { entries?.first { $0.name == key }?.value }
}
