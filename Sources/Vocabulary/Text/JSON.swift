/// A JSON document as a value. Keys keep the order in which they were written, so that the documents of two
/// runs differ only where their values do.
package enum JSON {
    case object([(String, JSON)])
    case array([JSON])
    case string(String)
    case integer(UInt64)
    /// Infinity has no form in JSON and is written as `null`.
    case number(Double)
    case bool(Bool)
    case null

    package init(_ value: String?) { self = value.map(JSON.string) ?? .null }
    package init(_ value: Double?) { self = value.map(JSON.number) ?? .null }

    /// The whole document, indented by two spaces, with a line break at its end. A list of numbers is one
    /// line: a measure over time would otherwise fill pages.
    package var document: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    /// The whole document on one line, without any space.
    package var line: String {
        var text = ""
        writeLine(to: &text)
        return text
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .object(let members):
            Self.write(members, to: &text, indent: indent, between: "{", "}") { member, text in
                Self.write(member.0, to: &text)
                text += ": "
                member.1.write(to: &text, indent: indent + 2)
            }
        case .array(let elements) where !elements.isEmpty && elements.allSatisfy(\.isNumber):
            text += "["
            for (position, element) in elements.enumerated() {
                if position > 0 { text += ", " }
                element.writeLine(to: &text)
            }
            text += "]"
        case .array(let elements):
            Self.write(elements, to: &text, indent: indent, between: "[", "]") { element, text in
                element.write(to: &text, indent: indent + 2)
            }
        default: writeLine(to: &text)
        }
    }

    private func writeLine(to text: inout String) {
        switch self {
        case .object(let members):
            text += "{"
            for (position, member) in members.enumerated() {
                if position > 0 { text += "," }
                Self.write(member.0, to: &text)
                text += ":"
                member.1.writeLine(to: &text)
            }
            text += "}"
        case .array(let elements):
            text += "["
            for (position, element) in elements.enumerated() {
                if position > 0 { text += "," }
                element.writeLine(to: &text)
            }
            text += "]"
        case .string(let string): Self.write(string, to: &text)
        case .integer(let integer): text += String(integer)
        case .number(let number): text += number.isFinite ? "\(number)" : "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .null: text += "null"
        }
    }

    /// Also what stands for a number that is not there.
    private var isNumber: Bool {
        switch self {
        case .integer, .number, .null: true
        default: false
        }
    }

    private static func write<Element>(
        _ elements: [Element], to text: inout String, indent: Int, between open: String, _ close: String,
        each: (Element, inout String) -> Void
    ) {
        text += open
        for (position, element) in elements.enumerated() {
            text += (position > 0 ? ",\n" : "\n") + spaces(indent + 2)
            each(element, &text)
        }
        text += elements.isEmpty ? close : "\n" + spaces(indent) + close
    }

    /// Only quotes, backslashes and control characters have to be escaped; all else is written as UTF-8.
    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
