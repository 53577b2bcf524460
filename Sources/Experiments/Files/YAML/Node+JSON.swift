import Vocabulary

/// A file as an editor's own reader hands it to the schema: texts that look like numbers are numbers. Nil for
/// what no such reader can read.
package func plainDocument(_ bytes: [UInt8]) -> JSON? {
    guard let text = try? Encoding.text(of: bytes),
        let node = try? YAMLReader.read(Source(name: "", text: text), number: 0)
    else { return nil }
    return node.json
}

extension Node {
    fileprivate var json: JSON {
        switch content {
        case .mapping(let entries): .object(entries.map { ($0.name, $0.value.json) })
        case .sequence(let elements): .array(elements.map(\.json))
        case .scalar(let text): Self.plain(text)
        }
    }

    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let count = UInt64(text) { return .integer(count) }
        let isNumber =
            text.allSatisfy { $0.isNumber || ".-".contains($0) } && text.contains(where: \.isNumber)
        if isNumber, let number = Double(text) { return .number(number) }
        return .string(text)
    }
}
