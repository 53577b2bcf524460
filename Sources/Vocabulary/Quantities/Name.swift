/// What something is called in a file: lower-case letters, digits and dashes, `one-host-dies`.
///
/// So a name can stand in a path, a threshold and a shell without quotes. Length is bounded because names
/// become folders.
public struct Name: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(reading text: String) throws(Misreading) {
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
        guard let first = text.first else { throw Misreading("a name is missing here") }
        guard text.allSatisfy(allowed.contains), first != "-", text.last != "-" else {
            let letters = text.lowercased().map { allowed.contains($0) ? $0 : "-" }
            let meant = String(letters).split(separator: "-").joined(separator: "-")
            throw Misreading(
                "\(quoted(text)) is no name: names are lower-case letters, digits and dashes",
                remedy: meant.isEmpty ? nil : "write \(meant)")
        }
        guard text.utf8.count <= 64 else {
            throw Misreading("this name is longer than 64 letters")
        }
        self.text = text
    }

    /// A name in code, which is one.
    package init(checked text: String) { self.text = text }

    public var description: String { text }
}

extension Name: Quantity {
    public static var form: QuantityForm {
        QuantityForm(
            "a name", example: "partition-at-peak", pattern: "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$",
            scalar: .number)
    }
    public var written: String { text }
}
