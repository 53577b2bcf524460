import Vocabulary

extension Finding {
    /// As compilers write it, so that editors and terminals jump there; the line follows when there is
    /// something to put under it.
    ///
    ///     partition.yaml:43:5: error: unknown metric 'delivry'
    ///        43 |   - delivry p99 < 10s
    ///           |     ^~~~~~~ did you mean 'delivery'?
    public var text: String {
        let place = isInFile ? "\(source):\(position.line):\(position.column)" : source
        let head = "\(visible(place)): \(severity.rawValue): \(visible(shortened(message)))\n"
        guard let hint, !line.isEmpty else { return head + (hint.map { "\(spaces(6))\($0)\n" } ?? "") }
        let (excerpt, column) = clipped
        let caret = "^" + String(repeating: "~", count: max(0, min(length, excerpt.count - column + 1) - 1))
        let number = rightAligned(isInFile ? String(position.line) : "", 5)
        return head + "\(number) | \(excerpt)\n"
            + "\(spaces(5)) | \(spaces(column - 1))\(caret) \(visible(shortened(hint)))\n"
    }

    /// A message repeats what was written, which may be the whole file.
    private func shortened(_ text: String) -> String {
        text.utf8.count > 400 ? "\(text.prefix(200))…\(text.suffix(100))" : text
    }

    /// The line, and the column of the caret in it; a long one as a window around the caret.
    private var clipped: (String, Int) {
        let characters = Array(visible(line))
        let column = min(position.column, characters.count + 1)
        let width = 90
        guard characters.count > width else { return (String(characters), column) }
        let first = max(0, min(column - 1 - width / 3, characters.count - width))
        let last = min(characters.count, first + width)
        let window = String(characters[first..<last])
        let head = first > 0 ? "…" : ""
        return (head + window + (last < characters.count ? "…" : ""), column - first + head.count)
    }

    /// One visible character for each, so that columns stay: what a file holds must not act on the reader's
    /// terminal.
    private func visible(_ text: String) -> String {
        String(
            text.map { character -> Character in
                guard let scalar = character.unicodeScalars.first(where: Self.isInvisible) else {
                    return character
                }
                switch scalar.value {
                case 0x09: return " "
                case 0..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map(Character.init) ?? "�"
                default: return "�"
                }
            })
    }

    /// Control characters, and those that turn the direction of writing.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

extension Findings {
    /// All of them, and the line that sums them up; empty if there is nothing to say.
    public var text: String {
        let more = omittedErrors > 0 ? "… and \(grouped(omittedErrors)) more\n" : ""
        return all.map(\.text).joined() + more + (summary.map { $0 + "\n" } ?? "")
    }

    /// `2 errors, 1 warning; nothing was run`
    public var summary: String? {
        func counted(_ n: Int, _ word: String) -> String? {
            n == 0 ? nil : "\(n) \(word)\(n == 1 ? "" : "s")"
        }
        let counts = [counted(errors, "error"), counted(warnings, "warning")].compactMap(\.self)
        guard !counts.isEmpty else { return nil }
        return counts.joined(separator: ", ") + (isSound ? "" : "; nothing was run")
    }

    /// The same for programs.
    package var json: JSON {
        .array(
            all.map { finding in
                .object([
                    ("severity", .string(finding.severity.rawValue)), ("source", .string(finding.source)),
                    ("line", .integer(UInt64(finding.position.line))),
                    ("column", .integer(UInt64(finding.position.column))),
                    ("length", .integer(UInt64(finding.length))), ("message", .string(finding.message)),
                    ("hint", JSON(finding.hint)),
                ])
            })
    }
}
