import Vocabulary

/// HTML and SVG, in which text that came from elsewhere can be nothing but text.
///
/// A literal is markup; whatever is interpolated is escaped, unless it is markup itself. So a scenario called
/// `</script><script>` is a heading that reads so, without anybody having to think of it.
struct Markup: ExpressibleByStringInterpolation, ExpressibleByStringLiteral {
    private(set) var text: String

    init(stringLiteral value: String) { text = value }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
    private init(text: String) { self.text = text }

    static func += (a: inout Markup, b: Markup) { a.text += b.text }
    static func + (a: Markup, b: Markup) -> Markup { Markup(text: a.text + b.text) }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 8 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
        mutating func appendInterpolation(_ markup: [Markup]) { for part in markup { text += part.text } }
        mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
        mutating func appendInterpolation(_ string: String) { text += escaped(string) }

        /// Text of several lines, as in `<pre>`: their breaks stay.
        mutating func appendInterpolation(lines string: String) {
            let lines = string.split(separator: "\n", omittingEmptySubsequences: false)
            text += lines.map { escaped(String($0)) }.joined(separator: "\n")
        }

        /// A coordinate or a share of a width, with one decimal at most.
        mutating func appendInterpolation(at place: Double) { text += coordinate(place) }
    }
}

/// A long name, which may be broken behind its points and hyphens, and nowhere else.
func breakable(_ name: String) -> Markup {
    var markup: Markup = ""
    var part = ""
    for character in name {
        part.append(character)
        guard character == "." || character == "-" else { continue }
        markup += "\(part)<wbr/>"
        part = ""
    }
    return markup + "\(part)"
}

/// Also in attributes, which are all written in double quotes. The same escapes serve XML.
func escaped(_ text: String) -> String {
    let text = visible(text)
    guard text.utf8.contains(where: isSpecial) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
}

/// With one decimal at most: a tenth of a thousandth of a chart is below what a screen shows.
func coordinate(_ place: Double) -> String {
    let tenths = Int64((place * 10).rounded())
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
}
