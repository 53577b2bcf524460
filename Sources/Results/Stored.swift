public import Vocabulary

// What the fields of a result are made of.

extension UInt64: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard case .integer(let integer) = stored else { throw Misfit("expected a whole number from 0") }
        self = integer
    }
    package var stored: JSON { .integer(self) }
    package static var schema: [(String, JSON)] { [("type", .string("integer")), ("minimum", .integer(0))] }
}

extension Bool: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard case .bool(let bool) = stored else { throw Misfit("expected true or false") }
        self = bool
    }
    package var stored: JSON { .bool(self) }
    package static var schema: [(String, JSON)] { [("type", .string("boolean"))] }
}

extension String: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard case .string(let string) = stored else { throw Misfit("expected text") }
        self = string
    }
    package var stored: JSON { .string(self) }
    package static var schema: [(String, JSON)] { [("type", .string("string"))] }
}

/// In nanoseconds: every key of one ends in `_ns`.
extension Span: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard let nanoseconds = Int64(exactly: try UInt64(stored: stored)) else {
            throw Misfit("longer than 292 years")
        }
        self.init(nanoseconds: nanoseconds)
    }
    package var stored: JSON { .integer(UInt64(nanoseconds)) }
    package static var schema: [(String, JSON)] { UInt64.schema }
}

/// In nanoseconds since the start of the run.
extension Instant: Stored {
    package init(stored: JSON) throws(Misfit) {
        self.init(nanoseconds: try UInt64(stored: stored))
        // No run has a tenth of that, and there must be room to add one.
        guard self <= .start + Span.bounds.upperBound * 10 else {
            throw Misfit("later than a hundred years after the start")
        }
    }
    package var stored: JSON { .integer(nanoseconds) }
    package static var schema: [(String, JSON)] { UInt64.schema }
}

extension Optional: Stored where Wrapped: Stored {
    package init(stored: JSON) throws(Misfit) {
        if case .null = stored { self = nil } else { self = try Wrapped(stored: stored) }
    }
    package var stored: JSON { self?.stored ?? .null }
    package static var schema: [(String, JSON)] {
        [("anyOf", .array([.object(Wrapped.schema), .object([("type", .string("null"))])]))]
    }
}

extension Array: Stored where Element: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard case .array(let elements) = stored else { throw Misfit("expected a list") }
        self = []
        reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do { append(try Element(stored: element)) } catch { throw error.within("[\(index)]") }
        }
    }
    package var stored: JSON { .array(map(\.stored)) }
    package static var schema: [(String, JSON)] {
        [("type", .string("array")), ("items", .object(Element.schema))]
    }
}

/// A word out of a fixed list.
package protocol StoredWord: Stored, RawRepresentable, CaseIterable where RawValue == String {}

extension StoredWord {
    package init(stored: JSON) throws(Misfit) {
        let word = try String(stored: stored)
        guard let value = Self(rawValue: word) else {
            let words = Self.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw Misfit("\(quoted(word)) is none of \(words)")
        }
        self = value
    }
    package var stored: JSON { .string(rawValue) }
    package static var schema: [(String, JSON)] { [("enum", .array(allCases.map { .string($0.rawValue) }))] }
}
