/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable {
    package var position: SourcePosition
    package var message: String

    package init(position: SourcePosition, message: String) {
        self.position = position
        self.message = message
    }
}

extension JSON {
    /// How deep values may lie in each other: a text of nothing but brackets must not exhaust the stack.
    package static let deepest = 64

    /// Reads one document, strictly as RFC 8259 has it, and in which no object has one key twice. A whole
    /// number from 0 to 2⁶⁴ - 1 becomes an `integer`, any other number a `number`.
    package init(parsing text: String) throws(JSONError) {
        var parser = Parser(text)
        self = try parser.document()
    }

    private struct Parser {
        let bytes: [UInt8]
        var next = 0
        var depth = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func document() throws(JSONError) -> JSON {
            let value = try value()
            skipSpace()
            guard next == bytes.count else { throw error("the document ended before this") }
            return value
        }

        mutating func value() throws(JSONError) -> JSON {
            skipSpace()
            switch peek {
            case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
            case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
            case nil: throw error("the text ends where a value should be")
            default: return try word()
            }
        }

        private mutating func nested(
            _ read: (inout Parser) throws(JSONError) -> JSON
        ) throws(JSONError) -> JSON {
            guard depth < JSON.deepest else { throw error("more than \(JSON.deepest) values in each other") }
            depth += 1
            next += 1
            let value = try read(&self)
            depth -= 1
            return value
        }

        private mutating func object() throws(JSONError) -> JSON {
            var members: [(String, JSON)] = []
            var keys: Set<String> = []  // looked up only, never iterated
            skipSpace()
            guard !take("}") else { return .object([]) }
            repeat {
                skipSpace()
                let start = next
                guard peek == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
                let key = try string()
                guard keys.insert(key).inserted else { throw error("a second \(quoted(key))", at: start) }
                skipSpace()
                guard take(":") else { throw error("expected ':' after the key") }
                members.append((key, try value()))
                skipSpace()
            } while take(",")
            guard take("}") else { throw error("expected ',' or '}'") }
            return .object(members)
        }

        private mutating func array() throws(JSONError) -> JSON {
            var elements: [JSON] = []
            skipSpace()
            guard !take("]") else { return .array([]) }
            repeat {
                elements.append(try value())
                skipSpace()
            } while take(",")
            guard take("]") else { throw error("expected ',' or ']'") }
            return .array(elements)
        }

        private mutating func word() throws(JSONError) -> JSON {
            for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[next...].starts(with: word.utf8) {
                next += word.utf8.count
                return value
            }
            throw error("expected a value")
        }

        private mutating func number() throws(JSONError) -> JSON {
            let start = next
            _ = take("-")
            let first = next
            skipDigits()
            guard next > first else { throw error("expected a digit") }
            guard bytes[first] != UInt8(ascii: "0") || next == first + 1 else {
                throw error("a number does not begin with 0", at: first)
            }
            if take(".") { try digits() }
            if take("e") || take("E") {
                if !take("+") { _ = take("-") }
                try digits()
            }
            let text = String(decoding: bytes[start..<next], as: UTF8.self)
            if let integer = UInt64(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else {
                throw error("a number beyond all that 64 bits can hold", at: start)
            }
            return .number(number)
        }

        private mutating func digits() throws(JSONError) {
            let first = next
            skipDigits()
            guard next > first else { throw error("expected a digit") }
        }

        private mutating func string() throws(JSONError) -> String {
            next += 1
            var text = ""
            var start = next
            while let byte = peek {
                switch byte {
                case UInt8(ascii: "\""):
                    text += String(decoding: bytes[start..<next], as: UTF8.self)
                    next += 1
                    return text
                case UInt8(ascii: "\\"):
                    text += String(decoding: bytes[start..<next], as: UTF8.self)
                    text.unicodeScalars.append(try escaped())
                    start = next
                case 0..<0x20: throw error("a control character in a string has to be escaped")
                default: next += 1
                }
            }
            throw error("the text ends within a string")
        }

        private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
            let start = next
            next += 1
            let letter = peek
            next += 1
            switch letter {
            case UInt8(ascii: "\""): return "\""
            case UInt8(ascii: "\\"): return "\\"
            case UInt8(ascii: "/"): return "/"
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                let unit = try fourDigits(at: start)
                if let scalar = Unicode.Scalar(unit) { return scalar }
                guard unit < 0xDC00, take("\\"), take("u") else {
                    throw error("half of a surrogate pair", at: start)
                }
                let second = try fourDigits(at: start)
                guard 0xDC00...0xDFFF ~= second,
                    let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
                else { throw error("half of a surrogate pair", at: start) }
                return scalar
            default: throw error("no such escape in a string", at: start)
            }
        }

        private mutating func fourDigits(at start: Int) throws(JSONError) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                    throw error("expected four hexadecimal digits after \\u", at: start)
                }
                value = value << 4 + UInt32(digit)
                next += 1
            }
            return value
        }

        private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            next += 1
            return true
        }

        private mutating func skipDigits() {
            while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { next += 1 }
        }

        private mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || 0x9...0xA ~= byte || byte == 0xD { next += 1 }
        }

        private func error(_ message: String, at index: Int? = nil) -> JSONError {
            let before = bytes[..<min(index ?? next, bytes.count)]
            let line = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let column = String(decoding: line.last ?? [], as: UTF8.self).count + 1
            return JSONError(position: SourcePosition(line: line.count, column: column), message: message)
        }
    }
}
