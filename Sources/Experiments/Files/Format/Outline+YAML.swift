import Vocabulary

extension Outline {
    /// As a file: two spaces a level, lists of values on one line, empty parts as `{}` and `[]`.
    var yaml: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    /// The lines of `yaml`, from 1, that hold values: one for each, in the order in which `walk` meets them.
    /// The others open a part, or say that it is empty; a value that ended as they do would stand in quotes.
    var valueLines: [Int] {
        yaml.split(separator: "\n").enumerated().filter { _, line in
            ![":", "[]", "{}"].contains { line.hasSuffix($0) }
        }.map { $0.offset + 1 }
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .scalar(let value, _, _): text += Self.word(value) + "\n"
        case .list(let elements):
            for element in elements {
                text += spaces(indent) + "- "
                if case .scalar = element {
                    element.write(to: &text, indent: 0)
                } else {
                    var inner = ""
                    element.write(to: &inner, indent: indent + 2)
                    text += inner.dropFirst(indent + 2)
                }
            }
        case .mapping(let entries):
            for (name, value) in entries {
                text += spaces(indent) + Self.word(name) + ":"
                switch value {
                case .scalar:
                    text += " "
                    value.write(to: &text, indent: 0)
                case .list(let elements) where elements.isEmpty: text += " []\n"
                case .mapping(let entries) where entries.isEmpty: text += " {}\n"
                default:
                    text += "\n"
                    value.write(to: &text, indent: indent + 2)
                }
            }
        }
    }

    /// Plain where that can be misread by nobody, in double quotes elsewhere.
    private static func word(_ text: String) -> String {
        let safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./% "
        if let first = text.first, let last = text.last, text.allSatisfy(safe.contains),
            first.isLetter || first.isNumber, last != " "
        {
            return text
        }
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\r": "\\r"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
