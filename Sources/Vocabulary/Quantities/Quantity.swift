/// A value as people write it in files and on the command line: `10m`, `4KB`, `19.9%`, `exp 150us`.
///
/// Reading and writing belong together: what is written reads back as the same value. A number with a
/// dimension always has its unit; a bare `10` for a time would be seconds to one reader and milliseconds to
/// the next.
public protocol Quantity: Hashable, Sendable {
    static var form: QuantityForm { get }
    /// Any value that can be written. Who reads a file asks for `checked`, which knows what makes sense.
    init(reading text: String) throws(Misreading)
    /// A value that makes sense where nothing narrower is said.
    static func checked(_ text: String) throws(Misreading) -> Self
    /// The form with the range of what makes sense, if there is one.
    static var checkedForm: QuantityForm { get }
    /// The same value in its usual spelling.
    var written: String { get }
}

extension Quantity {
    public static func checked(_ text: String) throws(Misreading) -> Self { try Self(reading: text) }
    public static var checkedForm: QuantityForm { form }

    /// To write `text`, if that could be read, or else like the examples.
    static func remedy(_ text: some StringProtocol, or examples: String) -> String {
        (try? Self(reading: String(text))) == nil ? examples : "write \(text)"
    }
}

/// How a kind of value looks: for error messages, for the list of keys and for the schema that editors read.
public struct QuantityForm: Hashable, Sendable {
    /// With its article, `a time`.
    public var name: String
    /// As one would write it, `10m`.
    public var example: String
    /// All that may be written, where that is a short list.
    public var words: [String]
    /// What it has to look like for an editor, which knows no more than regular expressions.
    public var pattern: String?
    public var scalar: Notation
    /// Between which values it has to be, for what can be compared.
    public var range: ValueRange?

    /// What YAML may take it for: `5` is a number to an editor, whatever Hubbub makes of it.
    public enum Notation: Sendable {
        case text
        case number
        case flag
        /// Nothing may stand there.
        case nothing
    }

    public init(
        _ name: String, example: String, words: [String] = [], pattern: String? = nil,
        scalar: Notation = .text
    ) {
        self.name = name
        self.example = example
        self.words = words
        self.pattern = pattern
        self.scalar = scalar
    }
}

/// One word out of a few: an enum with raw strings is a quantity as it stands.
public protocol Choice: Quantity, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
    public static var form: QuantityForm {
        let words = allCases.map(\.rawValue)
        return QuantityForm("one of \(words.joined(separator: ", "))", example: words[0], words: words)
    }

    public init(reading text: String) throws(Misreading) {
        let words = Self.allCases.map(\.rawValue)
        guard let value = Self(rawValue: text) else {
            throw Misreading(
                "\(quoted(text)) is none of \(words.joined(separator: ", "))",
                remedy: nearest(to: text, among: words).map { "did you mean '\($0)'?" }
                    ?? "write \(alternatives(words))")
        }
        self = value
    }

    public var written: String { rawValue }
}

/// Yes or no.
extension Bool: Quantity {
    public static var form: QuantityForm {
        QuantityForm("true or false", example: "true", words: ["true", "false"], scalar: .flag)
    }

    public init(reading text: String) throws(Misreading) {
        switch text {
        case "true": self = true
        case "false": self = false
        default:
            let meant = ["yes": "true", "on": "true", "no": "false", "off": "false"][text.lowercased()]
            throw Misreading(
                "\(quoted(text)) is neither true nor false",
                remedy: meant.map { "write \($0)" } ?? "write true or false")
        }
    }

    public var written: String { self ? "true" : "false" }
}

/// Free text: a title, a sentence.
extension String: Quantity {
    public static var form: QuantityForm { QuantityForm("a text", example: "one sentence", pattern: ".") }

    public init(reading text: String) throws(Misreading) {
        guard !text.isEmpty else { throw Misreading("a text is missing here") }
        self = text
    }

    public var written: String { self }
}

/// `a`, `a or b`, `a, b or c`.
package func alternatives(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " or " + last
}
