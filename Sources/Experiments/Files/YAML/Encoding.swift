import Vocabulary

/// Bytes to text. Only UTF-8 is read; what is not says at which byte, because no line can be shown of it.
enum Encoding {
    /// A scenario has a few hundred lines. The limit keeps a wrong file (a video, a database) from being read
    /// at length.
    static let largest = 1_000_000

    /// What is wrong, and where: in the first line, where no place can be told.
    struct DecodingFailure: Error {
        var position = SourcePosition(line: 1, column: 1)
        var problem: Misreading
        /// The text as far as it can be shown.
        var text = ""
    }

    /// What it is by its mark, or by where the first character, which is of ASCII in any scenario, has its zeros.
    private static func other(than head: some Collection<UInt8>) -> String? {
        let zeros = head.map { $0 == 0 }
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
            return "UTF-32"
        }
        if zeros == [true, true, true, false] || zeros == [false, true, true, true] { return "UTF-32" }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        return zeros == [true, false, true, false] || zeros == [false, true, false, true] ? "UTF-16" : nil
    }

    static func text(of bytes: [UInt8]) throws(DecodingFailure) -> String {
        if let other = other(than: bytes.prefix(4)) {
            throw DecodingFailure(
                problem: Misreading(
                    "this file is \(other); scenario files are UTF-8", remedy: "save it as UTF-8"))
        }
        guard bytes.count <= largest else {
            throw DecodingFailure(
                problem: Misreading(
                    "this file has \(grouped(bytes.count)) bytes; the most is \(grouped(largest))"))
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        var decoder = UTF8()
        var iterator = content.makeIterator()
        var offset = bytes.count - content.count
        var scalars = String.UnicodeScalarView()
        /// Behind what has been read, with all of the text to show the line of.
        func failure(_ message: String, _ remedy: String? = nil) -> DecodingFailure {
            let read = String(scalars)
            let source = Source(name: "", text: read)
            var locator = Source.Locator(source)
            return DecodingFailure(
                position: locator.position(of: source.scalars.count),
                problem: Misreading(message, remedy: remedy),
                text: String(decoding: content, as: UTF8.self))
        }
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                guard isAllowed(scalar) else {
                    throw failure(
                        "\(name(of: scalar)) cannot stand in a file (byte \(offset + 1))", "remove it")
                }
                scalars.append(scalar)
                offset += UTF8.width(scalar)
            case .emptyInput: break decoding
            case .error:
                throw failure(
                    "this is not UTF-8 (byte \(offset + 1), 0x\(String(bytes[offset], radix: 16, uppercase: true)))",
                    "save it as UTF-8")
            }
        }
        return String(scalars)
    }

    /// The same for a text that comes from a command line.
    static func problem(in text: String) -> Misreading? {
        text.unicodeScalars.first { !isAllowed($0) }.map { Misreading("\(name(of: $0)) cannot stand here") }
    }

    /// Characters that look like a space, and are none to YAML.
    static func isOddSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "the control character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// What YAML allows. A byte order mark in the middle of a file comes from gluing two files together.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            true
        default: false
        }
    }
}
